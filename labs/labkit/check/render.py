"""A task's report as HTML for the panel: what happened, in words and marks, never by colour alone."""

from __future__ import annotations

from html import escape

from autograder.report.model import CriterionReport, LabReport, TaskReport
from labkit.messages import _

MARKS = {"pass": "✔", "mismatch": "✘", "error": "!", "not-applicable": "–"}


def words(outcome: str) -> str:
    """An outcome in the reader's language."""
    return {
        "pass": _("passed"),
        "mismatch": _("not yet"),
        "error": _("could not be judged"),
        "not-applicable": _("not applicable here"),
    }[outcome]


def score_line(report: LabReport) -> str:
    """The score of all tasks of the report, as HTML."""
    if report.score is None:
        text = _("Could not be judged: see below. No points are lost.")
    else:
        text = _("{score:g} of {points:g} points").format(score=report.score, points=report.points)
    note = f" · {_('simulated cluster')}" if report.simulated else ""
    return f"<p><strong>{escape(text)}</strong>{escape(note)}</p>"


def task_html(task: TaskReport) -> str:
    """One task: its title and its criteria."""
    score = "?" if task.score is None else f"{task.score:g}"
    head = f"<p>{escape(task.title)}: {score}/{task.points:g}</p>"
    return (
        head + "<ul style='list-style:none;padding-left:0.5em'>" + "".join(map(criterion_html, task.criteria)) + "</ul>"
    )


def criterion_html(criterion: CriterionReport) -> str:
    """One criterion: mark, title, outcome, and the reason if there is one."""
    mark = MARKS[criterion.outcome]
    line = f"{mark} <strong>{escape(criterion.title)}</strong> ({escape(words(criterion.outcome))})"
    reasons = [
        f"<div>{escape(label)}: <code>{escape(value)}</code></div>"
        for label, value in (
            (_("where"), criterion.path),
            (_("expected"), criterion.expected),
            (_("found"), criterion.found),
        )
        if value
    ]
    if criterion.message and criterion.outcome != "pass":
        reasons.append(f"<div>{escape(criterion.message)}</div>")
    if criterion.requires:
        reasons.append(f"<div>{escape(_('needs a cluster with'))}: {escape(', '.join(criterion.requires))}</div>")
    return f"<li>{line}<div style='margin-left:1.5em'>{''.join(reasons)}</div></li>"
