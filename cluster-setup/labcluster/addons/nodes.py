"""Simulated nodes from a pool file, alone or beside real ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from labcluster.api import Api, Object
from labcluster.errors import DataError

DEFAULT = Path(__file__).parent / "pools" / "default.yaml"


LABEL = "labcluster.dev/simulated"
# Beside real nodes, only pods that ask for it land on simulated ones; those of some labs all do (PLACEMENT).
TAINT = {"key": LABEL, "value": "true", "effect": "NoSchedule"}
# Read by the admission plugins PodNodeSelector and PodTolerationRestriction, for each new pod of the namespace.
PLACEMENT = {
    "scheduler.alpha.kubernetes.io/node-selector": f"{LABEL}=true",
    "scheduler.alpha.kubernetes.io/defaultTolerations": json.dumps(
        [{"key": LABEL, "operator": "Exists", "effect": "NoSchedule"}]
    ),
}


def add_nodes(api: Api, pool: Path = DEFAULT, *, beside_real: bool = False) -> None:
    """Add the pool's nodes and wait until each is Ready."""
    wanted = read_pool(pool)
    if beside_real:
        _keep_system_off(api)
    for node in wanted:
        if beside_real:
            node["spec"]["taints"] = [TAINT, *node["spec"]["taints"]]
        api.apply(node)
    names = {node["metadata"]["name"] for node in wanted}
    api.wait("the simulated nodes to be Ready", lambda: names <= _ready(api), 20)


def _keep_system_off(api: Api) -> None:
    """Keep DaemonSets that tolerate everything (kube-proxy, a network) to real nodes, without restarting their pods."""
    here = {"matchExpressions": [{"key": LABEL, "operator": "DoesNotExist"}]}
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [here]}}}
    change = {"spec": {"updateStrategy": {"type": "OnDelete", "rollingUpdate": None},
                       "template": {"spec": {"affinity": affinity}}}}  # fmt: skip
    path = "/apis/apps/v1/namespaces/kube-system/daemonsets"
    for found in api.call("GET", path)["items"]:
        api.merge(f"{path}/{found['metadata']['name']}", change)


def read_pool(pool: Path) -> list[Object]:
    """The Node objects that a pool file declares.

    Raises:
        DataError: the file is not a list of nodes with name, cpu and memory.
    """
    entries = yaml.safe_load(pool.read_text())
    try:
        return [_node(entry) for entry in entries]
    except (KeyError, TypeError) as cause:
        raise DataError(f"{pool}: each node needs name, cpu and memory (missing or wrong: {cause}).") from cause


def _node(entry: dict[str, Any]) -> Object:
    size = {"cpu": entry["cpu"], "memory": entry["memory"], "pods": "110"}
    if "gpu" in entry:
        size["nvidia.com/gpu"] = str(entry["gpu"])
    own = {
        "kubernetes.io/hostname": entry["name"],
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
    }
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": entry["name"],
            "labels": own | {LABEL: "true"} | entry.get("labels", {}),
            "annotations": {
                "kwok.x-k8s.io/node": "fake",
                "labcluster.dev/note": "simulated by KWOK: nothing runs here",
            },
        },
        "spec": {"taints": entry.get("taints", [])},
        "status": {"allocatable": size, "capacity": size},
    }


def _ready(api: Api) -> set[str]:
    nodes = api.call("GET", "/api/v1/nodes")["items"]
    return {n["metadata"]["name"] for n in nodes for c in n["status"].get("conditions", [])
            if c["type"] == "Ready" and c["status"] == "True"}  # fmt: skip
