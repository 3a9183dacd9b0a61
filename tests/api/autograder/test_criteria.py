"""Every kind of criterion on a real cluster: when it passes, and what it says when it does not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder import CriterionReport, LabReport
from tests.api.autograder.conftest import Field, criterion, text

pytestmark = pytest.mark.needs_cluster

POD = {"apiVersion": "v1", "kind": "Pod"}
MAP = {"apiVersion": "v1", "kind": "ConfigMap"}


def only(report: LabReport) -> CriterionReport:
    """The one criterion of the report."""
    (found,) = report.tasks[0].criteria
    return found


PASSING: dict[str, dict[str, Any]] = {
    "expect": {"expect": {**POD, "metadata": {"name": "web"}, "spec": {"containers": [{"name": "log"}]}}},
    "expect any": {"expect": {**POD, "metadata": {"labels": {"app": "db"}}}},
    "operators": {
        "expect": {
            **POD,
            "metadata": {"name": {"$matches": "^w"}},
            "spec": {"containers": [{"name": "web", "image": {"$matches": "^nginx:"}, "command": {"$exists": False}}]},
        }
    },
    "absent": {"absent": {**POD, "metadata": {"name": "old"}}},
    "count": {"count": {"of": {**POD, "metadata": {"labels": {"app": "web"}}}, "equals": 1}},
    "count range": {"count": {"of": POD, "at_least": 2, "at_most": 2}},
    "cel": {"cel": {"objects": {"w": {**POD, "name": "web"}, "all": POD}, "expression": "w in all && size(all) == 2"}},
    "cel absent": {"cel": {"objects": {"p": {**POD, "name": "old"}}, "expression": "p == null"}},
    "python": {"python": "checks:fine"},
}

FAILING: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "expect": (
        {"expect": {**POD, "metadata": {"name": "web"}, "spec": {"containers": [{"name": "web", "image": "httpd"}]}}},
        {"path": "Pod web: spec.containers[name=web].image", "expected": "httpd", "found": "nginx:1.27"},
    ),
    "expect missing": (
        {"expect": {**POD, "metadata": {"name": "old"}}},
        {"message": "Pod old does not exist", "expected": "Pod old", "found": "(nothing)"},
    ),
    "expect closest": (
        {"expect": {**POD, "metadata": {"labels": {"app": "web", "tier": "x"}}}},
        {"path": "Pod web: metadata.labels.tier", "expected": "x", "found": "(nothing)"},
    ),
    "absent": (
        {"absent": {**POD, "metadata": {"labels": {"app": "web"}}}},
        {"path": "Pod web", "expected": "(nothing)", "found": '["web"]'},
    ),
    "count": ({"count": {"of": POD, "equals": 3}}, {"path": "Pod", "expected": "exactly 3", "found": "2"}),
    "cel": (
        {
            "cel": {
                "objects": {"pods": POD},
                "expression": "size(pods) == 3",
                "expected": text("three pods"),
                "found": "pods.map(p, p.metadata.name)",
            }
        },
        {"expected": "three pods", "found": '["db", "web"]'},
    ),
    "cel missing object": (
        {"cel": {"objects": {"p": {**POD, "name": "old"}}, "expression": "p.spec.x == 1"}},
        {"message": "Pod old does not exist", "expected": "p.spec.x == 1"},
    ),
    "cel missing field": (
        {"cel": {"objects": {"p": {**POD, "name": "web"}}, "expression": "p.spec.nope == 1"}},
        {"message": "not there yet: the field nope is not set", "path": "p.spec.nope"},
    ),
    "python": (
        {"python": "checks:lost"},
        {"path": "here", "expected": "1", "found": "[2]", "message": "so it is", "earned": 0.25},
    ),
    "fraction": ({"python": "checks:half"}, {"earned": 0.5}),
}

PYTHON = """\
from autograder import Mismatch
def fine(ctx):
    assert ctx.get("v1", "Pod", "web")["metadata"]["name"] == "web"
    assert [pod["metadata"]["name"] for pod in ctx.list("v1", "Pod")] == ["db", "web"]
    assert ctx.student == "ana"
def lost(ctx):
    raise Mismatch("so it is", path="here", expected=1, found=[2], fraction=0.25)
def half(ctx):
    return 0.5
def broken(ctx):
    return 1 / 0
def strange(ctx):
    return "yes"
"""


@pytest.fixture
def two_pods(field_: Field, pod: Callable[..., dict[str, Any]]) -> Field:
    """A namespace with the pods web and db."""
    field_.create(pod("web", app="web"))
    field_.create(pod("db", app="db"))
    return field_


@pytest.mark.parametrize("kind", PASSING)
def test_right_state_passes(two_pods: Field, kind: str) -> None:
    """Each kind of criterion passes on a cluster that is as asked, and gives its point."""
    report = two_pods.check(criterion(**PASSING[kind]), python=PYTHON)
    assert only(report).outcome == "pass", only(report)
    assert report.score == 1
    assert (report.provider, report.simulated) == ("embedded", True)


@pytest.mark.parametrize("kind", FAILING)
def test_wrong_state_says_path_expected_and_found(two_pods: Field, kind: str) -> None:
    """Each kind of criterion says what it expected, where, and what it found instead; and it has its hint."""
    what, told = FAILING[kind]
    found = only(two_pods.check(criterion(**what), python=PYTHON))
    assert found.outcome == "mismatch"
    assert found.hints == ("a hint",)
    assert {name: getattr(found, name) for name in told} == told


@pytest.mark.parametrize(("function", "told"), [("broken", "ZeroDivisionError"), ("strange", "returned 'yes'")])
def test_a_broken_check_costs_nothing(two_pods: Field, function: str, told: str) -> None:
    """A bug in a Python check is an error with no score, never a lost point."""
    report = two_pods.check(criterion(python=f"checks:{function}", within="5s"), python=PYTHON)
    assert only(report).outcome == "error"
    assert told in str(only(report).message)
    assert report.score is None
    assert report.exit_code == 2


def test_an_unknown_kind_is_an_error(field_: Field) -> None:
    """A kind that the cluster does not serve is told as such, and costs nothing."""
    report = field_.check(criterion(expect={"apiVersion": "batch.volcano.sh/v1alpha1", "kind": "Job"}))
    assert only(report).outcome == "error"
    assert "serves no Job in batch.volcano.sh/v1alpha1" in str(only(report).message)


def test_missing_capability_is_not_applicable(field_: Field) -> None:
    """What this cluster cannot do is not judged; its points go to the rest of the task."""
    report = field_.check(
        criterion("shell", requires=["exec"], expect={**POD, "metadata": {"name": "x"}}),
        criterion("gone", absent={**POD, "metadata": {"name": "x"}}),
    )
    shell, gone = report.tasks[0].criteria
    assert (shell.outcome, shell.requires, gone.outcome) == ("not-applicable", ("exec",), "pass")
    assert report.score == 2


def test_what_is_needed_and_lost_is_lost_at_once(field_: Field) -> None:
    """A criterion whose need is lost is lost without waiting or acting; one whose need has an error has it too."""
    missing = {**POD, "metadata": {"name": "x"}}
    report = field_.check(
        criterion("later", needs=["first"], within="60s", python="checks:never"),
        criterion("first", expect=missing),
        criterion("also", needs=["bug"], expect=missing),
        criterion("bug", python="checks:broken"),
        python=PYTHON + "def never(ctx):\n    raise SystemExit('must not run')\n",
    )
    later, _first, also, _bug = report.tasks[0].criteria
    assert (later.outcome, later.message) == ("mismatch", "judged only when this is right: title of first")
    assert also.outcome == "error"


def test_waits_until_it_becomes_true(field_: Field, pod: Callable[..., dict[str, Any]]) -> None:
    """`within` waits for a pod that is still starting, and no longer than needed."""
    field_.create(pod())
    start = time.monotonic()
    ready = "p.status.conditions.exists(c, c.type == 'Ready' && c.status == 'True')"
    report = field_.check(criterion(within="30s", cel={"objects": {"p": {**POD, "name": "web"}}, "expression": ready}))
    assert only(report).outcome == "pass"
    assert time.monotonic() - start < 10


def test_a_settled_state_fails_early_with_its_mismatch(field_: Field, pod: Callable[..., dict[str, Any]]) -> None:
    """When nothing moves any more, a long deadline is not waited out, for several criteria neither."""
    field_.create(pod())
    wrong = {"count": {"of": POD, "equals": 2}, "within": "100s"}
    start = time.monotonic()
    report = field_.check(criterion("a", **wrong), criterion("b", **wrong), criterion("c", **wrong))
    assert [item.found for item in report.tasks[0].criteria] == ["1"] * 3
    assert time.monotonic() - start < 12


def test_the_deadline_ends_a_state_that_moves(field_: Field) -> None:
    """While something moves, the deadline decides; the reader gets the last mismatch, not a timeout."""
    stop = threading.Event()
    field_.create({**MAP, "metadata": {"name": "tick"}, "data": {"n": "0"}})

    def tick() -> None:
        number = 0
        while not stop.wait(0.2):
            number += 1
            item = {**MAP, "metadata": {"name": "tick", "namespace": field_.namespace}}
            field_.client.patch(item, {"data": {"n": str(number)}})

    thread = threading.Thread(target=tick)
    thread.start()
    try:
        found = only(
            field_.check(criterion(within="1500ms", expect={**MAP, "metadata": {"name": "tick"}, "data": {"n": "x"}}))
        )
    finally:
        stop.set()
        thread.join()
    assert found.outcome == "mismatch"
    assert int(str(found.found)) >= 2


def test_holds_for_demands_that_it_stays(field_: Field, pod: Callable[..., dict[str, Any]]) -> None:
    """What is true at first but not for long enough is a mismatch that says so; what stays passes after that time."""
    item = field_.create({**MAP, "metadata": {"name": "there"}})
    stays = criterion(expect={**MAP, "metadata": {"name": "there"}}, holds_for="1s")
    start = time.monotonic()
    assert only(field_.check(stays)).outcome == "pass"
    assert time.monotonic() - start >= 1
    timer = threading.Timer(0.7, field_.client.delete, [{**MAP, "metadata": item["metadata"]}])
    timer.start()
    found = only(field_.check(criterion(expect={**MAP, "metadata": {"name": "there"}}, holds_for="20s")))
    timer.join()
    assert found.outcome == "mismatch"
    assert "must stay true for 20 s" in str(found.message)


def test_twice_gives_the_same_report(two_pods: Field) -> None:
    """A second check of an unchanged cluster gives the same report, field by field."""
    many = [criterion(f"f{n}", **what) for n, (what, _) in enumerate(FAILING.values())]
    assert two_pods.check(*many, python=PYTHON) == two_pods.check()


def test_without_a_cluster(field_: Field, tmp_path: Path) -> None:
    """A lab of Python checks over the submission's folder is judged without any kubeconfig."""
    (tmp_path / "answer.txt").write_text("42")
    python = "def read(ctx):\n    assert ctx.folder.joinpath('answer.txt').read_text() == '42'\n"
    report = field_.check(criterion(python="checks:read"), python=python, kubeconfig=None, folder=tmp_path)
    assert only(report).outcome == "pass"
    assert report.provider == ""
