"""Topology constraints of Kubernetes' own scheduler: three gangs, each of a rack's size, and two racks."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from labkit import kube
from labkit.gangs.load import LABEL, Job, Object, pod_groups
from labkit.messages import _

RACK = "topology.kubernetes.io/zone"
GANGS = tuple(Job(f"near-{number}", 0, 6, 2, 600) for number in (1, 2, 3))
SECONDS = 20.0


def bodies(gangs: Sequence[Job] = GANGS) -> list[Object]:
    """Their PodGroups, which must stay within one rack, and their pods."""
    made = pod_groups(gangs)
    for body in made:
        if body["kind"] == "PodGroup":
            body["spec"]["schedulingConstraints"] = {"topology": [{"key": RACK}]}
    return made


def place() -> str:
    """Submit them, wait until the scheduler has decided on each, say where they are, and remove them.

    Raises:
        labkit.kube.KubeError: Kubernetes refused.
    """
    submitted = bodies()
    try:
        kube.run(
            ["create", "--validate=false", "-f", "-"],
            json.dumps({"apiVersion": "v1", "kind": "List", "items": submitted}),
        )
        pods, groups = _decided()
        nodes = {node["metadata"]["name"]: node["metadata"]["labels"].get(RACK, "?") for node in _get("nodes")}
        return yaml.safe_dump(submitted[0], sort_keys=False) + "\n" + "\n".join(lines(pods, groups, nodes))
    finally:
        for kind in ("pods", "podgroups.scheduling.k8s.io"):
            kube.run(["delete", kind, "-l", f"load={LABEL}", "--ignore-not-found"])


def _decided() -> tuple[list[Object], list[Object]]:
    deadline = time.monotonic() + SECONDS
    while True:
        pods, groups = _get("pods"), _get("podgroups.scheduling.k8s.io")
        if all(_why(group) for group in groups) or time.monotonic() > deadline:
            return pods, groups
        time.sleep(0.5)  # polls the condition above


def _get(kind: str) -> list[Object]:
    chosen = [] if kind == "nodes" else ["-l", f"load={LABEL}"]
    return list(json.loads(kube.run(["get", kind, *chosen, "-o", "json"]))["items"])


def lines(pods: Sequence[Object], groups: Sequence[Object], racks: Mapping[str, str]) -> list[str]:
    """For each gang its racks and nodes, or what its PodGroup says."""
    said = []
    for group in groups:
        name = group["metadata"]["name"]
        mine = [pod for pod in pods if pod["metadata"]["labels"]["parallel-job"] == name]
        nodes = sorted({pod["spec"]["nodeName"] for pod in mine if pod["spec"].get("nodeName")})
        where = ", ".join(sorted({racks[node] for node in nodes}))
        placed = _("{racks}: {nodes}").format(racks=where, nodes=" ".join(nodes))
        said.append(f"{name}: " + (placed if nodes else _("waits whole: {why}").format(why=_why(group) or "-")))
    return said


def _why(group: Mapping[str, Any]) -> str:
    conditions = (group.get("status") or {}).get("conditions") or []
    return " ".join(f"{c.get('reason')}: {c.get('message')}".rstrip(": ") for c in conditions)
