"""The quiz through nbgrader: questions go out without answers, a file comes back, the instructor's bank judges."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI

from autograder.nbgrader_plugin.layout import lay_out
from autograder.nbgrader_plugin.parallel import Classroom
from autograder.notebook import build_lab
from autograder.spec import load_lab
from tests.classroom import hand_in

pytestmark = pytest.mark.needs_sandbox
LAB = "quiz"
QUESTION = "containers-advantage"


def reversed_bank(bank: Path) -> tuple[str, str]:
    """A bank in which another option of QUESTION is right; the text of the bank, and that option's id."""
    data = yaml.safe_load(bank.read_text(encoding="utf-8"))
    question = next(item for item in data["questions"] if item["id"] == QUESTION)
    right = [option for option in question["options"] if option.get("correct")]
    other = next(option for option in question["options"] if not option.get("correct"))
    for option in right:
        option["correct"] = False
    other["correct"] = True
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False), other["id"]


@pytest.fixture(scope="module")
def quiz(tmp_path_factory: pytest.TempPathFactory, course: Path) -> tuple[Path, NbGraderAPI, str]:
    """A released quiz whose instructor has an own bank; the folder, nbgrader, and the instructor's right option."""
    top = tmp_path_factory.mktemp("quiz")
    text, option = reversed_bank(course / LAB / "bank.yaml")
    bank = top / "private" / LAB / "bank.yaml"
    bank.parent.mkdir(parents=True)
    bank.write_text(text, encoding="utf-8")
    root = top / "course"
    lay_out(course, root, "en", private=top / "private")
    api = Classroom(root).api
    result = api.generate_assignment(LAB)
    assert result["success"], result["log"]
    return root, api, option


def score(root: Path, api: NbGraderAPI, student: str, notebook: Any, answers: dict[str, Any]) -> float:
    """Hand in a notebook with a file of answers; the automatic score of the section `containers`."""
    folder = hand_in(root, LAB, student, notebook)
    if answers:
        entries = {name: {"answer": [answer], "attempts": 1} for name, answer in answers.items()}
        text = json.dumps({"version": 1, "student": student, "answers": entries})
        (folder / "quiz-answers.json").write_text(text, encoding="utf-8")
    result = api.autograde(LAB, student)
    assert result["success"], result["log"]
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        found: float = book.find_grade("containers", LAB, LAB, student).auto_score
        return found


def test_questions_go_out_without_answers(quiz: tuple[Path, NbGraderAPI, str]) -> None:
    """What is released holds the questions, and neither a right option nor a comment on one."""
    root, _api, _option = quiz
    released = root / "release" / LAB
    assert sorted(path.name for path in released.iterdir()) == ["quiz-questions.json", "quiz.ipynb"]
    text = (released / "quiz-questions.json").read_text(encoding="utf-8")
    assert QUESTION in text
    assert not [word for word in ('"correct"', '"feedback"', '"model"') if word in text]


def test_the_instructors_bank_judges(quiz: tuple[Path, NbGraderAPI, str], course: Path) -> None:
    """An answer that is right in the instructor's bank only earns points; the public bank's answer does not."""
    root, api, option = quiz
    given = build_lab(load_lab(course, LAB), "en")
    assert score(root, api, "ana", given, {}) == 0
    right = score(root, api, "bea", given, {QUESTION: option})
    wrong = score(root, api, "cid", given, {QUESTION: "lighter"})
    assert right > wrong == 0


def test_answers_given_in_the_notebook_count_too(quiz: tuple[Path, NbGraderAPI, str], course: Path) -> None:
    """Answers that the notebook gives as it runs are judged like those of the file."""
    root, api, _option = quiz
    solved = build_lab(load_lab(course, LAB), "en", with_solution=True)
    points = next(task.points for task in load_lab(course, LAB).tasks if task.id == "containers")
    assert 0 < score(root, api, "dan", solved, {}) < points, "all but the question that the instructor changed"
