"""labkit's messages in the reader's language: English ids, gettext catalogue `labkit`."""

from __future__ import annotations

import gettext
import os
from functools import cache
from pathlib import Path


def language() -> str:
    """`pt-BR` (the course's default) or `en`, as COURSE_LANG says."""
    return "en" if os.environ.get("COURSE_LANG", "pt-BR").startswith("en") else "pt-BR"


@cache
def _catalogue(lang: str) -> gettext.NullTranslations:
    folder = Path(__file__).parent / "locale"
    return gettext.translation("labkit", folder, [lang.replace("-", "_")], fallback=True)


def _(message: str) -> str:
    """The message in the reader's language."""
    return _catalogue(language()).gettext(message)
