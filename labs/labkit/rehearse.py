"""Rehearse: run this notebook from top to bottom on an empty cluster, and show what a grader would see."""

from __future__ import annotations

import os
from html import escape
from pathlib import Path

from labkit.check import has_widgets
from labkit.check.run import CheckFailedError, run_report
from labkit.messages import _, language


def notebook_path() -> Path | None:
    """The file of this notebook, as Jupyter tells its kernels; None where it does not."""
    named = os.environ.get("JPY_SESSION_NAME", "")
    path = Path(named)
    return path if path.suffix == ".ipynb" and path.exists() else None


def show_rehearse() -> None:
    """Show the button, or only say how where there are no widgets."""
    path = notebook_path()
    if path is None or not has_widgets():
        print(_("Rehearse in a terminal: autograder rehearse NOTEBOOK.ipynb"))
        return
    import ipywidgets as widgets
    from IPython.display import display

    from labkit.check.panel import show_report, status

    button = widgets.Button(description=_("Rehearse"), icon="play", tooltip=_("Run it all on an empty cluster"))
    button.add_class("labkit-rehearse")
    note = widgets.HTML(escape(_("Save the notebook first: what counts is the file, run from top to bottom.")))
    line, details = widgets.HTML(), widgets.VBox([])

    def press(_button: widgets.Button) -> None:
        button.disabled = True
        details.children = ()
        line.value = status(escape(_("Starting an empty cluster…")))
        try:
            arguments = ["rehearse", str(path), "--json", "--lang", language()]
            report = run_report(arguments, lambda said: setattr(line, "value", status(escape(said))))
        except CheckFailedError as problem:
            line.value = status(escape(_("The rehearsal could not be held:")) + f"<pre>{escape(str(problem))}</pre>")
        else:
            show_report(report, line, details)
        finally:
            button.disabled = False

    button.on_click(press)
    display(widgets.VBox([button, note, line, details]))
