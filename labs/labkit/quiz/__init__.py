"""The self-assessment quiz, as a notebook uses it.

from labkit.quiz import show, answer, summary
show("containers")                     # the questions of a section
answer("containers-kernel", "b")       # the same without widgets: letters, option ids, or a number
summary()
"""

import os

from labkit.quiz.errors import BankError, QuizError

__all__ = ["BankError", "QuizError", "answer", "show", "summary"]


def show(section: str) -> None:
    """Show a section's questions: as widgets, or as text where LABKIT_TEXT=1 is set."""
    # Graders import this package too, and need neither widgets nor IPython.
    from labkit.quiz import text
    from labkit.quiz.session import open_quiz

    try:
        quiz = open_quiz()
        if os.environ.get("LABKIT_TEXT") == "1":
            _say(quiz.warning, text.render_section(quiz, section), text.render_progress(quiz, section))
            return
        from labkit.quiz.widgets import display_section

        display_section(quiz, section)
    except QuizError as error:
        _say(str(error))


def answer(question: str, *given: object) -> None:
    """Answer a question with a letter or several ("a, c"), option ids, or a number; print the reply."""
    from labkit.quiz import text
    from labkit.quiz.session import open_quiz

    try:
        quiz = open_quiz()
        if question not in quiz.bank.questions:
            _say(_unknown(question))
            return
        asked = quiz.bank.questions[question]
        reply = quiz.record(asked, quiz.parse(asked, given))
        _say(quiz.warning, f"{question}: {text.render_reply(reply)}")
    except QuizError as error:
        _say(str(error))


def summary() -> None:
    """Say how far the student has come in every section."""
    from labkit.quiz import text
    from labkit.quiz.session import open_quiz

    try:
        quiz = open_quiz()
        _say(quiz.warning, text.render_summary(quiz))
    except QuizError as error:
        _say(str(error))


def _unknown(question: str) -> str:
    from labkit.quiz.messages import _

    return _("There is no question {id!r}; show(...) prints the names in brackets.").format(id=question)


def _say(*parts: str) -> None:
    print("\n\n".join(part for part in parts if part))
