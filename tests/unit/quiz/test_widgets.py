"""The widgets: usable, and silent about right answers in everything that a notebook saves."""

import json
from collections.abc import Callable
from typing import Any

import ipywidgets
import pytest

from labkit.quiz import widgets
from labkit.quiz.bank import Question
from labkit.quiz.session import Quiz

Start = Callable[..., Quiz]


def saved_state() -> str:
    """What a notebook saves with its widgets."""
    return json.dumps(ipywidgets.Widget.get_manager_state()["state"], ensure_ascii=False, default=str)


def secrets(question: Question, *, but: tuple[str, ...] = ()) -> list[str]:
    """Texts of a question that tell its answer, as they stand in JSON and in HTML."""
    told = [*question.explanation.values(), *question.model.values()]
    told += [text for option in question.options if option.id not in but for text in option.feedback.values()]
    told += [text for sides in question.feedback.values() for text in sides.values()]
    return [widgets.markup(text) for text in told] + told


@pytest.fixture(autouse=True)
def _no_widgets_left() -> Any:
    ipywidgets.Widget.close_all()
    yield
    ipywidgets.Widget.close_all()


def turn_to(view: widgets.SectionView, name: str) -> None:
    while view.question.id != name:
        view.next.click()


def test_unanswered_widgets_hold_no_answers(quiz: Start) -> None:
    """On every page of every section the saved state has no feedback, explanation, model answer or mark."""
    session = quiz()
    for topic in session.bank.sections:
        view = widgets.SectionView(session, topic)
        for question in view.questions:
            state = saved_state()
            assert question.prompt["en"].split("`")[0][:20] in state
            assert "correct" not in state
            assert not [text for each in session.bank.questions.values() for text in secrets(each) if text in state]
            view.next.click()


def test_feedback_is_on_the_choice_alone_and_goes_with_the_page(quiz: Start) -> None:
    """A wrong choice shows its own feedback; after turning the page nothing of it is in the saved state."""
    view = widgets.SectionView(quiz(), "containers")
    turn_to(view, "containers-kernel")
    question = view.question
    view.slot.children[0].value = "image"
    view.save.click()
    state = saved_state()
    assert "nobody boots them" in state
    assert not [text for text in secrets(question, but=("image",)) if text in state]
    (view.next if not view.next.disabled else view.previous).click()
    assert "nobody boots them" not in saved_state()


def test_choice_is_restored_without_its_verdict(quiz: Start) -> None:
    """After a restart the student's choice is ticked again, and nothing says whether it is right."""
    question = quiz().bank.questions["containers-kernel"]
    quiz().record(question, ["host"])
    control, read = widgets.control_for(quiz(), question)
    assert control.value == "host"
    assert read() == ["host"]
    assert not [text for text in secrets(question) if text in saved_state()]


@pytest.mark.parametrize("name", ["containers-mechanisms", "kubernetes-path", "containers-density"])
def test_other_kinds_read_what_they_restore(quiz: Start, name: str) -> None:
    """Check boxes, numbered menus and numbers give back the answer that was kept."""
    question = quiz().bank.questions[name]
    kept = 10.0 if question.kind == "numeric" else sorted(question.right_ids)
    quiz().record(question, kept)
    assert widgets.control_for(quiz(), question)[1]() == kept


def test_incomplete_order_is_told(quiz: Start) -> None:
    """Two items with one position are not kept; the message is an alert that screen readers speak."""
    view = widgets.SectionView(quiz(), "kubernetes")
    turn_to(view, "kubernetes-path")
    view.save.click()
    assert 'role="alert"' in view.reply.value
    assert "position of its own" in view.reply.value
    assert view.quiz.current(view.question) is None


def test_controls_have_names_and_order_needs_no_mouse(quiz: Start) -> None:
    """Every control that takes an answer carries a text of its own; ordering uses menus, which keyboards reach."""
    session = quiz()
    for question in session.bank.questions.values():
        control, _read = widgets.control_for(session, question)
        for part in getattr(control, "children", ()) or [control]:
            if isinstance(part, ipywidgets.Checkbox | ipywidgets.Dropdown | ipywidgets.Text):
                assert part.description.strip()
        if question.kind == "ordering":
            assert all(isinstance(part, ipywidgets.Dropdown) for part in control.children)


def test_text_of_the_output_is_questions_only(quiz: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """A front-end without widgets gets the questions; the stored output tells no answer."""
    shown: list[dict[str, str]] = []
    monkeypatch.setattr(widgets, "display", lambda bundle, **_: shown.append(bundle))
    session = quiz()
    widgets.display_section(session, "containers")
    assert "[containers-kernel]" in shown[0]["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in shown[0]
    stored = json.dumps(shown, ensure_ascii=False)
    assert not [text for each in session.bank.section("containers") for text in secrets(each) if text in stored]


def test_markup_is_escaped() -> None:
    """Text of a bank cannot bring HTML of its own; backticks become code."""
    assert widgets.markup("a < `b&c`") == "a &lt; <code>b&amp;c</code>"
