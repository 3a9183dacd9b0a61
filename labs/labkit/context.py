"""What a notebook knows of its lab: from the course's folder, or, while it is graded, from one JSON file.

A graded notebook does not see the course (nor its checks): `COURSE_VALUES` names a file with what it may know.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labkit.messages import language


@dataclass(frozen=True)
class Context:
    """A student's lab: its names, and the student's own values."""

    lab: str
    title: str
    namespace: str
    student: str
    values: Mapping[str, Any]
    graded: bool


def read_context(lab: str) -> Context:
    """The context of a lab in this kernel.

    Raises:
        autograder.errors.AutograderError: there is no such lab, or its checks.yaml is not right.
    """
    if path := os.environ.get("COURSE_VALUES"):
        data = json.loads(Path(path).read_text())
        return Context(lab, data["title"], data["namespace"], data["student"], data["values"], graded=True)
    from autograder.spec import load_lab

    loaded = load_lab(course_folder(), lab)
    student = os.environ.get("COURSE_STUDENT", "self")
    title = loaded.title.get(language()) if isinstance(loaded.title, Mapping) else str(loaded.title)
    return Context(lab, str(title), loaded.namespace, student, loaded.values(student), graded=False)


def course_folder() -> Path:
    """The labs' folder: COURSE_DIR, else the one that this package stands in."""
    return Path(os.environ.get("COURSE_DIR") or Path(__file__).parent.parent)
