"""Line numbers of a YAML (or JSON) document's fields, so that errors can name the place."""

from collections.abc import Sequence
from typing import Any

import yaml

Place = tuple[str | int, ...]
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's is ten times as fast, where it is there


def read(text: str) -> tuple[Any, dict[Place, int]]:
    """Return the document and, for each field's path, its line counted from 1.

    Raises yaml.YAMLError if the text is no YAML, or has a key twice in a mapping (one would win unseen).
    """
    loader = LOADER(text)
    root = loader.get_single_node()
    if root is None:
        return None, {}
    lines: dict[Place, int] = {}
    _note(root, (), lines)
    return loader.construct_document(root), lines


def line_of(path: Sequence[str | int], lines: dict[Place, int]) -> int:
    """Return the line of the field at `path`, or of the nearest field around it."""
    place = tuple(path)
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def field(path: Sequence[str | int]) -> str:
    """Write a path as people do: `questions[3].options[0].id`."""
    parts = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return parts.lstrip(".") or "document"


def _note(node: yaml.Node, path: Place, lines: dict[Place, int]) -> None:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            place = (*path, str(key.value))
            if place in lines:
                raise yaml.constructor.ConstructorError(
                    problem=f"field {key.value!r} is written twice", problem_mark=key.start_mark
                )
            lines[place] = key.start_mark.line + 1
            _note(value, place, lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _note(value, (*path, index), lines)
