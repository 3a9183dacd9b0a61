"""The merge patch that takes a merge patch back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def inverse(merge: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON merge patch that gives every field which `merge` touches its value in `before` (null: it was not there).

    Lists come back whole, as merge patches replace them.
    """
    result: dict[str, Any] = {}
    for name, value in merge.items():
        old = before.get(name)
        both = isinstance(value, Mapping) and isinstance(old, Mapping)
        result[name] = inverse(value, old) if both and old is not None else old
    return result
