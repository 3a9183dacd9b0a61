"""A submitted notebook is untrusted: it is read with care, and its test cells are put back as they were given out."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.errors import GradingError

MAX_BYTES = 20_000_000


def read_notebook(path: Path) -> NotebookNode:
    """Read a submitted notebook file.

    Raises GradingError that says what is wrong with it.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise GradingError(f"{path}: the notebook is larger than {MAX_BYTES // 1_000_000} MB; clear its outputs")
        notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
        nbformat.validate(notebook)
    except OSError as error:
        raise GradingError(f"{path}: the notebook cannot be read: {error.strerror}") from error
    except (nbformat.ValidationError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        # nbformat raises all of these for damaged files.
        lines = str(error).splitlines() or [type(error).__name__]
        raise GradingError(f"{path}: this is no valid notebook: {lines[0]}; submit it again from Jupyter") from error
    made: NotebookNode = notebook
    return made


def grade_id(cell: NotebookNode) -> str | None:
    """The cell's grade_id, or None if it has none that can be one."""
    metadata = cell.metadata.get("nbgrader")
    found = metadata.get("grade_id") if isinstance(metadata, dict) else None
    return found if isinstance(found, str) else None


def is_test(cell: NotebookNode) -> bool:
    """Whether this is a test cell: code, graded, not the student's to write."""
    metadata = cell.metadata.get("nbgrader") or {}
    return cell.cell_type == "code" and bool(metadata.get("grade")) and not metadata.get("solution")


def restore(notebook: NotebookNode, reference: NotebookNode) -> NotebookNode:
    """The submission with nbgrader's cells as the reference has them.

    Of copies the last one counts (it is judged after all the work). Cells of unknown or damaged ids become ordinary
    ones, test cells get their source back, missing ones return behind the nearest cell that stood before them.
    """
    known = {grade_id(cell): cell for cell in reference.cells if grade_id(cell)}
    seen: set[str] = set()
    kept: list[NotebookNode] = []
    for cell in reversed(notebook.cells):
        kept.append(_restored(copy.deepcopy(cell), known, seen))
    kept.reverse()
    _insert_missing(kept, [cell for cell in reference.cells if grade_id(cell)], seen)
    restored = copy.copy(notebook)
    restored.cells = _unique(kept)
    restored.metadata = copy.deepcopy(reference.metadata)
    restored.nbformat, restored.nbformat_minor = reference.nbformat, reference.nbformat_minor
    return restored


def _restored(cell: NotebookNode, known: dict[str | None, NotebookNode], seen: set[str]) -> NotebookNode:
    name = grade_id(cell)
    original = known.get(name)
    if name is None or original is None or name in seen:
        cell.metadata.pop("nbgrader", None)
        return cell
    seen.add(name)
    if is_test(original) or cell.cell_type != original.cell_type:
        source = original.source if is_test(original) else cell.source
        cell = copy.deepcopy(original)
        cell.source = source
    cell.metadata["nbgrader"] = copy.deepcopy(original.metadata["nbgrader"])
    return cell


def _insert_missing(cells: list[NotebookNode], originals: list[NotebookNode], seen: set[str]) -> None:
    """Put back what was deleted and is graded, each behind the cell of a grade_id that stood before it."""
    previous: str | None = None
    for original in originals:
        name = str(grade_id(original))
        if name not in seen and original.metadata["nbgrader"]["grade"]:
            places = [number for number, cell in enumerate(cells) if grade_id(cell) == previous]
            cells.insert(places[-1] + 1 if places and previous else len(cells), copy.deepcopy(original))
            seen.add(name)
        if name in seen:
            previous = name


def _unique(cells: list[NotebookNode]) -> list[NotebookNode]:
    """The cells, with cell ids that occur once (copies of a whole cell carry its id along)."""
    taken: set[Any] = set()
    for number, cell in enumerate(cells):
        if cell.get("id") is None or cell["id"] in taken:
            cell["id"] = f"copy-{number:04}"
        taken.add(cell["id"])
    return cells
