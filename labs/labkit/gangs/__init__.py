"""Parallel jobs under several schedulers, measured on the student's own cluster: `compare(lab)`, `racks(lab)`."""

from __future__ import annotations

from collections.abc import Sequence

from labkit import addons
from labkit.gangs.load import LOAD, SCHEDULERS
from labkit.gangs.measure import Result
from labkit.lab import Lab
from labkit.messages import _

__all__ = ["compare", "racks"]


def compare(lab: Lab, schedulers: Sequence[str] = tuple(SCHEDULERS)) -> list[Result]:
    """Run the load under each scheduler in turn (the site must be empty), and show a table and a plot."""
    if lab.context.graded:
        print(_("Comparison: not repeated while the notebook is graded."))
        return []
    from IPython.display import HTML, display

    from labkit.gangs.measure import run_load
    from labkit.gangs.show import as_html

    results = []
    for name in schedulers:
        if addons.add(*SCHEDULERS[name].addons):
            print(_("Measuring with scheduler {name}…").format(name=name))
            results.append(run_load(LOAD, name))
    display(HTML(as_html(results)))
    return results


def racks(lab: Lab) -> None:
    """Place three gangs of a rack's size by a topology constraint of the scheduler's own; print where they are."""
    if lab.context.graded:
        print(_("Comparison: not repeated while the notebook is graded."))
        return
    from labkit.gangs.near import place

    if addons.add("native-gang"):
        print(place())
