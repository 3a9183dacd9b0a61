"""The two ends of a connection: a Pod, or an address outside the cluster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NAME = "kubernetes.io/metadata.name"


@dataclass(frozen=True)
class End:
    """A Pod with its labels and those of its namespace; or, without a namespace, an address outside the cluster.

    `ports` are the Pod's named ports: name to number and protocol.
    """

    namespace: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    namespace_labels: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    ports: Mapping[str, tuple[int, str]] = field(default_factory=dict)


def pod(namespace: str, **labels: str) -> End:
    """A Pod with these labels, which need not exist."""
    return End(namespace, labels, {NAME: namespace})


def outside(address: str) -> End:
    """An address that is no Pod's."""
    return End(address=address)


def end_of_pod(item: Mapping[str, Any]) -> End:
    """The end that a Pod object is."""
    meta, spec = item["metadata"], item["spec"]
    ports = {
        port["name"]: (port["containerPort"], port.get("protocol", "TCP"))
        for container in spec["containers"]
        for port in container.get("ports") or ()
        if "name" in port
    }
    space, address = meta["namespace"], (item.get("status") or {}).get("podIP", "")
    return End(space, meta.get("labels") or {}, {NAME: space}, address, ports)
