"""What a check does to a cluster: announced, judged, and undone, whatever happens in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from tests.api.autograder.conftest import Field, criterion

pytestmark = pytest.mark.needs_cluster

POD = {"apiVersion": "v1", "kind": "Pod"}
WEB = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
UPDATE = {"patch": {**WEB, "merge": {"spec": {"template": {"metadata": {"annotations": {"x": "y"}}}}}}}
UPDATED = {
    "objects": {"d": WEB},
    "expression": "d.status.observedGeneration == d.metadata.generation && d.status.updatedReplicas == 2 "
    "&& d.status.replicas == 2 && d.status.availableReplicas == 2",
}
Maker = Callable[..., dict[str, Any]]


def outcome(field_: Field, *criteria: dict[str, Any], **more: Any) -> Any:
    """The first criterion's report."""
    return field_.check(*criteria, **more).tasks[0].criteria[0]


def available(number: int) -> dict[str, Any]:
    """So many replicas are available."""
    return {"objects": {"d": WEB}, "expression": f"d.status.availableReplicas == {number}"}


def spec(field_: Field) -> Any:
    """The spec of Deployment web."""
    found = field_.get("apps/v1", "Deployment", "web")
    assert found
    return found["spec"]


def test_delete_is_healed_by_a_controller(field_: Field, deployment: Maker) -> None:
    """A deleted pod of a Deployment is replaced: self-healing passes, and the act is announced by name."""
    field_.create(deployment())
    act = {"delete": {**POD, "labels": {"app": "web"}, "take": 1}}
    item = criterion(act=act, within="20s", cel=available(2))
    assert outcome(field_, item).outcome == "pass"
    assert field_.told[0].startswith("The check now deletes Pod web-")
    assert field_.told[1] == "The check has put everything back."
    assert len(field_.pods()) == 2


def test_delete_of_a_bare_pod_is_undone(field_: Field, pod: Maker) -> None:
    """A pod that nobody replaces loses the point, and the check creates it again."""
    field_.create(pod("web", app="web"))
    act = {"delete": {**POD, "name": "web"}}
    lost = outcome(field_, criterion(act=act, within="3s", expect={**POD, "metadata": {"name": "web"}}))
    assert lost.outcome == "mismatch"
    (again,) = field_.pods()
    assert again["metadata"]["labels"]["app"] == "web"
    assert [item["name"] for item in again["spec"]["containers"]] == ["web", "log"]


def test_scale_and_patch_are_undone(field_: Field, deployment: Maker) -> None:
    """After the check spec, owners of fields, ReplicaSets and revision are what they were."""
    field_.create(deployment())
    assert outcome(field_, criterion(within="20s", cel=available(2))).outcome == "pass"
    before = field_.get("apps/v1", "Deployment", "web")
    merge = {"spec": {"template": {"metadata": {"annotations": {"x": "y"}}}}}
    report = field_.check(
        criterion("scale", act={"scale": {**WEB, "replicas": 4}}, within="20s", cel=available(4)),
        criterion(
            "patch",
            act={"patch": {**WEB, "merge": merge}},
            within="20s",
            cel={
                "objects": {"sets": {"apiVersion": "apps/v1", "kind": "ReplicaSet"}, "d": WEB},
                "expression": "size(sets) == 2 && d.status.updatedReplicas == 2 && d.status.replicas == 2",
            },
        ),
    )
    assert report.score == 2, report
    after = field_.get("apps/v1", "Deployment", "web")
    assert before
    assert after
    assert after["spec"] == before["spec"]
    assert after["metadata"]["annotations"] == before["metadata"]["annotations"]
    managers = [{item["manager"] for item in found["metadata"]["managedFields"]} for found in (before, after)]
    assert managers[0] == managers[1]
    (kept,) = field_.client.list("apps/v1", "ReplicaSet", field_.namespace)[0]
    assert kept["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "1"
    assert len(field_.pods()) == 2


def test_drain_respects_budgets_and_is_undone(field_: Field, deployment: Maker) -> None:
    """Pods leave the drained node; a budget that allows none of them to go is what the reader is told."""
    field_.create(deployment(replicas=1))
    one = {**POD, "labels": {"app": "web"}}
    drain = criterion(act={"drain": {"node_of": one}}, within="15s", cel=available(1))
    assert outcome(field_, drain).outcome == "pass"
    assert "drains node" in field_.told[0]
    budget = {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}}
    field_.create(
        {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "web"}, "spec": budget}
    )
    refused = outcome(field_, {**drain, "within": "3s"})
    assert refused.outcome == "mismatch"
    assert "disruption budget" in str(refused.message)
    nodes = field_.client.list("v1", "Node")[0]
    assert not any(node["spec"].get("unschedulable") for node in nodes)


@pytest.mark.parametrize(
    ("body", "expected"),
    [("raise KeyboardInterrupt", None), ("return 1 / 0", "error"), ("raise Mismatch('no')", "mismatch")],
)
def test_an_act_is_undone_after_any_end(field_: Field, deployment: Maker, body: str, expected: str | None) -> None:
    """Ctrl-C, a bug in the check and a mismatch all leave the cluster as it was found."""
    field_.create(deployment())
    python = f"from autograder import Mismatch\ndef end(ctx):\n    {body}\n"
    item = criterion(act={"scale": {**WEB, "replicas": 4}}, python="checks:end")
    if expected is None:
        with pytest.raises(KeyboardInterrupt):
            field_.check(item, python=python)
    else:
        assert outcome(field_, item, python=python).outcome == expected
    assert spec(field_)["replicas"] == 2
    assert field_.told[-1] == "The check has put everything back."


def test_nothing_to_act_on_is_a_mismatch(field_: Field) -> None:
    """A check whose object is not there says so, does nothing and announces nothing."""
    lost = outcome(field_, criterion(act={"scale": {**WEB, "replicas": 4}}, cel=available(4)))
    assert lost.message == "the check needs Deployment web to act on, and there is none"
    assert field_.told == []


def test_throughout_sees_every_moment(field_: Field, deployment: Maker) -> None:
    """A promise that is broken for a moment during a rollout is lost though the end is right; a kept one passes."""
    held = {**available(2), "expression": "d.status.availableReplicas >= 2"}
    rollout = {"act": UPDATE, "within": "30s", "cel": UPDATED, "throughout": held}
    careful = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}
    made = field_.create(deployment(strategy=careful))
    kept = outcome(field_, criterion(**rollout))
    assert kept.outcome == "pass", kept
    field_.client.patch(made, {"spec": {"strategy": {"rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}}}})
    lost = outcome(field_, criterion(**rollout))
    assert lost.outcome == "mismatch"
    assert "this did not hold at every moment after the check acted" in str(lost.message)


def test_several_criteria_are_judged_during_one_act(field_: Field, deployment: Maker) -> None:
    """One rollout, announced and undone once: each has its own verdict, and one that needs a lost one has none."""
    field_.create(deployment(strategy={"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}))
    serving = {"objects": {"d": WEB}, "expression": "d.status.availableReplicas >= 2"}
    tight = {"objects": {"d": WEB}, "expression": "d.status.replicas <= 2"}
    during = {"within": "30s", "cel": UPDATED, "act": {"during": "serving"}}
    report = field_.check(
        criterion("serving", within="30s", cel=UPDATED, act=UPDATE, throughout=serving),
        criterion("tight", **during, throughout=tight),
        criterion("blocked", **during, needs=["tight"]),
        criterion("done", **during, needs=["serving"]),
        criterion("traffic", **during, requires=["network"]),
    )
    found = {item.id: item for item in report.tasks[0].criteria}
    outcomes = {name: item.outcome for name, item in found.items()}
    wanted = {
        "serving": "pass",
        "tight": "mismatch",
        "blocked": "mismatch",
        "done": "pass",
        "traffic": "not-applicable",
    }
    assert outcomes == wanted
    assert "this did not hold at every moment" in str(found["tight"].message)
    assert found["blocked"].message == "judged only when this is right: title of tight"
    assert len(field_.told) == 2
    assert "annotations" not in spec(field_)["template"]["metadata"]


def test_without_the_act_nothing_is_judged_during_it(field_: Field, deployment: Maker) -> None:
    """Where the criterion that acts needs a lost one, nothing is done, and those of its act are lost with it."""
    field_.create(deployment())
    act = {"scale": {**WEB, "replicas": 3}}
    report = field_.check(
        criterion("first", absent={"apiVersion": "apps/v1", "kind": "Deployment"}),
        criterion("acts", needs=["first"], act=act, cel=available(3), within="20s"),
        criterion("during", act={"during": "acts"}, cel=available(2)),
    )
    assert [item.outcome for item in report.tasks[0].criteria] == ["mismatch"] * 3
    assert report.tasks[0].criteria[2].message == "judged only when this is right: title of acts"
    assert field_.told == []


def test_a_hidden_act_tells_nothing_of_itself(field_: Field, deployment: Maker) -> None:
    """A hidden criterion acts, is undone, and neither its announcement nor its report says what it did."""
    field_.create(deployment())
    field_.write(criterion("open", expect={"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}}))
    private = field_.course / "private"
    (private / "one").mkdir(parents=True)
    secret = criterion("secret", act={"scale": {**WEB, "replicas": 3}}, within="1s", absent={**POD})
    hidden = {"tasks": [{"id": "task", "weights": {"open": 0.5}, "criteria": [{**secret, "points": 0.5}]}]}
    (private / "one" / "checks.yaml").write_text(yaml.safe_dump(hidden))
    report = field_.check(private=private)
    _open, closed = report.tasks[0].criteria
    assert (closed.outcome, closed.title, closed.found, closed.hints) == ("mismatch", "A hidden criterion", None, ())
    assert "secret" not in str(report)
    assert field_.told[0] == "A hidden check acts on your cluster for a moment."
    assert spec(field_)["replicas"] == 2
    assert report.score == 0.5
