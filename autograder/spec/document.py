"""A YAML file whose values know the line they stand on, so that errors can name file, line and field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from autograder.errors import CourseError

Where = tuple[str | int, ...]
"""A path in the document: `("tasks", 0, "id")`."""

# libyaml's loader is ten times as fast; wheels for the usual machines carry it.
_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Document:
    """A parsed file: `data` as plain Python, `lines` the 1-based line of each value by its path."""

    path: Path
    data: Any
    lines: dict[Where, int]

    def line(self, where: Where) -> int:
        """The line of a value, or of the nearest one around it."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def error(self, where: Where, message: str) -> CourseError:
        """An error that says `file:line: field: message`."""
        field = f"{show_path(where)}: " if where else ""
        return CourseError(f"{self.path}:{self.line(where)}: {field}{message}")


def read(path: Path) -> Document:
    """Parse one YAML file.

    Raises CourseError if it is not there, not UTF-8, not YAML, or names a key twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise CourseError(f"{path}: there is no such file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{path}: cannot be read: {error}") from error
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise CourseError(f"{path}:1: the file is empty")
        lines = dict(_walk(path, node, ()))
        return Document(path, loader.construct_document(node), lines)
    except yaml.MarkedYAMLError as error:
        raise CourseError(_explain(path, error)) from error
    except yaml.YAMLError as error:
        raise CourseError(f"{path}: this is not YAML: {error}") from error
    finally:
        loader.dispose()


def show_path(where: Where) -> str:
    """`tasks[0].criteria[1].id`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in where)
    return text.removeprefix(".")


def _walk(path: Path, node: yaml.Node, where: Where) -> Iterator[tuple[Where, int]]:
    """Each value's path and line; a mapping's value stands on the line of its key."""
    if not where:
        yield where, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                field = show_path((*where, key.value))
                raise CourseError(f"{path}:{key.start_mark.line + 1}: {field}: this field stands here twice")
            seen.add(key.value)
            yield (*where, key.value), key.start_mark.line + 1
            yield from _walk(path, value, (*where, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield (*where, index), value.start_mark.line + 1
            yield from _walk(path, value, (*where, index))


def _explain(path: Path, error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    place = f"{path}:{mark.line + 1}" if mark else str(path)
    context = f" ({error.context})" if error.context else ""
    return f"{place}: this is not YAML: {error.problem}{context}; look at indentation, quotes and colons"
