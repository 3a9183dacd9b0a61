"""Traffic that runs while a check acts; its counts are judged when the criterion itself has been."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from autograder.i18n import _
from autograder.judge.probe.http import arguments
from autograder.judge.probe.sender import START_S, Sender, sender
from autograder.judge.scene import Scene
from autograder.judge.verdict import judge_cel
from autograder.judge.wait import pause
from autograder.spec.model import Criterion, Load

LEAD_S = 1.0
"""Requests flow for so long before the check acts, so that there is a before."""
SETTLE_S = 15.0
"""Nodes learn of ready Pods a moment after the API server: requests count from the first good answer, or after this."""
SLACK_S = 60.0
RATE = 20


class Traffic:
    """Requests on their way."""

    def __init__(self, load: Load, sending: Sender, scene: Scene) -> None:
        self._load, self._sending, self._scene = load, sending, scene
        self._began = time.monotonic()

    def finish(self) -> None:
        """End them (not before their time) and judge what was counted; Mismatch if it is not as asked."""
        pause(self._load.least - (time.monotonic() - self._began))
        self._sending.end()
        counted = self._sending.wait_ended()
        judge_cel(self._load.cel, self._scene.snapshot(), {"result": counted})


@contextmanager
def traffic(criterion: Criterion, scene: Scene) -> Iterator[Traffic | None]:
    """Flowing Traffic (None if the criterion asks for none); its pod is gone when the context ends."""
    load = criterion.load
    if load is None:
        yield None
        return
    hidden = _("A hidden check sends requests for a moment.")
    sentence = _("The check now sends requests to {url} for a moment.").format(url=load.http.url)
    scene.announce(hidden if criterion.hidden else sentence)
    # It ends by itself even if nobody ends it.
    longest = 2 * criterion.within + criterion.holds_for + load.least + SLACK_S
    asked = arguments(load.http, scene)
    if load.http.rate is None:
        asked += ["--rate", str(RATE)]
    asked += ["--settle", f"{SETTLE_S:g}s", "--duration", f"{longest:g}s"]
    with sender(scene, asked, longest + SETTLE_S) as sending:
        sending.wait_counting(SETTLE_S + START_S)
        flow = Traffic(load, sending, scene)
        pause(LEAD_S)
        yield flow
