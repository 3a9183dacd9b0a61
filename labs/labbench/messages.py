"""labbench's messages in the reader's language: English ids, gettext catalogue `labbench`."""

from __future__ import annotations

import gettext
import os
from functools import cache
from pathlib import Path


@cache
def _catalogue(lang: str) -> gettext.NullTranslations:
    folder = Path(__file__).parent / "locale"
    return gettext.translation("labbench", folder, [lang.replace("-", "_")], fallback=True)


def language() -> str:
    """`pt-BR` (the course's default) or `en`, as COURSE_LANG says."""
    return "en" if os.environ.get("COURSE_LANG", "pt-BR").startswith("en") else "pt-BR"


def _(message: str, lang: str | None = None) -> str:
    """The message in `lang`, or in the reader's language."""
    return _catalogue(lang or language()).gettext(message)
