"""What a notebook calls: doctor, declare, measure, load, claim.

While a notebook is graded (COURSE_VALUES is set; see ARCHITECTURE.md) nothing is measured: the files that were handed
in with it are used, and a line says so.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from labbench import answers, samples
from labbench.errors import BenchError
from labbench.messages import _
from labbench.plan import Plan, Trial
from labbench.samples import MEASURED, RECORDED, Measurements

HARNESS = "labbench 1"


def graded() -> bool:
    """Whether this notebook is being graded."""
    return "COURSE_VALUES" in os.environ


def doctor() -> None:
    """Say what can be measured on this machine, and how to install the rest."""
    if graded():
        print(_("Graded: nothing is measured here; the samples that were handed in are used."))
        return
    from labbench.here import ADVICE, available

    print(_("Making ready what will be measured (the first time, this builds a small image and a VM)…"))
    found = available()
    for name, contender in found.contenders.items():
        about = contender.about()
        told = [str(about[key]) for key in ("engine", "hypervisor", "version", "accelerator", "why") if key in about]
        print(f"✓ {name}: {', '.join(told) or _('ready')}")
    for name, why in found.missing.items():
        print(f"✗ {name}: {why}")
        for system, command in ADVICE.get(name, {}).items():
            print(f"    {system}: {command}")
    if found.missing:
        print(_("Until then you can go on with the recorded data (load() offers them): they earn no measured points."))


def declare(plan: Plan) -> None:
    """Keep the plan for whoever judges it, and show what it will do."""
    answers.write(Path.cwd(), plan=plan.to_json())
    trials = plan.trials()
    order = " ".join(f"{trial.contender[0]}{'' if trial.instances == 1 else trial.instances}" for trial in trials)
    print(_("{count} trials, in this order (p, c, v): {order}").format(count=len(trials), order=order))


def measure(plan: Plan) -> None:
    """Carry out the plan (some minutes), and keep samples and provenance beside the notebook.

    Nothing is kept of an experiment that was cut off; what it had started is ended.
    """
    if graded():
        state = _("found") if samples.exists(Path.cwd(), MEASURED) else _("none found")
        print(_("Graded: nothing is measured; the samples that were handed in are used ({state}).").format(state=state))
        return
    try:
        data = experiment(plan, os.environ.get("COURSE_STUDENT", "self"))
    except BenchError as error:
        print(_("Not measured: {error}").format(error=error))
        return
    except KeyboardInterrupt:
        print(_("Stopped. Nothing was kept, and all that was started has been ended."))
        return
    samples.write(Path.cwd(), data)
    print(_("{count} samples are in {file}.").format(count=len(data.samples), file=f"{MEASURED}-samples.csv"))


def experiment(plan: Plan, student: str, name: str = MEASURED) -> Measurements:
    """Carry out the plan on this machine.

    Raises:
        BenchError: something of the plan is not at hand, or a trial failed.
    """
    from labbench.here import available
    from labbench.machine import describe
    from labbench.run import WORK, WRITES, run

    found = available(plan.contenders)
    began, clock = datetime.now(UTC), time.monotonic()
    machine = describe()
    record = run(plan, found.contenders, _progress)
    provenance: dict[str, Any] = {
        "harness": HARNESS,
        "student": student,
        "plan": plan.to_json(),
        "work": {"work": WORK, "writes": WRITES},
        "started": began.isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - clock, 3),
        "machine": machine,
        "contenders": {each: dict(found.contenders[each].about()) for each in plan.contenders},
        "facts": record.facts,
        "results": record.results,
    }
    return Measurements(tuple(record.samples), provenance, name)


def _progress(number: int, count: int, trial: Trial) -> None:
    many = f" ×{trial.instances}" if trial.instances > 1 else ""
    print(f"\r{number}/{count}  {trial.phase}: {trial.contender}{many}".ljust(60), end="", flush=True)
    if number == count:
        print()


def load(name: str | None = None) -> Measurements:
    """Your own measurements; where there are none, the recorded ones, and then it says so.

    Raises:
        DataError: the files are missing or damaged.
    """
    here = Path.cwd()
    chosen = name or (MEASURED if samples.exists(here, MEASURED) else RECORDED)
    data = samples.read(here, chosen)
    machine = data.provenance.get("machine") or {}
    where = f"{machine.get('cpu')}, {machine.get('cpus')} CPUs, {machine.get('system')} {machine.get('kernel')}"
    if chosen == RECORDED:
        print(_("RECORDED data, not measured by you: they earn no measured points."))
    print(_("Measured on: {where}; {when}").format(where=where, when=data.provenance.get("started")))
    return data


def claim(topic: str, **values: Any) -> None:
    """State your results for one task; they are judged against the samples. A later claim replaces an earlier one."""
    answers.write(Path.cwd(), claims={topic: values})
    print(f"{topic}: " + ", ".join(f"{key} = {value}" for key, value in values.items()))
