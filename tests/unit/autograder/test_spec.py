"""A right course: values are filled in, and private criteria are laid over public ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder import load_course, load_lab
from autograder.errors import CourseError
from autograder.spec.model import Cel, fill
from autograder.spec.read import seconds
from autograder.variants import Choice, Interval, values

Write = Callable[..., Path]

PRIVATE = """\
tasks:
  - id: first
    weights: {two: 0.5}
    criteria:
      - id: secret
        points: 0.5
        title: {pt-BR: Segredo, en: Secret}
        hint: {pt-BR: a, en: a}
        absent: {apiVersion: v1, kind: Pod, metadata: {name: debug}}
"""


def test_values_are_filled_in_with_their_type(write: Write) -> None:
    """A lone ${value} keeps its type, one inside a text becomes text, and the lab itself is left as it was."""
    assert fill({"a": "${n}", "b": ["x-${n}"]}, {"n": 4}) == {"a": 4, "b": ["x-4"]}
    lab = load_lab(write(), "one")
    replicas = lab.values("ana")["replicas"]
    judgement = lab.for_student("ana").tasks[0].criteria[1].judgement
    assert isinstance(judgement, Cel)
    assert judgement.expression == f"size(pods) == {replicas}"
    untouched = lab.tasks[0].criteria[1].judgement
    assert isinstance(untouched, Cel)
    assert "${replicas}" in untouched.expression


def test_private_criteria_join_the_task(write: Write) -> None:
    """Hidden criteria and new weights join the public task, whose points stay."""
    course = write(private=PRIVATE)
    task = load_lab(course, "one", course / "private").tasks[0]
    assert [(item.id, item.points, item.hidden) for item in task.criteria] == [
        ("there", 1, False),
        ("two", 0.5, False),
        ("secret", 0.5, True),
    ]
    assert [item.id for item in load_lab(course, "one").tasks[0].criteria] == ["there", "two"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("two: 0.5", "two: 1", "but its criteria add up to 2.5"),
        ("two: 0.5", "twoo: 0.5", "no public criterion has this id; there are: there, two"),
        ("- id: first", "- id: fist", "there is no task 'fist'; did you mean 'first'"),
        ("id: secret", "id: two", "is called 'two' already"),
    ],
)
def test_private_mistakes_name_the_private_file(write: Write, old: str, new: str, message: str) -> None:
    """A mistake in the private file is told with that file's name."""
    course = write(private=PRIVATE.replace(old, new))
    with pytest.raises(CourseError, match=message) as caught:
        load_lab(course, "one", course / "private")
    assert "private/one/checks.yaml:" in str(caught.value)


def test_values_are_stable_and_differ() -> None:
    """The same course, lab and student give the same values for ever; another student, another draw."""

    lab = SimpleNamespace(id="one", variants={"port": Interval(8000, 8999), "color": Choice(("red", "green", "blue"))})
    # Written down once: a change would change what a class that is running was asked.
    assert values("tiny", lab, "ana") == {"port": 8435, "color": "green"}
    drawn = [values("tiny", lab, f"student-{number}")["port"] for number in range(200)]
    assert len(set(drawn)) > 100
    assert all(8000 <= port <= 8999 for port in drawn)


def test_durations_are_seconds() -> None:
    """500ms, 10s and 2m are half a second, ten and a hundred and twenty."""
    assert [seconds(text) for text in ("500ms", "10s", "2m", None)] == [0.5, 10.0, 120.0, 0.0]


def test_the_real_course_can_be_read(course: Path) -> None:
    """Every lab that course.yaml lists has a checks.yaml that breaks no rule."""
    for name in load_course(course).labs:
        lab = load_lab(course, name)
        assert lab.points == sum(item.points for task in lab.tasks for item in task.criteria)
