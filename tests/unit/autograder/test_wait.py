"""How long a criterion waits before its last mismatch is final."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from autograder.errors import Mismatch, Nobody
from autograder.judge.wait import until

WITHIN_S = 30.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock that moves only while a check pauses."""
    clock = SimpleNamespace(now=0.0)

    def pause(seconds: float) -> None:
        clock.now += max(seconds, 0.01)

    monkeypatch.setattr("autograder.judge.wait.time.monotonic", lambda: clock.now)
    monkeypatch.setattr("autograder.judge.wait.pause", pause)
    return clock


def waits(
    clock: SimpleNamespace,
    verdict: type[Mismatch] = Mismatch,
    *,
    settled: bool,
    patient: bool = False,
    over: bool = False,
) -> bool:
    """Whether a criterion that is never true waits out its time, on a cluster of this kind."""
    scene: Any = SimpleNamespace(
        connection=object(), snapshot=object, quiet=SimpleNamespace(settled=lambda _objects: settled)
    )

    def look(_objects: object) -> None:
        raise verdict("no")

    with pytest.raises(verdict):
        until(look, scene, WITHIN_S, patient=lambda _objects: patient, over=lambda _objects: over)
    return bool(clock.now >= WITHIN_S)


@pytest.mark.parametrize(
    ("verdict", "patient", "expected"),
    [
        pytest.param(Mismatch, False, False, id="objects at rest do not change"),
        pytest.param(Mismatch, True, True, id="an answer may change without any object"),
        pytest.param(Nobody, True, False, id="but not while there is nobody to answer"),
    ],
)
def test_a_settled_state_is_final_where_nothing_else_could_change(
    clock: SimpleNamespace, verdict: type[Mismatch], patient: bool, expected: bool
) -> None:
    """On a cluster at rest a mismatch costs no waiting, unless what containers say may still change."""
    assert waits(clock, verdict, settled=True, patient=patient) is expected


@pytest.mark.parametrize("over", [True, False])
def test_what_is_over_is_final_though_others_are_busy(clock: SimpleNamespace, over: bool) -> None:
    """A criterion on something that has ended does not wait for what else runs in the namespace."""
    assert waits(clock, settled=False, over=over) is not over
