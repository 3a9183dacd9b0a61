"""Grading: partial credit, hostile files, and reports that never give an answer away."""

import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder import Mismatch
from labkit.quiz import store
from labkit.quiz.bank import Bank, load
from labkit.quiz.grading import fraction, section_score

QUIZ_LAB = Path(__file__).parents[3] / "labs" / "quiz"
ORDER = ["store", "replicaset", "pods", "bind", "kubelet"]
JSON_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@dataclass
class Context:
    """What autograder gives a check."""

    folder: Path
    private: Path | None = None
    lang: str = "en"


@pytest.fixture(scope="module")
def checks() -> ModuleType:
    spec = importlib.util.spec_from_file_location("quiz_checks", QUIZ_LAB / "checks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def right(bank: Bank) -> dict[str, Any]:
    return {
        name: question.answer if question.kind == "numeric" else question.right_ids
        for name, question in bank.questions.items()
        if question.kind != "open"
    }


def submit(folder: Path, answers: dict[str, Any]) -> None:
    entries = {name: store.Entry(answer, 1) for name, answer in answers.items()}
    store.write(folder / store.FILE_NAME, store.Answers("ana", entries))


@pytest.mark.parametrize(
    ("name", "answer", "share"),
    [
        ("containers-kernel", ["host"], 1),
        ("containers-kernel", ["image"], 0),
        ("containers-kernel", ["host", "image"], 0),
        ("containers-kernel", "host", 0),
        ("containers-mechanisms", ["namespaces", "cgroups"], 1),
        ("containers-mechanisms", ["cgroups", "namespaces"], 1),
        ("containers-mechanisms", ["cgroups"], 0.5),
        ("containers-mechanisms", ["cgroups", "kvm"], 0),
        ("containers-mechanisms", ["cgroups", "namespaces", "kvm"], 0.5),
        ("containers-mechanisms", ["cgroups", "namespaces", "kvm", "swap"], 0),
        ("containers-mechanisms", ["cgroups", "cgroups"], 0),
        ("kubernetes-path", ORDER, 1),
        ("kubernetes-path", ["replicaset", "pods", "bind", "kubelet", "store"], 0.75),
        ("kubernetes-path", ORDER[::-1], 0),
        ("kubernetes-path", ORDER[:3], 0),
        ("hpc-makespan", 48, 1),
        ("hpc-makespan", 48.4, 1),
        ("hpc-makespan", 49, 0),
        ("hpc-makespan", True, 0),
        ("hpc-makespan", 10**400, 0),
        ("practice-choose", "text", 0),
    ],
)
def test_share_of_each_kind(bank: Bank, name: str, answer: Any, share: float) -> None:
    """Each kind earns what its rule says, partial credit included."""
    assert fraction(bank.questions[name], answer) == pytest.approx(share)


@given(answer=JSON_VALUES)
def test_no_answer_crashes_the_grader(answer: Any) -> None:
    """Whatever JSON value stands in the file, each question earns between nothing and all."""
    for question in PUBLIC.questions.values():
        assert 0 <= fraction(question, answer) <= 1


PUBLIC = load(QUIZ_LAB / "bank.yaml")


def test_right_answers_earn_all_and_one_wrong_costs_its_section(bank: Bank, checks: ModuleType, tmp_path: Path) -> None:
    """All right: no mismatch anywhere. One wrong: exactly its section says so, with the points that remain."""
    submit(tmp_path, right(bank))
    for topic in bank.sections:
        checks.section(Context(tmp_path), topic)
    submit(tmp_path, {**right(bank), "containers-kernel": ["image"]})
    checks.section(Context(tmp_path), "kubernetes")
    with pytest.raises(Mismatch) as caught:
        checks.containers(Context(tmp_path))
    assert caught.value.fraction == pytest.approx(6 / 7)
    assert caught.value.found == "4 right; not right: containers-kernel"


def test_reports_never_tell_what_is_right(bank: Bank, checks: ModuleType, tmp_path: Path) -> None:
    """With everything wrong the report names questions, and holds no option, number or text of an answer."""
    wrong = {
        name: [option.id for option in question.options if not option.correct][:1] if question.options else -1
        for name, question in bank.questions.items()
    }
    submit(tmp_path, wrong)
    for topic in bank.sections:
        with pytest.raises(Mismatch) as caught:
            checks.section(Context(tmp_path), topic)
        report = f"{caught.value.message} {caught.value.expected} {caught.value.found}"
        for question in bank.section(topic):
            report = report.replace(question.id, "")
        told = [option for question in bank.section(topic) for option in question.options]
        assert not [option.id for option in told if option.id in report.replace(":", " ").replace(",", " ").split()]
        assert not [option for option in told if option.text["en"] in report]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b" " * 2_000_000, None])
def test_damaged_and_missing_files_are_a_mismatch(checks: ModuleType, tmp_path: Path, content: bytes | None) -> None:
    """A file that cannot be read earns nothing and is named; it never breaks the grader nor shows its folder."""
    if content is not None:
        (tmp_path / store.FILE_NAME).write_bytes(content)
    with pytest.raises(Mismatch) as caught:
        checks.containers(Context(tmp_path))
    assert caught.value.fraction == 0
    assert caught.value.path == store.FILE_NAME
    assert str(tmp_path) not in f"{caught.value.message} {caught.value.found}"


def test_unknown_questions_are_ignored(bank: Bank, checks: ModuleType, tmp_path: Path) -> None:
    """Answers to questions that the bank does not have change nothing."""
    submit(tmp_path, {**right(bank), "no-such-question": ["x"]})
    checks.containers(Context(tmp_path))


def test_instructors_bank_decides(bank: Bank, checks: ModuleType, tmp_path: Path) -> None:
    """Where the instructor has a bank of their own, the grade comes from it and not from the public one."""
    document = json.loads(json.dumps(bank.raw))
    question = next(each for each in document["questions"] if each["id"] == "containers-kernel")
    for option in question["options"]:
        option["correct"] = option["id"] == "image"
    (tmp_path / "private" / "quiz").mkdir(parents=True)
    (tmp_path / "private" / "quiz" / "bank.yaml").write_text(json.dumps(document))
    submit(tmp_path, {**right(bank), "containers-kernel": ["image"]})
    checks.containers(Context(tmp_path, private=tmp_path / "private"))
    with pytest.raises(Mismatch):
        checks.containers(Context(tmp_path))


def test_nothing_answered_earns_nothing(bank: Bank) -> None:
    """An empty submission gets 0 in every section."""
    for topic in bank.sections:
        assert section_score(bank, topic, {}).fraction == 0
