"""Messages in the reader's language: stdlib gettext, English ids, catalogues under `locale/`.

The language of a run is a context variable, so that small functions need not hand it on.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Protocol

from autograder.errors import UnknownName
from autograder.spec.model import LANGUAGES

DEFAULT = "pt-BR"
_language: ContextVar[str] = ContextVar("autograder_language", default="en")


@contextmanager
def language(lang: str) -> Iterator[None]:
    """Messages within this context are in this language.

    Raises UnknownName for a language that the course does not have.
    """
    if lang not in LANGUAGES:
        raise UnknownName(f"there is no language {lang!r}; there are: {', '.join(LANGUAGES)}")
    token = _language.set(lang)
    try:
        yield
    finally:
        _language.reset(token)


class Reader(Protocol):
    """Somebody to speak to: what a Python check is given."""

    @property
    def lang(self) -> str:
        """pt-BR or en."""


def say(reader: Reader, *, pt: str, en: str) -> str:
    """A sentence of a lab's own check, in the reader's language."""
    return en if reader.lang == "en" else pt


def current() -> str:
    """The language of this run."""
    return _language.get()


@cache
def _catalogue(lang: str) -> gettext.NullTranslations:
    folder = Path(__file__).parent / "locale"
    return gettext.translation("autograder", folder, [lang.replace("-", "_")], fallback=True)


def _(message: str) -> str:
    """The message in the run's language."""
    return _catalogue(_language.get()).gettext(message)
