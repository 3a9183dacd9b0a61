"""The quiz as text, for front-ends without widgets and for people who prefer it."""

from labkit.quiz.bank import Question
from labkit.quiz.messages import _
from labkit.quiz.session import LETTERS, Quiz, Reply


def render_section(quiz: Quiz, topic: str) -> str:
    """Return a section's questions with lettered options, and how to answer each."""
    questions = quiz.questions(topic)
    blocks = [render_question(quiz, question, number + 1) for number, question in enumerate(questions)]
    return "\n\n".join([quiz.bank.sections[topic][quiz.lang], notice(quiz), *blocks])


def notice(quiz: Quiz) -> str:
    """Return what the reader must know about the bank in use."""
    if quiz.gives_feedback:
        return _(
            "Public bank, for studying on your own: you get feedback at once, and the answers are in "
            "labs/quiz. A class is graded with its instructor's bank."
        )
    return _("Class quiz: answers are kept, and judged after you submit. You may change them until then.")


def render_question(quiz: Quiz, question: Question, number: int) -> str:
    """Return one question: its number, how to answer, prompt and options."""
    lines = [f"{number}. [{question.id}] {how(question)}", f"   {question.prompt[quiz.lang]}"]
    for letter, option in zip(LETTERS, quiz.options(question), strict=False):
        lines.append(f"   {letter}) {option.text[quiz.lang]}")
    if question.kind != "open":
        lines.append(f"   → answer({question.id!r}, {_example(question)})")
    return "\n".join(lines)


def how(question: Question) -> str:
    """Say what kind of answer is expected."""
    return {
        "single": _("Choose one."),
        "multiple": _("Choose all that apply."),
        "ordering": _("Put in order."),
        "numeric": _("Write a number."),
        "open": _("Write in the text cell below; graded by hand."),
    }[question.kind]


def _example(question: Question) -> str:
    match question.kind:
        case "numeric":
            return "..."
        case "multiple":
            return '"a, c, ..."'
        case "ordering":
            return '"' + ", ".join(LETTERS[: len(question.options)]) + '"'
        case _:
            return '"a"'


def render_reply(reply: Reply) -> str:
    """Return the verdict and its notes."""
    return "\n".join([reply.verdict, *(f"  · {note}" for note in reply.notes)])


def render_progress(quiz: Quiz, topic: str) -> str:
    """Say how many questions of a section are answered and, with feedback, solved."""
    questions = [question for question in quiz.questions(topic) if question.kind != "open"]
    answered = sum(quiz.current(question) is not None for question in questions)
    text = _("{done} of {total} answered").format(done=answered, total=len(questions))
    if quiz.gives_feedback:
        solved = sum(quiz.solved(question) for question in questions)
        text += ", " + _("{number} right").format(number=solved)
    return text


def render_summary(quiz: Quiz) -> str:
    """Return the progress of all sections, one a line."""
    return "\n".join(
        f"{title[quiz.lang]}: {render_progress(quiz, topic)}" for topic, title in quiz.bank.sections.items()
    )
