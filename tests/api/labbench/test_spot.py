"""The Check button's second look: a few starts on this machine, compared with what was handed in."""

from __future__ import annotations

import dataclasses

from labbench import here, run
from labbench.machine import describe
from labbench.plan import Plan
from labbench.samples import Measurements
from labbench.spot import spot_check


def measured() -> Measurements:
    """Start-up of the plain process, truly measured here."""
    record = run.run(Plan(("process",), repetitions=3, mib=1), {"process": here.process()})
    return Measurements(tuple(record.samples), {"machine": describe()})


def slower(data: Measurements, seconds: float) -> Measurements:
    """The same with so much added to each start."""
    added = [dataclasses.replace(item, value=item.value + seconds) for item in data.samples]
    return dataclasses.replace(data, samples=tuple(added))


def test_what_was_measured_here_agrees() -> None:
    """Numbers of this machine pass a second look."""
    assert spot_check(measured()) is None


def test_what_was_not_measured_here_is_seen() -> None:
    """A process that is said to take three seconds to start was not measured on this machine."""
    flaw = spot_check(slower(measured(), 3.0))
    assert flaw is not None
    assert flaw.where == "process startup"


def test_another_machine_is_not_compared() -> None:
    """Numbers of another machine cannot be checked by starting something here."""
    data = slower(measured(), 3.0)
    elsewhere = {"machine": {**describe(), "cpu": "another"}}
    assert spot_check(dataclasses.replace(data, provenance=elsewhere)) is None
