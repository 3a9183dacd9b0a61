"""The view as a widget: redrawn at most four times a second, whatever happens in the cluster."""

from __future__ import annotations

import threading

import ipywidgets as widgets
from IPython.display import display

from labkit.messages import _
from labkit.view.html import as_html
from labkit.view.source import Watcher
from labkit.view.state import State, now

PACE = 0.25  # seconds between two drawings

_running: list[LiveView] = []  # a view that is shown again replaces the one before


class LiveView:
    """Draws a state and keeps it current until the Stop button is pressed or another view is shown."""

    def __init__(self, state: State) -> None:
        self.picture = widgets.HTML(as_html(state, now()))
        self.button = widgets.Button(description=_("Stop"), icon="stop", tooltip=_("Stop the live view"))
        self.button.add_class("labkit-stop")
        self.dirty = threading.Event()
        self.watcher = Watcher(state, self.dirty.set)
        self.button.on_click(lambda _button: self.stop())

    def show(self) -> None:
        """Display and begin to follow the cluster."""
        while _running:
            _running.pop().stop()
        _running.append(self)
        display(widgets.VBox([self.picture, self.button]))
        self.watcher.start()
        threading.Thread(target=self._draw, daemon=True, name="labkit-view").start()

    def stop(self) -> None:
        """Stop following; the last picture stays."""
        self.watcher.stop()
        self.dirty.set()
        self.button.description = _("Stopped")
        self.button.disabled = True

    def _draw(self) -> None:
        while not self.watcher.stopped.is_set():
            # Also without news once a second, so that the mark of a new pod fades.
            self.dirty.wait(1)
            self.dirty.clear()
            with self.watcher.lock:
                picture = as_html(self.watcher.state, now(), lost=self.watcher.lost)
            if picture != self.picture.value:
                self.picture.value = picture
            self.watcher.stopped.wait(PACE)
