"""The panel under a task: a button, a status line that screen readers announce, reasons, and hints on demand."""

from __future__ import annotations

from html import escape

import ipywidgets as widgets
from IPython.display import display

from autograder.report.model import CriterionReport, LabReport
from labkit.check.render import score_line, task_html
from labkit.check.run import CheckFailedError, run_check
from labkit.messages import _


def status(text: str) -> str:
    """A line that assistive technology reads out when it changes."""
    return f"<div role='status' aria-live='polite'>{text}</div>"


class CheckPanel:
    """A button that judges one task; nothing else is shown until it is pressed."""

    def __init__(self, lab: str, task: str | None) -> None:
        self.lab = lab
        self.task = task
        self.button = widgets.Button(
            description=_("Check"), icon="check", button_style="primary", tooltip=_("Judge this task on your cluster")
        )
        self.button.add_class("labkit-check")
        self.status = widgets.HTML()
        self.details = widgets.VBox([])
        self.button.on_click(lambda _button: self.judge())

    def show(self) -> None:
        """Display the panel."""
        display(widgets.VBox([self.button, self.status, self.details]))

    def judge(self) -> None:
        """Judge now; the button rests meanwhile."""
        self.button.disabled = True
        self.details.children = ()
        self.status.value = status(escape(_("Checking your cluster…")))
        try:
            report = run_check(self.lab, self.task, self._announce)
        except CheckFailedError as problem:
            said = f"<pre>{escape(str(problem))}</pre>"
            self.status.value = status(escape(_("The check could not be made:")) + said)
        else:
            show_report(report, self.status, self.details)
        finally:
            self.button.disabled = False

    def _announce(self, line: str) -> None:
        self.status.value = status(escape(line))


def show_report(report: LabReport, line: widgets.HTML, details: widgets.VBox) -> None:
    """Put a report into a status line and a box; each lost criterion with hints brings its own button."""
    line.value = status(score_line(report))
    children: list[widgets.Widget] = []
    for task in report.tasks:
        children.append(widgets.HTML(task_html(task)))
        children += [hints(c) for c in task.criteria if c.outcome == "mismatch" and c.hints]
    details.children = tuple(children)


def hints(criterion: CriterionReport) -> widgets.VBox:
    """Hints that open one at a time, each by a press of the button."""
    shown = widgets.HTML()
    button = widgets.Button(icon="question", layout=widgets.Layout(width="auto"))
    button.add_class("labkit-hint")
    opened: list[str] = []

    def label() -> None:
        left = len(criterion.hints) - len(opened)
        button.description = _("Hint for “{title}” ({left} left)").format(title=criterion.title, left=left)
        button.disabled = left == 0

    def open_next(_button: widgets.Button) -> None:
        opened.append(criterion.hints[len(opened)])
        items = "".join(f"<li>{escape(hint)}</li>" for hint in opened)
        shown.value = status(f"<ol>{items}</ol>")
        label()

    button.on_click(open_next)
    label()
    return widgets.VBox([button, shown])


__all__ = ["CheckPanel", "show_report", "status"]
