"""Turns the cells of lab.py into notebook cells with nbgrader's metadata (its schema 3).

A task's points stand in checks.yaml only: its test cell gets them, and its source, from there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.errors import BuildError
from autograder.notebook.source import SourceCell
from autograder.spec.model import Lab

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,57}")


def expand(cells: Iterable[SourceCell], lab: Lab) -> list[NotebookNode]:
    """Notebook cells, with ids that depend on grade_id or position only.

    Raises BuildError with file and line: unknown or repeated tasks and ids, tasks without a test cell.
    """
    seen: dict[str, int] = {}
    made = [_one(cell, lab, position, seen) for position, cell in enumerate(cells)]
    for task in lab.tasks:
        if task.id not in seen:
            raise BuildError(
                f"{lab.folder / 'lab.py'}: task {task.id!r} of checks.yaml has no test cell; "
                f'add `# %% check="{task.id}"` where it is to be judged'
            )
    return made


def _one(cell: SourceCell, lab: Lab, position: int, seen: dict[str, int]) -> NotebookNode:
    grade_id = _grade_id(cell, seen)
    if cell.kind == "raw" and "kube" not in cell.markers:
        raise cell.error('a raw cell must say what kubectl does with it, e.g. kube="apply"')
    if cell.marker("check") is not None:
        made = _test_cell(cell, lab)
    elif cell.marker("reflect") is not None:
        made = _reflection(cell)
    elif grade_id is not None:
        made = new_code_cell(_kube(cell) + _region(cell), metadata={"nbgrader": _nbgrader(grade_id, solution=True)})
    elif cell.kind == "markdown":
        made = new_markdown_cell(cell.text)
    else:
        made = new_code_cell(_kube(cell) + cell.text)
        if BEGIN in cell.text:
            raise cell.error('a cell with a solution needs an id: solution="..."')
    made.metadata.update(cell.metadata)
    made.id = f"task-{grade_id}" if grade_id else f"cell-{position:03}"
    return made


def _grade_id(cell: SourceCell, seen: dict[str, int]) -> str | None:
    """The cell's grade_id, noted as seen; BuildError if it is malformed or taken, or if the markers contradict."""
    names = [name for name in ("solution", "check", "reflect") if name in cell.markers]
    if len(names) > 1:
        raise cell.error(f"a cell has only one of solution=, check=, reflect=, not {' and '.join(names)}")
    if "points" in cell.markers and names != ["reflect"]:
        raise cell.error("points= belongs to reflect= only; those of a task stand in checks.yaml")
    if not names:
        return None
    grade_id = cell.marker(names[0]) or ""
    if not _ID.fullmatch(grade_id):
        raise cell.error(f"{names[0]}={grade_id!r} must be lower-case letters, digits and hyphens, at most 58")
    if grade_id in seen:
        raise cell.error(f"the cell of line {seen[grade_id]} is called {grade_id!r} already")
    seen[grade_id] = cell.line
    return grade_id


def _test_cell(cell: SourceCell, lab: Lab) -> NotebookNode:
    task_id = cell.marker("check")
    task = next((task for task in lab.tasks if task.id == task_id), None)
    if task is None:
        known = ", ".join(task.id for task in lab.tasks)
        raise cell.error(f"there is no task {task_id!r} in {lab.folder / 'checks.yaml'}; it has: {known}")
    if cell.kind != "code" or cell.text.strip():
        raise cell.error("a check= cell is an empty code cell: its source is made from checks.yaml")
    metadata = _nbgrader(task.id, grade=True, locked=True, points=task.points)
    made: NotebookNode = new_code_cell(f'check("{task.id}")', metadata={"nbgrader": metadata})
    return made


def _reflection(cell: SourceCell) -> NotebookNode:
    points = cell.markers.get("points")
    if isinstance(points, bool) or not isinstance(points, (int, float)) or points <= 0:
        raise cell.error("reflect= needs points=, a number above 0")
    if cell.kind != "markdown" or BEGIN not in cell.text or END not in cell.text:
        raise cell.error(f"reflect= is a markdown cell with a model answer between `{BEGIN}` and `{END}`")
    metadata = _nbgrader(str(cell.marker("reflect")), grade=True, solution=True, points=points)
    made: NotebookNode = new_markdown_cell(cell.text, metadata={"nbgrader": metadata})
    return made


def _kube(cell: SourceCell) -> str:
    """The `%%kube` line of a raw cell, or nothing."""
    if "kube" not in cell.markers:
        return ""
    if cell.kind != "raw":
        raise cell.error("kube= belongs to raw cells: write `# %% [raw] kube=...`")
    return f"%%kube {cell.marker('kube')}\n"


def _region(cell: SourceCell) -> str:
    """The text with its solution region; the whole text is the region where none is marked."""
    begins, ends = cell.text.count(BEGIN), cell.text.count(END)
    if begins != ends:
        raise cell.error(f"{begins} `{BEGIN}` but {ends} `{END}`")
    if cell.kind == "markdown":
        raise cell.error("solution= belongs to code and kube cells; a text to write is reflect=")
    return cell.text if begins else f"{BEGIN}\n{cell.text}\n{END}"


def _nbgrader(
    grade_id: str,
    *,
    grade: bool = False,
    solution: bool = False,
    locked: bool = False,
    points: float | None = None,
) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "grade": grade,
        "grade_id": grade_id,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    return metadata if points is None else {**metadata, "points": points}
