"""nbgrader's Execute and SaveAutoGrades, so that clusters are judged and an error never becomes a score.

nbgrader.preprocessors.Execute would send test cells to the student's kernel and read the score from what it answers.
Ours gives the whole notebook to `autograder.grading`, which runs it in a sandbox against a fresh cluster and judges in
a process of its own. nbgrader's `determine_grade` takes a test cell without a number for full marks; ours leaves the
score of a task that could not be judged empty, so that formgrader shows "needs manual grade".
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import MissingEntry
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from traitlets import Unicode

from autograder.clusters import cluster_factory
from autograder.errors import AutograderError
from autograder.grading.grade import Run, grade_notebook
from autograder.grading.submission import is_test, restore
from autograder.notebook import source_notebook
from autograder.spec import load_course, load_lab

Resources = dict[str, Any]


class RestoreCells(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts test cells back as they were given out: edited, copied and deleted ones harm nobody but nbgrader.

    It stands in the place of nbgrader's DeduplicateIds, whose empty metadata its own OverwriteCells cannot read.
    """

    course = Unicode("", help="The course's folder (the one of course.yaml).").tag(config=True)
    lang = Unicode("pt-BR", help="Language of the course.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """The submission with the test cells of the lab's source."""
        lab = load_lab(Path(self.course), resources["nbgrader"]["notebook"])
        return restore(nb, source_notebook(lab, self.lang)), resources


class ClusterExecute(NbGraderPreprocessor):  # type: ignore[misc]
    """Runs a submission in a sandbox on a fresh cluster, and judges its test cells from outside."""

    course = Unicode("", help="The course's folder (the one of course.yaml).").tag(config=True)
    lang = Unicode("pt-BR", help="Language of the reasons in the feedback.").tag(config=True)

    private = Unicode("", help="The instructor's folder with hidden criteria, or nothing.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Grade the notebook; AutograderError (no sandbox, no cluster) stops this submission, with its message."""
        student = resources["nbgrader"]["student"]
        folder = Path(resources["metadata"]["path"])
        private = os.environ.get("COURSE_PRIVATE") or self.private
        lab = load_lab(Path(self.course), resources["nbgrader"]["notebook"], Path(private) if private else None)
        with ExitStack() as stack:
            cluster = None
            if lab.asks_cluster:
                provider = load_course(Path(self.course)).provider
                cluster = stack.enter_context(
                    cluster_factory()("grade", course=Path(self.course).resolve(), provider=provider, lab=lab.id)
                )
            run = Run(lab=lab, student=student, cluster=cluster, lang=self.lang, folder=folder, progress=self._tell)
            graded = grade_notebook(nb, run)
        self.log.info("%s of %s: %s of %s points", lab.id, student, graded.report.score, graded.report.points)
        return graded.notebook, resources

    def _tell(self, number: int, count: int, text: str) -> None:
        self.log.info("cell %d of %d: %s", number + 1, count, text)


class SaveScores(SaveAutoGrades):  # type: ignore[misc]
    """Saves what nbgrader finds in the cells, except where the grader could not judge."""

    def _add_score(self, cell: NotebookNode, resources: Resources) -> None:
        if not is_test(cell) or has_score(cell):
            super()._add_score(cell, resources)
            return
        place = resources["nbgrader"]
        grade_id = cell.metadata["nbgrader"]["grade_id"]
        try:
            grade = self.gradebook.find_grade(grade_id, place["notebook"], place["assignment"], place["student"])
        except MissingEntry as error:
            raise AutograderError(f"cell {grade_id} is not in the gradebook: {error}") from error
        grade.auto_score = None
        grade.needs_manual_grade = grade.manual_score is None
        self.gradebook.db.commit()


def has_score(cell: NotebookNode) -> bool:
    """Whether the grader wrote a number into the test cell."""
    return any(output.output_type == "execute_result" for output in cell.outputs)


__all__ = ["ClusterExecute", "RestoreCells", "SaveScores", "has_score"]
