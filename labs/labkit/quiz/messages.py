"""The quiz's own messages: English ids, translated by the gettext catalogue `quiz`."""

import gettext
import os
from pathlib import Path

DEFAULT_LANGUAGE = "pt-BR"
LOCALES = Path(__file__).parent.parent / "locale"


def language() -> str:
    """Return `pt-BR` or `en`, as COURSE_LANG says; the course's default where it says anything else."""
    return "en" if os.environ.get("COURSE_LANG", DEFAULT_LANGUAGE).startswith("en") else DEFAULT_LANGUAGE


def _(message: str, lang: str | None = None) -> str:
    """Translate `message` into `lang`, or into the reader's language."""
    tongue = (lang or language()).replace("-", "_")
    return gettext.translation("quiz", LOCALES, languages=[tongue], fallback=True).gettext(message)
