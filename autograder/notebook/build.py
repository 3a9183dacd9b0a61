"""A lab as a notebook in one language: the solved source, what a student gets, and a solved copy of that."""

from __future__ import annotations

import copy

from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from autograder.errors import BuildError
from autograder.notebook.expand import BEGIN, END, expand
from autograder.notebook.source import read_cells, select
from autograder.spec.model import LANGUAGES, Lab

# Comments in YAML and in Python alike: nbgrader's own stub raises NotImplementedError, which is no YAML.
CODE_STUB = {"pt-BR": "# ESCREVA AQUI", "en": "# WRITE HERE"}
TEXT_STUB = {"pt-BR": "*Escreva sua resposta aqui.*", "en": "*Write your answer here.*"}
KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}


def source_notebook(lab: Lab, lang: str) -> NotebookNode:
    """The lab with its solutions between nbgrader's delimiters: an instructor's source notebook.

    Raises BuildError with file and line.
    """
    if lang not in LANGUAGES:
        raise BuildError(f"there is no language {lang!r}; the course has: {', '.join(LANGUAGES)}")
    everything = read_cells(lab.folder / "lab.py")
    # Every language is read, so that a mistake in one is found whichever is built.
    cells = {each: expand(select(everything, each), lab) for each in LANGUAGES}[lang]
    made: NotebookNode = new_notebook(
        cells=cells,
        metadata={
            "autograder": {"lab": lab.id, "lang": lang},
            "kernelspec": KERNELSPEC,
            "language_info": {"name": "python"},
        },
    )
    return made


def student_version(source: NotebookNode) -> NotebookNode:
    """What nbgrader would release, made by nbgrader's own preprocessors."""
    # Slow to import (over a second), and only needed to build.
    from nbgrader.preprocessors import (
        CheckCellMetadata,
        ClearOutput,
        ClearSolutions,
        ComputeChecksums,
        LockCells,
    )

    lang = source.metadata["autograder"]["lang"]
    stubs = {"code_stub": {"python": CODE_STUB[lang]}, "text_stub": TEXT_STUB[lang]}
    released = copy.deepcopy(source)
    for step in (
        LockCells(),
        ClearSolutions(**stubs),
        ClearOutput(),
        CheckCellMetadata(),
        ComputeChecksums(),
    ):
        try:
            released, _ = step.preprocess(released, {"nbgrader": {}})
        except (RuntimeError, ValueError) as error:
            lab = source.metadata["autograder"]["lab"]
            raise BuildError(f"lab {lab}: nbgrader's {type(step).__name__} refuses it: {error}") from error
    return released


def solved(source: NotebookNode) -> NotebookNode:
    """A student's notebook as a perfect student would hand it in."""
    answered = student_version(source)
    for cell, original in zip(answered.cells, source.cells, strict=True):
        lines = original.source.splitlines()
        cell.source = "\n".join(line for line in lines if BEGIN not in line and END not in line)
    return answered


def build_lab(lab: Lab, lang: str, *, with_solution: bool = False) -> NotebookNode:
    """The notebook of a lab, for students or solved."""
    source = source_notebook(lab, lang)
    return solved(source) if with_solution else student_version(source)
