"""The words that every rendering shares, in the run's language."""

from __future__ import annotations

from autograder.i18n import _
from autograder.report.model import CriterionReport, LabReport, Outcome, TaskReport

STYLES: dict[Outcome, str] = {
    "pass": "green",
    "mismatch": "red",
    "error": "magenta",
    "not-applicable": "dim",
}

# Who can judge what the embedded cluster cannot.
_JUDGE = "kind"


def mark(outcome: Outcome) -> str:
    """A sign and a word: never colour alone."""
    marks: dict[Outcome, str] = {
        "pass": "✔ " + _("done"),
        "mismatch": "✘ " + _("not yet"),
        "error": "! " + _("not judged"),
        "not-applicable": "– " + _("not applicable"),
    }
    return marks[outcome]


def number(value: float) -> str:
    """Points without useless zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def score(task: TaskReport) -> str:
    """`2 of 3 points`, or why there is no score."""
    if task.failed_to_judge:
        return _("could not be judged; nothing is lost")
    if task.score is None:
        return _("not applicable on this cluster")
    return _("{score} of {points} points").format(score=number(task.score), points=number(task.points))


def reasons(criterion: CriterionReport) -> list[tuple[str, str]]:
    """Labelled lines that say why: where, expected, found, message."""
    if criterion.hidden and criterion.outcome == "mismatch" and not criterion.message:
        return [(_("why"), _("a hidden criterion was lost; its details are not shown"))]
    if criterion.outcome == "not-applicable":
        needed = ", ".join(criterion.requires)
        sentence = _("this cluster lacks {needed}; the provider {judge} can judge it")
        return [(_("why"), sentence.format(needed=needed, judge=_JUDGE))]
    lines = [
        (_("why"), criterion.message),
        (_("where"), criterion.path),
        (_("expected"), criterion.expected),
        (_("found"), criterion.found),
    ]
    return [(label, value) for label, value in lines if value]


def summary(report: LabReport) -> list[str]:
    """The last lines: the score of the whole, and what to know about it."""
    if report.score is None:
        return [_("No score: something could not be judged. This costs nothing; run the check again.")]
    if not report.points:
        return [_("Nothing here can be judged on this cluster.")]
    total = _("Score: {score} of {points} points").format(score=number(report.score), points=number(report.points))
    return [total + (". " + _("All done!") if report.passed else "")]
