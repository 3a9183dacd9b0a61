"""A peak, and what the autoscaler made of it: `ride(lab, service, deployment, phases)` drives a load and draws both."""

from __future__ import annotations

from collections.abc import Sequence

from labkit.lab import Lab
from labkit.messages import _
from labkit.scaling.record import Ride

__all__ = ["ride"]


def ride(lab: Lab, service: str, deployment: str, phases: Sequence[tuple[float, float]]) -> Ride | None:
    """State each phase's load (requests a second, seconds) on the Service in turn, record, and show a plot.

    The Deployment's HorizontalPodAutoscaler must have its name. At the end the last phase's load stays.

    Raises:
        labkit.kube.KubeError: there is no such Service, Deployment or HorizontalPodAutoscaler.
    """
    if lab.context.graded:
        print(_("Ride: not repeated while the notebook is graded."))
        return None
    from IPython.display import HTML, display

    from labkit.scaling.plot import as_html
    from labkit.scaling.record import record

    seconds = sum(lasts for _load, lasts in phases)
    print(_("Driving {service} for {seconds:.0f} s…").format(service=service, seconds=seconds))
    made = record(lab.namespace, service, deployment, phases)
    display(HTML(as_html(made)))
    return made
