"""A course author's mistakes: each names file, line and field, and says what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder import load_lab
from autograder.errors import CourseError, UnknownName

Write = Callable[..., Path]

# What is put in place of what, and the message after the file's name.
MISTAKES = {
    "malformed": (
        {"    points: 2\n": "    points: [2\n"},
        ":8: this is not YAML: did not find expected ',' or ']' (while parsing a flow sequence); "
        "look at indentation, quotes and colons",
    ),
    "unknown field": (
        {"within: 2s": "witin: 2s"},
        ":14: tasks[0].criteria[0].witin: unknown field; did you mean 'within'?; allowed here: id, points, title, "
        "hint, within, holds_for, requires, needs, expect, absent, count, cel, probe, request, python, act, throughout",
    ),
    "weights": (
        {"points: 2": "points: 3"},
        ":7: tasks[0].points: task first has 3 points, but its criteria add up to 2: 1 (there) + 1 (two)",
    ),
    "missing language": (
        {"{pt-BR: Existe, en: It is there}": "{en: It is there}"},
        ":12: tasks[0].criteria[0].title: pt-BR must be given (every text stands in both languages)",
    ),
    "same id": (
        {"- id: two": "- id: there"},
        ":16: criterion there: a criterion of task first is called 'there' already",
    ),
    "needs a stranger": (
        {"needs: [there]": "needs: [thear]"},
        ":16: criterion two: needs 'thear', which is no criterion of this task; did you mean 'there'?; "
        "it has: there, two",
    ),
    "needs itself": (
        {"        within: 2s\n": "        needs: [two]\n"},
        ":10: criterion there: needs itself: there -> two -> there",
    ),
    "during a stranger": (
        {"needs: [there]": "act: {during: there}"},
        ":16: criterion two: is judged during 'there', no earlier criterion that acts",
    ),
    "needs what is judged during its act": (
        {
            "        within: 2s\n": "        needs: [two]\n"
            "        act: {scale: {apiVersion: apps/v1, kind: Deployment, name: web, replicas: 1}}\n",
            "needs: [there]": "act: {during: there}",
        },
        ":10: criterion there: needs itself: there -> two -> there",
    ),
    "no CEL": (
        {"size(pods) == ${replicas}": "size(pods =="},
        ":23: tasks[0].criteria[1].cel.expression: this is no CEL: size(pods == ^",
    ),
    "unknown name in CEL": (
        {"size(pods) ==": "size(pos) =="},
        ":23: tasks[0].criteria[1].cel.expression: unknown name 'pos'; there are: pods",
    ),
    "unknown name in final": (
        {"          expression: size(pods) ==": "          final: size(pos) > 9\n          expression: size(pods) =="},
        ":23: tasks[0].criteria[1].cel.final: unknown name 'pos'; there are: pods",
    ),
    "final in a throughout": (
        {
            "within: 2s": "throughout: {objects: {p: {apiVersion: v1, kind: Pod}}, expression: size(p) > 0, "
            "final: size(p) > 9}"
        },
        ":10: criterion there: `throughout` takes no `final`: its first mismatch is final already",
    ),
    "unknown value": (
        {"${replicas}": "${replica}"},
        ":23: tasks[0].criteria[1].cel.expression: ${replica} is not one of the lab's values; "
        "did you mean 'replicas'?; it has: replicas",
    ),
    "duration": (
        {"within: 2s": "within: 2 sec"},
        ":14: tasks[0].criteria[0].within: '2 sec' is not of the form asked for: a duration such as 500ms, 10s or 2m",
    ),
    "no judgement": (
        {"        expect: {apiVersion: v1, kind: Pod, metadata: {name: web}}\n": ""},
        ":10: tasks[0].criteria[0]: exactly one of expect, absent, count, cel, probe, request, python must be given, "
        "but none is",
    ),
    "two judgements": (
        {"expect: {": "python: checks:f\n        expect: {"},
        ":10: tasks[0].criteria[0]: exactly one of expect, absent, count, cel, probe, request, python must be given, "
        "but expect, python are",
    ),
    "type": (
        {"points: 2": "points: two"},
        ':7: tasks[0].points: must be a number, not "two"',
    ),
    "named twice": (
        {"within: 2s": "within: 2s\n        within: 3s"},
        ":15: tasks[0].criteria[0].within: this field stands here twice",
    ),
    "capability": (
        {"within: 2s": "requires: [exek]"},
        ":14: tasks[0].criteria[0].requires[0]: 'exek' is not one of schedule, logs, exec, network, images, metrics; "
        "did you mean 'exec'?",
    ),
    "act": (
        {"within: 2s": "act: {}"},
        ":14: tasks[0].criteria[0].act: exactly one of delete, scale, patch, drain, during, load must be given",
    ),
    "two deeds": (
        {"within: 2s": "act: {delete: {apiVersion: v1, kind: Pod, name: a}, drain: {node: b}}"},
        ":14: tasks[0].criteria[0].act: exactly one deed must be given (beside load), but delete, drain are",
    ),
    "a probe that asks nothing": (
        {"expect: {apiVersion: v1, kind: Pod, metadata: {name: web}}": "probe: {expression: result.failed == 0}"},
        ":15: tasks[0].criteria[0].probe: exactly one of http, exec, logs must be given, but none is",
    ),
    "a probe without its capability": (
        {
            "expect: {apiVersion: v1, kind: Pod, metadata: {name: web}}": "requires: [exec]\n"
            '        probe: {http: {url: "http://web"}, expression: result.failed == 0}'
        },
        ":15: tasks[0].criteria[0].requires: what is judged here needs network as well",
    ),
    "a probe's unknown name": (
        {
            "expect: {apiVersion: v1, kind: Pod, metadata: {name: web}}": "probe: {logs: {name: a}, "
            "expression: lines == 0}"
        },
        ":15: tasks[0].criteria[0].probe.expression: unknown name 'lines'; there are: result",
    ),
    "other lab": ({"lab: one": "lab: two"}, ":1: lab: is 'two', but the folder is 'one'"),
    "interval": (
        {"{choice: [3, 4]}": "{int: [4, 3]}"},
        ":4: values.replicas.int: 3 is less than 4",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_has_its_message(write: Write, mistake: str) -> None:
    """Every mistake is refused with exactly this message, which names the line and the field."""
    replaced, message = MISTAKES[mistake]
    course = write(replaced)
    with pytest.raises(CourseError) as caught:
        load_lab(course, "one")
    assert str(caught.value).removeprefix(str(course / "one" / "checks.yaml")) == message


def test_every_violation_is_listed(write: Write) -> None:
    """Two mistakes in one file are both told, in the order of the file."""
    course = write({"points: 2": "points: two", "within: 2s": "witin: 2s"})
    with pytest.raises(CourseError) as caught:
        load_lab(course, "one")
    first, second = str(caught.value).splitlines()
    assert "tasks[0].points" in first
    assert "witin" in second


def test_python_function_must_be_there(write: Write) -> None:
    """A `python:` that names a missing file or function is refused when the course is read, not when it is judged."""
    course = write({"expect: {apiVersion: v1, kind: Pod, metadata: {name: web}}": "python: checks:answer"})
    with pytest.raises(CourseError, match=r"checks.py is not there"):
        load_lab(course, "one")
    (course / "one" / "checks.py").write_text("def answers(ctx):\n    pass\n")
    with pytest.raises(CourseError, match="defines no function 'answer'; did you mean 'answers'"):
        load_lab(course, "one")
    (course / "one" / "checks.py").write_text("def answer(ctx):\n    pass\n")
    assert load_lab(course, "one").tasks[0].criteria[0].id == "there"


def test_unknown_lab_names_the_known_ones(write: Write) -> None:
    """Who asks for an unknown lab reads which labs there are."""
    with pytest.raises(UnknownName, match=r"there is no lab 'onne'; did you mean 'one'.*the course has: one"):
        load_lab(write(), "onne")


def test_empty_and_missing_files(write: Write, tmp_path: Path) -> None:
    """An empty checks.yaml and a missing course.yaml each have their sentence."""
    course = write()
    (course / "one" / "checks.yaml").write_text("")
    with pytest.raises(CourseError, match=r"checks\.yaml:1: the file is empty"):
        load_lab(course, "one")
    with pytest.raises(CourseError, match=r"nowhere/course\.yaml: there is no such file"):
        load_lab(tmp_path / "nowhere", "one")
