"""Labs on simulated nodes, one after the other on one cluster of real containers, as a student goes through them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from autograder import load_lab
from autograder.prove import prove_lab
from labcluster import service
from labcluster.addons.course import read_course
from labcluster.factory import ScratchCluster, scratch_cluster
from labkit import connection
from labkit.gangs.load import SCHEDULERS, Job
from labkit.gangs.measure import run_load

COURSE = Path(__file__).parents[2] / "labs"
LABS = [needs.lab for needs in read_course(COURSE) if needs.nodes == "simulated"]
pytestmark = [pytest.mark.needs_kind, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def cluster() -> Iterator[ScratchCluster]:
    """One cluster for all of them, so that what a lab leaves behind would be found by the next."""
    with scratch_cluster("in-order", course=COURSE, provider="kind") as made:
        yield made


@pytest.mark.parametrize("lab", LABS)
def test_a_lab_is_solved_after_the_others(cluster: ScratchCluster, lab: str) -> None:
    """The solution gets all points, whatever nodes and programs the labs before it brought into the cluster."""

    @contextmanager
    def same(_name: str, **_wanted: Any) -> Iterator[ScratchCluster]:
        service.add_ons_for(cluster.name, COURSE, lab)
        yield cluster

    outcomes = [found for found in prove_lab(load_lab(COURSE, lab), same, provider="kind") if found.applicable]
    assert [found.proof.kind for found in outcomes] == ["solution"]
    assert outcomes[0].failure == ""


@pytest.mark.needs_kueue
@pytest.mark.parametrize("scheduler", ["kueue", "native"])
def test_the_other_gang_schedulers_of_lab_07_work_beside_a_real_node(
    cluster: ScratchCluster, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their add-ons come into the cluster, and two jobs of 16 GPUs each, a deadlock by default, both end on 24."""
    service.add_ons_for(cluster.name, COURSE, "07-volcano-gang")
    for addon in SCHEDULERS[scheduler].addons:
        service.add_on(cluster.name, addon)
    monkeypatch.setenv("KUBECONFIG", str(cluster.student_kubeconfig))
    connection.select("07-volcano-gang")
    monkeypatch.setenv("PATH", os.pathsep.join([*map(str, cluster.tools), os.environ["PATH"]]))
    result = run_load([Job("load-a", 0, 8, 2, 2), Job("load-b", 0, 8, 2, 2)], scheduler)
    assert result.makespan is not None, result.samples[-1]
