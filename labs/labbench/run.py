"""Carries out a plan: one trial after the other, each ended before the next begins."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from labbench.contender import Contender, Instance, Mark
from labbench.errors import PlanError, TrialError
from labbench.messages import _
from labbench.plan import DENSITY, Plan, Trial
from labbench.samples import UNITS, Sample

WORK, WRITES = 3, 32  # the workload's -work and -writes where calculation and files are measured
_GUEST = re.compile(r"total_kib=(\d+) available_kib=(\d+)")
Progress = Callable[[int, int, Trial], None]


@dataclass
class Record:
    """What an experiment gave: samples, what each contender said of its surroundings, and its results."""

    samples: list[Sample] = field(default_factory=list)
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    results: dict[str, dict[str, list[str]]] = field(default_factory=dict)


def run(plan: Plan, contenders: Mapping[str, Contender], progress: Progress = lambda _n, _of, _trial: None) -> Record:
    """Carry out all trials of the plan, in its order.

    Raises:
        PlanError: a contender of the plan is not at hand.
        TrialError: one failed or hung; nothing that was started is left.
    """
    if missing := [name for name in plan.contenders if name not in contenders]:
        text = _("these cannot be measured on this machine: {names}; doctor() says why")
        raise PlanError(text.format(names=", ".join(missing)))
    record, began, trials = Record(), time.monotonic(), plan.trials()
    for trial in trials:
        progress(trial.number, len(trials), trial)
        try:
            one = _Trial(trial, contenders[trial.contender], plan, began)
            one.density(record) if trial.phase == DENSITY else one.single(record)
        except TrialError as error:
            raise TrialError(f"trial {trial.number} ({trial.contender}, {trial.phase}): {error}") from error
    return record


def start_once(contender: Contender) -> float:
    """Seconds from the start of one instance to its first useful line. Raises TrialError if there is none."""
    start = time.monotonic()
    with contender.start(["-mib", "1", "-work", "0", "-writes", "0"]) as instance:
        for mark in instance.lines.until(start + contender.seconds):
            if mark.word == "ready":
                return mark.at - start
        raise TrialError(f"it ended before its first line; its last words: {instance.lines.last_words}")


@dataclass(frozen=True)
class _Trial:
    trial: Trial
    contender: Contender
    plan: Plan
    began: float

    def single(self, record: Record) -> None:
        """Start-up, calculation, files and memory of one instance."""
        name = self.trial.contender
        arguments = ["-mib", str(self.plan.mib), "-work", str(WORK), "-writes", str(WRITES)]
        start = time.monotonic()
        with self.contender.start(arguments) as instance:
            marks = self._until_holding(instance, start)
            memory, method = instance.memory()
            now = time.monotonic()
        record.samples.append(
            self._sample("startup", marks["ready"].at - start, "first line", start, marks["ready"].at)
        )
        for metric in ("int", "float", "io"):
            begin, end = marks[f"begin {metric}"].at, marks[metric].at
            record.samples.append(self._sample(metric, end - begin, "line to line", begin, end))
            told = record.results.setdefault(name, {}).setdefault(metric, [])
            if marks[metric].value not in told:
                told.append(marks[metric].value)
        record.samples.append(self._sample("memory", memory, method, marks["holding"].at, now))
        if "QEMU" in method and (guest := _GUEST.search(marks["holding"].value)):
            used = (int(guest[1]) - int(guest[2])) / 1024
            record.samples.append(self._sample("guest_memory", used, "guest", marks["holding"].at, now))
        record.facts.setdefault(name, _facts(marks["facts"].value))

    def density(self, record: Record) -> None:
        """The memory that some instances need together, all of them holding theirs."""
        arguments = ["-mib", str(self.plan.mib), "-work", "0", "-writes", "0"]
        start = time.monotonic()
        with ExitStack() as stack:
            running = [stack.enter_context(self.contender.start(arguments)) for _one in range(self.trial.instances)]
            for instance in running:
                self._until_holding(instance, start)
            told = [instance.memory() for instance in running]
            now = time.monotonic()
        total = sum(value for value, _method in told)
        record.samples.append(self._sample("memory", total, told[0][1], start, now))

    def _until_holding(self, instance: Instance, start: float) -> dict[str, Mark]:
        """The workload's marks by word, once it holds its memory. Raises TrialError if it never does."""
        marks: dict[str, Mark] = {}
        for mark in instance.lines.until(start + self.contender.seconds):
            if mark.word == "failed":
                raise TrialError(f"the workload failed: {mark.value}")
            marks[f"begin {mark.value}" if mark.word == "begin" else mark.word] = mark
            if mark.word == "holding":
                return marks
        raise TrialError(f"it ended before it had done its work; its last words: {instance.lines.last_words}")

    def _sample(self, metric: str, value: float, method: str, start: float, end: float) -> Sample:
        trial = self.trial
        place = (trial.number, trial.phase, trial.contender, trial.instances)
        span = (round(start - self.began, 6), round(end - self.began, 6))
        return Sample(*place, metric, round(value, 6), UNITS[metric], method, *span)


def _facts(text: str) -> dict[str, Any]:
    """What the workload saw around it. Raises TrialError where its line is damaged."""
    try:
        return dict(json.loads(text))
    except ValueError as cause:
        raise TrialError(f"what it says of its surroundings is damaged: {text[:100]}") from cause
