"""The sandbox of a graded notebook leads to a cluster of real containers as it leads to an embedded one."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.grading import Run, grade_notebook
from autograder.notebook import build_lab
from autograder.spec import load_lab
from labcluster.factory import ScratchCluster

LAB = "00-first-cluster"


@pytest.mark.needs_kind
@pytest.mark.needs_sandbox
def test_a_solved_notebook_in_the_sandbox_gets_its_points_on_kind(kind_cluster: ScratchCluster, course: Path) -> None:
    """Through the relay, a kernel without network reaches its kind cluster's API server, and the work counts."""
    lab = load_lab(course, LAB)
    try:
        graded = grade_notebook(build_lab(lab, "en", with_solution=True), Run(lab, "self", kind_cluster, "en"))
    finally:
        kind_cluster.reset(LAB)
    scores = {task.id: (task.score, task.points) for task in graded.report.tasks}
    assert all(score == points for score, points in scores.values()), scores
    assert graded.report.provider == "kind"
