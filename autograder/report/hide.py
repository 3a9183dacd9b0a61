"""What a student may see of hidden criteria: that one was lost, and its points."""

from __future__ import annotations

from dataclasses import replace

from autograder.i18n import _
from autograder.report.model import CriterionReport, LabReport, TaskReport


def hide(report: LabReport) -> LabReport:
    """The report with hidden criteria reduced to outcome and points."""
    return replace(report, tasks=tuple(_task(task) for task in report.tasks))


def _task(task: TaskReport) -> TaskReport:
    hidden = [criterion.id for criterion in task.criteria if criterion.hidden]
    numbers = {name: number for number, name in enumerate(hidden, start=1)}
    criteria = tuple(
        _bare(criterion, task.id, numbers[criterion.id]) if criterion.hidden else criterion
        for criterion in task.criteria
    )
    return replace(task, criteria=criteria)


def _bare(criterion: CriterionReport, task: str, number: int) -> CriterionReport:
    return CriterionReport(
        id=f"{task}-hidden-{number}",
        title=_("A hidden criterion"),
        outcome=criterion.outcome,
        points=criterion.points,
        earned=criterion.earned,
        requires=criterion.requires,
        hidden=True,
    )
