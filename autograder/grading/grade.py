"""Grades a notebook: runs it top to bottom on a fresh cluster, and judges each task where its test cell stands."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from autograder.check import check_lab
from autograder.clusters import ScratchCluster
from autograder.errors import AutograderError, GradingError
from autograder.grading.box import Box, box
from autograder.grading.kernel import kernel
from autograder.grading.limits import DEFAULT, Limits
from autograder.grading.submission import grade_id, is_test, read_notebook, restore
from autograder.grading.verdict import not_judged, together, write_verdict
from autograder.notebook import source_notebook
from autograder.report.model import LabReport
from autograder.spec.model import Lab

Progress = Callable[[int, int, str], None]
"""Called with the number of a cell, how many there are, and what happens there."""


@dataclass(frozen=True)
class Graded:
    """The report on all tasks, and the notebook with outputs and verdicts in it."""

    report: LabReport
    notebook: NotebookNode


@dataclass(frozen=True)
class Run:
    """What grading one submission needs. `cluster` is fresh and its own, or None for a lab that asks for none.

    `folder` holds the files that were handed in with the notebook.
    """

    lab: Lab
    student: str
    cluster: ScratchCluster | None
    lang: str
    folder: Path | None = None
    sandboxed: bool = True
    limits: Limits = DEFAULT
    progress: Progress = lambda _number, _count, _text: None


def grade_notebook(notebook: Path | NotebookNode, run: Run) -> Graded:
    """Run the notebook's cells in a kernel with the student's credential only; judge with the checker's.

    Test cells are never sent to the kernel. Raises GradingError where the file is no notebook, or the sandbox or the
    kernel does not start.
    """
    if run.cluster is None and run.lab.asks_cluster:
        raise GradingError(f"lab {run.lab.id} is judged on a cluster, and none was given")
    submitted = read_notebook(notebook) if isinstance(notebook, Path) else notebook
    ready = restore(submitted, source_notebook(run.lab, run.lang))
    with box(
        run.lab,
        student=run.student,
        lang=run.lang,
        cluster=run.cluster,
        submission=run.folder,
        sandboxed=run.sandboxed,
        limits=run.limits,
    ) as place:
        reports = _cells(ready, run, place)
    return Graded(together(reports, run.lab, run.student), ready)


def _cells(notebook: NotebookNode, run: Run, place: Box) -> list[LabReport]:
    reports = []
    count = len(notebook.cells)
    with kernel(notebook, place) as student_kernel:
        for number, cell in enumerate(notebook.cells):
            if is_test(cell):
                task = str(grade_id(cell))
                run.progress(number, count, f"check {task}")
                report = _judge(task, run, place)
                write_verdict(cell, report, run.lang)
                reports.append(report)
            elif cell.cell_type == "code":
                run.progress(number, count, _first_line(cell))
                student_kernel.run(cell, number)
    notebook.metadata["language_info"] = {"name": "python"}  # the kernel's own word for it is untrusted
    return reports


def _judge(task_id: str, run: Run, place: Box) -> LabReport:
    """The verdict on one task, as the cluster is now; an error of ours costs the student nothing."""
    try:
        with tempfile.TemporaryDirectory(prefix="judge-") as copied:
            return check_lab(
                run.lab,
                kubeconfig=run.cluster.checker_kubeconfig if run.cluster else None,
                student=run.student,
                tasks=[task_id],
                lang=run.lang,
                folder=place.snapshot(Path(copied)),
            )
    except AutograderError as error:
        task = next(task for task in run.lab.tasks if task.id == task_id)
        return not_judged(run.lab, task, run.student, run.lang, str(error))


def _first_line(cell: NotebookNode) -> str:
    return next((line.strip() for line in cell.source.splitlines() if line.strip()), "")[:60]
