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


@pytest.mark.parametrize("at_rest", [True, False])
@pytest.mark.parametrize("is_final", [True, False, None])
def test_a_final_mismatch_is_told_at_once(clock: SimpleNamespace, at_rest: bool, is_final: bool | None) -> None:
    """Whoever says what is final decides, whether the cluster rests or not; where nobody says, its rest does."""
    scene: Any = SimpleNamespace(
        connection=object(), snapshot=object, quiet=SimpleNamespace(settled=lambda _objects: at_rest)
    )

    def look(_objects: object) -> None:
        raise Mismatch("no")

    final = None if is_final is None else lambda _error, _objects: is_final
    with pytest.raises(Mismatch):
        until(look, scene, WITHIN_S, final=final)
    assert (clock.now < WITHIN_S) is (at_rest if is_final is None else is_final)
