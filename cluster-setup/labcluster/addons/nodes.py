"""Simulated nodes from a pool file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from labcluster.api import Api, Object
from labcluster.errors import DataError

DEFAULT = Path(__file__).parent / "pools" / "default.yaml"


def add_nodes(api: Api, pool: Path = DEFAULT) -> None:
    """Add the pool's nodes and wait until each is Ready."""
    wanted = read_pool(pool)
    for node in wanted:
        api.apply(node)
    names = {node["metadata"]["name"] for node in wanted}
    api.wait("the simulated nodes to be Ready", lambda: names <= _ready(api), 20)


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
            "labels": own | {"labcluster.dev/simulated": "true"} | entry.get("labels", {}),
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
