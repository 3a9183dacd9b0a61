"""What is handed in beside the notebook in the proofs: a real, recorded set, and one faulty copy of it a criterion.

The set was measured with `python -m labbench record` for the student `proof`; its provenance says where and when.
"""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

from labbench import samples
from labbench.samples import MEASURED, RECORDED, Measurements, Sample

HERE = Path(__file__).parent


def write(folder: Path, variant: str) -> None:
    """Write the files of one variant. Raises KeyError for an unknown one."""
    samples.write(folder, VARIANTS[variant](samples.read(HERE, MEASURED)))


def _recorded(_data: Measurements) -> Measurements:
    """The course's recorded set, under the name of one's own and signed with it."""
    data = samples.read(HERE.parent / "files", RECORDED)
    return dataclasses.replace(data, name=MEASURED, provenance={**data.provenance, "student": "proof"})


def _an_outlier_less(data: Measurements) -> Measurements:
    """The slowest write of the container was deleted."""
    io = [item for item in data.samples if (item.contender, item.metric, item.phase) == ("container", "io", "measured")]
    slowest = max(io, key=lambda item: item.value)
    return _with(data, tuple(item for item in data.samples if item != slowest))


def _in_blocks(data: Measurements) -> Measurements:
    """Measured one contender after the other, whatever the plan says: trials numbered anew by contender."""
    key = {item.trial: (item.phase == "density", item.instances, item.contender, item.trial) for item in data.samples}
    number = {trial: place for place, trial in enumerate(sorted(key, key=key.__getitem__), 1)}
    return _with(data, tuple(dataclasses.replace(item, trial=number[item.trial]) for item in data.samples))


def _faster_vm(data: Measurements) -> Measurements:
    """The VM's start-up was divided by ten, its instants were forgotten."""

    def faster(item: Sample) -> Sample:
        is_vm = (item.contender, item.metric) == ("vm", "startup")
        return dataclasses.replace(item, value=round(item.value / 10, 6)) if is_vm else item

    return _with(data, tuple(map(faster, data.samples)))


def _no_accelerator(data: Measurements) -> Measurements:
    """Nobody can tell whether the VM ran on KVM or was emulated."""
    told: dict[str, Any] = {name: dict(about) for name, about in data.provenance["contenders"].items()}
    del told["vm"]["accelerator"]
    return dataclasses.replace(data, provenance={**data.provenance, "contenders": told})


def _with(data: Measurements, rows: tuple[Sample, ...]) -> Measurements:
    return dataclasses.replace(data, samples=rows)


VARIANTS: dict[str, Callable[[Measurements], Measurements]] = {
    "solution": lambda data: data,
    "recorded": _recorded,
    "an-outlier-less": _an_outlier_less,
    "in-blocks": _in_blocks,
    "faster-vm": _faster_vm,
    "no-accelerator": _no_accelerator,
}
