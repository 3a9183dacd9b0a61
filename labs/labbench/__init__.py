"""labbench: measures the same program as a plain process, in a container and in a virtual machine.

    from labbench import Plan, claim, declare, doctor, load, measure, plot, plot_density

`Plan` says what is to be measured, `measure` does it and keeps a tidy table with its provenance, `load` reads it,
`claim` states results. `python -m labbench` does the same without a notebook. Statistics are in `labbench.stats`,
what a grader asks of a set of data in `labbench.integrity`.
"""

from labbench.experiment import claim, declare, doctor, load, measure
from labbench.plan import Plan
from labbench.plots import plot, plot_density

__all__ = ["Plan", "claim", "declare", "doctor", "load", "measure", "plot", "plot_density"]
