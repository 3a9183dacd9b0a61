"""The small parts that every reader of a validated document needs: durations, targets, expressions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograder.spec.model import Cel, Target

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0}


def seconds(text: str | None, otherwise: float = 0.0) -> float:
    """`500ms`, `10s`, `2m` as seconds; `otherwise` for None."""
    if text is None:
        return otherwise
    unit = next(unit for unit in _UNITS if text.endswith(unit))
    return float(text.removesuffix(unit)) * _UNITS[unit]


def target(data: Mapping[str, Any]) -> Target:
    """apiVersion, kind, name, namespace and labels of a mapping."""
    return Target(data["apiVersion"], data["kind"], data.get("name"), data.get("namespace"), data.get("labels"))


def cel(data: Mapping[str, Any]) -> Cel:
    """objects (none if they are not given), expression, expected, found and final of a mapping."""
    objects = {name: target(item) for name, item in data.get("objects", {}).items()}
    return Cel(objects, data["expression"], data.get("expected"), data.get("found"), data.get("final"))
