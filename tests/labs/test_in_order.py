"""Labs one after the other on one cluster of real containers, each task checked twice, as by a student."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder import check_lab, load_lab
from autograder.grading import grade
from autograder.prove.handed import handed_in
from autograder.prove.plan import plan
from autograder.prove.run import STUDENT
from autograder.report.model import LabReport
from labcluster import service
from labcluster.addons.course import read_course
from labcluster.factory import ScratchCluster, scratch_cluster
from labkit import connection
from labkit.gangs.load import SCHEDULERS, Job
from labkit.gangs.measure import run_load

COURSE = Path(__file__).parents[2] / "labs"
LABS = [needs.lab for needs in read_course(COURSE) if needs.nodes == "simulated"]
LABS += ["02-pods", "03-services"]  # two whose checks reach into real containers
pytestmark = [pytest.mark.needs_kind, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def cluster() -> Iterator[ScratchCluster]:
    """One cluster for all of them, so that what a lab leaves behind would be found by the next."""
    with scratch_cluster("in-order", course=COURSE, provider="kind") as made:
        yield made


@pytest.mark.parametrize("lab", LABS)
def test_a_lab_is_solved_after_the_others(cluster: ScratchCluster, lab: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The solution gets all points, whatever the labs before it left, and gets them again at a second Check."""
    monkeypatch.setattr(grade, "check_lab", twice)
    service.add_ons_for(cluster.name, COURSE, lab)
    course = load_lab(COURSE, lab)
    solution = next(proof for proof in plan(course, "en") if proof.kind == "solution")
    with handed_in(course, solution.submission) as folder:
        run = grade.Run(course, STUDENT, cluster, "en", folder=folder, sandboxed=False)
        graded = grade.grade_notebook(solution.notebook, run)
    assert solution.failure(graded.report) == ""


def twice(*what: Any, **how: Any) -> LabReport:
    """Check, and check again: the first report that is not full of points, else the second one."""
    first = check_lab(*what, **how)
    lost = any(item.outcome in ("mismatch", "error") for task in first.tasks for item in task.criteria)
    return first if lost else check_lab(*what, **how)


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
