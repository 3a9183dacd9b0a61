"""What a JSON Schema cannot say: sums, unique ids, references, cycles."""

from __future__ import annotations

import ast
import math
from collections.abc import Collection, Sequence

from autograder.errors import CourseError
from autograder.spec.document import Document, Where
from autograder.spec.model import Criterion, Python, Task
from autograder.spec.validate import suggestion


def check_lab_rules(document: Document, tasks: Sequence[Task], only: Collection[str] | None = None) -> None:
    """Raise CourseError for the first task that breaks a rule (of those in `only`, all if None)."""
    seen_tasks: set[str] = set()
    seen: dict[str, str] = {}
    for task in tasks:
        index = _index(document, task)
        where: Where = ("tasks", index) if index is not None else ()
        if task.id in seen_tasks:
            raise document.error((*where, "id"), f"another task is called {task.id!r} already")
        seen_tasks.add(task.id)
        for criterion in task.criteria:
            if criterion.id in seen:
                raise _at(
                    document,
                    criterion,
                    f"a criterion of task {seen[criterion.id]} is called {criterion.id!r} already",
                )
            seen[criterion.id] = task.id
        if only is None or task.id in only:
            _check_points(document, task, where)
            _check_needs(document, task)
            _check_during(document, task)
            _check_final(document, task)
            _check_python(document, task)


def _index(document: Document, task: Task) -> int | None:
    ids = [item["id"] for item in document.data["tasks"]]
    return (
        ids.index(task.id)
        if ids.count(task.id) == 1
        else next((i for i in reversed(range(len(ids))) if ids[i] == task.id), None)
    )


def _at(document: Document, criterion: Criterion, message: str) -> CourseError:
    return CourseError(f"{document.path}:{criterion.line}: criterion {criterion.id}: {message}")


def _check_points(document: Document, task: Task, where: Where) -> None:
    total = sum(criterion.points for criterion in task.criteria)
    if not math.isclose(total, task.points):
        parts = " + ".join(f"{criterion.points:g} ({criterion.id})" for criterion in task.criteria)
        raise document.error(
            (*where, "points"),
            f"task {task.id} has {task.points:g} points, but its criteria add up to {total:g}: {parts}",
        )


def _check_needs(document: Document, task: Task) -> None:
    known = {criterion.id: criterion for criterion in task.criteria}
    for criterion in task.criteria:
        for name in criterion.needs:
            if name not in known:
                hint = suggestion(name, list(known))
                raise _at(
                    document,
                    criterion,
                    f"needs {name!r}, which is no criterion of this task{hint}; it has: {', '.join(known)}",
                )
        if cycle := _cycle(criterion.id, known, (criterion.id,)):
            raise _at(document, criterion, f"needs itself: {' -> '.join(cycle)}")


def _check_during(document: Document, task: Task) -> None:
    """Who is judged during an act names an earlier criterion that acts, and may be judged wherever that one is."""
    acting: dict[str, Criterion] = {}
    for criterion in task.criteria:
        name = criterion.during
        if name is None:
            acting |= {criterion.id: criterion} if criterion.act else {}
        elif name not in acting:
            hint = suggestion(name, list(acting))
            raise _at(document, criterion, f"is judged during {name!r}, no earlier criterion that acts{hint}")
        elif missing := sorted(acting[name].requires - criterion.requires):
            raise _at(document, criterion, f"is judged during {name!r}, so it requires {', '.join(missing)} as well")


def _check_final(document: Document, task: Task) -> None:
    for criterion in task.criteria:
        if criterion.throughout and criterion.throughout.final is not None:
            raise _at(document, criterion, "`throughout` takes no `final`: its first mismatch is final already")


def _cycle(start: str, known: dict[str, Criterion], path: tuple[str, ...]) -> tuple[str, ...] | None:
    for name in known[path[-1]].before if path[-1] in known else ():
        if name == start:
            return (*path, name)
        if name not in path and (found := _cycle(start, known, (*path, name))):
            return found
    return None


def _check_python(document: Document, task: Task) -> None:
    """The function that `python:` names is defined in its file (which is parsed, not run)."""
    for criterion in task.criteria:
        if not isinstance(criterion.judgement, Python):
            continue
        file, function = criterion.judgement.file, criterion.judgement.function
        try:
            tree = ast.parse(file.read_text(encoding="utf-8"), filename=str(file))
        except (OSError, SyntaxError) as error:
            raise _at(document, criterion, f"{file} cannot be read as Python: {error}") from error
        defined = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
        if function not in defined:
            hint = suggestion(function, defined)
            raise _at(document, criterion, f"{file} defines no function {function!r}{hint}")
