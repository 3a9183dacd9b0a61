"""Ports for a cluster: chosen once, under a lock, outside the range of outgoing connections."""

from __future__ import annotations

import contextlib
import json
import socket
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice

from filelock import FileLock

from labcluster.errors import ProviderError
from labcluster.paths import clusters_dir, locks_dir

FIRST, LAST = 20000, 29999  # Linux takes outgoing ports from 32768 on, macOS from 49152 on
NAMES = ("etcd", "etcd_peer", "apiserver", "controller_manager", "scheduler")
FILE = "ports.json"  # in each cluster's folder, whoever made it


@contextlib.contextmanager
def reserving() -> Iterator[set[int]]:
    """The ports of all clusters of this user; nobody else chooses any until the caller has written down its own."""
    with FileLock(locks_dir() / ".ports.lock"):
        files = clusters_dir().glob(f"*/{FILE}")
        yield {port for file in files for port in json.loads(file.read_text()).values()}


def allocate(seed: str, taken: Iterable[int], names: tuple[str, ...] = NAMES) -> dict[str, int]:
    """One free port for each name, near a place that depends on the seed (so that users seldom meet).

    Raises:
        ProviderError: not enough ports are free in the range.
    """
    span = LAST - FIRST + 1
    start = zlib.crc32(seed.encode()) % span
    others = set(taken)
    candidates = (FIRST + (start + step) % span for step in range(span))
    free = list(islice((p for p in candidates if p not in others and is_free(p)), len(names)))
    if len(free) < len(names):
        raise ProviderError(
            f"No {len(names)} free ports between {FIRST} and {LAST}. Remove clusters (labcluster list)."
        )
    return dict(zip(names, free, strict=True))


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
