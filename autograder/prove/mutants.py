"""Reads solution/mutants.yaml: wrong answers with what each one loses, and other right answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema

from autograder.errors import CourseError
from autograder.prove.handed import RIGHT
from autograder.spec import document
from autograder.spec.document import Document, Where
from autograder.spec.model import Lab

SCHEMA = json.loads(Path(__file__).with_name("mutants.schema.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Answer:
    """Cells (grade_id to whole source) that take the place of the solution's, or other files beside the notebook.

    `loses` is empty for a right answer; `submission` is a variant of the lab's solution/submission.py.
    """

    title: str
    cells: dict[str, str]
    loses: frozenset[str] = frozenset()
    submission: str = RIGHT


def read_answers(lab: Lab, solution: dict[str, str], empty: dict[str, str]) -> tuple[list[Answer], list[Answer]]:
    """Mutants and alternatives. `solution` and `empty` hold the source of each solution cell, solved and as given out.

    Raises CourseError with file, line and field: unknown criteria or cells, texts to replace that are not there.
    """
    path = lab.folder / "solution" / "mutants.yaml"
    file = document.read(path)
    for violation in jsonschema.Draft7Validator(SCHEMA).iter_errors(file.data):
        raise file.error(tuple(violation.absolute_path), violation.message)
    reader = _Reader(file, {item.id for task in lab.tasks for item in task.criteria}, solution, empty)
    mutants = [reader.mutant(("mutants", number), data) for number, data in enumerate(file.data["mutants"])]
    others = file.data.get("alternatives", [])
    return mutants, [reader.alternative(("alternatives", number), data) for number, data in enumerate(others)]


@dataclass(frozen=True)
class _Reader:
    file: Document
    criteria: set[str]
    solution: dict[str, str]
    empty: dict[str, str]

    def mutant(self, where: Where, data: dict[str, Any]) -> Answer:
        for number, name in enumerate(data["loses"]):
            self._known(name, self.criteria, (*where, "loses", number), "criterion")
        if ("cell" in data) == ("submission" in data):
            raise self.file.error(where, "exactly one of cell, submission must be given")
        if "submission" in data:
            variant = data["submission"]
            return Answer(f"files {variant} ({', '.join(data['loses'])})", {}, frozenset(data["loses"]), variant)
        cell = data["cell"]
        self._known(cell, set(self.solution), (*where, "cell"), "solution cell")
        ways = [way for way in ("replace", "source", "drop") if way in data]
        if len(ways) != 1:
            raise self.file.error(where, "exactly one of replace, source, drop must be given")
        if ways[0] == "replace":
            source = self._replaced(cell, data["replace"], (*where, "replace"))
        else:
            source = self.empty[cell] if ways[0] == "drop" else self._whole(cell, data["source"])
        title = f"{cell} ({', '.join(data['loses'])})"
        return Answer(title, {cell: source}, frozenset(data["loses"]))

    def alternative(self, where: Where, data: dict[str, Any]) -> Answer:
        cells = {}
        for name, source in data["cells"].items():
            self._known(name, set(self.solution), (*where, "cells", name), "solution cell")
            cells[name] = self._whole(name, source)
        return Answer(data["title"], cells)

    def _replaced(self, cell: str, pairs: dict[str, str], where: Where) -> str:
        source = self.solution[cell]
        for old, new in pairs.items():
            if old not in source:
                raise self.file.error((*where, old), f"the solution of cell {cell!r} does not hold the text {old!r}")
            source = source.replace(old, new)
        if source == self.solution[cell]:
            raise self.file.error(where, f"this leaves the solution of cell {cell!r} as it is")
        return source

    def _whole(self, cell: str, source: str) -> str:
        """The source as it stands; `%%kube ...` is taken from the solution where no magic is given."""
        first = self.solution[cell].partition("\n")[0]
        return f"{first}\n{source}" if first.startswith("%%kube") and not source.startswith(("%", "!")) else source

    def _known(self, name: str, known: set[str], where: Where, what: str) -> None:
        if name not in known:
            raise self.file.error(where, f"there is no {what} {name!r}; there are: {', '.join(sorted(known))}")


__all__ = ["Answer", "CourseError", "read_answers"]
