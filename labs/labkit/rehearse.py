"""Rehearse: run this notebook from top to bottom on an empty cluster, and show what a grader would see."""

from __future__ import annotations

import os
import threading
from datetime import datetime
from html import escape
from pathlib import Path

import ipywidgets as widgets
from IPython.display import display

from labkit.check import has_widgets
from labkit.check.panel import alert, clear, show_report, status, status_line
from labkit.check.run import CheckFailedError, run_report
from labkit.messages import _, language


def notebook_path() -> Path | None:
    """The file of this notebook, as Jupyter told its kernel at the start; None where it did not (or it was renamed)."""
    path = Path(os.environ.get("JPY_SESSION_NAME", ""))
    return path if path.suffix == ".ipynb" and path.is_file() else None


def show_rehearse(lab: str) -> None:
    """Show the button, or only say how where there are no widgets."""
    if notebook_path() is None or not has_widgets():
        print(_("Rehearse in a terminal: autograder rehearse NOTEBOOK.ipynb"))
        return
    RehearsePanel(lab).show()


class RehearsePanel:
    """A button that runs the notebook's file elsewhere; the kernel stays free meanwhile."""

    def __init__(self, lab: str) -> None:
        self.lab = lab
        self.button = widgets.Button(
            description=_("Rehearse"), icon="play", tooltip=_("Run this notebook on an empty cluster")
        )
        self.button.add_class("labkit-rehearse")
        self.note = widgets.HTML(
            escape(_("Save the notebook first: what counts is the file, run from top to bottom on an empty cluster."))
        )
        self.status = status_line()
        self.details = widgets.VBox([])
        self.root = widgets.VBox([self.button, self.note, self.status, self.details])
        self.root.add_class("labkit-panel")
        self.button.on_click(lambda _button: self.press())

    def show(self) -> None:
        """Display the panel."""
        display(self.root)

    def press(self) -> threading.Thread | None:
        """Begin a rehearsal of the file as it stands; the thread that follows it."""
        path = notebook_path()
        if path is None:
            self.status.value = alert(escape(_("The notebook's file was moved or renamed. Restart the kernel.")))
            return None
        self.button.disabled = True
        clear(self.details)
        saved = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
        self.note.value = escape(
            _("This is the file as saved at {time}. Later changes? Save (Ctrl+S) and press again.").format(
                time=saved.strftime("%H:%M:%S")
            )
        )
        self.status.value = status(escape(_("Starting an empty cluster…")))
        thread = threading.Thread(target=self._hold, args=(path,), daemon=True, name="labkit-rehearse")
        thread.start()
        return thread

    def _hold(self, path: Path) -> None:
        arguments = ["rehearse", str(path), "--lab", self.lab, "--json", "--lang", language()]
        try:
            report = run_report(arguments, lambda said: setattr(self.status, "value", status(escape(said))))
        except CheckFailedError as problem:
            said = f"<pre>{escape(str(problem))}</pre>"
            self.status.value = alert(escape(_("The rehearsal could not be held:")) + said)
        else:
            show_report(report, self.status, self.details)
        finally:
            self.button.disabled = False
