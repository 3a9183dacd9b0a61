"""The rules of `networking.k8s.io/v1` NetworkPolicy, as its API reference states them.

A Pod that no policy selects is open in that direction. Once one does, it is isolated: only what a rule of a policy that
selects it admits may pass, and rules only add. A connection needs both ends: out of the one, into the other.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labkit.reach.ends import End

Policy = Mapping[str, Any]


@dataclass(frozen=True)
class Side:
    """What one end says: `isolated` if a policy selects it in this direction; `admitted`: by these policies."""

    isolated: bool
    admitted: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """Whether the connection may pass here."""
        return bool(self.admitted) or not self.isolated


def egress(policies: Iterable[Policy], source: End, target: End, port: int, protocol: str = "TCP") -> Side:
    """Whether the source may send it."""
    return _side("Egress", "egress", "to", policies, source, target, (target, port, protocol))


def ingress(policies: Iterable[Policy], source: End, target: End, port: int, protocol: str = "TCP") -> Side:
    """Whether the target may receive it."""
    return _side("Ingress", "ingress", "from", policies, target, source, (target, port, protocol))


def _side(
    kind: str, field: str, peers: str, policies: Iterable[Policy], here: End, there: End, door: tuple[End, int, str]
) -> Side:
    mine = [policy for policy in policies if _applies(policy, here, kind)]
    admitted = [
        str(policy["metadata"]["name"])
        for policy in mine
        for rule in policy["spec"].get(field) or ()
        if _any_peer(rule.get(peers), there, here.namespace) and _any_port(rule.get("ports"), *door)
    ]
    return Side(bool(mine), tuple(dict.fromkeys(admitted)))


def _applies(policy: Policy, end: End, kind: str) -> bool:
    spec = policy["spec"]
    # The server fills this in: Ingress always, Egress where there are egress rules.
    types = spec.get("policyTypes") or ["Ingress", *(["Egress"] if spec.get("egress") else [])]
    same = policy["metadata"].get("namespace", end.namespace) == end.namespace
    return kind in types and same and end.namespace is not None and selects(spec.get("podSelector") or {}, end.labels)


def _any_peer(peers: Sequence[Mapping[str, Any]] | None, end: End, namespace: str | None) -> bool:
    return not peers or any(_peer(peer, end, namespace) for peer in peers)


def _peer(peer: Mapping[str, Any], end: End, namespace: str | None) -> bool:
    if "ipBlock" in peer:
        return _in_block(peer["ipBlock"], end.address)
    if end.namespace is None:
        return False
    if "namespaceSelector" in peer:
        there = selects(peer["namespaceSelector"] or {}, end.namespace_labels)
    else:
        there = end.namespace == namespace
    return there and selects(peer.get("podSelector") or {}, end.labels)


def _in_block(block: Mapping[str, Any], address: str) -> bool:
    if not address:
        return False
    here = ipaddress.ip_address(address)
    return here in ipaddress.ip_network(block["cidr"], strict=False) and not any(
        here in ipaddress.ip_network(hole, strict=False) for hole in block.get("except") or ()
    )


def _any_port(ports: Sequence[Mapping[str, Any]] | None, target: End, port: int, protocol: str) -> bool:
    return not ports or any(_port(entry, target, port, protocol) for entry in ports)


def _port(entry: Mapping[str, Any], target: End, port: int, protocol: str) -> bool:
    if entry.get("protocol", "TCP") != protocol:
        return False
    wanted = entry.get("port")
    if wanted is None:
        return True
    if isinstance(wanted, str):
        return target.ports.get(wanted) == (port, protocol)
    return int(wanted) <= port <= int(entry.get("endPort", wanted))


def selects(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Whether a label selector (matchLabels and matchExpressions) selects something with these labels."""
    exact = selector.get("matchLabels") or {}
    return all(labels.get(key) == value for key, value in exact.items()) and all(
        _holds(rule, labels) for rule in selector.get("matchExpressions") or ()
    )


def _holds(rule: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    key, operator, values = rule["key"], rule["operator"], rule.get("values") or ()
    if operator == "Exists":
        return key in labels
    if operator == "DoesNotExist":
        return key not in labels
    return (labels.get(key) in values) is (operator == "In")
