"""Partial trees: every leaf that is named must be there; what is not named does not matter.

Lists never match by order: by the API's own map keys, else each expected item must match some found item, and the
closest one is what the reader sees. A null is the same as nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.match.cel import CelError, evaluate
from autograder.match.shape import UNKNOWN, Shape

OPERATORS = ("$cel", "$matches", "$exists")


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()
"""What is found where nothing is."""


@dataclass(frozen=True)
class Difference:
    """One leaf that is not as expected; `found` is ABSENT where there is nothing."""

    path: str
    expected: Any
    found: Any


def differences(expected: Any, found: Any, shape: Shape = UNKNOWN, path: str = "") -> list[Difference]:
    """All leaves of `expected` that `found` lacks or has otherwise, in the order of `expected`."""
    if found is None:
        found = ABSENT
    if (operator := _operator(expected)) is not None:
        return [] if _holds(operator, expected[operator], found) else [Difference(path, expected, found)]
    if isinstance(expected, Mapping):
        return _mapping(expected, found, shape, path)
    if isinstance(expected, (list, tuple)):
        return _sequence(expected, found, shape, path)
    return [] if _equal(expected, found) else [Difference(path, expected, found)]


def leaves(expected: Any) -> int:
    """How many leaves a partial tree names."""
    if _operator(expected) is None and isinstance(expected, Mapping):
        return sum(leaves(value) for value in expected.values()) or 1
    if isinstance(expected, (list, tuple)):
        return sum(leaves(value) for value in expected) or 1
    return 1


def _mapping(expected: Mapping[str, Any], found: Any, shape: Shape, path: str) -> list[Difference]:
    if not isinstance(found, Mapping):
        if found is ABSENT and expected and any(_accepts_nothing(value) for value in expected.values()):
            found = {}
        elif found is ABSENT and len(expected) == 1:
            ((name, value),) = expected.items()
            return differences(value, ABSENT, shape.field(name), join(path, name))
        else:
            return [Difference(path, expected, found)] * leaves(expected)
    return [
        difference
        for name, value in expected.items()
        for difference in differences(value, found.get(name, ABSENT), shape.field(name), join(path, name))
    ]


def _accepts_nothing(expected: Any) -> bool:
    return isinstance(expected, Mapping) and expected.get("$exists") is False


def _sequence(expected: Sequence[Any], found: Any, shape: Shape, path: str) -> list[Difference]:
    if not isinstance(found, (list, tuple)):
        return [] if found is ABSENT and not expected else [Difference(path, expected, found)]
    result: list[Difference] = []
    for item in expected:
        keys = _own_keys(item, shape.keys)
        label = _label(item, keys)
        rivals = [one for one in found if all(_equal(item[key], one.get(key)) for key in keys)]
        if not rivals:
            result += [Difference(f"{path}{label}", item, _names(found, keys) if keys else ABSENT)]
            continue
        closest = min((differences(item, rival, shape.item(), f"{path}{label}") for rival in rivals), key=len)
        if closest and not isinstance(item, Mapping):
            closest = [Difference(path, expected, list(found))]
        result += closest
    return result


def _own_keys(item: Any, keys: tuple[str, ...]) -> tuple[str, ...]:
    """The map keys that this expected item names with plain values."""
    if not isinstance(item, Mapping):
        return ()
    return tuple(key for key in keys if key in item and not isinstance(item[key], (Mapping, list, tuple)))


def _label(item: Any, keys: tuple[str, ...]) -> str:
    return "[" + ",".join(f"{key}={item[key]}" for key in keys) + "]" if keys else "[]"


def _names(found: Sequence[Any], keys: tuple[str, ...]) -> Any:
    return [{key: one.get(key) for key in keys} for one in found] or ABSENT


def _operator(expected: Any) -> str | None:
    if isinstance(expected, Mapping) and len(expected) == 1:
        (name,) = expected
        return name if name in OPERATORS else None
    return None


def _holds(operator: str, argument: Any, found: Any) -> bool:
    if operator == "$exists":
        return bool(argument) == (found is not ABSENT)
    if found is ABSENT:
        return False
    if operator == "$matches":
        return re.search(str(argument), show_scalar(found)) is not None
    try:
        return evaluate(argument, {"self": found}) is True
    except CelError:
        return False


def _equal(expected: Any, found: Any) -> bool:
    """Equal, but True is not 1; a number equals the text that says it (labels are texts, `${value}` a number)."""
    if expected is None:
        return found is ABSENT or found is None
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    if isinstance(expected, (int, float)) and isinstance(found, str):
        return str(expected) == found
    return bool(expected == found)


def show_scalar(value: Any) -> str:
    """A scalar as YAML would say it."""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def join(path: str, name: str) -> str:
    """`a` + `b` -> `a.b`; names with dots stand in brackets."""
    step = f"['{name}']" if "." in name or "/" in name else name
    if not path or step.startswith("["):
        return f"{path}{step}"
    return f"{path}.{step}"
