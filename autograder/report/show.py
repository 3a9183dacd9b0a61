"""Values of any JSON shape as short text for a reader."""

from __future__ import annotations

import json
from typing import Any

from autograder.i18n import _
from autograder.match.tree import ABSENT

LONGEST = 240


def show(value: Any) -> str:
    """Texts as they are, the rest as JSON, cut at LONGEST characters; ABSENT as `nothing`."""
    if value is ABSENT:
        return _("(nothing)")
    if isinstance(value, dict) and len(value) == 1:
        ((name, argument),) = value.items()
        if name == "$exists":
            return _("(anything)") if argument else _("(nothing)")
        if name == "$cel":
            return str(argument)
        if name == "$matches":
            return _("text that matches {pattern}").format(pattern=argument)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
