"""The Check button: judge a task outside this kernel, show score, reasons, and hints one at a time."""

from __future__ import annotations

import os

from labkit.check.run import CheckFailedError, run_check
from labkit.messages import _, language


def has_widgets() -> bool:
    """Whether to show widgets: not where the front end has none (LABKIT_TEXT=1, nbconvert, plain Python)."""
    if os.environ.get("LABKIT_TEXT") == "1":
        return False
    from IPython.core.getipython import get_ipython

    return getattr(get_ipython(), "kernel", None) is not None


def show_check(lab: str, task: str | None) -> None:
    """Show the button, or judge at once and print where there are no widgets."""
    if has_widgets():
        from labkit.check.panel import CheckPanel

        CheckPanel(lab, task).show()
        return
    from autograder.report.text import render_text

    try:
        report = run_check(lab, task, print)
    except CheckFailedError as problem:
        print(_("The check could not be made:"), problem)
        return
    print(render_text(report, language()), end="")
