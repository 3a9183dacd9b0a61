"""From a validated document to the typed model, one small function a field."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.spec.document import Document, Where
from autograder.spec.model import (
    LANGUAGES,
    Absent,
    Act,
    Cel,
    Count,
    Criterion,
    Delete,
    Drain,
    Expect,
    Judgement,
    Patch,
    Python,
    Scale,
    Target,
    Task,
)
from autograder.spec.validate import KINDS
from autograder.variants import Choice, Interval, Variant

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0}


def seconds(text: str | None) -> float:
    """`500ms`, `10s`, `2m` as seconds; 0 for None."""
    if text is None:
        return 0.0
    unit = next(unit for unit in _UNITS if text.endswith(unit))
    return float(text.removesuffix(unit)) * _UNITS[unit]


def variants(document: Document) -> dict[str, Variant]:
    """`values:` of the document."""
    found: dict[str, Variant] = {}
    for name, how in document.data.get("values", {}).items():
        if "choice" in how:
            found[name] = Choice(tuple(how["choice"]))
            continue
        low, high = how["int"]
        if high < low:
            raise document.error(("values", name, "int"), f"{high} is less than {low}")
        found[name] = Interval(low, high)
    return found


def task(document: Document, where: Where, data: Mapping[str, Any], folder: Path) -> Task:
    """One task of the public file."""
    criteria = tuple(
        criterion(document, (*where, "criteria", index), item, folder) for index, item in enumerate(data["criteria"])
    )
    return Task(data["id"], data["title"], data["points"], criteria, document.line(where))


def criterion(
    document: Document, where: Where, data: Mapping[str, Any], folder: Path, *, hidden: bool = False
) -> Criterion:
    """One criterion; `folder` holds the checks.py that `python:` names."""
    kinds = [kind for kind in KINDS if kind in data]
    if len(kinds) != 1:
        given = f"{', '.join(kinds)} are" if kinds else "none is"
        raise document.error(where, f"exactly one of {', '.join(KINDS)} must be given, but {given}")
    return Criterion(
        id=data["id"],
        points=data["points"],
        title=data["title"],
        judgement=_judgement(document, (*where, kinds[0]), kinds[0], data[kinds[0]], folder),
        hints={language: _hints(data["hint"][language]) for language in LANGUAGES},
        within=seconds(data.get("within")),
        holds_for=seconds(data.get("holds_for")),
        requires=frozenset(data.get("requires", ())),
        needs=tuple(data.get("needs", ())),
        act=_act(data["act"]) if "act" in data else None,
        throughout=_cel(data["throughout"]) if "throughout" in data else None,
        hidden=hidden,
        line=document.line(where),
    )


def _hints(data: str | list[str]) -> tuple[str, ...]:
    return (data,) if isinstance(data, str) else tuple(data)


def _judgement(document: Document, where: Where, kind: str, data: Any, folder: Path) -> Judgement:
    if kind == "expect":
        return Expect(data)
    if kind == "absent":
        return Absent(data)
    if kind == "count":
        return Count(data["of"], data.get("equals"), data.get("at_least"), data.get("at_most"))
    if kind == "cel":
        return _cel(data)
    module, function = data.split(":")
    file = folder / f"{module}.py"
    if not file.is_file():
        raise document.error(where, f"{file} is not there")
    return Python(file, function)


def _cel(data: Mapping[str, Any]) -> Cel:
    objects = {name: target(item) for name, item in data["objects"].items()}
    return Cel(objects, data["expression"], data.get("expected"), data.get("found"))


def target(data: Mapping[str, Any]) -> Target:
    """apiVersion, kind, name, namespace and labels of a mapping."""
    return Target(data["apiVersion"], data["kind"], data.get("name"), data.get("namespace"), data.get("labels"))


def _act(data: Mapping[str, Any]) -> Act:
    if "delete" in data:
        return Delete(target(data["delete"]), data["delete"].get("take"))
    if "scale" in data:
        return Scale(target(data["scale"]), data["scale"]["replicas"])
    if "patch" in data:
        return Patch(target(data["patch"]), data["patch"]["merge"])
    drain = data["drain"]
    return Drain(drain.get("node"), target(drain["node_of"]) if "node_of" in drain else None)
