"""One student's quiz: order, attempts, feedback, and answers that outlive the kernel."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

import labkit.quiz as notebook
from labkit.quiz import store
from labkit.quiz.bank import Bank, load, strip
from labkit.quiz.errors import QuizError
from labkit.quiz.session import Quiz, parse_number

Start = Callable[..., Quiz]


@pytest.fixture
def class_bank(bank: Bank, tmp_path: Path) -> Bank:
    path = tmp_path / "quiz-questions.json"
    path.write_text(json.dumps(strip(bank.raw)))
    return load(path)


def order(quiz: Quiz) -> list[list[str]]:
    return [
        [question.id, *(option.id for option in quiz.options(question))] for question in quiz.questions("containers")
    ]


def test_order_is_the_students_own(quiz: Start, class_bank: Bank) -> None:
    """The same student always sees the same order, also from the stripped bank; others see other orders."""
    assert order(quiz("ana")) == order(quiz("ana")) == order(quiz("ana", class_bank))
    assert len({str(order(quiz(name))) for name in ("ana", "bia", "caio", "davi")}) == 4


def test_right_option_stands_everywhere(quiz: Start) -> None:
    """Over many students the right option is not in a favourite place."""
    places = set()
    for number in range(60):
        session = quiz(f"student-{number}")
        question = session.bank.questions["containers-kernel"]
        places.add([option.id for option in session.options(question)].index("host"))
    assert places == {0, 1, 2, 3}


def test_answers_survive_a_restart(quiz: Start) -> None:
    """A new kernel finds answers and attempts of the old one."""
    question = quiz().bank.questions["containers-kernel"]
    quiz().record(question, ["image"])
    again = quiz()
    assert again.current(question) == ["image"]
    assert again.attempts_left(question) == 1


def test_two_open_sections_do_not_lose_each_others_answers(quiz: Start) -> None:
    """Sections shown side by side write to one file, and all answers stay in it."""
    one, other = quiz(), quiz()
    kernel, service = (one.bank.questions[name] for name in ("containers-kernel", "kubernetes-service"))
    one.record(kernel, ["host"])
    other.record(service, ["stable"])
    one.record(one.bank.questions["containers-density"], 10.0)
    assert set(quiz().answers.entries) == {"containers-kernel", "kubernetes-service", "containers-density"}


def test_file_damaged_while_open_loses_nothing(quiz: Start, tmp_path: Path) -> None:
    """If the file is damaged while the notebook is open, what the kernel knows is written again."""
    session = quiz()
    session.record(session.bank.questions["containers-kernel"], ["host"])
    (tmp_path / store.FILE_NAME).write_text("{")
    session.record(session.bank.questions["containers-density"], 10.0)
    assert "damaged-1" in session.warning
    assert set(quiz().answers.entries) == {"containers-kernel", "containers-density"}


def test_same_answer_is_no_new_attempt(quiz: Start) -> None:
    """Running a notebook twice costs nothing."""
    session = quiz()
    question = session.bank.questions["containers-kernel"]
    assert session.record(question, ["image"]) == session.record(question, ["image"])
    assert session.attempts_left(question) == 1


def test_attempts_are_limited(quiz: Start) -> None:
    """After the last attempt the answer stays, even if the next one were right."""
    session = quiz()
    question = session.bank.questions["containers-kernel"]
    session.record(question, ["image"])
    last = session.record(question, ["error"])
    assert question.explanation["en"] in last.notes
    assert "No attempts left" in session.record(question, ["host"]).verdict
    assert quiz().current(question) == ["error"]


def test_wrong_answer_does_not_tell_the_right_one(quiz: Start) -> None:
    """With attempts left, feedback on a wrong choice holds neither explanation nor the right option's feedback."""
    for question in quiz().bank.questions.values():
        if question.kind != "single":
            continue
        wrong = next(option for option in question.options if not option.correct)
        right = next(option for option in question.options if option.correct)
        said = " ".join(quiz().record(question, [wrong.id]).notes)
        assert wrong.feedback["en"] in said
        assert right.feedback["en"] not in said
        assert question.explanation["en"] not in said


def test_class_gets_no_feedback_and_may_change_its_mind(quiz: Start, class_bank: Bank) -> None:
    """With the stripped bank every answer is kept and none is judged, however often it changes."""
    session = quiz("ana", class_bank)
    question = class_bank.questions["containers-kernel"]
    replies = [session.record(question, [name]) for name in ("image", "error", "hypervisor", "host")]
    assert len(set(replies)) == 1
    assert replies[0].share is None
    assert replies[0].notes == ()
    assert quiz("ana", class_bank).current(question) == ["host"]


def test_file_holds_choices_and_no_verdicts(quiz: Start, tmp_path: Path) -> None:
    """The answers file has exactly the student's choices: nothing of what is right."""
    session = quiz()
    session.record(session.bank.questions["containers-kernel"], ["image"])
    document = json.loads((tmp_path / store.FILE_NAME).read_text())
    entry = {"answer": ["image"], "attempts": 1}
    assert document == {"version": 1, "student": "ana", "answers": {"containers-kernel": entry}}


@pytest.mark.parametrize("damage", ['{"version": 1, "ans', "[]", '{"version": 9}', "null", "\xff", "[" * 100_000])
def test_damaged_file_is_kept_aside(quiz: Start, tmp_path: Path, damage: str) -> None:
    """A file that cannot be read is renamed, named in the warning, and the quiz goes on."""
    (tmp_path / store.FILE_NAME).write_bytes(damage.encode("latin-1"))
    session = quiz()
    assert "quiz-answers.damaged-1.json" in session.warning
    assert (tmp_path / "quiz-answers.damaged-1.json").read_bytes() == damage.encode("latin-1")
    session.record(session.bank.questions["containers-kernel"], ["host"])
    assert quiz().warning == ""


def test_failed_write_keeps_the_old_file(quiz: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk costs the new answer only, and the student is told."""
    session = quiz()
    question = session.bank.questions["containers-kernel"]
    session.record(question, ["image"])

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(QuizError, match="No space left"):
        session.record(question, ["host"])
    assert session.current(question) == quiz().current(question) == ["image"]
    assert [path.name for path in tmp_path.iterdir()] == [store.FILE_NAME]


@pytest.mark.parametrize(("text", "number"), [("10", 10), ("1,5", 1.5), (" -2.25 ", -2.25), (7, 7)])
def test_numbers(text: object, number: float) -> None:
    """Decimal commas and points are both read."""
    assert parse_number(text) == number


@pytest.mark.parametrize("text", ["", "ten", "nan", "1e9", "1.2.3", True, None])
def test_not_numbers(text: object) -> None:
    """What is no plain number is refused instead of being kept."""
    with pytest.raises(QuizError):
        parse_number(text)


@pytest.fixture
def in_notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LABKIT_TEXT", "1")
    monkeypatch.setenv("COURSE_LANG", "en")
    monkeypatch.setenv("COURSE_STUDENT", "ana")
    monkeypatch.delenv("COURSE_BANK", raising=False)


@pytest.mark.usefixtures("in_notebook")
def test_text_form(capsys: pytest.CaptureFixture[str], quiz: Start) -> None:
    """Without widgets a letter means the option that is printed beside it."""
    notebook.show("containers")
    printed = capsys.readouterr().out
    assert "Public bank" in printed
    letter = next(line.strip()[0] for line in printed.splitlines() if "6.12, the host's kernel." in line)
    notebook.answer("containers-kernel", letter)
    assert "✔ Right." in capsys.readouterr().out
    notebook.answer("kubernetes-path", "store, replicaset, pods, bind, kubelet")
    notebook.answer("containers-density", "10,0")
    notebook.summary()
    assert "2 of 5 answered, 2 right" in capsys.readouterr().out


@pytest.mark.usefixtures("in_notebook")
@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("no-such", ("a",), "no question"),
        ("containers-kernel", ("z",), "no option 'z'"),
        ("containers-kernel", ("a", "b"), "exactly one"),
        ("containers-mechanisms", ("a, a",), "only once"),
        ("kubernetes-path", ("a", "b"), "position of its own"),
        ("containers-density", ("many",), "Write a number"),
        ("practice-choose", ("x",), "text cell"),
    ],
)
def test_bad_answers_are_explained(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, given: tuple[str, ...], said: str
) -> None:
    """An answer that cannot be one is refused in a sentence, without a traceback, and not kept."""
    notebook.answer(name, *given)
    assert said in capsys.readouterr().out
    assert not (tmp_path / store.FILE_NAME).exists()


@pytest.mark.usefixtures("in_notebook")
def test_missing_bank_is_explained(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where COURSE_BANK leads nowhere, the cell says which file was looked for."""
    monkeypatch.setenv("COURSE_BANK", str(tmp_path / "nowhere.json"))
    notebook.show("containers")
    assert "nowhere.json" in capsys.readouterr().out
