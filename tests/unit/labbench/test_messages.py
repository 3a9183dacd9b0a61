"""Every message of labbench, and of lab 01's checks, has its Portuguese, with the same placeholders."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from babel.messages.pofile import read_po

import labbench

ROOT = Path(labbench.__file__).parent
PLACE = re.compile(r"\{[^{}]*\}")


def messages() -> set[str]:
    """The constant first arguments of all `_()` calls."""
    found = set()
    for file in (*ROOT.rglob("*.py"), ROOT.parent / "01-vm-vs-container" / "checks.py"):
        for call in ast.walk(ast.parse(file.read_text())):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "_":
                found.add(ast.literal_eval(call.args[0]))
    return found


def test_every_message_is_translated_and_none_is_left_over() -> None:
    """The catalogue holds exactly the messages of the code; `{names}` are kept."""
    with (ROOT / "locale/pt_BR/LC_MESSAGES/labbench.po").open("rb") as file:
        catalogue = {entry.id: entry.string for entry in read_po(file) if entry.id}
    assert messages() == set(catalogue)
    for english, portuguese in catalogue.items():
        assert portuguese
        assert sorted(PLACE.findall(english)) == sorted(PLACE.findall(portuguese)), english
