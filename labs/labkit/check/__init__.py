"""The Check button: judge a task outside this kernel, show score, reasons, and hints one at a time."""

from __future__ import annotations

import os

from labkit.check.run import CheckFailedError, run_text
from labkit.messages import _


def has_widgets() -> bool:
    """Whether to show widgets: in a kernel that a Jupyter server started for a notebook, which has ipywidgets.

    nbconvert, nbclient and VS Code start kernels themselves, without JPY_SESSION_NAME: what is shown there is text,
    which every front end can show. LABKIT_TEXT=1 or 0 decides otherwise.
    """
    if wanted := os.environ.get("LABKIT_TEXT"):
        return wanted == "0"
    from IPython.core.getipython import get_ipython

    return getattr(get_ipython(), "kernel", None) is not None and "JPY_SESSION_NAME" in os.environ


def show_check(lab: str, task: str | None) -> None:
    """Show the button, or judge at once and print where there are no widgets."""
    if has_widgets():
        from labkit.check.panel import CheckPanel

        CheckPanel(lab, task).show()
        return
    try:
        print(run_text(lab, task, print), end="")
    except CheckFailedError as problem:
        print(_("The check could not be made:"), problem)
