"""Whether real nodes and the cluster's DNS run, also just after a pause, when objects still tell of the time before."""

from __future__ import annotations

from datetime import UTC, datetime

from labcluster.addons.nodes import LABEL
from labcluster.api import Api, Object

SECONDS = 120
EVER = datetime.fromtimestamp(0, UTC)


def wait(api: Api, since: datetime = EVER, seconds: float = SECONDS) -> None:
    """Wait until every real node has reported since then that it is Ready, and DNS has started since then.

    Raises:
        ProviderError: not in time; the message says what was missing.
    """
    api.wait("the nodes to be Ready", lambda: _nodes_report(api, since), seconds)
    api.wait("the cluster's DNS to run", lambda: _dns_runs(api, since), seconds)


def _nodes_report(api: Api, since: datetime) -> bool:
    real = api.call("GET", "/api/v1/nodes", labelSelector=f"!{LABEL}")["items"]
    return bool(real) and all(_is_ready(node, since) for node in real)


def _is_ready(node: Object, since: datetime) -> bool:
    ready = [c for c in node["status"].get("conditions", []) if c["type"] == "Ready"]
    return any(c["status"] == "True" and _time(c["lastHeartbeatTime"]) >= since for c in ready)


def _dns_runs(api: Api, since: datetime) -> bool:
    """Whether a DNS container that started since then is ready."""
    pods = api.call("GET", "/api/v1/namespaces/kube-system/pods", labelSelector="k8s-app=kube-dns")["items"]
    states = [status for pod in pods for status in pod["status"].get("containerStatuses", [])]
    began = [s["state"]["running"]["startedAt"] for s in states if s["ready"] and "running" in s["state"]]
    return any(_time(moment) >= since for moment in began)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
