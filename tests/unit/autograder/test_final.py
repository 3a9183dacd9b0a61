"""When is a mismatch final, whatever else the cluster does."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.errors import Mismatch, Nobody
from autograder.judge.final import decided, final, over, own, talks, unmade
from autograder.judge.settled import Quiet
from autograder.spec.model import Cel, Count, Exec, Expect, Http, Judgement, Logs, Probe, Target
from tests.unit.autograder.states import READY, Fixed, job, pod


def named(*names: str | None, kind: str = "Job") -> Cel:
    """An expression over these objects (None: over all that carry a label)."""
    version, labels = {"Job": "batch/v1"}.get(kind, "v1"), {"app": "x"}
    targets = {f"x{n}": Target(version, kind, name, labels=None if name else labels) for n, name in enumerate(names)}
    return Cel(targets, "true")


def tree(kind: str, name: Any = None) -> Expect:
    """A partial tree of this object."""
    return Expect({"apiVersion": {"Job": "batch/v1"}.get(kind, "v1"), "kind": kind, "metadata": {"name": name}})


@pytest.mark.parametrize(
    ("judgement", "is_over"),
    [
        pytest.param(named("ended"), True, id="it has ended"),
        pytest.param(tree("Job", "ended"), True, id="it has ended, and a tree is asked for"),
        pytest.param(tree("Job"), False, id="a tree that any Job may match"),
        pytest.param(named("ended", "failed"), True, id="both have"),
        pytest.param(named("ended", "runs"), False, id="one still runs"),
        pytest.param(named("awaited"), False, id="it may still come"),
        pytest.param(named("deleted"), False, id="it is going, and another may come in its place"),
        pytest.param(named("failing"), False, id="its Pods are being ended: its counts will change"),
        pytest.param(named(None), False, id="whatever carries a label may still come"),
        pytest.param(named("ended", kind="Pod"), False, id="not a Job"),
        pytest.param(Cel({}, "true"), False, id="nothing is asked for"),
        pytest.param(Count({"apiVersion": "batch/v1", "kind": "Job"}, equals=1), False, id="another way to judge"),
    ],
)
def test_a_named_job_that_has_ended_stays_as_it_is(judgement: Judgement, is_over: bool) -> None:
    """What it became is final, though other Jobs of the same task run for ten minutes."""
    going = job("deleted", "Complete")
    going["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    jobs = (job("ended", "Complete"), job("failed", "Failed"), job("failing", "FailureTarget"), job("runs"), going)
    assert over(judgement, Fixed(*jobs)) is is_over


PLACED, ALSO_PLACED = pod(name="a", node="cpu-1"), pod(name="b", node="cpu-2", policy="Never")
NODE = Target("v1", "Node")


@pytest.mark.parametrize(
    ("judgement", "pods"),
    [
        pytest.param(named("a", kind="Pod"), [PLACED], id="a named Pod on a node"),
        pytest.param(tree("Pod", "a"), [PLACED], id="as a tree"),
        pytest.param(named("a", "b", kind="Pod"), [PLACED, ALSO_PLACED], id="two"),
        pytest.param(Cel({"p": Target("v1", "Pod", "a"), "nodes": NODE}, "true"), [PLACED], id="and the nodes"),
        pytest.param(Cel({"nodes": NODE}, "true"), None, id="the nodes alone"),
        pytest.param(named("waits", kind="Pod"), None, id="one without a node: who runs elsewhere may make room"),
        pytest.param(named("a", "missing", kind="Pod"), None, id="one that may still come"),
        pytest.param(named(None, kind="Pod"), None, id="whatever carries a label"),
        pytest.param(tree("Pod", {"$matches": "a|b"}), None, id="whatever matches a name"),
        pytest.param(named("a", kind="Service"), None, id="not a Pod"),
    ],
)
def test_a_placed_pod_is_its_own_affair(judgement: Judgement, pods: list[Any] | None) -> None:
    """A named Pod that has a node changes by itself alone; one that waits for a node depends on the others."""
    assert own(judgement, Fixed(PLACED, ALSO_PLACED, pod("Pending", name="waits"))) == pods


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("p.spec.nodeName != 'cpu-9'", True, id="it is true"),
        pytest.param("p.spec.nodeName == 'cpu-9'", False, id="it is false"),
        pytest.param("p.spec.hostname == 'x'", False, id="it has no value: the field is not set"),
        pytest.param(None, False, id="the check says nothing"),
    ],
)
def test_a_check_may_say_what_is_final(expression: str | None, expected: bool) -> None:
    """Its `final` is an expression over the same objects, and without a value it says nothing."""
    judgement = Cel({"p": Target("v1", "Pod", "a")}, "false", final=expression)
    assert decided(judgement, Fixed(PLACED)) is expected


def test_what_is_on_its_way_out_says_nothing_final() -> None:
    """A wrong Pod that is being deleted makes room for a right one: `final` waits until it is gone."""
    going = {**PLACED, "metadata": {**PLACED["metadata"], "deletionTimestamp": "2026-01-01T00:00:00Z"}}
    judgement = Cel({"p": Target("v1", "Pod", labels={})}, "false", final="p.exists(i, has(i.spec.nodeName))")
    assert decided(judgement, Fixed(PLACED))
    assert not decided(judgement, Fixed(going))
    assert not decided(judgement, Fixed(PLACED, going))


def asked(way: Exec | Logs | Http) -> Probe:
    """A probe that asks in this way."""
    return Probe(way, Cel({}, "true"))


@pytest.mark.parametrize(
    ("judgement", "phases", "may_change"),
    [
        pytest.param(asked(Logs(Target("v1", "Pod"), None)), ["Succeeded", "Failed"], False, id="all has been written"),
        pytest.param(asked(Logs(Target("v1", "Pod"), None)), ["Succeeded", "Running"], True, id="one still writes"),
        pytest.param(asked(Logs(Target("v1", "Pod"), None)), [], True, id="nobody has begun"),
        pytest.param(asked(Exec(Target("v1", "Pod"), None, ("ls",))), ["Running"], True, id="files may change"),
        pytest.param(asked(Http("http://web")), ["Running"], False, id="a request shows what objects show"),
        pytest.param(named("ended"), ["Running"], False, id="objects are watched"),
    ],
)
def test_what_containers_say_may_change_without_any_object(
    judgement: Judgement, phases: list[str], may_change: bool
) -> None:
    """While they run: a cluster at rest is waited for then, and not when they have ended."""
    assert talks(judgement, Fixed(*(pod(phase) for phase in phases))) is may_change


@pytest.mark.parametrize(
    ("judgement", "verdict", "expected"),
    [
        pytest.param(named("a", kind="Pod"), Mismatch, True, id="the Pod that rests"),
        pytest.param(named("b", kind="Pod"), Mismatch, False, id="the Pod that will end"),
        pytest.param(named(None, kind="Pod"), Mismatch, False, id="both"),
        pytest.param(
            Cel({"b": Target("v1", "Pod", "b")}, "false", final="true"), Mismatch, True, id="the check says so"
        ),
        pytest.param(asked(Exec(Target("v1", "Pod", "a"), None, ("ls",))), Nobody, False, id="somebody may yet come"),
    ],
)
def test_a_mismatch_on_what_rests_is_told_though_others_work(
    monkeypatch: pytest.MonkeyPatch, judgement: Judgement, verdict: type[Mismatch], expected: bool
) -> None:
    """One Pod is ready and stays so, the other will end some day: only who asks for that one waits for it."""
    now = 100.0
    monkeypatch.setattr("autograder.judge.settled.time.monotonic", lambda: now)
    ready = {"conditions": READY}
    cluster: Any = Fixed(pod(name="a", node="cpu-1", **ready), pod(name="b", node="cpu-2", policy="Never", **ready))
    quiet = Quiet()
    quiet.settled(cluster)
    now += 2.1
    assert final(judgement, quiet, verdict("no"), cluster) is expected


@pytest.mark.parametrize(("verdict", "expected"), [(Mismatch, False), (Nobody, True)])
def test_an_answer_may_change_on_a_cluster_at_rest(
    monkeypatch: pytest.MonkeyPatch, verdict: type[Mismatch], expected: bool
) -> None:
    """What a container answers is asked again until the time is up, unless there is nobody to ask."""
    now = 100.0
    monkeypatch.setattr("autograder.judge.settled.time.monotonic", lambda: now)
    cluster: Any = Fixed(pod(name="a", node="cpu-1", conditions=READY))
    quiet = Quiet()
    quiet.settled(cluster)
    now += 2.1
    assert final(asked(Exec(Target("v1", "Pod", "a"), None, ("ls",))), quiet, verdict("no"), cluster) is expected


@pytest.mark.parametrize(
    ("policy", "expected"),
    [pytest.param("Always", True, id="all rests"), pytest.param("Never", False, id="a Pod still works")],
)
def test_what_an_act_needs_is_waited_for_until_the_cluster_rests(
    monkeypatch: pytest.MonkeyPatch, policy: str, expected: bool
) -> None:
    """Beside an autoscaler that never rests: it makes no first object, though a Pod that works may."""
    now = 100.0
    monkeypatch.setattr("autograder.judge.settled.time.monotonic", lambda: now)
    autoscaler = {"kind": "HorizontalPodAutoscaler", "metadata": {"uid": "h", "name": "h", "resourceVersion": "1"}}
    cluster: Any = Fixed(autoscaler, pod(policy=policy, conditions=READY))
    quiet = Quiet()
    quiet.settled(cluster)
    now += 2.1
    assert unmade(quiet, Mismatch("there is none"), cluster) is expected
