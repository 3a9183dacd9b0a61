"""Judging the quiz: one function a section, called by autograder with the submission's folder.

The bank is the instructor's ($COURSE_PRIVATE/quiz/bank.yaml) where there is one, else the public one.
"""

from pathlib import Path
from typing import Any

from autograder import Mismatch
from labkit.quiz.bank import Bank, load
from labkit.quiz.errors import QuizError
from labkit.quiz.grading import SectionScore, section_score
from labkit.quiz.messages import _
from labkit.quiz.store import FILE_NAME, read


def section(ctx: Any, topic: str) -> None:
    """Judge one section. Raises Mismatch, with the share of points that is earned, unless all is right."""
    lang = getattr(ctx, "lang", None)
    score = section_score(_bank(ctx), topic, _answers(Path(ctx.folder), lang))
    if score.fraction < 1:
        raise Mismatch(
            path=topic,
            expected=_("every question of the section right", lang),
            found=summary(score, lang),
            fraction=score.fraction,
        )


def summary(score: SectionScore, lang: str | None = None) -> str:
    """Say which questions to look at again, never what would have been right."""
    groups = {
        _("partly right", lang): score.partial,
        _("not right", lang): score.wrong,
        _("not answered", lang): score.missing,
    }
    told = [f"{label}: {', '.join(names)}" for label, names in groups.items() if names]
    return "; ".join([_("{number} right", lang).format(number=score.right), *told])


def _bank(ctx: Any) -> Bank:
    private = getattr(ctx, "private", None)
    own = Path(private) / "quiz" / "bank.yaml" if private else None
    return load(own if own and own.is_file() else Path(__file__).with_name("bank.yaml"))


def _answers(folder: Path, lang: str | None) -> dict[str, Any]:
    wanted = _("the file of answers, as the quiz writes it", lang)
    try:
        answers = read(folder / FILE_NAME)
    except QuizError as error:
        # The sentence of the error names a path of the grader's machine, which is not the student's business.
        found = _("a damaged file", lang)
        raise Mismatch(path=FILE_NAME, expected=wanted, found=found) from error
    if answers is None:
        raise Mismatch(path=FILE_NAME, expected=wanted, found=_("no such file", lang))
    return {name: entry.answer for name, entry in answers.entries.items()}


def containers(ctx: Any) -> None:
    """Judge the section `containers`."""
    section(ctx, "containers")


def kubernetes(ctx: Any) -> None:
    """Judge the section `kubernetes`."""
    section(ctx, "kubernetes")


def hpc(ctx: Any) -> None:
    """Judge the section `hpc`."""
    section(ctx, "hpc")


def ai(ctx: Any) -> None:
    """Judge the section `ai`."""
    section(ctx, "ai")


def kubeflow(ctx: Any) -> None:
    """Judge the section `kubeflow`."""
    section(ctx, "kubeflow")


def volcano(ctx: Any) -> None:
    """Judge the section `volcano`."""
    section(ctx, "volcano")


def upcoming(ctx: Any) -> None:
    """Judge the section `next`."""
    section(ctx, "next")


def practice(ctx: Any) -> None:
    """Judge the section `practice`."""
    section(ctx, "practice")
