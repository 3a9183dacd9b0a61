"""Measurements as a tidy table (one row a sample) with their provenance beside it.

    NAME-samples.csv      trial,phase,contender,instances,metric,value,unit,method,started,ended
    NAME-provenance.json  who, when, on which machine, with which versions, by which plan; what the contenders said

`NAME` is `measured` for a student's own data, `recorded` for the set that comes with the course. `started` and `ended`
are seconds since the experiment began, by one monotonic clock.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from labbench.errors import DataError
from labbench.messages import _

MEASURED, RECORDED = "measured", "recorded"
MAX_BYTES = 1_000_000  # an experiment takes some 20 kB; more is a mistake, or an attack on the grader
UNITS = {"startup": "s", "int": "s", "float": "s", "io": "s", "memory": "MiB", "guest_memory": "MiB"}


@dataclass(frozen=True)
class Sample:
    """One number: what was measured, of whom, how, and when."""

    trial: int
    phase: str
    contender: str
    instances: int
    metric: str
    value: float
    unit: str
    method: str
    started: float
    ended: float


COLUMNS = tuple(item.name for item in fields(Sample))
_NUMBERS = {"trial": int, "instances": int, "value": float, "started": float, "ended": float}


@dataclass(frozen=True)
class Measurements:
    """A whole experiment: its samples, and where they come from. `name` is the files' (measured or recorded)."""

    samples: tuple[Sample, ...]
    provenance: Mapping[str, Any] = field(default_factory=dict)
    name: str = MEASURED

    def values(self, metric: str, contender: str, phase: str = "measured") -> list[float]:
        """The values of one metric of one contender, in the order in which they were taken."""
        wanted = (metric, contender, phase)
        return [item.value for item in self.samples if (item.metric, item.contender, item.phase) == wanted]

    def density(self, contender: str) -> list[tuple[int, float]]:
        """(instances at once, MiB that they need together), as measured."""
        found = [item for item in self.samples if item.phase == "density" and item.metric == "memory"]
        return [(item.instances, item.value) for item in found if item.contender == contender]

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the measured values alone: a set that was renamed or relabelled keeps it."""
        text = "\n".join(sorted(f"{item.contender} {item.metric} {item.value:.6g}" for item in self.samples))
        return hashlib.sha256(text.encode()).hexdigest()


def write(folder: Path, data: Measurements) -> None:
    """Write both files, each whole or not at all."""
    table = io.StringIO()
    writer = csv.DictWriter(table, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(item) for item in data.samples)
    _replace(folder / f"{data.name}-samples.csv", table.getvalue())
    text = json.dumps(dict(data.provenance), indent=1, ensure_ascii=False, sort_keys=True)
    _replace(folder / f"{data.name}-provenance.json", text + "\n")


def exists(folder: Path, name: str) -> bool:
    """Whether there is a table of this name."""
    return (folder / f"{name}-samples.csv").is_file()


def read(folder: Path, name: str = MEASURED) -> Measurements:
    """Read both files.

    Raises:
        DataError: one is missing or damaged; the message names it, and the line.
    """
    table = _text(folder / f"{name}-samples.csv")
    beside = folder / f"{name}-provenance.json"
    try:
        provenance = json.loads(_text(beside))
    except (ValueError, RecursionError) as cause:
        raise DataError(f"{beside.name}: this is no JSON: {cause}") from cause
    if not isinstance(provenance, dict):
        raise DataError(f"{beside.name}: an object was expected")
    return Measurements(tuple(_rows(table, f"{name}-samples.csv")), provenance, name)


def _rows(text: str, name: str) -> Iterable[Sample]:
    reader = csv.DictReader(io.StringIO(text))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise DataError(f"{name}: the first line must be {','.join(COLUMNS)}")
    for row in reader:
        try:
            sample = Sample(**{key: _NUMBERS.get(key, str)(row[key]) for key in COLUMNS})
        except (ValueError, TypeError) as cause:
            raise DataError(f"{name}, line {reader.line_num}: {cause}") from cause
        if not all(map(math.isfinite, (sample.value, sample.started, sample.ended))):
            raise DataError(f"{name}, line {reader.line_num}: a number is not finite")
        yield sample


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError as cause:
        raise DataError(_("{file}: no such file; run the cell that measures").format(file=path.name)) from cause
    except OSError as cause:
        raise DataError(f"{path.name}: cannot be read: {cause.strerror}") from cause
    if len(content) > MAX_BYTES:
        raise DataError(f"{path.name}: larger than {MAX_BYTES} bytes")
    try:
        return content.decode()
    except UnicodeDecodeError as cause:
        raise DataError(f"{path.name}: not a text in UTF-8") from cause


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def contenders(samples: Sequence[Sample]) -> list[str]:
    """The contenders that occur, in order of appearance."""
    return list(dict.fromkeys(item.contender for item in samples))
