"""How long a criterion waits before its last mismatch is final."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from autograder.errors import Mismatch
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


@pytest.mark.parametrize("is_final", [True, False])
def test_a_final_mismatch_is_told_at_once(clock: SimpleNamespace, is_final: bool) -> None:
    """Any other is waited for until the time is up."""
    scene: Any = SimpleNamespace(connection=object(), snapshot=object)

    def look(_objects: object) -> None:
        raise Mismatch("no")

    with pytest.raises(Mismatch):
        until(look, scene, WITHIN_S, lambda _error, _objects: is_final)
    assert (clock.now < WITHIN_S) is is_final
