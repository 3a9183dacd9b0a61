"""What the view knows: nodes and pods as small records, made from the API's objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

RACK = "topology.kubernetes.io/zone"
NEW_SECONDS = 4  # how long a pod that has just come is marked as new

Object = Mapping[str, Any]


@dataclass(frozen=True)
class Node:
    """A node as the view draws it."""

    name: str
    pool: str
    ready: bool
    simulated: bool
    cordoned: bool
    tainted: bool
    size: str
    rack: str = ""


@dataclass(frozen=True)
class Pod:
    """A pod as the view draws it. `phase` is what `kubectl get pods` would say; `reason` why it waits."""

    name: str
    node: str
    phase: str
    ready: bool
    reason: str
    created: datetime

    def is_new(self, now: datetime) -> bool:
        """Whether it has come within the last NEW_SECONDS."""
        return (now - self.created).total_seconds() < NEW_SECONDS


@dataclass
class State:
    """The cluster at one moment, by name."""

    namespace: str
    nodes: dict[str, Node] = field(default_factory=dict)
    pods: dict[str, Pod] = field(default_factory=dict)

    def on(self, node: str) -> list[Pod]:
        """The pods of a node ("" for those that wait for one), by name."""
        return sorted((pod for pod in self.pods.values() if pod.node == node), key=lambda pod: pod.name)


def node_of(body: Object) -> Node:
    """A Node object as a record."""
    labels = body["metadata"].get("labels", {})
    size = body.get("status", {}).get("capacity", {})
    gpus = f", {size['nvidia.com/gpu']} GPU" if "nvidia.com/gpu" in size else ""
    conditions = body.get("status", {}).get("conditions", [])
    return Node(
        name=body["metadata"]["name"],
        pool=labels.get("pool", "-"),
        ready=any(c["type"] == "Ready" and c["status"] == "True" for c in conditions),
        simulated=labels.get("labcluster.dev/simulated") == "true",
        cordoned=bool(body.get("spec", {}).get("unschedulable")),
        tainted=bool(body.get("spec", {}).get("taints")),
        size=f"{size.get('cpu', '?')} CPU, {size.get('memory', '?')}{gpus}",
        rack=labels.get(RACK, ""),
    )


def pod_of(body: Object) -> Pod:
    """A Pod object as a record."""
    status, meta = body.get("status", {}), body["metadata"]
    conditions = {c["type"]: c for c in status.get("conditions", [])}
    waiting = [
        c["state"]["waiting"].get("reason", "")
        for c in (*status.get("initContainerStatuses", []), *status.get("containerStatuses", []))
        if "waiting" in c.get("state", {})
    ]
    scheduled = conditions.get("PodScheduled", {})
    reason = next(filter(None, waiting), "") or (
        scheduled.get("message", "") if scheduled.get("status") == "False" else ""
    )
    return Pod(
        name=meta["name"],
        node=body.get("spec", {}).get("nodeName", ""),
        phase="Terminating" if meta.get("deletionTimestamp") else status.get("phase", "Pending"),
        ready=conditions.get("Ready", {}).get("status") == "True",
        reason=reason,
        created=datetime.fromisoformat(meta["creationTimestamp"]),
    )


def now() -> datetime:
    """This moment, in UTC as the API's times are."""
    return datetime.now(UTC)
