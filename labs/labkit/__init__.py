"""What a student touches in a notebook: `%%kube`, Check, Rehearse, the live cluster view.

%load_ext labkit
from labkit import start
lab = start("02-pods")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labkit.lab import Lab

__all__ = ["load_ipython_extension", "start"]


def start(lab: str) -> Lab:
    """Begin a lab: choose its namespace, show the student's own values, and return what its cells call."""
    from labkit.lab import begin

    return begin(lab)


def load_ipython_extension(shell: Any) -> None:
    """Register `%%kube` and `%kube` (what `%load_ext labkit` calls)."""
    from labkit.kube import KubeMagics, alone

    shell.register_magics(KubeMagics)
    if alone not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.append(alone)
