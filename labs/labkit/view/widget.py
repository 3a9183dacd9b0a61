"""The view as widgets, one a box: redrawn at most four times a second, and only the boxes that have changed.

A box that stays in place keeps the keyboard's focus when its content changes.
"""

from __future__ import annotations

import threading

import ipywidgets as widgets
from IPython.display import display

from labkit.messages import _
from labkit.view.html import STYLE, alarm, boxes, heading
from labkit.view.source import Watcher
from labkit.view.state import State, now

PACE = 0.25  # seconds between two drawings

_running: list[LiveView] = []  # a view that is shown again replaces the one before


class LiveView:
    """Draws a state and keeps it current until the Stop button is pressed or another view is shown."""

    def __init__(self, state: State) -> None:
        self.heading = widgets.HTML()
        self.grid = widgets.Box([], layout=widgets.Layout(flex_flow="row wrap", overflow="visible"))
        self.grid.add_class("lkv")
        self.button = widgets.Button(description=_("Stop"), icon="stop", tooltip=_("Stop the live view"))
        self.button.add_class("labkit-stop")
        self.button.on_click(lambda _button: self.stop())
        self.dirty = threading.Event()
        self.watcher = Watcher(state, self.dirty.set)
        self._boxes: dict[str, widgets.HTML] = {}
        self.draw()

    def show(self) -> None:
        """Display and begin to follow the cluster."""
        while _running:
            _running.pop().stop()
        _running.append(self)
        display(widgets.VBox([self.heading, self.grid, self.button]))
        self.watcher.start()
        threading.Thread(target=self._keep_drawing, daemon=True, name="labkit-view").start()

    def stop(self) -> None:
        """Stop following; the last picture stays."""
        self.watcher.stop()
        self.dirty.set()
        self.button.description = _("Stopped")
        self.button.disabled = True

    def draw(self) -> None:
        """Bring the widgets to the state as it is now."""
        with self.watcher.lock:
            drawn = boxes(self.watcher.state, now())
            title = STYLE + heading(self.watcher.state) + (alarm() if self.watcher.lost else "")
        if self.heading.value != title:
            self.heading.value = title
        for name, content in drawn.items():
            box = self._boxes.setdefault(name, widgets.HTML(tabbable=True))
            if box.value != content:
                box.value = content
        gone = [self._boxes.pop(name) for name in [*self._boxes] if name not in drawn]
        children = tuple(self._boxes[name] for name in drawn)
        if self.grid.children != children:
            self.grid.children = children
        for box in gone:
            box.close()

    def _keep_drawing(self) -> None:
        while not self.watcher.stopped.is_set():
            # Also without news once a second, so that the mark of a new pod fades.
            self.dirty.wait(1)
            self.dirty.clear()
            self.draw()
            self.watcher.stopped.wait(PACE)
