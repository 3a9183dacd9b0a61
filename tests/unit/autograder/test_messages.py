"""Every message of autograder stands in both languages."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

import autograder

PACKAGE = Path(autograder.__file__).parent
CATALOGUE = PACKAGE / "locale" / "pt_BR" / "LC_MESSAGES" / "autograder.po"


def _used() -> Iterator[str]:
    """The argument of every `_("...")`, also of those inside f-strings, which extractors miss."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
                (argument,) = node.args
                assert isinstance(argument, ast.Constant), f"{path}:{node.lineno}: not a plain text"
                yield argument.value


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_message_is_translated() -> None:
    """The catalogue holds each message that the code uses, and none that nobody uses."""
    with CATALOGUE.open("rb") as file:
        known = {message.id: message.string for message in read_po(file) if message.id}
    used = set(_used())
    assert len(used) > 30
    assert used == set(known)
    assert all(known.values())


def test_translations_keep_the_fields() -> None:
    """A translation fills in exactly what its message does."""
    with CATALOGUE.open("rb") as file:
        for message in read_po(file):
            if message.id:
                assert _fields(str(message.id)) == _fields(str(message.string)), message.id
