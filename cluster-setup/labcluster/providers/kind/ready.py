"""When the API server and the node of a kind cluster answer."""

from __future__ import annotations

import ssl
import urllib.error
import urllib.request
from datetime import datetime
from http import HTTPStatus
from pathlib import Path

PROBE_SECONDS = 2


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
