"""A report as HTML for the panel: the same words as in every other rendering; signs and words, never colour alone."""

from __future__ import annotations

from html import escape

from autograder.i18n import language as speaking
from autograder.report.model import CriterionReport, LabReport, TaskReport
from autograder.report.words import mark, number, reasons, score
from labkit.messages import _, language


def score_line(report: LabReport) -> str:
    """The score of all tasks of the report, as HTML."""
    if report.score is None:
        text = _("Could not be judged: see below. No points are lost.")
    else:
        text = _("{score} of {points} points").format(score=number(report.score), points=number(report.points))
    note = " · " + _("simulated cluster") if report.simulated else ""
    return f"<p><strong>{escape(text)}</strong>{escape(note)}</p>"


def task_html(task: TaskReport) -> str:
    """One task: its title, its score and its criteria."""
    with speaking(language()):
        items = "".join(_criterion(criterion) for criterion in task.criteria)
        head = f"<p>{escape(task.title)}: {escape(score(task))}</p>"
    return f"{head}<ul style='list-style:none;padding-left:0.5em'>{items}</ul>"


def _criterion(criterion: CriterionReport) -> str:
    """One criterion: mark, title, and the reasons if there are any."""
    line = f"{escape(mark(criterion.outcome))} · <strong>{escape(criterion.title)}</strong>"
    why = [f"<div>{escape(label)}: <code>{escape(value)}</code></div>" for label, value in reasons(criterion)]
    shown = "" if criterion.outcome == "pass" else "".join(why)
    return f"<li>{line}<div style='margin-left:1.5em'>{shown}</div></li>"
