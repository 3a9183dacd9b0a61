"""Writes a task's report into its test cell, in the form that nbgrader reads (points) and that a student reads."""

from __future__ import annotations

from dataclasses import replace

from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.report.model import CriterionReport, LabReport, TaskReport
from autograder.spec.model import Lab, Task


def write_verdict(cell: NotebookNode, report: LabReport, lang: str) -> None:
    """Put score and reasons of the report's one task into the cell.

    nbgrader takes a number in an execute_result as points. A task that could not be judged gets no number, so that
    SaveAutoGrades (ours) leaves its score empty.
    """
    from autograder.report import render_html, render_text

    (task,) = report.tasks
    cell.execution_count = None
    cell.outputs = []
    if task.score is not None:
        score = min(max(task.score, 0.0), task.points)
        cell.outputs.append(new_output("execute_result", {"text/plain": f"{score:g}"}))
    reasons = {"text/html": render_html(report, lang), "text/plain": render_text(report, lang)}
    cell.outputs.append(new_output("display_data", reasons))


def not_judged(lab: Lab, task: Task, student: str, lang: str, message: str) -> LabReport:
    """The report of a task that the checker could not look at: every criterion ends in the same error."""
    criteria = tuple(
        CriterionReport(item.id, item.title[lang], "error", item.points, message=message, hidden=item.hidden)
        for item in task.criteria
        if not item.hidden
    )
    return LabReport(lab.id, student, "", False, (TaskReport(task.id, task.title[lang], None, task.points, criteria),))


def together(reports: list[LabReport], lab: Lab, student: str) -> LabReport:
    """One report out of those of single tasks, in the order of checks.yaml."""
    order = {task.id: number for number, task in enumerate(lab.tasks)}
    tasks = sorted((task for report in reports for task in report.tasks), key=lambda task: order[task.id])
    base = next((report for report in reports if report.provider), LabReport(lab.id, student, "", False, ()))
    return replace(base, tasks=tuple(tasks))
