"""The quiz's lab source agrees with its bank: points, questions, model answers, and what a release leaves out."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel.messages.pofile import read_po

from labkit.quiz import answer, store
from labkit.quiz.bank import Bank
from labkit.quiz.grading import section_score

ROOT = Path(__file__).parents[3]
SOURCE = (ROOT / "labs" / "quiz" / "lab.py").read_text(encoding="utf-8")
SOLUTIONS = re.compile(r"### BEGIN SOLUTION\n(.*?)(?:# )?### END SOLUTION", re.DOTALL)


def lab_file(name: str) -> Any:
    return yaml.safe_load((ROOT / "labs" / "quiz" / name).read_text(encoding="utf-8"))


def solution_cells() -> dict[str, str]:
    cells = re.findall(r'# %% solution="([^"]+)"\n(.*?)(?=\n# %%|\Z)', SOURCE, re.DOTALL)
    return {name: SOLUTIONS.findall(body)[0] for name, body in cells}


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COURSE_BANK", raising=False)
    return tmp_path


def answers_of(cells: dict[str, str], folder: Path) -> dict[str, Any]:
    for source in cells.values():
        exec(source, {"answer": answer})  # noqa: S102 - our own solution, run as the notebook runs it
    kept = store.read(folder / store.FILE_NAME)
    return {name: entry.answer for name, entry in kept.entries.items()} if kept else {}


def test_points_are_those_of_the_bank(bank: Bank) -> None:
    """Each section is one task whose points are those of its questions that a program judges."""
    tasks = {task["id"]: task for task in lab_file("checks.yaml")["tasks"]}
    assert list(tasks) == list(bank.sections)
    for topic, task in tasks.items():
        points = sum(question.points for question in bank.section(topic) if question.kind != "open")
        assert task["points"] == points == sum(criterion["points"] for criterion in task["criteria"])


def test_solution_earns_everything(bank: Bank, notebook: Path) -> None:
    """The solved notebook's cells record right answers to every question that a program judges."""
    answers = answers_of(solution_cells(), notebook)
    assert all(section_score(bank, topic, answers).fraction == 1 for topic in bank.sections)


def test_release_holds_no_answers(bank: Bank) -> None:
    """What stands outside BEGIN/END SOLUTION names no option and holds no model answer."""
    released = re.sub(r'(show\(|check=)"[a-z]+"', "", SOLUTIONS.sub("", SOURCE))
    assert released.count("answer(") == 2, "only the two sentences that explain answer()"
    for question in bank.questions.values():
        assert not [option.id for option in question.options if f'"{option.id}"' in released]
        assert not [text for text in question.model.values() if text in released]


def test_open_questions_are_cells_graded_by_hand(bank: Bank) -> None:
    """Each open question stands in the lab in both languages, with the bank's words, points and model answer."""
    for question in bank.questions.values():
        if question.kind == "open":
            for lang in ("pt-BR", "en"):
                marker = f'reflect="{question.id}" points={question.points} lang="{lang}"'
                cell = SOURCE.split(marker)[1].split("\n# %%")[0]
                assert question.prompt[lang] in cell
                assert question.model[lang] in cell


def test_each_mutant_costs_its_section_only(bank: Bank, notebook: Path) -> None:
    """Every section has a wrong answer that loses it and no other."""
    mutants = lab_file("solution/mutants.yaml")["mutants"]
    assert [mutant["loses"] for mutant in mutants] == [[f"{topic}-answers"] for topic in bank.sections]
    for mutant in mutants:
        cells = solution_cells()
        for old, new in mutant["replace"].items():
            assert old in cells[mutant["cell"]]
            cells[mutant["cell"]] = cells[mutant["cell"]].replace(old, new)
        (notebook / store.FILE_NAME).unlink(missing_ok=True)
        answers = answers_of(cells, notebook)
        lost = [topic for topic in bank.sections if section_score(bank, topic, answers).fraction < 1]
        assert [f"{topic}-answers" for topic in lost] == mutant["loses"]


def test_alternatives_earn_everything(bank: Bank, notebook: Path) -> None:
    """The other right solutions are right too."""
    for alternative in lab_file("solution/mutants.yaml")["alternatives"]:
        (notebook / store.FILE_NAME).unlink(missing_ok=True)
        answers = answers_of({**solution_cells(), **alternative["cells"]}, notebook)
        assert all(section_score(bank, topic, answers).fraction == 1 for topic in bank.sections)


def test_every_message_is_translated() -> None:
    """The catalogue has a Portuguese text for each message of the quiz, with the same placeholders."""
    sources = [*(ROOT / "labs" / "labkit" / "quiz").glob("*.py"), ROOT / "labs" / "quiz" / "checks.py"]
    with (ROOT / "labs/labkit/locale/pt_BR/LC_MESSAGES/quiz.po").open("rb") as file:
        catalogue = {str(message.id): str(message.string) for message in read_po(file) if message.id}
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    used = {
        "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', call)) for call in re.findall(r'\b_\(\s*((?:"[^"]*"\s*)+)', text)
    }
    assert len(used) > 30
    assert used == set(catalogue)
    for message, translated in catalogue.items():
        assert sorted(re.findall(r"{\w+", message)) == sorted(re.findall(r"{\w+", translated)), message
        assert translated
