"""The panel under a task: a button, a status line that screen readers announce, reasons, and hints on demand."""

from __future__ import annotations

from html import escape

import ipywidgets as widgets
from IPython.display import display

from autograder.report.model import CriterionReport, LabReport
from labkit.check.render import score_line, task_html
from labkit.check.run import CheckFailedError, run_check, seconds
from labkit.messages import _

STYLE = "<style>.labkit-panel :focus-visible{outline:3px solid #1a66c4;outline-offset:2px}</style>"


def status(text: str) -> str:
    """What is going on: a line that assistive technology reads out when it is idle."""
    return f"<div role='status' aria-live='polite'>{text}</div>"


def alert(text: str) -> str:
    """A result: new alerts are read out at once, also by readers that miss a new status line."""
    return f"<div role='alert'>{text}</div>"


class CheckPanel:
    """A button that judges one task; nothing else is shown until it is pressed."""

    def __init__(self, lab: str, task: str | None) -> None:
        self.lab = lab
        self.task = task
        self.button = widgets.Button(
            description=_("Check"), icon="check", button_style="primary", tooltip=_("Judge this task on your cluster")
        )
        self.button.add_class("labkit-check")
        self.status = status_line()
        self.details = widgets.VBox([])
        self.root = widgets.VBox([self.button, self.status, self.details])
        self.root.add_class("labkit-panel")
        self.button.on_click(lambda _button: self.judge())

    def show(self) -> None:
        """Display the panel."""
        display(self.root)

    def judge(self) -> None:
        """Judge now; the button rests meanwhile."""
        self.button.disabled = True
        clear(self.details)
        limit = seconds(self.lab, self.task)
        checking = _("Checking your cluster, at most {n} s…").format(n=limit) if limit else _("Checking…")
        self.status.value = status(escape(checking))
        try:
            report = run_check(
                self.lab,
                self.task,
                lambda line: setattr(self.status, "value", status(f"{escape(checking)}<br>{escape(line)}")),
            )
        except CheckFailedError as problem:
            said = f"<pre>{escape(str(problem))}</pre>"
            self.status.value = alert(escape(_("The check could not be made:")) + said)
        else:
            show_report(report, self.status, self.details)
        finally:
            self.button.disabled = False


def status_line() -> widgets.HTML:
    """An empty status line."""
    line = widgets.HTML(STYLE)
    line.add_class("labkit-status")
    return line


def clear(details: widgets.VBox) -> None:
    """Take everything out of a box and close it, so that a hundred checks do not keep a hundred reports."""
    old, details.children = details.children, ()
    for widget in old:
        for inner in (*getattr(widget, "children", ()), widget):
            inner.close()


def show_report(report: LabReport, line: widgets.HTML, details: widgets.VBox) -> None:
    """Put a report into a status line and a box; each lost criterion with hints brings its own button."""
    line.value = STYLE + alert(score_line(report))
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
        earlier = "".join(f"<li>{escape(hint)}</li>" for hint in opened[:-1])
        # Only the new hint is an alert: the earlier ones have been read out already.
        shown.value = f"<ol>{earlier}<li>{alert(escape(opened[-1]))}</li></ol>"
        label()

    button.on_click(open_next)
    label()
    return widgets.VBox([button, shown])
