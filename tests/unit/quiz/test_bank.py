"""The bank: what its author is told of faults, and what a class gets of it."""

import json
from collections import Counter
from pathlib import Path

import pytest
import yaml

from labkit.quiz.bank import Bank, load, strip
from labkit.quiz.errors import BankError
from labkit.quiz.release import main

LESSON = {"containers-advantage", "kubernetes-service", "kubeflow-what", "volcano-what", "practice-reproducibility"}
GOOD = """\
version: 1
sections:
  - id: a
    title: {pt-BR: A, en: A}
questions:
  - id: q
    topic: a
    kind: single
    points: 1
    attempts: 2
    prompt: {pt-BR: P, en: P}
    options:
      - id: x
        correct: true
        pt-BR: {text: X, feedback: F}
        en: {text: X, feedback: F}
      - id: y
        pt-BR: {text: Y, feedback: F}
        en: {text: Y, feedback: F}
    explanation: {pt-BR: E, en: E}
"""


def test_public_bank_covers_the_lesson(bank: Bank) -> None:
    """The five questions of the lesson and at least 25 more, of every kind, over all sections."""
    assert set(bank.questions) >= LESSON
    assert len(bank.questions) >= 30
    assert {question.kind for question in bank.questions.values()} == {
        "single",
        "multiple",
        "ordering",
        "numeric",
        "open",
    }
    assert min(Counter(question.topic for question in bank.questions.values()).values()) >= 4


@pytest.mark.parametrize("lang", ["pt-BR", "en"])
def test_every_question_speaks_both_languages(bank: Bank, lang: str) -> None:
    """No text is missing in either language, and no two options of a question read alike."""
    for question in bank.questions.values():
        assert question.prompt[lang].strip()
        texts = [option.text[lang] for option in question.options]
        assert len(set(texts)) == len(texts), question.id
        assert all(option.feedback[lang].strip() for option in question.options), question.id
        assert (question.model if question.kind == "open" else question.explanation)[lang].strip()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("kind: single", "kind: guess", "bank.yaml:8: questions[0].kind: 'guess' is not one of"),
        ("points: 1\n", "points: 0\n", "bank.yaml:9: questions[0].points: 0"),
        ("    prompt: {pt-BR: P, en: P}", "    prompt: {pt-BR: P}", "bank.yaml:11: questions[0].prompt: 'en' is a"),
        ("    explanation:", "    color: red\n    explanation:", "'color' was unexpected"),
        ("        correct: true\n", "", "bank.yaml:12: questions[0].options: a single-choice question needs exactly"),
        ("      - id: y", "      - id: x", "questions[0].options: two options have the same id"),
        ("    topic: a", "    topic: b", "bank.yaml:7: questions[0].topic: no section has the id 'b'"),
        ("    topic: a", "    topic: a\n    topic: a", "bank.yaml:8: document: field 'topic' is written twice"),
        ("{text: Y, feedback: F}", "{text: Y}", "'feedback' is a required property"),
        ("    points: 1", "    answer: 3\n    points: 1", "does not belong to a question of this kind"),
        ("version: 1", "version: [1", "bank.yaml:2: document:"),
    ],
)
def test_faults_name_file_line_and_field(tmp_path: Path, old: str, new: str, message: str) -> None:
    """Each fault of an author is told with the place where it stands."""
    path = tmp_path / "bank.yaml"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new, 1))
    with pytest.raises(BankError) as caught:
        load(path)
    assert message in str(caught.value)


def test_good_bank_loads(tmp_path: Path) -> None:
    """The document that the faults are made from is itself without fault."""
    (tmp_path / "bank.yaml").write_text(GOOD)
    assert list(load(tmp_path / "bank.yaml").questions) == ["q"]


def test_stripped_bank_has_no_answers(bank: Bank, tmp_path: Path) -> None:
    """The released file loads, asks the same questions and holds no text that only an answer has."""
    source = Path(__file__).parents[3] / "labs" / "quiz" / "bank.yaml"
    out = tmp_path / "files" / "quiz-questions.json"
    assert main([str(source), str(out)]) == 0
    stripped = load(out)
    assert stripped.stripped
    assert list(stripped.questions) == list(bank.questions)
    words = out.read_text(encoding="utf-8")
    for key in ("correct", "feedback", "explanation", "tolerance", '"answer"', "model", "rubric"):
        assert f'"{key.strip(chr(34))}":' not in words
    for question in bank.questions.values():
        secrets = [*question.explanation.values(), *question.model.values()]
        secrets += [text for option in question.options for text in option.feedback.values()]
        assert not [secret for secret in secrets if json.dumps(secret, ensure_ascii=False)[1:-1] in words]


def test_stripped_order_does_not_depend_on_the_author(bank: Bank) -> None:
    """Writing the options in another order gives the same release: the right order is nowhere in it."""
    other = yaml.safe_load(yaml.safe_dump(bank.raw))
    for question in other["questions"]:
        question.get("options", []).reverse()
    assert strip(other) == strip(bank.raw)


def test_release_of_a_broken_bank_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command fails with the loader's message and writes nothing."""
    (tmp_path / "bank.yaml").write_text("version: 2\n")
    assert main([str(tmp_path / "bank.yaml"), str(tmp_path / "out.json")]) == 1
    assert "bank.yaml:1" in capsys.readouterr().err
    assert not (tmp_path / "out.json").exists()
