"""What the quiz's tests share: the public bank, and a student's folder."""

from collections.abc import Callable
from pathlib import Path

import pytest

from labkit.quiz.bank import Bank, load
from labkit.quiz.session import Quiz

QUIZ_LAB = Path(__file__).parents[3] / "labs" / "quiz"


@pytest.fixture(scope="session")
def bank() -> Bank:
    return load(QUIZ_LAB / "bank.yaml")


@pytest.fixture
def quiz(bank: Bank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Quiz]:
    """Open the quiz in one folder, as often as a kernel is restarted."""
    monkeypatch.setenv("COURSE_LANG", "en")

    def start(student: str = "ana", use: Bank = bank) -> Quiz:
        return Quiz(use, tmp_path, student=student, course="course")

    return start
