"""One load of parallel jobs under several schedulers, measured on the student's own cluster: `compare(lab)`."""

from __future__ import annotations

from collections.abc import Sequence

from labkit.gangs.load import LOAD
from labkit.gangs.measure import Result
from labkit.lab import Lab
from labkit.messages import _

__all__ = ["compare"]


def compare(lab: Lab, schedulers: Sequence[str] = ("default", "volcano")) -> list[Result]:
    """Run the load under each scheduler in turn (the site must be empty), and show a table and a plot."""
    if lab.context.graded:
        print(_("Comparison: not repeated while the notebook is graded."))
        return []
    from IPython.display import HTML, display

    from labkit.gangs.measure import run_load
    from labkit.gangs.show import as_html

    results = []
    for name in schedulers:
        print(_("Measuring with scheduler {name}…").format(name=name))
        results.append(run_load(LOAD, name))
    display(HTML(as_html(results)))
    return results
