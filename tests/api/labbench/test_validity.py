"""The benchmark measures what it says: a known delay and a known memory come back, within a stated tolerance."""

from __future__ import annotations

import sys
import time

import pytest

from labbench import here
from labbench import run as harness
from labbench.contender import Contender
from labbench.errors import PlanError, TrialError
from labbench.integrity import complete, in_order, plausible
from labbench.plan import Plan
from labbench.process import ProcessContender
from labbench.samples import Measurements
from tests.api.labbench.conftest import MARKED

DELAY_S, DELAY_TOLERANCE_S = 1.0, 0.25
VM_DELAY_S, VM_DELAY_TOLERANCE_S = 5.0, 2.0
MIB, MIB_TOLERANCE = 48, 6.0
MOST_TURNS = 8


def first_line(contender: Contender, *more: str) -> float:
    """Seconds to the first line of one instance, with more arguments for the workload."""
    start = time.monotonic()
    with contender.start(["-mib", "1", "-work", "0", "-writes", "0", *more]) as instance:
        ready = next(mark for mark in instance.lines.until(start + contender.seconds) if mark.word == "ready")
    return ready.at - start


def holding(contender: Contender, mib: int) -> float:
    """MiB of one instance that holds so much."""
    with contender.start(["-mib", str(mib), "-work", "0", "-writes", "0"]) as instance:
        deadline = time.monotonic() + contender.seconds
        next(mark for mark in instance.lines.until(deadline) if mark.word == "holding")
        return instance.memory()[0]


@pytest.mark.parametrize("name", MARKED[:2], indirect=True)
def test_a_known_delay_comes_back(contender: Contender) -> None:
    """A workload that sleeps before its first line is later by just that: 1 s ± 0.25 s.

    Compared are the fastest starts with and without the delay: whatever else the machine does only adds to a start, so
    more turns bring both nearer to the truth. On a quiet machine the first turn is enough.
    """
    soon: list[float] = []
    late: list[float] = []
    for _turn in range(MOST_TURNS):
        soon.append(first_line(contender))
        late.append(first_line(contender, "-delay", f"{DELAY_S}s"))
        if abs(min(late) - min(soon) - DELAY_S) <= DELAY_TOLERANCE_S:
            return
    pytest.fail(f"{DELAY_S} s came back as {min(late) - min(soon):.3f} s: {soon}, {late}")


@pytest.mark.needs_qemu
def test_a_known_delay_in_a_vm_comes_back() -> None:
    """A workload that sleeps in a VM is later by just that: 5 s ± 2 s after the VM's own first process started it.

    Within one boot, since an emulated boot takes twice as long on a machine that is twice as busy.
    """
    contender, start = here.vm(), time.monotonic()
    arguments = ["-mib", "1", "-work", "0", "-writes", "0", "-delay", f"{VM_DELAY_S}s"]
    with contender.start(arguments) as instance:
        marks = {}
        for mark in instance.lines.until(start + contender.seconds):
            marks[mark.word] = mark.at
            if mark.word == "ready":
                break
    assert marks["ready"] - marks["starting"] == pytest.approx(VM_DELAY_S, abs=VM_DELAY_TOLERANCE_S)
    assert marks["starting"] > start


def test_a_known_memory_comes_back(contender: Contender) -> None:
    """A workload that holds 48 MiB more takes 48 MiB more, ± 6 MiB, as the host sees it."""
    difference = holding(contender, 8 + MIB) - holding(contender, 8)
    assert difference == pytest.approx(MIB, abs=MIB_TOLERANCE)


def test_a_plan_of_one_contender_is_carried_out(contender: Contender, name: str) -> None:
    """All samples are there, in order, plausible; the results of its calculations are those of every machine."""
    plan = Plan((name,), repetitions=1, density=(1,), mib=8)
    record = harness.run(plan, {name: contender})
    data = Measurements(tuple(record.samples))
    assert [judge(data, plan) for judge in (complete, in_order, plausible)] == [None, None, None]
    assert record.results[name]["int"] == ["148933 primes"], "the primes below two million"
    assert record.results[name]["float"] == ["a143fc4d67ce2a823abf002329e71ae4"]
    assert record.facts[name]["kernel"]


def script(text: str, seconds: float = 5.0) -> ProcessContender:
    """A contender that is a Python program."""
    made = ProcessContender([sys.executable, "-c", text])
    made.seconds = seconds
    return made


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("print('LAB ready x')", "ended before it had done its work"),
        ("print('what is this?')", "what is this"),
        ("print('LAB failed no disk')", "no disk"),
        ("import time; print('LAB ready x', flush=True); time.sleep(60)", "in time.*LAB ready x"),
        ("import sys; sys.exit('out of order')", "out of order"),
    ],
)
def test_failing_and_hanging_contenders_are_told_and_ended(text: str, told: str) -> None:
    """The error says which trial, and the last words; the contender is gone (see the fixture)."""
    began = time.monotonic()
    with pytest.raises(TrialError, match=rf"trial 1 \(process, measured\)[\s\S]*{told}"):
        harness.run(Plan(("process",)), {"process": script(text, 1.0)})
    assert time.monotonic() - began < 10


def test_a_program_that_is_not_there_is_told() -> None:
    """It cannot be started: the error names it."""
    with pytest.raises(TrialError, match="/no/such/program"):
        harness.run(Plan(("process",)), {"process": ProcessContender(["/no/such/program"])})


def test_a_contender_that_is_not_at_hand_is_told_before_anything_starts() -> None:
    """A plan that cannot be carried out whole is not begun."""
    with pytest.raises(PlanError, match="vm"):
        harness.run(Plan(("process", "vm")), {"process": script("")})


def test_an_interrupt_ends_what_runs(contender: Contender) -> None:
    """Ctrl-C while instances run leaves nothing of them (see the fixture)."""
    with pytest.raises(KeyboardInterrupt), contender.start(["-mib", "1"]), contender.start(["-mib", "1"]):
        raise KeyboardInterrupt
