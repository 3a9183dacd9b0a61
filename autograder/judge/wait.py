"""Poll to a deadline and keep the last mismatch; never a bare timeout."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from autograder.cluster.objects import Snapshot
from autograder.errors import Mismatch, Violated
from autograder.i18n import _
from autograder.judge.scene import Scene
from autograder.judge.settled import calm, unfinished, workloads

POLL_S = 0.15
SOON_S, LATER_S = 1.0, 0.5
"""What has not come within SOON_S is looked for each LATER_S: a look costs us and the API server a few hundredths of a
processor's second, and many clusters may share the processors."""
UNDO_S = 20.0

Look = Callable[[Snapshot | None], None]
"""One look at the cluster (None: there is none): returns, or raises Mismatch."""


def until(
    look: Look,
    scene: Scene,
    within: float,
    final: Callable[[Mismatch, Snapshot], bool],
    holds_for: float = 0.0,
) -> None:
    """Return when `look` has held for `holds_for` seconds.

    Raises the last Mismatch at the deadline, or earlier where it is `final`.
    Without a cluster one look is enough.
    """
    began = time.monotonic()
    deadline = began + within
    while True:
        snapshot = scene.snapshot() if scene.connection else None
        try:
            look(snapshot)
            if snapshot is None or not holds_for:
                return
            _hold(look, scene, holds_for)
        except Violated:
            raise
        except Mismatch as error:
            if snapshot is None or time.monotonic() >= deadline or final(error, snapshot):
                raise
        else:
            return
        pause(_pace(began))


def _hold(look: Look, scene: Scene, holds_for: float) -> None:
    """Look again and again; a Mismatch says how long it did hold."""
    start = time.monotonic()
    while (held := time.monotonic() - start) < holds_for:
        pause(min(_pace(start), holds_for - held))
        try:
            look(scene.snapshot())
        except Mismatch as error:
            sentence = _("this was true, but must stay true for {wanted:g} s").format(wanted=holds_for)
            error.message = f"{sentence}. {error.message}".strip()
            raise


def calm_down(scene: Scene, within: float, rolling: frozenset[str] | None = None) -> frozenset[str]:
    """Wait, for so many seconds at most, until no pod and no controller is on its way.

    `rolling` names the Deployments whose rollout may stay incomplete (None: any). Returns those that are so now.
    """
    began = time.monotonic()
    deadline = began + within
    while True:
        items = workloads(scene.snapshot())
        still = unfinished(items)
        if (calm(items) and (rolling is None or still <= rolling)) or time.monotonic() >= deadline:
            return still
        pause(_pace(began))


def _pace(began: float) -> float:
    """How long to wait before the next look."""
    return POLL_S if time.monotonic() - began < SOON_S else LATER_S


def pause(seconds: float) -> None:
    """Between two polls; Ctrl-C ends it at once."""
    threading.Event().wait(max(seconds, 0.0))
