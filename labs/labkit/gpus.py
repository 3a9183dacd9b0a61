"""The GPUs of some nodes drawn one by one, as text: which are taken by pods of the lab's namespace, and by whom."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from labkit.kube import run
from labkit.messages import _

TAKEN, FREE = "■", "□"
ENDED = ("Succeeded", "Failed")


def gpu_map(selector: str, resource: str = "nvidia.com/gpu") -> str:
    """The map of the nodes that `selector` (as of `kubectl get nodes -l`) finds, one line a node.

    Raises:
        KubeError: no cluster, or Kubernetes refused.
    """
    nodes = json.loads(run(["get", "nodes", "-l", selector, "-o", "json"]))["items"]
    pods = json.loads(run(["get", "pods", "-o", "json"]))["items"]
    return draw(nodes, pods, resource)


def draw(nodes: Iterable[Mapping[str, Any]], pods: Iterable[Mapping[str, Any]], resource: str) -> str:
    """The map of these Node and Pod objects; nodes without the resource are left out."""
    here: dict[str, dict[str, int]] = {}
    for pod in pods:
        asked = amount(pod, resource)
        if asked and pod["status"].get("phase") not in ENDED:
            here.setdefault(pod["spec"].get("nodeName", ""), {})[pod["metadata"]["name"]] = asked
    lines = [_line(node, here.get(node["metadata"]["name"], {}), resource) for node in nodes]
    waiting = [f"{name} ({asked})" for name, asked in here.get("", {}).items()]
    note = [_("{resource}, simulated: {taken} taken by a Pod of this lab, {free} free").format(
        resource=resource, taken=TAKEN, free=FREE)]  # fmt: skip
    return "\n".join([*note, *filter(None, lines), *([_("waiting") + ": " + ", ".join(waiting)] if waiting else [])])


def amount(pod: Mapping[str, Any], resource: str) -> int:
    """How many of the resource the pod's containers ask for in all."""
    limits = (c.get("resources", {}).get("limits", {}) for c in pod["spec"]["containers"])
    return sum(int(limit.get(resource, 0)) for limit in limits)


def _line(node: Mapping[str, Any], pods: Mapping[str, int], resource: str) -> str:
    total, taken = int(node["status"]["allocatable"].get(resource, 0)), sum(pods.values())
    if not total:
        return ""
    squares = TAKEN * taken + FREE * (total - taken)
    names = ", ".join(f"{name} ({asked})" for name, asked in pods.items()) or "-"
    return f"{node['metadata']['name']:12} {squares}  {_('{n} free').format(n=total - taken)}  {names}"
