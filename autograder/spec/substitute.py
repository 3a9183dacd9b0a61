"""`${name}` in strings. A string that is only `${name}` becomes the value itself, with its type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_PLACE = re.compile(r"\$\{(\w+)\}")


def substitute(text: str, known: Mapping[str, Any]) -> Any:
    """The text with every `${name}` replaced; KeyError for an unknown name."""
    if lone := _PLACE.fullmatch(text):
        return known[lone[1]]
    return _PLACE.sub(lambda match: str(known[match[1]]), text)


def names(text: str) -> set[str]:
    """The names that a text asks for."""
    return set(_PLACE.findall(text))
