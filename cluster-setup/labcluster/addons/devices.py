"""The devices of simulated nodes, published for Dynamic Resource Allocation as a driver on each node would.

An entry of a pool file may list the devices that each of its nodes has: a name, a memory, and any attributes (text,
whole numbers, true or false). They become one ResourceSlice a node (resource.k8s.io/v1, since Kubernetes 1.34), which
goes with its node; DeviceClass `gpu.labcluster.dev` stands for all of them. The scheduler allocates them as it would
real ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from labcluster.addons import nodes
from labcluster.api import Api, Object
from labcluster.errors import DataError

DRIVER = "gpu.labcluster.dev"
VERSION = "resource.k8s.io/v1"
CLASS: Object = {
    "apiVersion": VERSION,
    "kind": "DeviceClass",
    "metadata": {"name": DRIVER},
    "spec": {"selectors": [{"cel": {"expression": f"device.driver == '{DRIVER}'"}}]},
}
TYPES = {str: "string", bool: "bool", int: "int"}


def publish(api: Api, pool: Path) -> None:
    """Publish the devices of the pool's nodes, which must be there; does nothing for a pool without devices.

    Raises:
        DataError: a device lacks its name or memory, or has an attribute that cannot be published.
        ProviderError: the API server refused.
    """
    slices = read_slices(pool)
    if slices:
        api.apply(CLASS)
    for wanted in slices:
        node = api.call("GET", f"/api/v1/nodes/{wanted['spec']['nodeName']}")["metadata"]
        owner = {"apiVersion": "v1", "kind": "Node", "name": node["name"], "uid": node["uid"]}
        api.apply(wanted | {"metadata": wanted["metadata"] | {"ownerReferences": [owner]}})


def read_slices(pool: Path) -> list[Object]:
    """One ResourceSlice for each node of the pool that has devices.

    Raises:
        DataError: see `publish`.
    """
    with_devices = (entry for entry in nodes.read_entries(pool) if "devices" in entry)
    try:
        return [_slice(name, entry["devices"]) for entry in with_devices for name in nodes.names(entry)]
    except (KeyError, TypeError) as cause:
        raise DataError(
            f"{pool}: each device needs a name and a memory, and attributes that are text, whole numbers or true/false "
            f"(missing or wrong: {cause})."
        ) from cause


def _slice(node: str, devices: list[Mapping[str, Any]]) -> Object:
    return {
        "apiVersion": VERSION,
        "kind": "ResourceSlice",
        "metadata": {"name": f"{node}-{DRIVER}"},
        "spec": {
            "driver": DRIVER,
            "nodeName": node,
            "pool": {"name": node, "generation": 1, "resourceSliceCount": 1},
            "devices": [_device(device) for device in devices],
        },
    }


def _device(device: Mapping[str, Any]) -> Object:
    attributes = {key: {TYPES[type(value)]: value} for key, value in device.items() if key not in ("name", "memory")}
    return {"name": device["name"], "attributes": attributes, "capacity": {"memory": {"value": device["memory"]}}}
