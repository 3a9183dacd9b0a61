"""A lab in a notebook: what `start` returns."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import yaml

from labkit.context import Context, read_context
from labkit.messages import _

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

    def rehearse(self) -> None:
        """Show the Rehearse button: run this notebook on an empty cluster and see the grader's score."""
        if self._graded(_("Rehearse: not available while the notebook is graded.")):
            return
        from labkit.rehearse import show_rehearse

        show_rehearse()

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
        print(_select_namespace(context))
    return Lab(context)


def _select_namespace(context: Context) -> str:
    """Put a file before KUBECONFIG that only says which context is current; the student's file stays as it is."""
    kubeconfig = os.environ.get("KUBECONFIG", "")
    if not kubeconfig:
        return _("No cluster is known to this notebook. Start the labs with: make lab")
    folder = Path(tempfile.mkdtemp(prefix="labkit-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    overlay = folder / "context.yaml"
    head: dict[str, Any] = {"apiVersion": "v1", "kind": "Config", "current-context": context.lab}
    overlay.write_text(yaml.safe_dump(head))
    rest = [part for part in kubeconfig.split(os.pathsep) if Path(part).name != "context.yaml"]
    os.environ["KUBECONFIG"] = os.pathsep.join([str(overlay), *rest])
    return _("Your namespace: {namespace}").format(namespace=context.namespace)
