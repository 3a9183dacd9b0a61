"""The quiz as ipywidgets: one question at a time, native controls that keyboards and screen readers know.

What a notebook may save with its widgets is only what is on the screen: questions, the student's own choice,
and the feedback on it. Right answers stay in the kernel, and turning the page takes feedback away. The
output's text form (for front-ends without widgets) holds the questions alone.
"""

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as w
from IPython.display import display

from labkit.quiz import text
from labkit.quiz.bank import Question
from labkit.quiz.errors import QuizError
from labkit.quiz.messages import _
from labkit.quiz.session import Quiz, Reply, check_choice, parse_number

# ipywidgets gives options one line of fixed height; ours are sentences.
STYLE = """<style>
.labkit-quiz .widget-radio-box label, .labkit-quiz .widget-checkbox label, .labkit-quiz .widget-label {
  height: auto; white-space: normal; line-height: 1.45; overflow: visible; }
.labkit-quiz .widget-radio, .labkit-quiz .widget-radio-box, .labkit-quiz .widget-checkbox {
  width: auto; height: auto; }
.labkit-quiz .widget-dropdown .widget-label { text-align: left; }
.labkit-quiz :focus-visible { outline: 3px solid #1a66c4; outline-offset: 2px; }
.labkit-quiz progress { width: 12em; vertical-align: middle; }
</style>"""

Control = tuple[w.Widget, Callable[[], Any]]


class SectionView:
    """A section on the screen. `root` is the widget to display."""

    def __init__(self, quiz: Quiz, topic: str) -> None:
        self.quiz, self.topic = quiz, topic
        self.questions = quiz.questions(topic)
        self.index = 0
        self.heading, self.reply, self.progress = w.HTML(), w.HTML(), w.HTML()
        self.slot = w.VBox()
        self.save = w.Button(button_style="primary", layout=w.Layout(width="auto"))
        self.previous = w.Button(description="← " + _("Previous"))
        self.next = w.Button(description=_("Next") + " →")
        self.save.on_click(lambda _button: self._save())
        self.previous.on_click(lambda _button: self._turn(-1))
        self.next.on_click(lambda _button: self._turn(1))
        notice = w.HTML(f"{STYLE}<p>{escape(text.notice(quiz))}</p>{_alert(quiz.warning)}")
        buttons = w.HBox([self.save, self.previous, self.next])
        self.root = w.VBox([notice, self.heading, self.slot, buttons, self.reply, self.progress])
        self.root.add_class("labkit-quiz")
        self._draw()

    @property
    def question(self) -> Question:
        """The question on the screen."""
        return self.questions[self.index]

    def _turn(self, step: int) -> None:
        self.index = min(max(self.index + step, 0), len(self.questions) - 1)
        self._draw()

    def _draw(self) -> None:
        question, lang = self.question, self.quiz.lang
        title = _("Question {number} of {total}").format(number=self.index + 1, total=len(self.questions))
        # A status region, so that a screen reader reads the new question when the page is turned.
        self.heading.value = (
            f'<div role="status"><h4>{escape(title)} · {escape(text.how(question))}</h4>'
            f"<p>{markup(question.prompt[lang])}</p></div>"
        )
        old = self.slot.children
        control, self._read = control_for(self.quiz, question)
        control.add_class("labkit-quiz-answer")
        self.slot.children = [control]
        for widget in old:
            _close(widget)
        self.reply.value = ""
        self.save.description = _("Check") if self.quiz.gives_feedback else _("Save")
        self.save.disabled = question.kind == "open"
        self.previous.disabled = self.index == 0
        self.next.disabled = self.index == len(self.questions) - 1
        self._draw_progress()

    def _draw_progress(self) -> None:
        judged = [question for question in self.questions if question.kind != "open"]
        answered = sum(self.quiz.current(question) is not None for question in judged)
        said = text.render_progress(self.quiz, self.topic)
        bar = f'<progress max="{len(judged)}" value="{answered}" aria-label="{escape(said)}"></progress>'
        self.progress.value = f"{bar} {escape(said)}"

    def _save(self) -> None:
        try:
            reply = self.quiz.record(self.question, self._read())
        except QuizError as error:
            self.reply.value = _alert(str(error))
            return
        self.reply.value = _alert(self.quiz.warning) + _reply_html(reply)
        self._draw_progress()


def control_for(quiz: Quiz, question: Question) -> Control:
    """Return the widget that takes an answer, and a function that reads it (QuizError if incomplete)."""
    makers = {"single": _single, "multiple": _multiple, "ordering": _ordering, "numeric": _numeric}
    if question.kind == "open":
        return w.HTML(f"<p>{escape(text.how(question))}</p>"), lambda: None
    return makers[question.kind](quiz, question)


def _choices(quiz: Quiz, question: Question) -> list[tuple[str, str]]:
    return [(option.text[quiz.lang].replace("`", ""), option.id) for option in quiz.options(question)]


def _kept(quiz: Quiz, question: Question) -> list[str]:
    answer = quiz.current(question)
    known = {option.id for option in question.options}
    return [item for item in answer if item in known] if isinstance(answer, list) else []


def _single(quiz: Quiz, question: Question) -> Control:
    kept = _kept(quiz, question)
    radio = w.RadioButtons(
        options=_choices(quiz, question),
        value=kept[0] if kept else None,
        tooltip=question.prompt[quiz.lang],
        layout=w.Layout(width="auto"),
    )
    return radio, lambda: check_choice(question, [radio.value] if radio.value else [])


def _multiple(quiz: Quiz, question: Question) -> Control:
    kept = _kept(quiz, question)
    boxes = {
        name: w.Checkbox(value=name in kept, description=label, indent=False, layout=w.Layout(width="auto"))
        for label, name in _choices(quiz, question)
    }
    return w.VBox(list(boxes.values())), lambda: check_choice(
        question, [name for name, box in boxes.items() if box.value]
    )


def _ordering(quiz: Quiz, question: Question) -> Control:
    """A numbered list to choose from beside each item: simpler to hear and to type than dragging."""
    kept = _kept(quiz, question)
    numbers = [("–", 0), *((str(number), number) for number in range(1, len(question.options) + 1))]
    menus = {
        name: w.Dropdown(
            options=numbers,
            value=kept.index(name) + 1 if name in kept else 0,
            description=label,
            style={"description_width": "75%"},
            layout=w.Layout(width="auto", height="auto"),
        )
        for label, name in _choices(quiz, question)
    }

    def read() -> list[str]:
        if sorted(menu.value for menu in menus.values()) != list(range(1, len(menus) + 1)):
            raise QuizError(_("Give each item a position of its own."))
        return sorted(menus, key=lambda name: int(menus[name].value))

    return w.VBox(list(menus.values())), read


def _numeric(quiz: Quiz, question: Question) -> Control:
    kept = quiz.current(question)
    number = w.Text(
        value=f"{kept:g}" if isinstance(kept, int | float) else "",
        description=_("Answer ({unit})").format(unit=question.unit[quiz.lang]),
        style={"description_width": "initial"},
    )
    return number, lambda: parse_number(number.value)


def markup(words: str) -> str:
    """Return words as HTML; what stands between backticks becomes code."""
    parts = escape(words).split("`")
    return "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))


def _reply_html(reply: Reply) -> str:
    notes = "".join(f"<li>{markup(note)}</li>" for note in reply.notes)
    return f'<div role="alert"><strong>{escape(reply.verdict)}</strong><ul>{notes}</ul></div>'


def _alert(words: str) -> str:
    return f'<div role="alert"><strong>⚠ {escape(words)}</strong></div>' if words else ""


def _close(widget: w.Widget) -> None:
    for child in getattr(widget, "children", ()):
        _close(child)
    widget.close()


def display_section(quiz: Quiz, topic: str) -> SectionView:
    """Show a section; front-ends without widgets get the questions as text."""
    view = SectionView(quiz, topic)
    bundle = dict(view.root._repr_mimebundle_())
    bundle["text/plain"] = text.render_section(quiz, topic)
    display(bundle, raw=True)
    return view
