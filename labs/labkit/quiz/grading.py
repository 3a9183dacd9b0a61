"""Judging one answer, and a section of a submission. Nothing here ever says what would have been right."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from labkit.quiz.bank import Bank, Question


@dataclass(frozen=True)
class SectionScore:
    """What a section earned: `fraction` of its points (0..1), and the ids of what lost some."""

    fraction: float
    right: int
    partial: tuple[str, ...]
    wrong: tuple[str, ...]
    missing: tuple[str, ...]


def fraction(question: Question, answer: Any) -> float:
    """Return the share of the points, 0..1, that `answer` earns; anything of the wrong shape earns 0.

    multiple: (right choices - wrong choices) / all right ones, at least 0: ticking everything does not pay.
    ordering: the share of neighbours that follow each other as they should. numeric: within tolerance or not.
    """
    match question.kind:
        case "single":
            return float(_ids(question, answer) == question.right_ids)
        case "multiple":
            return _multiple(question, _ids(question, answer))
        case "ordering":
            return _ordering(question, _ids(question, answer))
        case "numeric":
            return float(_numeric(question, answer))
        case _:
            return 0.0


def section_score(bank: Bank, topic: str, answers: dict[str, Any]) -> SectionScore:
    """Judge all questions of a section that a program can judge; `answers` maps question ids to answers."""
    questions = [question for question in bank.section(topic) if question.kind != "open"]
    shares = {question.id: fraction(question, answers.get(question.id)) for question in questions}
    points = math.fsum(question.points for question in questions)
    earned = math.fsum(question.points * shares[question.id] for question in questions)
    missing = [name for name in shares if answers.get(name) is None]
    return SectionScore(
        fraction=earned / points if points else 0.0,
        right=sum(share >= 1 for share in shares.values()),
        partial=tuple(name for name, share in shares.items() if 0 < share < 1),
        wrong=tuple(name for name, share in shares.items() if share == 0 and name not in missing),
        missing=tuple(missing),
    )


def _ids(question: Question, answer: Any) -> list[str]:
    """Return the known option ids in `answer`, or nothing if it is no list of different known ids."""
    known = {option.id for option in question.options}
    if not isinstance(answer, list) or not all(isinstance(item, str) and item in known for item in answer):
        return []
    return answer if len(set(answer)) == len(answer) else []


def _multiple(question: Question, chosen: list[str]) -> float:
    right = set(question.right_ids)
    return max(0.0, (len(right & set(chosen)) - len(set(chosen) - right)) / len(right))


def _ordering(question: Question, chosen: list[str]) -> float:
    if len(chosen) != len(question.options):
        return 0.0
    position = {name: index for index, name in enumerate(chosen)}
    right = question.right_ids
    pairs = list(pairwise(right))
    return sum(position[a] + 1 == position[b] for a, b in pairs) / len(pairs)


def _numeric(question: Question, answer: Any) -> bool:
    if isinstance(answer, bool) or not isinstance(answer, int | float) or question.answer is None:
        return False
    try:
        return abs(float(answer) - question.answer) <= question.tolerance
    except OverflowError:  # an integer beyond any float, out of a file written by hand
        return False
