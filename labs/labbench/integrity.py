"""Whether a set of measurements is what its plan promised, and can be what it says: for whoever grades it.

Each function returns None, or the first `Flaw` that it finds. None of them measures anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labbench.errors import PlanError
from labbench.plan import DENSITY, MEASURED, Plan, Trial
from labbench.samples import UNITS, Measurements, Sample

TIMES = ("startup", "int", "float", "io")
SINGLE = (*TIMES, "memory")  # what each start of one instance gives
SLACK_S = 0.001  # rounding of times in the table
HIGHEST = {"s": 600.0, "MiB": 8192.0}
# What must be told of an experiment, so that somebody else can judge and repeat it.
NEEDED = (
    "harness", "student", "started", "seconds", "plan", "machine.system", "machine.kernel", "machine.cpu",
    "machine.cpus", "machine.memory_mib",
)  # fmt: skip
NEEDED_OF = {
    "process": ("workload_sha256",),
    "container": ("engine", "version", "digest"),
    "vm": ("hypervisor", "version", "accelerator", "kernel_sha256"),
}


@dataclass(frozen=True)
class Flaw:
    """What is wrong: where, what should be there, what is."""

    where: str
    expected: str
    found: str


def plan_of(data: Measurements) -> Plan | None:
    """The plan that the provenance states, or None if it states none."""
    stated = data.provenance.get("plan")
    try:
        return Plan.from_json(stated) if isinstance(stated, Mapping) else None
    except PlanError:
        return None


def complete(data: Measurements, plan: Plan) -> Flaw | None:
    """Every trial of the plan has all its samples, and there are no others."""
    found = Counter((item.phase, item.contender, item.instances, item.metric) for item in data.samples)
    wanted: Counter[tuple[str, str, int, str]] = Counter()
    for trial in plan.trials():
        for metric in metrics(trial):
            wanted[trial.phase, trial.contender, trial.instances, metric] += 1
    for key in sorted(set(found) | set(wanted)):
        if found[key] != wanted[key]:
            phase, contender, instances, metric = key
            many = f" ×{instances}" if phase == DENSITY else ""
            return Flaw(f"{phase} {contender}{many} {metric}", f"{wanted[key]}", f"{found[key]}")
    return None


def metrics(trial: Trial) -> tuple[str, ...]:
    """What one trial measures."""
    if trial.phase == DENSITY:
        return ("memory",)
    return (*SINGLE, "guest_memory") if trial.contender == "vm" else SINGLE


def in_order(data: Measurements, plan: Plan) -> Flaw | None:
    """The trials took place one after the other, in the order that the plan gives."""
    planned = {trial.number: trial for trial in plan.trials()}
    for item in data.samples:
        trial = planned.get(item.trial)
        if trial is None or (trial.phase, trial.contender, trial.instances) != _who(item):
            expected = " ".join(map(str, (trial.phase, trial.contender, trial.instances))) if trial else "-"
            return Flaw(f"trial {item.trial}", expected, " ".join(map(str, _who(item))))
    last, last_trial = 0.0, 0
    for number, (began, ended) in sorted(_spans(data).items()):
        if began < last - SLACK_S or ended < began:
            return Flaw(f"trial {number}", f"begins after trial {last_trial} ended ({last:.3f} s)", f"{began:.3f} s")
        last, last_trial = ended, number
    return None


def _who(item: Sample) -> tuple[str, str, int]:
    return item.phase, item.contender, item.instances


def _spans(data: Measurements) -> dict[int, tuple[float, float]]:
    """Trial to the time from its first sample's begin to its last one's end."""
    spans: dict[int, tuple[float, float]] = {}
    for item in data.samples:
        began, ended = spans.get(item.trial, (item.started, item.ended))
        spans[item.trial] = min(began, item.started), max(ended, item.ended)
    return spans


def plausible(data: Measurements, plan: Plan) -> Flaw | None:
    """The numbers can be what they say: they agree with their times, are within reason, and vary as measured ones."""
    for item in data.samples:
        if flaw := _possible(item, plan):
            return flaw
    for contender in plan.contenders:
        for metric in TIMES:
            values = data.values(metric, contender, MEASURED)
            if len(values) > 2 and len(set(values)) == 1:
                return Flaw(f"{contender} {metric}", "repetitions that differ a little", f"{len(values)} × {values[0]}")
    return None


def _possible(item: Sample, plan: Plan) -> Flaw | None:
    where = f"trial {item.trial} {item.contender} {item.metric}"
    if item.unit != UNITS.get(item.metric):
        return Flaw(where, str(UNITS.get(item.metric)), item.unit)
    if not 0 < item.value < HIGHEST[item.unit]:
        return Flaw(where, f"0 < {item.unit} < {HIGHEST[item.unit]:g}", f"{item.value:g}")
    if item.metric in TIMES and abs(item.ended - item.started - item.value) > SLACK_S:
        return Flaw(where, f"ended - started = {item.ended - item.started:.6f}", f"{item.value:g}")
    if item.metric == "memory" and item.value < plan.mib * item.instances:
        return Flaw(where, f"at least {plan.mib} MiB for each of {item.instances}", f"{item.value:g} MiB")
    return None


def told(data: Measurements, plan: Plan) -> Flaw | None:
    """The provenance tells all that is needed, and agrees with the samples' clock."""
    wanted = [*NEEDED]
    for contender in plan.contenders:
        wanted += [f"contenders.{contender}.{name}" for name in NEEDED_OF[contender]]
        wanted += [f"facts.{contender}.kernel", f"results.{contender}.float"]
    for path in wanted:
        if at(data.provenance, path) in (None, "", [], {}):
            return Flaw(path, "a value", "nothing")
    seconds = data.provenance["seconds"]
    last = max((item.ended for item in data.samples), default=0.0)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < last - SLACK_S:
        return Flaw("seconds", f"at least {last:.3f} (the last sample)", str(seconds))
    return None


def at(tree: Any, path: str) -> Any:
    """What stands at this path of nested objects ("machine.cpu"); None where there is nothing."""
    for word in path.split("."):
        tree = tree.get(word) if isinstance(tree, Mapping) else None
    return tree
