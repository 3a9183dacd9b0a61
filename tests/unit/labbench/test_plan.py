"""A plan says exactly which trials take place, in which order."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from labbench.errors import PlanError
from labbench.plan import CONTENDERS, Plan


def test_every_contender_gets_its_trials(plan: Plan) -> None:
    """Warm-up, repetitions and density are there for each contender, and numbered from 1 without gaps."""
    trials = plan.trials()
    assert [trial.number for trial in trials] == list(range(1, len(trials) + 1))
    found = Counter((trial.contender, trial.phase) for trial in trials)
    for name in CONTENDERS:
        assert found[name, "warm-up"] == plan.warmup
        assert found[name, "measured"] == plan.repetitions
        assert sorted(t.instances for t in trials if (t.contender, t.phase) == (name, "density")) == [1, 2, 3]


def test_interleaved_rounds_hold_each_contender_once(plan: Plan) -> None:
    """Nobody has two turns in one round, and the order within rounds is not always the same."""
    turns = [trial.contender for trial in plan.trials() if trial.phase != "density"]
    rounds = [tuple(turns[start : start + 3]) for start in range(0, len(turns), 3)]
    assert all(sorted(one) == sorted(CONTENDERS) for one in rounds)
    assert len(set(rounds)) > 1


def test_the_seed_decides_the_order() -> None:
    """The same seed gives the same order, for ever (these are written down); another seed gives another."""

    def order(seed: int) -> str:
        made = Plan(CONTENDERS, 4, order="interleaved", seed=seed)
        return "".join(trial.contender[0] for trial in made.trials())

    assert order(4575) == "pcvpcvpvcvcp"
    assert len({order(seed) for seed in range(20)}) > 15


def test_blocks_come_one_after_the_other() -> None:
    """In blocks, each contender's trials are together."""
    blocked = Plan(CONTENDERS, 2, warmup=1, order="blocked")
    assert [trial.contender for trial in blocked.trials()] == [name for name in CONTENDERS for _turn in range(3)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"contenders": ()},
        {"contenders": ("process", "process")},
        {"contenders": ("cloud",)},
        {"repetitions": 0},
        {"repetitions": 1000},
        {"repetitions": True},
        {"repetitions": "5"},
        {"warmup": -1},
        {"order": "random"},
        {"mib": 4096},
        {"density": (0,)},
        {"density": (100,)},
    ],
)
def test_what_cannot_be_measured_is_refused(wrong: dict[str, Any]) -> None:
    """A field out of bounds is named in the message."""
    with pytest.raises(PlanError, match=next(iter(wrong))):
        Plan(**wrong)


@pytest.mark.parametrize("damaged", [{"x": 1}, {"contenders": None}, {"contenders": [[]]}, {"density": "12"}])
def test_a_damaged_plan_of_a_file_is_refused(damaged: dict[str, Any]) -> None:
    """Whatever a file holds, the error is ours."""
    with pytest.raises(PlanError):
        Plan.from_json(damaged)


def test_a_plan_survives_its_file(plan: Plan) -> None:
    """What is written is what is read."""
    assert Plan.from_json(plan.to_json()) == plan
