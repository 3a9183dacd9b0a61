"""Probes ask real containers: who answers, what a command says, what was written; and no probing pod stays behind."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.judge.probe.sender import LABELS, NAMESPACE
from labcluster.factory import ScratchCluster
from tests.api.autograder.conftest import Field, criterion, lay_field

# Real containers on a busy machine take their time.
pytestmark = [pytest.mark.needs_kind, pytest.mark.timeout(900)]
Tree = dict[str, Any]
APPS = {"apiVersion": "apps/v1", "kind": "Deployment"}


@pytest.fixture
def field_(kind_cluster: ScratchCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Field]:
    """A fresh namespace of a cluster with real containers."""
    yield from lay_field(kind_cluster, tmp_path, monkeypatch)


@pytest.fixture
def web() -> Callable[..., list[Tree]]:
    """A maker of a Deployment of the workload `web` and its Service."""

    def make(version: int = 1, replicas: int = 2, ready: str = "/readyz", **env: str) -> list[Tree]:
        container = {
            "name": "web",
            "image": f"localhost/lab/web:{version}",
            "env": [{"name": name, "value": value} for name, value in env.items()],
            "readinessProbe": {"httpGet": {"path": ready, "port": 8080}, "periodSeconds": 1},
        }
        template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}}
        strategy = {"rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}
        spec = {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}}, "template": template}
        service = {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}]}
        return [
            {**APPS, "metadata": {"name": "web"}, "spec": {**spec, "strategy": strategy}},
            {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": service},
        ]

    return make


def outcome(field_: Field, *criteria: Tree) -> Any:
    """The first criterion's report."""
    return field_.check(*criteria).tasks[0].criteria[0]


def senders(field_: Field) -> list[str]:
    """The names of probing pods that are still there."""
    found = field_.client.list("v1", "Pod", NAMESPACE)[0]
    return [pod["metadata"]["name"] for pod in found if (pod["metadata"].get("labels") or {}) == LABELS]


def http(expression: str, **more: Any) -> Tree:
    """A criterion about 30 requests to Service web."""
    return criterion(
        within="40s", probe={"http": {"url": "http://web", "requests": 30, **more}, "expression": expression}
    )


def rollout(expression: str) -> Tree:
    """A criterion that rolls Deployment web out to version 2 under load."""
    image = {"spec": {"template": {"spec": {"containers": [{"name": "web", "image": "localhost/lab/web:2"}]}}}}
    done = (
        "d.status.observedGeneration == d.metadata.generation && d.status.updatedReplicas == 2 "
        "&& d.status.replicas == 2 && d.status.availableReplicas == 2"
    )
    found = "[result.sent, result.failed, result.statuses, result.errors, result.by_version]"
    # A busy machine may be slow to answer; slow is not lost.
    load = {"url": "http://web", "timeout": "10s", "expression": expression, "found": found}
    act = {"patch": {**APPS, "name": "web", "merge": image}, "load": load}
    return criterion(within="60s", act=act, cel={"objects": {"d": {**APPS, "name": "web"}}, "expression": done})


def test_traffic_shows_who_answers(field_: Field, web: Callable[..., list[Tree]]) -> None:
    """Requests through a Service are answered by both pods; a wrong claim is a mismatch that shows what was counted."""
    for tree in web():
        field_.create(tree)
    found = outcome(field_, http("result.failed == 0 && size(result.by_pod) == 2 && result.by_version == {'1': 30}"))
    assert found.outcome == "pass", found
    lost = outcome(field_, {**http("size(result.by_pod) == 3"), "within": "1s"})
    assert lost.outcome == "mismatch"
    assert '"by_pod"' in str(lost.found)
    assert senders(field_) == []


def test_nobody_there_is_a_mismatch_and_no_error(field_: Field) -> None:
    """A Service that does not exist makes requests fail: that is a result, which costs points."""
    lost = outcome(field_, {**http("result.failed == 0"), "within": "1s"})
    assert lost.outcome == "mismatch", lost
    assert senders(field_) == []


def test_commands_and_logs(field_: Field) -> None:
    """stdout, exit code and lines reach the expression; a missing program is 127, an endless one a mismatch."""
    container = {"name": "box", "image": "localhost/lab/toolbox:1", "command": ["sh", "-c", "echo begun; sleep 600"]}
    spec = {"terminationGracePeriodSeconds": 0, "containers": [container]}
    field_.create({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "box"}, "spec": spec})

    def run(expression: str, *command: str, **more: str) -> Tree:
        return {"exec": {"name": "box", "command": list(command), **more}, "expression": expression}

    report = field_.check(
        criterion("says", within="30s", probe=run("result.stdout == 'a b\\n' && result.exit_code == 0", "echo", "a b")),
        criterion("fails", within="5s", probe=run("result.exit_code == 3", "sh", "-c", "exit 3")),
        criterion("missing", within="5s", probe=run("result.exit_code == 127", "no-such-program")),
        criterion("endless", within="1s", probe=run("true", "sleep", "60", timeout="1s")),
        criterion("wrote", within="10s", probe={"logs": {"name": "box"}, "expression": "result.lines == ['begun']"}),
        criterion("nobody", within="1s", probe={"logs": {"name": "gone"}, "expression": "true"}),
    )
    found = {item.id: item.outcome for item in report.tasks[0].criteria}
    passed = dict.fromkeys(("says", "fails", "missing", "wrote"), "pass")
    assert found == {**passed, "endless": "mismatch", "nobody": "mismatch"}, report.tasks[0].criteria


def test_a_rollout_under_load_loses_nothing_and_the_measure_can_fail(
    field_: Field, web: Callable[..., list[Tree]]
) -> None:
    """With an honest readiness probe no request fails; with one that says ready too early some do. Both are undone."""
    for tree in web(WARMUP="3s", DRAIN="8s"):
        field_.create(tree)
    kept = outcome(field_, rollout("result.failed == 0 && result.sent > 40 && size(result.by_version) == 2"))
    assert kept.outcome == "pass", kept
    deployment = field_.get("apps/v1", "Deployment", "web")
    assert deployment
    assert deployment["spec"]["template"]["spec"]["containers"][0]["image"] == "localhost/lab/web:1"
    field_.client.delete(deployment)
    field_.create(web(ready="/healthz", WARMUP="3s")[0])
    lost = outcome(field_, rollout("result.failed == 0"))
    assert lost.outcome == "mismatch", lost
    assert '"503"' in str(lost.found)
    assert senders(field_) == []


@pytest.mark.parametrize("end", [KeyboardInterrupt, RuntimeError])
def test_a_probe_that_is_cut_off_leaves_no_pod(
    field_: Field, monkeypatch: pytest.MonkeyPatch, end: type[BaseException]
) -> None:
    """Ctrl-C and bugs while it waits: the sending pod is deleted all the same."""

    def cut_off(*_: object) -> None:
        raise end

    monkeypatch.setattr("autograder.judge.probe.sender.Sender.wait_ended", cut_off)
    with pytest.raises(end):
        field_.check(http("true"))
    assert senders(field_) == []


def test_what_a_killed_checker_left_is_swept(field_: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sending pod far beyond its deadline is removed by the next probe; a young one, perhaps another's, is not."""
    sleeping = {"restartPolicy": "Never", "activeDeadlineSeconds": 1, "terminationGracePeriodSeconds": 0}
    container = {"name": "load", "image": "localhost/lab/load:1", "args": ["idle"]}
    metadata = {"name": "left-behind", "namespace": NAMESPACE, "labels": LABELS}
    spec = {**sleeping, "containers": [container]}
    field_.client.create({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
    outcome(field_, {**http("true"), "within": "1s"})
    assert senders(field_) == ["left-behind"]
    monkeypatch.setattr("autograder.judge.probe.sender.START_S", -10.0)
    outcome(field_, {**http("true"), "within": "1s"})
    assert senders(field_) == []


def test_an_image_that_is_not_there_is_an_error(field_: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trouble with the probing pod itself costs nothing and is flagged."""
    about = field_.client.get("v1", "ConfigMap", "labcluster", "kube-public")
    assert about
    named = about["data"]["probeImage"]
    try:
        field_.client.patch(about, {"data": {"probeImage": "localhost/lab/load:does-not-exist"}})
        found = outcome(field_, http("true"))
    finally:
        field_.client.patch(about, {"data": {"probeImage": named}})
    assert found.outcome == "error"
    assert "does-not-exist" in str(found.message)
    assert senders(field_) == []


def test_the_student_cannot_touch_the_probes(kind_cluster: ScratchCluster) -> None:
    """The namespace of the probing pods is closed to the student's credential: reading, making and deleting pods."""
    kubectl = str(next(folder / "kubectl" for folder in kind_cluster.tools if (folder / "kubectl").is_file()))
    config = ["--kubeconfig", str(kind_cluster.student_kubeconfig)]
    for verb in ("list", "create", "delete"):
        asked = [kubectl, *config, "auth", "can-i", verb, "pods", "-n", NAMESPACE]
        answer = subprocess.run(asked, capture_output=True, text=True, check=False)
        assert answer.stdout.strip() == "no", verb
