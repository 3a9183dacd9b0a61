"""When the API server and the node of a kind cluster answer."""

from __future__ import annotations

import ssl
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

from labcluster.errors import ProviderError
from labcluster.providers.kind import node
from labcluster.providers.kind.record import Record

EVER = datetime.fromtimestamp(0, UTC)
PROBE_SECONDS = 2
# Just after etcd has come back, the API server may still repeat what it found a moment ago.
PATIENCE_SECONDS = 3


def alive(port: int) -> bool:
    """Whether the API server says that it is alive, if need be after a moment."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not answers(port):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)  # polls the condition above
    return True


def answers(port: int) -> bool:
    """Whether the API server says that it is alive (kubeadm lets everybody ask that)."""
    # The question carries no secret and the answer is believed by nobody but a status line.
    anybody = ssl._create_unverified_context()  # noqa: S323
    try:
        with urllib.request.urlopen(
            f"https://127.0.0.1:{port}/livez", context=anybody, timeout=PROBE_SECONDS
        ) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except (OSError, urllib.error.HTTPError):
        return False


def wait_whole(record: Record, kubeconfig: Path, seconds: float) -> None:
    """Wait until every part of the control plane runs and the node and DNS are Ready, whenever they started.

    That the API server answers says little just after another part has ended: it has not noticed yet.

    Raises:
        ProviderError: not in time; the message says what was missing.
    """
    from labcluster.api import Api  # see wait_ready

    deadline = time.monotonic() + seconds
    Api(kubeconfig).wait("all parts of the control plane to run", lambda: not node.missing(record), seconds)
    wait_ready(kubeconfig, EVER, max(1.0, deadline - time.monotonic()))
    if not alive(record.port):
        raise ProviderError(f"{record.node}: the API server says that it is not alive.")


def wait_ready(kubeconfig: Path, since: datetime, seconds: float) -> None:
    """Wait until the API server is ready, and the kubelet and DNS have started since then.

    Raises:
        ProviderError: not in time; the message says what was missing.
    """
    from labcluster.addons import running
    from labcluster.api import Api  # half a second to import, and pause must be quick

    api = Api(kubeconfig)
    api.wait("the API server to be ready", api.ready, seconds)
    running.wait(api, since, seconds)
