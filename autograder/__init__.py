"""What a check is, how it is judged, reported and proved, and how it reaches nbgrader.

`load_lab` reads a lab's checks.yaml, `check_lab` judges it on the cluster that a kubeconfig shows. Exports
are loaded on first use: a kernel or a `--help` shall not wait for Kubernetes' client.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.check import check_lab
    from autograder.errors import AutograderError, Mismatch
    from autograder.i18n import say
    from autograder.report.model import CriterionReport, LabReport, TaskReport
    from autograder.spec import Course, Lab, load_course, load_lab

__all__ = [
    "AutograderError",
    "Course",
    "CriterionReport",
    "Lab",
    "LabReport",
    "Mismatch",
    "TaskReport",
    "check_lab",
    "load_course",
    "load_lab",
    "say",
]

_HOMES = {
    "AutograderError": "autograder.errors",
    "Mismatch": "autograder.errors",
    "CriterionReport": "autograder.report.model",
    "LabReport": "autograder.report.model",
    "TaskReport": "autograder.report.model",
    "Course": "autograder.spec",
    "Lab": "autograder.spec",
    "load_course": "autograder.spec",
    "load_lab": "autograder.spec",
    "check_lab": "autograder.check",
    "say": "autograder.i18n",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'autograder' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
