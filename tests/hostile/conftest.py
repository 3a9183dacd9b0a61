"""A cluster and a grader for submissions that mean harm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode

from autograder.clusters import ScratchCluster
from autograder.grading import Graded, Run, grade_notebook
from autograder.notebook import build_lab
from autograder.spec import load_lab
from autograder.spec.model import Lab
from labcluster.factory import scratch_cluster
from tests.hostile import tiny


@dataclass(frozen=True)
class Grader:
    """Grades submissions to the tiny lab as nbgrader's plug-in does, one after the other on one cluster."""

    lab: Lab
    cluster: ScratchCluster
    folder: Path

    def given(self) -> NotebookNode:
        """The notebook as it is given out."""
        return build_lab(self.lab, "en")

    def solved(self) -> NotebookNode:
        """The notebook as a perfect student hands it in."""
        return build_lab(self.lab, "en", with_solution=True)

    def __call__(self, notebook: NotebookNode | Path, **options: Any) -> Graded:
        """Grade it on the emptied cluster."""
        self.cluster.reset(tiny.LAB)
        return grade_notebook(notebook, Run(self.lab, "eve", self.cluster, "en", **options))


@pytest.fixture(scope="package")
def grader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grader]:
    """A grader with hidden criteria on an embedded cluster of its own."""
    folder = tmp_path_factory.mktemp("tiny")
    course = tiny.lay_out(folder)
    with scratch_cluster("hostile", course=course, provider="embedded") as cluster:
        yield Grader(load_lab(course, tiny.LAB, folder / "private"), cluster, folder)


def scores(graded: Graded) -> dict[str, float | None]:
    """The score of each task."""
    return {task.id: task.score for task in graded.report.tasks}
