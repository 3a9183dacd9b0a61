"""The student's answers, in `quiz-answers.json` beside the notebook: choices and attempts, no verdicts.

    {"version": 1, "student": "ana", "answers": {"QUESTION": {"answer": [...] or number, "attempts": 1}}}

`answer` is a list of option ids (ids, not letters: those differ between students) or a number.
"""

import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from labkit.quiz.errors import QuizError

FILE_NAME = "quiz-answers.json"
MAX_BYTES = 1_000_000  # a whole quiz takes some kB; more is a mistake or an attack on the grader


@dataclass
class Entry:
    """The latest answer to one question, and how many different answers were tried."""

    answer: Any
    attempts: int


@dataclass
class Answers:
    """All answers of one student, and the name that seeds their shuffling."""

    student: str
    entries: dict[str, Entry] = field(default_factory=dict)


def read(path: Path) -> Answers | None:
    """Return what the file holds, or None where there is no file. Raises QuizError if it is damaged."""
    try:
        text = path.read_bytes()[: MAX_BYTES + 1]
    except FileNotFoundError:
        return None
    except OSError as error:
        raise QuizError(f"{path}: the answers cannot be read: {error.strerror}") from error
    if len(text) > MAX_BYTES:
        raise QuizError(f"{path}: the file of answers is larger than {MAX_BYTES} bytes")
    try:
        return _parse(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise QuizError(f"{path}: the file of answers is damaged: {error}") from error


def write(path: Path, answers: Answers) -> None:
    """Write the file whole or not at all. Raises QuizError where the folder cannot be written."""
    entries = {
        name: {"answer": entry.answer, "attempts": entry.attempts} for name, entry in sorted(answers.entries.items())
    }
    text = json.dumps({"version": 1, "student": answers.student, "answers": entries}, indent=1)
    draft: Path | None = None
    try:
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".quiz-", delete=False, encoding="utf-8") as file:
            draft = Path(file.name)
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        if draft is not None:
            draft.unlink(missing_ok=True)
        raise QuizError(f"{path}: the answer could not be saved: {error.strerror}") from error


def set_aside(path: Path) -> Path:
    """Rename a damaged file so that nothing overwrites it; return its new name. Raises QuizError if it cannot."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    try:
        path.rename(aside)
    except OSError as error:
        raise QuizError(f"{path}: damaged, and it could not be renamed: {error.strerror}") from error
    return aside


def _parse(document: Any) -> Answers:
    if document["version"] != 1:
        raise ValueError(f"version {document['version']!r} is not known")
    entries = {str(name): _entry(name, raw) for name, raw in document["answers"].items()}
    return Answers(student=str(document["student"]), entries=entries)


def _entry(name: str, raw: Any) -> Entry:
    if not isinstance(raw, dict) or "answer" not in raw:
        raise ValueError(f"the answer to {name!r} is not written as the quiz writes it")
    attempts = raw.get("attempts", 1)
    if isinstance(attempts, bool) or not isinstance(attempts, int) or attempts < 1:
        raise ValueError(f"the attempts at {name!r} are not a number from 1")
    return Entry(answer=raw["answer"], attempts=attempts)
