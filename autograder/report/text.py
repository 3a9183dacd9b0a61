"""A report as a table for a terminal: marks that do not depend on colour, a reason, and the first hint."""

from __future__ import annotations

import io

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.i18n import DEFAULT, _, language
from autograder.report.model import CriterionReport, LabReport, TaskReport
from autograder.report.words import STYLES, mark, number, reasons, score, summary

WIDTH = 100


def render_text(report: LabReport, lang: str = DEFAULT, *, colour: bool = False, width: int = WIDTH) -> str:
    """The report as text, `width` columns wide; with ANSI colours only if `colour`."""
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=colour, no_color=not colour, highlight=False)
    with language(lang):
        console.print(_head(report))
        for task in report.tasks:
            console.print(_task(task))
        for line in summary(report):
            console.print(Text(line, style="bold"))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _head(report: LabReport) -> Text:
    head = Text(f"{report.lab} · {report.student}", style="bold")
    if report.provider:
        head.append(f" · {_('cluster')}: {report.provider}", style="default")
    if report.simulated:
        head.append(f" ({_('simulated nodes and containers')})", style="default")
    return head


def _task(task: TaskReport) -> Table:
    title = Text(f"{task.title} ({task.id}): {score(task)}", style="bold")
    table = Table(title=title, title_justify="left", show_header=True, expand=True, pad_edge=False)
    table.add_column(_("result"), width=16)
    table.add_column(_("points"), width=8, justify="right")
    table.add_column(_("what is judged"), ratio=1)
    for criterion in task.criteria:
        table.add_row(
            Text(mark(criterion.outcome), style=STYLES[criterion.outcome]),
            f"{number(criterion.earned)}/{number(criterion.points)}",
            _cell(criterion),
        )
    return table


def _cell(criterion: CriterionReport) -> Text:
    cell = Text(criterion.title)
    for label, value in reasons(criterion):
        cell.append(f"\n  {label}: ", style="dim")
        cell.append(value)
    if criterion.outcome == "mismatch" and criterion.hints:
        cell.append(f"\n  {_('hint')}: ", style="italic")
        cell.append(criterion.hints[0], style="italic")
    return cell
