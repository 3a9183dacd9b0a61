"""The rules of `autograder lint`: a lab's files fit together, in both languages, and a class can be graded on them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from autograder.errors import AutograderError, UnknownName
from autograder.providers import CAPABILITIES_OF
from autograder.spec import Course, Lab, load_course, load_lab
from autograder.spec.model import LANGUAGES
from autograder.spec.validate import suggestion

CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
VALUE = re.compile(r"\$\{\w+\}")


def lint_course(folder: Path, labs: Sequence[str] = (), private: Path | None = None) -> list[str]:
    """All problems of these labs (all if none is named), each with its file.

    Raises CourseError where course.yaml itself is broken, UnknownName for a lab that the course does not have.
    """
    course = load_course(folder)
    for name in labs:
        if name not in course.labs:
            hint = suggestion(name, list(course.labs))
            raise UnknownName(f"there is no lab {name!r}{hint}; the course has: {', '.join(course.labs)}")
    problems: list[str] = []
    if not labs:
        problems += _strangers(course)
    for name in labs or course.labs:
        problems += _lint_lab(course, name, private)
    return problems


def _strangers(course: Course) -> Iterator[str]:
    """Folders with a checks.yaml that course.yaml does not list."""
    for path in sorted(course.folder.glob("*/checks.yaml")):
        if path.parent.name not in course.labs:
            yield f"{course.folder / 'course.yaml'}: lab {path.parent.name} has a checks.yaml but is not listed"


def _lint_lab(course: Course, name: str, private: Path | None) -> list[str]:
    try:
        lab = load_lab(course.folder, name, private)
    except AutograderError as error:
        return str(error).splitlines()
    problems: list[str] = []
    for rule in (_cluster_file, _cells, _proofs, lambda lab: _gradable(lab, course)):
        problems += _tried(rule, lab)
    # Two rules may stumble over the same broken file.
    return list(dict.fromkeys(problems))


def _tried(rule: Callable[[Lab], Iterator[str]], lab: Lab) -> list[str]:
    try:
        return list(rule(lab))
    except AutograderError as error:
        return str(error).splitlines()


def _cluster_file(lab: Lab) -> Iterator[str]:
    path = lab.folder / "cluster.yaml"
    if lab.asks_cluster and not path.is_file():
        yield f"{path}: there is no such file, but the lab's criteria look at a cluster"


def _cells(lab: Lab) -> Iterator[str]:
    """All text stands in both languages. (The build itself says which task has no test cell, and the reverse.)

    A value in text is code: JupyterLab takes what stands between two dollar signs for mathematics.
    """
    from autograder.notebook.build import source_notebook
    from autograder.notebook.source import read_cells

    source = lab.folder / "lab.py"
    for cell in (cell for cell in read_cells(source) if cell.kind == "markdown"):
        if "lang" not in cell.markers and cell.text.strip():
            yield f"{source}:{cell.line}: a markdown cell has no lang=: it must stand in {' and '.join(LANGUAGES)}"
        if bare := VALUE.search(CODE.sub("", cell.text)):
            yield f"{source}:{cell.line}: {bare[0]} stands in text without backticks, where $...$ is mathematics"
    for lang in LANGUAGES:
        source_notebook(lab, lang)


def _proofs(lab: Lab) -> Iterator[str]:
    """Every public criterion has a mutant of its own, and the lab another right answer."""
    from autograder.prove.plan import gaps, plan

    yield from gaps(lab, LANGUAGES[0])
    losses = [proof.loses for proof in plan(lab, LANGUAGES[0]) if proof.kind == "mutant" and proof.loses]
    for task in lab.tasks:
        for criterion in task.criteria:
            having = [lost for lost in losses if criterion.id in lost]
            if having and all(lost & set(criterion.needs) for lost in having):
                yield (
                    f"{lab.folder / 'solution' / 'mutants.yaml'}: criterion {criterion.id} is only ever lost with what "
                    f"it needs ({', '.join(criterion.needs)}): no mutant shows that it judges anything itself"
                )


def _gradable(lab: Lab, course: Course) -> Iterator[str]:
    capabilities = CAPABILITIES_OF[course.provider]
    for task in lab.tasks:
        if all(criterion.requires - capabilities for criterion in task.criteria):
            yield (
                f"{lab.folder / 'checks.yaml'}:{task.line}: task {task.id}: the grading provider {course.provider} "
                "can judge none of its criteria (see requires)"
            )
