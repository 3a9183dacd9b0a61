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
    Count,
    Criterion,
    Delete,
    Drain,
    Expect,
    Judgement,
    Load,
    Patch,
    Probe,
    Python,
    Scale,
    Task,
)
from autograder.spec.probes import load, probe
from autograder.spec.read import cel, seconds, target
from autograder.spec.requests import request
from autograder.spec.validate import KINDS
from autograder.variants import Choice, Interval, Variant


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
    judgement = _judgement(document, (*where, kinds[0]), kinds[0], data[kinds[0]], folder)
    act, traffic = _act(document, (*where, "act"), data.get("act", {}))
    needed = ({judgement.requires} if isinstance(judgement, Probe) else set()) | ({"network"} if traffic else set())
    if missing := sorted(needed - set(data.get("requires", needed))):
        raise document.error((*where, "requires"), f"what is judged here needs {', '.join(missing)} as well")
    return Criterion(
        id=data["id"],
        points=data["points"],
        title=data["title"],
        judgement=judgement,
        hints={language: _hints(data["hint"][language]) for language in LANGUAGES},
        within=seconds(data.get("within")),
        holds_for=seconds(data.get("holds_for")),
        requires=frozenset(data.get("requires", needed)),
        needs=tuple(data.get("needs", ())),
        act=act,
        during=data.get("act", {}).get("during"),
        load=traffic,
        throughout=cel(data["throughout"]) if "throughout" in data else None,
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
        return cel(data)
    if kind == "probe":
        return probe(document, where, data)
    if kind == "request":
        return request(document, where, data)
    module, function = data.split(":")
    file = folder / f"{module}.py"
    if not file.is_file():
        raise document.error(where, f"{file} is not there")
    return Python(file, function)


def _act(document: Document, where: Where, data: Mapping[str, Any]) -> tuple[Act | None, Load | None]:
    """The deed and the traffic beside it; either may be missing, and the deed may be another criterion's (`during`)."""
    traffic = load(data["load"]) if "load" in data else None
    deeds = [name for name in data if name != "load"]
    if len(deeds) > 1:
        raise document.error(where, f"exactly one deed must be given (beside load), but {', '.join(deeds)} are")
    own = [name for name in deeds if name != "during"]
    return (_deed(own[0], data[own[0]]) if own else None), traffic


def _deed(kind: str, data: Mapping[str, Any]) -> Act:
    if kind == "delete":
        return Delete(target(data), data.get("take"))
    if kind == "scale":
        return Scale(target(data), data["replicas"])
    if kind == "patch":
        return Patch(target(data), data["merge"])
    return Drain(data.get("node"), target(data["node_of"]) if "node_of" in data else None)
