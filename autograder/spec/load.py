"""Read course.yaml and a lab's checks.yaml, lay the private criteria over it, and check what a schema cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.errors import UnknownName
from autograder.spec import parse
from autograder.spec.document import Document, read
from autograder.spec.expressions import check_expressions
from autograder.spec.model import Course, Lab, Task
from autograder.spec.rules import check_lab_rules
from autograder.spec.validate import suggestion, validate
from autograder.variants import Variant


def load_course(course: Path) -> Course:
    """The course in this folder (the one that holds course.yaml).

    Raises CourseError with file, line and field.
    """
    document = read(course / "course.yaml")
    validate(document, "course")
    data = document.data
    return Course(data["id"], data["title"], data["grading"]["provider"], tuple(data["labs"]), course)


def load_lab(course: Path, lab: str, private: Path | None = None) -> Lab:
    """One lab of the course; `private` is the instructor's folder (COURSE_PRIVATE), which may hold `<lab>/checks.yaml`.

    Raises UnknownName with the known labs, or CourseError with file, line and field.
    """
    known = load_course(course)
    if lab not in known.labs:
        hint = suggestion(lab, list(known.labs))
        raise UnknownName(f"there is no lab {lab!r}{hint}; the course has: {', '.join(known.labs)}")
    folder = course / lab
    document = read(folder / "checks.yaml")
    validate(document, "checks")
    if document.data["lab"] != lab:
        raise document.error(("lab",), f"is {document.data['lab']!r}, but the folder is {lab!r}")
    variants = parse.variants(document)
    check_expressions(document, variants)
    tasks = [parse.task(document, ("tasks", index), item, folder) for index, item in enumerate(document.data["tasks"])]
    check_lab_rules(document, tasks)
    own = private / lab if private else None
    if own and (own / "checks.yaml").is_file():
        tasks = _overlay(read(own / "checks.yaml"), tasks, own, variants)
    return Lab(
        id=lab,
        course_id=known.id,
        folder=folder,
        private=own,
        namespace=_namespace(folder, lab),
        addons=_addons(folder),
        title=document.data["title"],
        variants=variants,
        tasks=tuple(tasks),
    )


def _namespace(folder: Path, lab: str) -> str:
    """The lab's namespace from cluster.yaml; a lab without a cluster (the quiz) needs none."""
    path = folder / "cluster.yaml"
    if not path.is_file():
        return f"lab-{lab}"
    document = read(path)
    if not isinstance(document.data, dict) or not isinstance(document.data.get("namespace"), str):
        raise document.error((), "namespace must be given, as a text")
    return str(document.data["namespace"])


def _addons(folder: Path) -> tuple[str, ...]:
    """The names of the add-ons that cluster.yaml asks for (labcluster, which brings them, reads their arguments)."""
    path = folder / "cluster.yaml"
    data = read(path).data if path.is_file() else {}
    named = (entry if isinstance(entry, str) else next(iter(entry), "") for entry in data.get("addons") or ())
    return tuple(named)


def _overlay(document: Document, tasks: list[Task], folder: Path, variants: Mapping[str, Variant]) -> list[Task]:
    """The tasks with the private file's weights and hidden criteria."""
    validate(document, "private")
    check_expressions(document, variants)
    merged = {task.id: task for task in tasks}
    for index, data in enumerate(document.data["tasks"]):
        if data["id"] not in merged:
            names = list(merged)
            hint = suggestion(data["id"], names)
            raise document.error(
                ("tasks", index, "id"),
                f"there is no task {data['id']!r}{hint}; the lab has: {', '.join(names)}",
            )
        merged[data["id"]] = _overlay_task(document, index, data, merged[data["id"]], folder)
    result = list(merged.values())
    check_lab_rules(document, result, only={data["id"] for data in document.data["tasks"]})
    return result


def _overlay_task(document: Document, index: int, data: Mapping[str, Any], task: Task, folder: Path) -> Task:
    weights = data.get("weights", {})
    known = [criterion.id for criterion in task.criteria]
    for name in weights:
        if name not in known:
            raise document.error(
                ("tasks", index, "weights", name),
                f"no public criterion has this id; there are: {', '.join(known)}",
            )
    public = (replace(item, points=weights.get(item.id, item.points)) for item in task.criteria)
    hidden = (
        parse.criterion(document, ("tasks", index, "criteria", number), item, folder, hidden=True)
        for number, item in enumerate(data["criteria"])
    )
    return replace(task, criteria=(*public, *hidden))
