"""Ports for a cluster: chosen once, under the caller's lock, outside the range of outgoing connections."""

from __future__ import annotations

import socket
import zlib
from collections.abc import Iterable
from itertools import islice

from labcluster.errors import ProviderError

FIRST, LAST = 20000, 29999  # Linux takes outgoing ports from 32768 on, macOS from 49152 on
NAMES = ("etcd", "etcd_peer", "apiserver", "controller_manager", "scheduler")


def allocate(seed: str, taken: Iterable[int]) -> dict[str, int]:
    """One free port for each of `NAMES`, near a place that depends on the seed (so that users seldom meet).

    Raises:
        ProviderError: not enough ports are free in the range.
    """
    span = LAST - FIRST + 1
    start = zlib.crc32(seed.encode()) % span
    others = set(taken)
    candidates = (FIRST + (start + step) % span for step in range(span))
    free = list(islice((p for p in candidates if p not in others and is_free(p)), len(NAMES)))
    if len(free) < len(NAMES):
        raise ProviderError(f"No five free ports between {FIRST} and {LAST}. Remove clusters (labcluster list).")
    return dict(zip(NAMES, free, strict=True))


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
