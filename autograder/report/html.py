"""A report as an HTML fragment, for the feedback page and the notebook. Everything of the student's is escaped.

It needs no script: hints open one after the other because each stands inside the one before. Words and signs carry
the outcome, colour only repeats it.
"""

from __future__ import annotations

from html import escape

from autograder.i18n import DEFAULT, _, language
from autograder.report.model import CriterionReport, LabReport, Outcome, TaskReport
from autograder.report.words import mark, number, reasons, score, summary

_COLOURS: dict[Outcome, str] = {
    "pass": "#1a7f37",
    "mismatch": "#b42318",
    "error": "#7a3e9d",
    "not-applicable": "#57606a",
}


def render_html(report: LabReport, lang: str = DEFAULT) -> str:
    """The fragment: a section with a table per task."""
    with language(lang):
        parts = [
            f'<section class="autograder-report" lang="{escape(lang)}" aria-label="{escape(_("Report"))}">',
            f"<p>{_head(report)}</p>",
            *(_task(task) for task in report.tasks),
            *(f'<p role="status"><strong>{escape(line)}</strong></p>' for line in summary(report)),
            "</section>",
        ]
    return "\n".join(parts)


def _head(report: LabReport) -> str:
    text = f"<strong>{escape(report.lab)}</strong> · {escape(report.student)}"
    if report.provider:
        text += f" · {escape(_('cluster'))}: {escape(report.provider)}"
    if report.simulated:
        text += f" ({escape(_('simulated nodes and containers'))})"
    return text


def _task(task: TaskReport) -> str:
    heads = "".join(
        f'<th scope="col" style="text-align:left;padding:.2em .8em .2em 0">{escape(word)}</th>'
        for word in (_("result"), _("points"), _("what is judged"))
    )
    rows = "\n".join(_row(criterion) for criterion in task.criteria)
    caption = f"<strong>{escape(task.title)}</strong> ({escape(task.id)}): {escape(score(task))}"
    return (
        '<table style="border-collapse:collapse;margin:.5em 0;text-align:left">\n'
        f'<caption style="text-align:left;caption-side:top">{caption}</caption>\n'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>"
    )


def _row(criterion: CriterionReport) -> str:
    cell = "padding:.3em .8em .3em 0;vertical-align:top;text-align:left"
    colour = _COLOURS[criterion.outcome]
    result = f'<td style="{cell};color:{colour};white-space:nowrap">{escape(mark(criterion.outcome))}</td>'
    points = f'<td style="{cell}">{number(criterion.earned)}/{number(criterion.points)}</td>'
    why = "".join(
        f"<dt>{escape(label)}</dt><dd><code>{escape(value)}</code></dd>" for label, value in reasons(criterion)
    )
    details = f'<dl style="margin:.2em 0 .2em 1em">{why}</dl>' if why else ""
    hints = criterion.hints if criterion.outcome == "mismatch" else ()
    return f'<tr>{result}{points}<td style="{cell}">{escape(criterion.title)}{details}{_hints(hints)}</td></tr>'


def _hints(hints: tuple[str, ...], first: bool = True) -> str:
    """Each hint inside the one before, so that they open one at a time."""
    if not hints:
        return ""
    label = _("Hint") if first else _("One more hint")
    rest = _hints(hints[1:], first=False)
    return f"<details><summary>{escape(label)}</summary><p>{escape(hints[0])}</p>{rest}</details>"
