"""A table of who may connect to whom, as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from labkit.kube import run
from labkit.messages import _
from labkit.reach.ends import End, end_of_pod, outside, pod
from labkit.reach.rules import Policy, egress, ingress

NO = "-"
SOMEWHERE = "203.0.113.7"
"""An address of the block that is kept for documentation (RFC 5737)."""

Door = tuple[str, End, int, str]
"""How it is called, the end, its port and protocol."""


def reach() -> str:
    """The table for the namespace's Pods and policies as they are now.

    Raises:
        KubeError: no cluster, or Kubernetes refused.
    """
    pods = json.loads(run(["get", "pods", "-o", "json"]))["items"]
    policies = json.loads(run(["get", "networkpolicies", "-o", "json"]))["items"]
    return draw(pods, policies)


def draw(pods: Iterable[Mapping[str, Any]], policies: Sequence[Policy]) -> str:
    """The table of these Pods: who connects stands in the lines, whom to in the columns."""
    ends = _by_app(pods)
    if not ends:
        return _("There is no Pod with a label app here.")
    space = next(iter(ends.values()))[0].namespace or ""
    doors: list[Door] = [
        (f"{name}:{port}", end, port, protocol) for name, (end, ports) in ends.items() for port, protocol in ports
    ]
    dns = pod("kube-system", **{"k8s-app": "kube-dns"})
    doors += [("DNS", dns, 53, "UDP"), (_("internet"), outside(SOMEWHERE), 443, "TCP")]
    callers = {name: end for name, (end, _ports) in ends.items()}
    callers |= {
        _("any other Pod here"): pod(space),
        _("another namespace"): pod("elsewhere"),
        _("outside"): outside(SOMEWHERE),
    }
    rows = [["", *(door[0] for door in doors)]]
    rows += [[name, *(_cell(policies, end, door) for door in doors)] for name, end in callers.items()]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    note = _(
        "{yes}: a rule admits it   {open}: nobody guards it   {no}: refused (as the policies say; nothing is sent)"
    )
    return "\n".join([*lines, "", note.format(yes=_("yes"), open=f"({_('yes')})", no=NO)])


def _by_app(pods: Iterable[Mapping[str, Any]]) -> dict[str, tuple[End, list[tuple[int, str]]]]:
    found: dict[str, tuple[End, list[tuple[int, str]]]] = {}
    for item in pods:
        name = (item["metadata"].get("labels") or {}).get("app")
        if name and name not in found:
            ports = [p for container in item["spec"]["containers"] for p in container.get("ports") or ()]
            found[name] = (end_of_pod(item), [(p["containerPort"], p.get("protocol", "TCP")) for p in ports])
    return dict(sorted(found.items()))


def _cell(policies: Sequence[Policy], source: End, door: Door) -> str:
    _name, target, port, protocol = door
    if source.namespace is None and target.namespace is None:
        return ""
    sides = [side(policies, source, target, port, protocol) for side in (egress, ingress)]
    if not all(side.open for side in sides):
        return NO
    return _("yes") if any(side.admitted for side in sides) else f"({_('yes')})"
