"""Reads lab.py (py:percent) into cells that know their line, and refuses markers that nobody knows."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext

from autograder.errors import BuildError
from autograder.spec.model import LANGUAGES

OURS = ("lang", "kube", "solution", "check", "reflect", "points")
JUPYTERS = ("tags", "jupyter", "slideshow", "collapsed", "editable", "deletable", "scrolled")
_MARKER = re.compile(r"#\s*%%(\s|$)")
# What jupytext notes for itself while reading.
_JUPYTEXTS = ("lines_to_next_cell", "lines_to_end_of_cell_marker")


@dataclass(frozen=True)
class SourceCell:
    """One cell of lab.py. `kind` is `markdown`, `code` or `raw`; `markers` are ours, `metadata` Jupyter's."""

    kind: str
    text: str
    markers: dict[str, Any]
    metadata: dict[str, Any]
    path: Path
    line: int

    def error(self, message: str) -> BuildError:
        """An error that names this cell's place."""
        return BuildError(f"{self.path}:{self.line}: {message}")

    def marker(self, name: str) -> str | None:
        """The marker's value as text, or None if the cell does not carry it."""
        value = self.markers.get(name)
        if value is not None and not isinstance(value, str):
            raise self.error(f'{name}= must be a text in quotes, e.g. {name}="..."')
        return value


def read_cells(path: Path) -> list[SourceCell]:
    """The cells of a lab.py.

    Raises BuildError with file and line: it cannot be read, text before the first marker, unknown markers.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BuildError(f"{path}: the lab's source cannot be read: {error}") from error
    cells = jupytext.reads(text, fmt="py:percent").cells
    lines = [number for number, line in enumerate(text.splitlines(), 1) if _MARKER.match(line)]
    if not cells or len(cells) != len(lines):
        raise BuildError(
            f"{path}:1: every cell must begin with a line `# %%`, but {len(lines)} such lines make {len(cells)} cells; "
            "look for text before the first one"
        )
    return [_cell(cell, path, line) for cell, line in zip(cells, lines, strict=True)]


def _cell(cell: Any, path: Path, line: int) -> SourceCell:
    metadata = {key: value for key, value in cell.metadata.items() if key not in _JUPYTEXTS}
    markers = {key: metadata.pop(key) for key in OURS if key in metadata}
    found = SourceCell(cell.cell_type, cell.source, markers, metadata, path, line)
    for name in sorted(set(metadata) - set(JUPYTERS)):
        close = difflib.get_close_matches(name, OURS, n=1)
        hint = f"; did you mean {close[0]}=?" if close else f"; known are: {', '.join(OURS)}"
        raise found.error(f"unknown marker {name!r}{hint}")
    if (lang := found.marker("lang")) is not None and lang not in LANGUAGES:
        raise found.error(f"lang={lang!r} is not one of {', '.join(LANGUAGES)}")
    return found


def select(cells: list[SourceCell], lang: str) -> list[SourceCell]:
    """The cells in one language. Every cell with lang= stands beside its sibling in the other languages.

    Raises BuildError where a sibling is missing or differs in its other markers.
    """
    chosen: list[SourceCell] = []
    position = 0
    while position < len(cells):
        if "lang" not in cells[position].markers:
            chosen.append(cells[position])
            position += 1
            continue
        group = cells[position : position + len(LANGUAGES)]
        _check_siblings(group)
        chosen += [cell for cell in group if cell.markers["lang"] == lang]
        position += len(LANGUAGES)
    return chosen


def _check_siblings(group: list[SourceCell]) -> None:
    first = group[0]
    languages = [cell.markers.get("lang") for cell in group]
    if sorted(map(str, languages)) != sorted(LANGUAGES):
        missing = [lang for lang in LANGUAGES if lang != first.markers["lang"]]
        raise first.error(
            f"this cell has lang={first.markers['lang']!r}, "
            f"but the next one is not its sibling with lang={missing[0]!r}"
        )
    for cell in group[1:]:
        if _shape(cell) != _shape(first):
            raise cell.error(f"this sibling of line {first.line} differs from it in more than its text")


def _shape(cell: SourceCell) -> Any:
    return cell.kind, {key: value for key, value in cell.markers.items() if key != "lang"}
