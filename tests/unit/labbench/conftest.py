"""A synthetic set of measurements, for tests of what is judged about them: nothing of it was measured."""

from __future__ import annotations

import random
from typing import Any

import pytest

from labbench.integrity import metrics
from labbench.plan import Plan
from labbench.samples import UNITS, Measurements, Sample

TYPICAL = {
    "process": {"startup": 0.002, "int": 0.08, "float": 0.07, "io": 0.01},
    "container": {"startup": 0.09, "int": 0.08, "float": 0.07, "io": 0.012},
    "vm": {"startup": 2.0, "int": 0.4, "float": 2.0, "io": 0.1},
}
MEMORY = {"process": 5.0, "container": 4.0, "vm": 200.0}


def synthetic(plan: Plan, student: str = "ana") -> Measurements:
    """What measuring this plan could have given, with a jitter that depends on the plan's seed."""
    noise, clock, samples = random.Random(plan.seed), 0.0, []  # noqa: S311 (no secret)
    for trial in plan.trials():
        for metric in metrics(trial):
            began, span = clock, 0.001
            if metric in TYPICAL["vm"]:
                span = value = round(TYPICAL[trial.contender][metric] * noise.uniform(0.9, 1.2), 6)
            else:
                value = (plan.mib + MEMORY[trial.contender]) * trial.instances + noise.uniform(0, 0.1)
            clock = began + span
            method = "guest" if metric == "guest_memory" else "synthetic"
            place = (trial.number, trial.phase, trial.contender, trial.instances)
            times = (round(began, 6), round(clock, 6))
            samples.append(Sample(*place, metric, round(value, 6), UNITS[metric], method, *times))
        clock += 0.01
    return Measurements(tuple(samples), provenance(plan, student, clock))


def provenance(plan: Plan, student: str, seconds: float) -> dict[str, Any]:
    """All that has to be told of an experiment."""
    machine = {"system": "Linux", "kernel": "6.1", "cpu": "synthetic", "cpus": 2, "memory_mib": 1024}
    about: dict[str, Any] = {
        "process": {"workload_sha256": "00"},
        "container": {"engine": "none", "version": "0", "digest": "sha256:00"},
        "vm": {"hypervisor": "none", "version": "0", "accelerator": "none", "kernel_sha256": "00"},
    }
    seen = {"kernel": "6.1", "boot": "a", "processes": 7, "uid": 0, "set_clock": False}
    return {
        "harness": "synthetic",
        "student": student,
        "started": "2026-01-01T00:00:00+00:00",
        "seconds": round(seconds, 3),
        "plan": plan.to_json(),
        "machine": machine,
        "contenders": {name: about[name] for name in plan.contenders},
        "facts": {name: {**seen, "boot": "b" if name == "vm" else "a"} for name in plan.contenders},
        "results": {name: {"float": ["00"]} for name in plan.contenders},
    }


@pytest.fixture(params=[(1, 5), (77, 6), (4575, 8)], ids=lambda pair: f"seed-{pair[0]}")
def plan(request: pytest.FixtureRequest) -> Plan:
    """A good plan, with several seeds and numbers of repetitions."""
    seed, repetitions = request.param
    everyone = ("process", "container", "vm")
    return Plan(everyone, repetitions, warmup=1, order="interleaved", seed=seed, mib=16, density=(1, 2, 3))


@pytest.fixture
def data(plan: Plan) -> Measurements:
    """A sound, synthetic set of that plan."""
    return synthetic(plan)
