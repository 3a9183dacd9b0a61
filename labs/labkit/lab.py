"""A lab in a notebook: what `start` returns."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from labkit import addons, connection
from labkit.context import Context, read_context
from labkit.messages import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from labkit.pipelines import Record
    from labkit.runs import Run

current: Context | None = None  # the lab of this kernel; `%%kube` asks here for namespace and values


class Lab:
    """One lab of one student, in this kernel."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.values = dict(context.values)
        self.namespace = context.namespace

    def check(self, task: str | None = None) -> None:
        """Show the Check button of a task (of the whole lab without one); as text where there are no widgets."""
        if self._graded(_("Check: the grader judges this task itself.")):
            return
        from labkit.check import show_check

        show_check(self.context.lab, task)

    def cluster_view(self) -> None:
        """Show the cluster live: nodes, the pods on them, and the pods that wait, with their reasons."""
        if self._graded(_("Live view: not shown while the notebook is graded.")):
            return
        from labkit.view import show_view

        show_view(self.context.namespace)

    def runs(self, job: str) -> list[Run]:
        """The Pods of a Job (or of a selector, `part=sweep`) that have ended: start, finish, node, image; by start.

        Raises:
            KubeError: there is no cluster, or it refused.
        """
        from labkit.runs import runs_of

        return runs_of(job)

    def gantt(self, *jobs: str) -> None:
        """Draw when the Pods of these Jobs (or selectors) ran, on one scale of time, with each one's makespan."""
        if self._graded(_("Gantt chart: not shown while the notebook is graded.")):
            return
        from IPython.display import HTML, display

        from labkit.gantt import chart
        from labkit.kube import run

        where = ["get", "configmap", "labcluster", "-n", "kube-public", "-o", "jsonpath={.data.simulated}"]
        display(HTML(chart([self.runs(job) for job in jobs], simulated=run(where) == "true")))

    def play(self, *names: str) -> None:
        """Submit these files of the plan (`%%kube plan NAME`) at one moment, and follow their Pods to the end.

        Raises:
            KubeError: there is no cluster, or it refused.
        """
        from labkit.plan import play

        play(names)

    def usage(
        self, *resources: str, site: str = "", by: Sequence[str] = ("part",), quotas: Mapping[str, float] | None = None
    ) -> None:
        """Draw who held how much of each resource over time, beside what the nodes of `site` (a selector) have."""
        if self._graded(_("Usage chart: not shown while the notebook is graded.")):
            return
        from IPython.display import HTML, display

        from labkit.usage import show

        display(HTML(show(resources, by, site, quotas or {})))

    def gpu_map(self, selector: str, resource: str = "nvidia.com/gpu") -> None:
        """Print the GPUs of the nodes that a label selector finds, one by one: taken by whom, or free."""
        if self._graded(_("GPU map: not shown while the notebook is graded.")):
            return
        from labkit.gpus import gpu_map

        print(gpu_map(selector, resource))

    def reach(self) -> None:
        """Print who may connect to whom in this namespace, as its NetworkPolicies say (nothing is sent)."""
        if self._graded(_("Reach: not shown while the notebook is graded.")):
            return
        from labkit.reach.show import reach

        print(reach())

    def run_pipeline(self, source: str = "pipeline.py", **parameters: int | float | str) -> Record | None:
        """Compile and run the Kubeflow pipeline of a file, and note the run beside the notebook.

        While the notebook is graded nothing is run: what was handed in is returned (None if nothing was).

        Raises:
            PipelineError: kfp cannot be had, or the pipeline cannot be compiled or run.
        """
        from labkit.pipelines import record, run_pipeline

        if self._graded(_("Pipeline: the run that was handed in is judged; nothing is run here.")):
            return record.read(Path())
        made = run_pipeline(Path(source), Path(), self.context.student, parameters)
        print(made)
        return made

    def rehearse(self) -> None:
        """Show the Rehearse button: run this notebook on an empty cluster and see the grader's score."""
        if self._graded(_("Rehearse: not available while the notebook is graded.")):
            return
        from labkit.rehearse import show_rehearse

        show_rehearse(self.context.lab)

    def _graded(self, said: str) -> bool:
        if self.context.graded:
            print(said)
        return self.context.graded


def begin(name: str) -> Lab:
    """Make `name` this kernel's lab; print the student's values, or what to do when there is no cluster."""
    global current
    context = read_context(name)
    current = context
    print(f"{context.title} · {_('student')}: {context.student}")
    if context.values:
        print(_("Your own values:") + " " + ", ".join(f"{key} = {value}" for key, value in context.values.items()))
    if context.namespace:
        connection.select(context.lab)
        if not context.graded:
            addons.bring(context.lab)
        print(connection.trouble(context.lab) or _("Your namespace: {namespace}").format(namespace=context.namespace))
    return Lab(context)
