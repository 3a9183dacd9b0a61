"""What a grader finds in a set of measurements without measuring: a sound set passes, each fault is found."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable

import pytest

from labbench.integrity import Flaw, complete, in_order, plan_of, plausible, told
from labbench.plan import Plan
from labbench.samples import Measurements, Sample

JUDGES = (complete, in_order, plausible, told)


def changed(data: Measurements, which: Callable[[Sample], bool], **fields: object) -> Measurements:
    """Other fields in the first sample that is meant."""
    found = next(item for item in data.samples if which(item))
    new = dataclasses.replace(found, **fields)  # type: ignore[arg-type]
    return dataclasses.replace(data, samples=tuple(new if item is found else item for item in data.samples))


def flaws(data: Measurements, plan: Plan) -> dict[str, Flaw]:
    found = {judge.__name__: judge(data, plan) for judge in JUDGES}
    return {name: flaw for name, flaw in found.items() if flaw}


def test_a_sound_set_passes(data: Measurements, plan: Plan) -> None:
    """Nothing is found where nothing is wrong, whatever the seed."""
    assert plan_of(data) == plan
    assert flaws(data, plan) == {}


def test_a_missing_or_added_sample_is_found(data: Measurements, plan: Plan) -> None:
    """A deleted outlier, a repetition too many, a density that was left out."""
    for samples in (data.samples[1:], (*data.samples, data.samples[0]), data.samples[:-1]):
        flaw = complete(dataclasses.replace(data, samples=samples), plan)
        assert flaw is not None
        assert flaw.expected != flaw.found


def test_another_order_is_found(data: Measurements, plan: Plan) -> None:
    """Measured in blocks, by another seed, or two trials at once."""
    blocked = dataclasses.replace(plan, order="blocked")
    assert "in_order" in flaws(data, blocked)
    assert "in_order" in flaws(data, dataclasses.replace(plan, seed=plan.seed + 1))
    at_once = changed(data, lambda item: item.trial == 3, started=0.0)
    assert "in_order" in flaws(at_once, plan)


@pytest.mark.parametrize(
    ("metric", "fields"),
    [
        ("startup", {"value": 0.2}),
        ("startup", {"value": -1.0}),
        ("startup", {"unit": "ms"}),
        ("memory", {"value": 3.0}),
        ("memory", {"value": 1e9}),
    ],
)
def test_impossible_numbers_are_found(data: Measurements, plan: Plan, metric: str, fields: dict[str, object]) -> None:
    """Numbers that their own instants, the plan or reason contradict."""
    wrong = changed(data, lambda item: (item.contender, item.metric) == ("vm", metric), **fields)
    assert "plausible" in flaws(wrong, plan)


def test_copied_repetitions_are_found(data: Measurements, plan: Plan) -> None:
    """Repetitions that are all the same were typed, not measured."""
    copied = [
        dataclasses.replace(item, value=0.08, ended=item.started + 0.08) if item.metric == "int" else item
        for item in data.samples
    ]
    flaw = plausible(dataclasses.replace(data, samples=tuple(copied)), plan)
    assert flaw is not None
    assert "int" in flaw.where


@pytest.mark.parametrize("path", ["student", "machine.cpu", "contenders.vm.accelerator", "contenders.container.digest"])
def test_missing_provenance_is_named(data: Measurements, plan: Plan, path: str) -> None:
    """The first thing that is not told is named by its path."""
    tree = copy.deepcopy(dict(data.provenance))
    *parents, last = path.split(".")
    inner = tree
    for word in parents:
        inner = inner[word]
    del inner[last]
    flaw = told(dataclasses.replace(data, provenance=tree), plan)
    assert flaw == Flaw(path, "a value", "nothing")


@pytest.mark.parametrize("damaged", [{}, {"plan": 3}, {"plan": {"order": []}}, {"plan": {"contenders": "vm"}}])
def test_damaged_provenance_is_no_crash(data: Measurements, plan: Plan, damaged: dict[str, object]) -> None:
    """Whatever the file holds, the verdict is a flaw."""
    broken = dataclasses.replace(data, provenance=damaged)
    assert plan_of(broken) is None
    assert told(broken, plan) is not None


def test_a_clock_that_ran_longer_than_the_experiment_is_found(data: Measurements, plan: Plan) -> None:
    """The experiment cannot be shorter than its last sample."""
    flaw = told(dataclasses.replace(data, provenance={**data.provenance, "seconds": 0.5}), plan)
    assert flaw is not None
    assert flaw.where == "seconds"
