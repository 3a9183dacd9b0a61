"""What the student declares and claims, in `answers.json` beside the notebook.

    {"plan": {...} or null, "claims": {"startup": {"vm": 2.3, ...}, ...}}

The notebook writes it as it runs, when it is graded too: so what is judged is what its cells say.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from labbench.errors import DataError

FILE = "answers.json"
MAX_BYTES = 100_000


def read(folder: Path) -> dict[str, Any]:
    """What the file holds; nothing where there is none. Raises DataError if it is damaged."""
    path = folder / FILE
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1)
        data = json.loads(text) if len(text) <= MAX_BYTES else None
    except FileNotFoundError:
        data = {}
    except (OSError, ValueError, RecursionError) as cause:
        raise DataError(f"{FILE} is damaged; delete it and run the notebook again") from cause
    if not isinstance(data, dict) or not isinstance(data.get("claims", {}), dict):
        raise DataError(f"{FILE} is damaged; delete it and run the notebook again")
    return {"plan": data.get("plan"), "claims": data.get("claims", {})}


def write(folder: Path, *, plan: Mapping[str, Any] | None = None, claims: Mapping[str, Any] | None = None) -> None:
    """Keep the plan, or add claims to those that are there. Raises DataError if the file is damaged."""
    data = read(folder)
    if plan is not None:
        data["plan"] = dict(plan)
    data["claims"] |= claims or {}
    draft = folder / f".{FILE}.draft"
    draft.write_text(json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    draft.replace(folder / FILE)
