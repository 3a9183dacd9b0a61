"""Who may connect to whom: the API reference's rules of NetworkPolicy, one by one."""

from __future__ import annotations

from typing import Any

import pytest

from labkit.reach import egress, ingress, outside
from labkit.reach.ends import End, end_of_pod, pod
from labkit.reach.rules import Policy, selects
from labkit.reach.show import draw

WEB, DB = pod("lab", app="web"), pod("lab", app="db")
INTERNET = outside("203.0.113.7")


def policy(name: str = "p", selector: Any = None, **spec: Any) -> Policy:
    """A policy of namespace lab, which selects all of its pods unless told otherwise."""
    return {"metadata": {"name": name, "namespace": "lab"}, "spec": {"podSelector": selector or {}, **spec}}


TO_DB = {"matchLabels": {"app": "db"}}
FROM_WEB = {"from": [{"podSelector": {"matchLabels": {"app": "web"}}}]}


def test_nobody_selected_is_open() -> None:
    """Without a policy everything passes, and no rule is the reason."""
    side = ingress([], WEB, DB, 5432)
    assert (side.isolated, side.admitted, side.open) == (False, (), True)


def test_selected_is_isolated_in_that_direction_only() -> None:
    """An empty Ingress policy lets nothing in, and says nothing of what goes out."""
    shut = [policy(policyTypes=["Ingress"])]
    assert not ingress(shut, WEB, DB, 5432).open
    assert egress(shut, WEB, DB, 5432).open
    assert ingress(shut, WEB, pod("elsewhere"), 80).open, "a policy holds in its own namespace"


def test_rules_only_add() -> None:
    """A second policy opens what the first one shuts; its name is told."""
    found = [policy("shut", policyTypes=["Ingress"]), policy("open", TO_DB, ingress=[FROM_WEB])]
    assert ingress(found, WEB, DB, 5432).admitted == ("open",)
    assert not ingress(found, pod("lab", app="other"), DB, 5432).open
    assert not ingress(found, pod("elsewhere", app="web"), DB, 5432).open, "podSelector alone means this namespace"


def test_selectors_of_one_peer_are_and_of_two_are_or() -> None:
    """The dash that everybody forgets once."""
    space, web = {"namespaceSelector": {"matchLabels": {"team": "a"}}}, {"podSelector": {"matchLabels": {"app": "web"}}}
    stranger = End("elsewhere", {"app": "web"}, {"team": "b"})
    friend = End("elsewhere", {"app": "x"}, {"team": "a"})
    both, either = [policy(ingress=[{"from": [space | web]}])], [policy(ingress=[{"from": [space, web]}])]
    assert [ingress(both, end, DB, 1).open for end in (stranger, friend, WEB)] == [False, False, False]
    assert [ingress(either, end, DB, 1).open for end in (stranger, friend, WEB)] == [False, True, True]
    assert ingress(both, End("elsewhere", {"app": "web"}, {"team": "a"}), DB, 1).open


PORTS: list[tuple[dict[str, Any], bool]] = [
    ({"port": 5432}, True),
    ({"port": 5432, "protocol": "UDP"}, False),
    ({"port": 5000, "endPort": 6000}, True),
    ({"port": 5000}, False),
    ({"port": "sql"}, True),
    ({"port": "http"}, False),
    ({"protocol": "TCP"}, True),
    ({"protocol": "UDP"}, False),
]


@pytest.mark.parametrize(("entry", "passes"), PORTS)
def test_ports(entry: dict[str, Any], passes: bool) -> None:
    """By number, range, name in the target, and protocol (TCP if none is given)."""
    item = {
        "metadata": {"namespace": "lab", "labels": {"app": "db"}},
        "spec": {"containers": [{"name": "db", "ports": [{"name": "sql", "containerPort": 5432}]}]},
    }
    found = [policy(policyTypes=["Egress"], egress=[{"ports": [entry]}])]
    assert egress(found, WEB, end_of_pod(item), 5432).open is passes


def test_blocks_of_addresses() -> None:
    """An ipBlock holds addresses, but for its exceptions; selectors never mean anything outside the cluster."""
    block = {"ipBlock": {"cidr": "203.0.113.0/24", "except": ["203.0.113.128/25"]}}
    found = [policy(policyTypes=["Egress"], egress=[{"to": [block]}])]
    assert egress(found, WEB, INTERNET, 443).open
    assert not egress(found, WEB, outside("203.0.113.200"), 443).open
    assert not egress(found, WEB, DB, 443).open
    everybody = [policy(policyTypes=["Egress"], egress=[{"to": [{"namespaceSelector": {}}]}])]
    assert egress(everybody, WEB, pod("elsewhere"), 443).open
    assert not egress(everybody, WEB, INTERNET, 443).open


def test_an_empty_rule_admits_everything() -> None:
    """`- {}` and an empty list are opposites."""
    assert ingress([policy(ingress=[{}])], INTERNET, DB, 22).open
    assert not ingress([policy(policyTypes=["Ingress"], ingress=[])], INTERNET, DB, 22).open


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ({"operator": "In", "values": ["db", "x"]}, True),
        ({"operator": "NotIn", "values": ["db"]}, False),
        ({"operator": "Exists"}, True),
        ({"operator": "DoesNotExist"}, False),
    ],
)
def test_expressions(rule: dict[str, Any], holds: bool) -> None:
    """matchExpressions as the API reference has them."""
    assert selects({"matchExpressions": [{"key": "app", **rule}]}, {"app": "db"}) is holds


def test_the_table_tells_open_from_admitted() -> None:
    """Each cell is one connection: admitted by a rule, unguarded, or refused."""
    pods = [
        {
            "metadata": {"namespace": "lab", "labels": {"app": name}},
            "spec": {"containers": [{"name": name, "ports": [{"containerPort": port}]}]},
        }
        for name, port in (("db", 5432), ("web", 8080))
    ]
    rows = {line.split("  ")[0]: line for line in draw(pods, [policy("p", TO_DB, ingress=[FROM_WEB])]).splitlines()}
    cells = rows["web"].split()[1:]
    assert len(cells) == 4
    assert not cells[0].startswith(("(", "-"))
    assert all(cell.startswith("(") for cell in cells[1:])
    assert rows["db"].split()[1] == "-"
