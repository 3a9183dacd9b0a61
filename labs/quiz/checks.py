"""Judging the quiz: one function a section, called by autograder with the submission's folder.

The bank is the instructor's ($COURSE_PRIVATE/quiz/bank.yaml) where there is one, else the public one.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder import Mismatch
from labkit.quiz.bank import Bank, load
from labkit.quiz.errors import QuizError
from labkit.quiz.grading import SectionScore, section_score
from labkit.quiz.store import FILE_NAME, read


def section(ctx: Any, topic: str) -> float:
    """Return the share, 0..1, of a section's points. Raises Mismatch where nothing was earned."""
    score = section_score(_bank(ctx), topic, _answers(Path(ctx.folder)))
    if score.fraction <= 0:
        raise Mismatch(topic, "answers that earn points", summary(score))
    return score.fraction


def summary(score: SectionScore) -> str:
    """Say which questions to look at again, never what would have been right."""
    groups = {"partly right": score.partial, "not right": score.wrong, "not answered": score.missing}
    told = [f"{label}: {', '.join(names)}" for label, names in groups.items() if names]
    return "; ".join([f"{score.right} right", *told])


def _bank(ctx: Any) -> Bank:
    private = getattr(ctx, "private", None)
    own = Path(private) / "quiz" / "bank.yaml" if private else None
    return load(own if own and own.is_file() else Path(__file__).with_name("bank.yaml"))


def _answers(folder: Path) -> dict[str, Any]:
    try:
        answers = read(folder / FILE_NAME)
    except QuizError as error:
        raise Mismatch(FILE_NAME, "the file that the quiz writes", str(error)) from error
    if answers is None:
        raise Mismatch(FILE_NAME, "the file of answers beside the notebook", "no such file")
    return {name: entry.answer for name, entry in answers.entries.items()}


def _judge(topic: str) -> Callable[[Any], float]:
    return lambda ctx: section(ctx, topic)


containers = _judge("containers")
kubernetes = _judge("kubernetes")
hpc = _judge("hpc")
ai = _judge("ai")
kubeflow = _judge("kubeflow")
volcano = _judge("volcano")
upcoming = _judge("next")
practice = _judge("practice")
