"""One student's quiz: the bank, the answers so far, and what is said when an answer is given.

With a whole bank (the public one, for people who study alone) each answer gets feedback and attempts are
limited. With a stripped bank (a class) answers are only kept, and may be changed until they are submitted.
"""

import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from labkit.quiz import store
from labkit.quiz.bank import Bank, Option, Question, load
from labkit.quiz.errors import QuizError
from labkit.quiz.grading import fraction
from labkit.quiz.messages import _, language
from labkit.quiz.seed import shuffled

QUESTIONS_FILE = "quiz-questions.json"
LETTERS = "abcdefghijkl"  # the schema allows 12 options


@dataclass(frozen=True)
class Reply:
    """What the student is told: a `verdict`, `notes` on the choices; `share` is 0..1, None if not judged."""

    verdict: str
    notes: tuple[str, ...]
    share: float | None
    attempts_left: int | None


class Quiz:
    """Questions and answers of the student who works in `folder`."""

    def __init__(self, bank: Bank, folder: Path, *, student: str, course: str) -> None:
        self.bank, self.path, self.course = bank, folder / store.FILE_NAME, course
        self.lang = language()
        self.warning = ""
        self.answers = self._open(store.Answers(student))

    def _open(self, otherwise: store.Answers) -> store.Answers:
        """Read the file; `otherwise` is for where there is none, or none that can be read."""
        try:
            return store.read(self.path) or otherwise
        except QuizError as error:
            aside = store.set_aside(self.path)
            self.warning = _(
                "{error}. It was kept as {aside}, and an empty one was begun. Answer again, or ask for help "
                "to mend the old file."
            ).format(error=error, aside=aside.name)
            return otherwise

    @property
    def gives_feedback(self) -> bool:
        """True where the bank holds the answers."""
        return not self.bank.stripped

    def questions(self, topic: str) -> list[Question]:
        """Return a section's questions in this student's order, open ones last. Raises QuizError."""
        if topic not in self.bank.sections:
            known = ", ".join(self.bank.sections)
            raise QuizError(_("There is no section {name!r}; there are: {known}").format(name=topic, known=known))
        questions = shuffled(self.bank.section(topic), lambda question: question.id, *self._seed())
        return sorted(questions, key=lambda question: question.kind == "open")

    def options(self, question: Question) -> list[Option]:
        """Return a question's options in this student's order."""
        return shuffled(question.options, lambda option: option.id, *self._seed(), question.id)

    def _seed(self) -> tuple[str, str, str]:
        # The file's own name, so that letters keep their meaning when a grader runs the notebook again.
        return (self.course, "quiz", self.answers.student)

    def current(self, question: Question) -> Any:
        """Return the kept answer, or None."""
        entry = self.answers.entries.get(question.id)
        return entry.answer if entry else None

    def attempts_left(self, question: Question) -> int | None:
        """Return how many more answers may be tried; None where there is no limit."""
        if not self.gives_feedback:
            return None
        entry = self.answers.entries.get(question.id)
        return max(0, question.attempts - (entry.attempts if entry else 0))

    def solved(self, question: Question) -> bool:
        """True where feedback is given and the kept answer is wholly right."""
        return self.gives_feedback and fraction(question, self.current(question)) >= 1

    def record(self, question: Question, answer: Any) -> Reply:
        """Keep an answer and say what there is to say. The same answer again is no new attempt."""
        self.answers = self._open(self.answers)  # other sections of the notebook write to the same file
        entry = self.answers.entries.get(question.id)
        if entry is not None and entry.answer == answer:
            return self.reply(question)
        if self.solved(question):
            return self._refusal(question, _("This question is solved already; the right answer stays."))
        if self.attempts_left(question) == 0:
            return self._refusal(question, _("No attempts left; your last answer stays."))
        entries = dict(self.answers.entries)
        entries[question.id] = store.Entry(answer, (entry.attempts if entry else 0) + 1)
        updated = store.Answers(self.answers.student, entries)
        store.write(self.path, updated)
        self.answers = updated
        return self.reply(question)

    def _refusal(self, question: Question, verdict: str) -> Reply:
        return Reply(verdict, (), None, self.attempts_left(question))

    def reply(self, question: Question) -> Reply:
        """Say again what the kept answer deserves."""
        if not self.gives_feedback:
            return Reply(_("Saved. It is judged after you submit."), (), None, None)
        answer = self.current(question)
        share, left = fraction(question, answer), self.attempts_left(question)
        notes = self._notes(question, answer, share)
        if share >= 1 or left == 0:
            notes.append(question.explanation[self.lang])
        return Reply(_verdict(share, left), tuple(notes), share, left)

    def _notes(self, question: Question, answer: Any, share: float) -> list[str]:
        if question.kind == "numeric":
            return [question.feedback["right" if share >= 1 else "wrong"][self.lang]]
        chosen = [option for option in question.options if isinstance(answer, list) and option.id in answer]
        if question.kind == "ordering":
            chosen = [] if share >= 1 else chosen[:1]  # one hint at a time: together they would tell the order
        return [f"{option.text[self.lang]} {option.feedback[self.lang]}" for option in chosen]

    def parse(self, question: Question, given: tuple[Any, ...]) -> Any:
        """Turn what a person wrote (letters, option ids, a number) into an answer. Raises QuizError."""
        if question.kind == "open":
            raise QuizError(_("{id}: write the answer in the text cell below it.").format(id=question.id))
        if question.kind == "numeric":
            return parse_number(given[0] if len(given) == 1 else "")
        words = [word for item in given for word in _words(item)]
        names = self._names(question)
        unknown = [word for word in words if word not in names]
        if unknown:
            raise QuizError(
                _("{id}: there is no option {word!r}; choose from {known}.").format(
                    id=question.id, word=unknown[0], known=", ".join(LETTERS[: len(question.options)])
                )
            )
        return check_choice(question, [names[word] for word in words])

    def _names(self, question: Question) -> dict[str, str]:
        options = self.options(question)
        letters = {LETTERS[index]: option.id for index, option in enumerate(options)}
        return {**letters, **{option.id: option.id for option in options}}


def check_choice(question: Question, chosen: list[str]) -> list[str]:
    """Return the choice as it is kept (sorted if order is no matter). Raises QuizError if it is none."""
    if question.kind == "single" and len(chosen) != 1:
        raise QuizError(_("Choose exactly one option."))
    if question.kind == "ordering" and sorted(chosen) != sorted(option.id for option in question.options):
        raise QuizError(_("Give each item a position of its own."))
    if not chosen or len(set(chosen)) < len(chosen):
        raise QuizError(_("Choose at least one option, each only once."))
    return chosen if question.kind == "ordering" else sorted(chosen)


def parse_number(given: Any) -> float:
    """Read a number with a decimal point or comma. Raises QuizError."""
    text = str(given).strip().replace(",", ".")
    if isinstance(given, bool) or not re.fullmatch(r"[+-]?(\d{1,15}(\.\d*)?|\.\d+)", text):
        raise QuizError(_("Write a number, such as 12 or 1.5."))
    return float(text)


def _words(item: Any) -> list[str]:
    parts = item if isinstance(item, list | tuple) else str(item).replace(",", " ").split()
    return [str(part).strip().lower() for part in parts]


def _verdict(share: float, left: int | None) -> str:
    if share >= 1:
        return "✔ " + _("Right.")
    first = "◐ " + _("Partly right.") if share > 0 else "✘ " + _("Not right yet.")
    return first + " " + _("Attempts left: {number}.").format(number=left)


def open_quiz(folder: Path | None = None) -> Quiz:
    """Open the quiz of the notebook in `folder` (the kernel's own). Raises QuizError if there is no bank."""
    here = folder or Path.cwd()
    path = _bank_path(here)
    bank = _load(path, path.stat().st_mtime_ns)
    return Quiz(bank, here, student=os.environ.get("COURSE_STUDENT", ""), course=_course_id())


def _bank_path(here: Path) -> Path:
    """COURSE_BANK, else the questions that came with the notebook, else the course's public bank."""
    told = os.environ.get("COURSE_BANK")
    course = Path(os.environ.get("COURSE_DIR", Path(__file__).parents[2]))
    places = [Path(told)] if told else [here / QUESTIONS_FILE, course / "quiz" / "bank.yaml"]
    for place in places:
        if place.is_file():
            return place
    looked = ", ".join(map(str, places))
    raise QuizError(_("There is no bank of questions; looked for: {places}").format(places=looked))


@lru_cache(maxsize=4)
def _load(path: Path, _changed: int) -> Bank:
    return load(path)


def _course_id() -> str:
    path = Path(os.environ.get("COURSE_DIR", Path(__file__).parents[2])) / "course.yaml"
    try:
        return str(yaml.safe_load(path.read_text(encoding="utf-8"))["id"])
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        return ""  # only the order of the options depends on it
