"""What labs lend their students, read from every cluster.yaml of the course."""

from __future__ import annotations

from pathlib import Path

import pytest

from labcluster.addons.course import LabNeeds, read_course

LABS = read_course(Path(__file__).parents[3] / "labs")
CLIMBING = {"escalate", "bind", "impersonate", "*"}
SHARED = {"validatingadmissionpolicies", "validatingadmissionpolicybindings", "namespaces", "roles", "rolebindings"}


@pytest.mark.parametrize("needs", LABS, ids=[needs.lab for needs in LABS])
def test_no_lab_lends_a_way_up(needs: LabNeeds) -> None:
    """Nobody may grant what they do not have, and kinds that hold others' rules are changed by name only."""
    for rule in [*needs.rules, *needs.cluster_rules]:
        assert not CLIMBING & {*rule["verbs"]}, rule
        assert "deletecollection" not in rule["verbs"] or not SHARED & {*rule["resources"]}, rule
        if SHARED & {*rule["resources"]} and {"update", "patch", "delete"} & {*rule["verbs"]}:
            assert rule.get("resourceNames"), f"{needs.lab}: a change of any of {rule['resources']}"
