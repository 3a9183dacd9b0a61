"""The bank of questions: reading it, checking it, and taking its answers out.

A bank is a YAML or JSON file that `bank.schema.json` describes. A *stripped* bank has the same form without
anything that tells an answer; it is what a class gets.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from labkit.quiz.errors import BankError
from labkit.quiz.positions import Place, field, line_of, read
from labkit.quiz.seed import shuffled

Kind = Literal["single", "multiple", "ordering", "numeric", "open"]
SCHEMA = Path(__file__).with_name("bank.schema.json")
SECRET_FIELDS = frozenset({"answer", "tolerance", "feedback", "explanation", "model", "rubric"})


@dataclass(frozen=True)
class Option:
    """One choice. `text` and `feedback` by language; `correct` is None in a stripped bank."""

    id: str
    text: dict[str, str]
    feedback: dict[str, str]
    correct: bool | None


@dataclass(frozen=True)
class Question:
    """One question. The fields that tell the answer are empty in a stripped bank.

    In an ordering question of a whole bank the right order is that of `options`.
    """

    id: str
    topic: str
    kind: Kind
    points: float
    attempts: int
    prompt: dict[str, str]
    options: tuple[Option, ...]
    answer: float | None
    tolerance: float
    unit: dict[str, str]
    feedback: dict[str, dict[str, str]]
    explanation: dict[str, str]
    model: dict[str, str]
    rubric: tuple[dict[str, Any], ...]

    @property
    def right_ids(self) -> list[str]:
        """Ids of the right options, in the right order where the order counts."""
        return [option.id for option in self.options if self.kind == "ordering" or option.correct]


@dataclass(frozen=True)
class Bank:
    """All questions. `stripped` banks hold no answers; `raw` is the document as it was written."""

    sections: dict[str, dict[str, str]]
    questions: dict[str, Question]
    stripped: bool
    raw: dict[str, Any]

    def section(self, topic: str) -> list[Question]:
        """Return the questions of one section, open ones included, as ordered in the bank."""
        return [question for question in self.questions.values() if question.topic == topic]


def load(path: Path) -> Bank:
    """Read and check a bank. Raises BankError, which names file, line and field of every fault."""
    try:
        document, lines = read(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BankError(f"{path}: the bank of questions cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise BankError(f"{path}:{_yaml_place(error)}") from error
    faults = sorted(_faults(document), key=lambda fault: line_of(fault[0], lines))
    if faults:
        raise BankError("\n".join(_say(path, place, reason, lines) for place, reason in faults))
    return _bank(document)


def strip(document: dict[str, Any]) -> dict[str, Any]:
    """Return a bank's document without answers, feedback, explanations, model answers and rubrics.

    Options are put into an order that does not depend on the author's, which would give answers away.
    """
    questions = [_strip_question(question) for question in document["questions"]]
    return {"version": 1, "stripped": True, "sections": document["sections"], "questions": questions}


def _strip_question(question: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in question.items() if key not in SECRET_FIELDS}
    if "options" in kept:
        bare = [
            {"id": option["id"], **{tongue: {"text": option[tongue]["text"]} for tongue in ("pt-BR", "en")}}
            for option in kept["options"]
        ]
        kept["options"] = shuffled(bare, lambda option: str(option["id"]), "stripped", question["id"])
    return kept


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _faults(document: Any) -> Iterator[tuple[Place, str]]:
    errors = list(_validator().iter_errors(document))
    for error in errors:
        deepest = best_match([error]) or error
        yield tuple(deepest.absolute_path), _reason(deepest)
    if not errors:
        yield from _contradictions(document)


def _reason(error: ValidationError) -> str:
    if error.validator is None:  # a schema of `false`: this field has no place in this kind of question
        return "this field does not belong to a question of this kind"
    return str(error.message)


def _contradictions(document: dict[str, Any]) -> Iterator[tuple[Place, str]]:
    """What a schema cannot say: ids used twice, unknown topics, right answers that do not fit the kind."""
    topics = {section["id"] for section in document["sections"]}
    ids = Counter(question["id"] for question in document["questions"])
    for index, question in enumerate(document["questions"]):
        place: Place = ("questions", index)
        if ids[question["id"]] > 1:
            yield (*place, "id"), f"another question has the id {question['id']!r}"
        if question["topic"] not in topics:
            yield (*place, "topic"), f"no section has the id {question['topic']!r}"
        options = question.get("options", [])
        if len({option["id"] for option in options}) < len(options):
            yield (*place, "options"), "two options have the same id"
        if not document.get("stripped"):
            yield from _wrong_answers(question, place)


def _wrong_answers(question: dict[str, Any], place: Place) -> Iterator[tuple[Place, str]]:
    right = sum(bool(option.get("correct")) for option in question.get("options", []))
    match question["kind"]:
        case "single" if right != 1:
            yield (*place, "options"), f"a single-choice question needs exactly one right option, not {right}"
        case "multiple" if not 0 < right < len(question["options"]):
            yield (*place, "options"), "a multiple-choice question needs right options and wrong ones"
        case "ordering" if any("correct" in option for option in question["options"]):
            yield (*place, "options"), "in an ordering question the order is the answer: leave `correct` out"
        case "open" if (total := sum(row["points"] for row in question["rubric"])) != question["points"]:
            yield (
                (*place, "rubric"),
                f"the rubric adds up to {total} points, the question to {question['points']}",
            )


def _say(path: Path, place: Place, reason: str, lines: dict[Place, int]) -> str:
    return f"{path}:{line_of(place, lines)}: {field(place)}: {reason}"


def _yaml_place(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"{error.problem_mark.line + 1}: document: {error.problem}"
    return f"1: document: {error}"


def _bank(document: dict[str, Any]) -> Bank:
    return Bank(
        sections={section["id"]: section["title"] for section in document["sections"]},
        questions={question["id"]: _question(question) for question in document["questions"]},
        stripped=bool(document.get("stripped")),
        raw=document,
    )


def _question(raw: dict[str, Any]) -> Question:
    return Question(
        id=raw["id"],
        topic=raw["topic"],
        kind=raw["kind"],
        points=raw["points"],
        attempts=raw.get("attempts", 1),
        prompt=raw["prompt"],
        options=tuple(_option(option) for option in raw.get("options", [])),
        answer=raw.get("answer"),
        tolerance=raw.get("tolerance", 0),
        unit=raw.get("unit", {}),
        feedback=raw.get("feedback", {}),
        explanation=raw.get("explanation", {}),
        model=raw.get("model", {}),
        rubric=tuple(raw.get("rubric", [])),
    )


def _option(raw: dict[str, Any]) -> Option:
    tongues = ("pt-BR", "en")
    return Option(
        id=raw["id"],
        text={tongue: raw[tongue]["text"] for tongue in tongues},
        feedback={tongue: raw[tongue].get("feedback", "") for tongue in tongues},
        correct=raw.get("correct"),
    )
