"""Probes without a cluster: how they are read, and what is made of recorded answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder import load_lab
from autograder.errors import Mismatch, ProbeError
from autograder.judge.probe import execute as command
from autograder.judge.probe.http import address
from autograder.judge.probe.pods import container_of, running, state
from autograder.judge.probe.sender import result
from autograder.judge.verdict import judge_cel
from autograder.spec.model import Cel, Criterion, Exec, Http, Load, Logs, Probe, Target

Write = Callable[..., Path]
EXPECT = "expect: {apiVersion: v1, kind: Pod, metadata: {name: web}}"
RECORDED = (
    '{"sent":30,"ok":28,"failed":2,"statuses":{"200":28},"errors":{"connection refused":2},'
    '"by_pod":{"web-a":15,"web-b":13},"by_version":null,"latency_ms":{"p50":0.8,"p99":2.4}}'
)


def read(write: Write, text: str) -> Criterion:
    """The first criterion with this text in place of its expect."""
    return load_lab(write({EXPECT: text}), "one").tasks[0].criteria[0]


def test_each_way_is_read_and_needs_its_capability(write: Write) -> None:
    """http, exec and logs become typed data, and without `requires` need network, exec and logs."""
    http = read(write, 'probe: {http: {url: "http://web/", requests: "${replicas}"}, expression: result.failed == 0}')
    assert http.judgement == Probe(Http("http://web/", "${replicas}"), Cel({}, "result.failed == 0"))
    words = "{name: a, command: [cat, /x], timeout: 500ms}"
    command = read(write, f"probe: {{exec: {words}, expression: result.exit_code == 0}}")
    assert isinstance(command.judgement, Probe)
    assert isinstance(command.judgement.way, Exec)
    assert (command.judgement.way.command, command.judgement.way.timeout) == (("cat", "/x"), 0.5)
    logs = read(write, "probe: {logs: {labels: {app: a}, container: c, tail: 5}, expression: size(result.lines) > 0}")
    assert isinstance(logs.judgement, Probe)
    assert isinstance(logs.judgement.way, Logs)
    assert (logs.judgement.way.container, logs.judgement.way.tail) == ("c", 5)
    assert [item.requires for item in (http, command, logs)] == [{"network"}, {"exec"}, {"logs"}]


def test_load_runs_beside_another_act(write: Write) -> None:
    """`act: {scale, load}` is one deed and traffic beside it, and needs the network."""
    scale = "scale: {apiVersion: apps/v1, kind: Deployment, name: web, replicas: 2}"
    load = 'load: {url: "http://web", rate: 50, expression: result.failed == 0}'
    item = read(write, f"act: {{{scale}, {load}}}\n        {EXPECT}")
    assert item.load == Load(Http("http://web", None, 50), Cel({}, "result.failed == 0"), 3.0)
    assert item.act is not None
    assert item.requires == {"network"}


def test_a_recorded_answer_is_judged() -> None:
    """Counts, pods and errors reach the expression; where it is false the whole answer is what was found."""
    answer = {"result": result(f"a line of its own\n{RECORDED}\n")}
    judge_cel(Cel({}, "result.failed == 2 && size(result.by_pod) == 2 && size(result.by_version) == 0"), None, answer)  # type: ignore[arg-type]
    with pytest.raises(Mismatch) as lost:
        judge_cel(Cel({}, "result.failed == 0"), None, answer)  # type: ignore[arg-type]
    assert lost.value.found["errors"] == {"connection refused": 2}


@pytest.mark.parametrize("log", ["", "panic: no route", "{}", '{"sent":0,"ok":0,"failed":0}', '{"sent":3'])
def test_no_answer_is_trouble_not_a_mismatch(log: str) -> None:
    """A sender that wrote no result, or sent nothing, costs nobody points."""
    with pytest.raises(ProbeError):
        result(log)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://web", "http://web.lab.svc"),
        ("http://web:8080/a?b=c", "http://web.lab.svc:8080/a?b=c"),
        ("http://web-0.web.lab.svc:80/", "http://web-0.web.lab.svc:80/"),
        ("http://10.96.0.7/", "http://10.96.0.7/"),
    ],
)
def test_a_short_host_is_a_service_of_the_lab(url: str, expected: str) -> None:
    """The sender is in another namespace, so the lab's is written into the name."""
    assert address(url, "lab") == expected


def pod(name: str, **states: dict[str, object]) -> dict[str, object]:
    """A pod with these containers and their states."""
    statuses = [{"name": container, "state": found} for container, found in states.items()]
    spec = {"containers": [{"name": container} for container in states]}
    return {"metadata": {"name": name}, "spec": spec, "status": {"phase": "Running", "containerStatuses": statuses}}


def test_the_first_pod_that_runs_is_asked() -> None:
    """A pod that still waits is passed over; where none runs, the reader is told what the container does instead."""
    waiting = pod("a", web={"waiting": {"reason": "ImagePullBackOff"}})
    ready = pod("b", web={"running": {}}, log={"terminated": {"reason": "Completed"}})
    assert running([waiting, ready], None) == (ready, "web")
    assert state(ready, "log") == "Completed"
    with pytest.raises(Mismatch) as lost:
        running([waiting], "web")
    assert (lost.value.path, lost.value.found) == ("Pod a", "ImagePullBackOff")
    with pytest.raises(Mismatch, match="no container side"):
        container_of(ready, "side")


@pytest.mark.parametrize(
    ("said", "expected"), [('container not found ("web")', Mismatch), ("Unauthorized", ProbeError)]
)
def test_a_container_that_has_just_ended_is_not_there_yet(
    said: str, expected: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Restarted between the look and the command it is asked again (a mismatch); any other refusal is trouble."""

    def refuse(*_arguments: object) -> None:
        raise ProbeError(f"no command could be run in Pod server: {said}")

    monkeypatch.setattr(command, "execute", refuse)
    web = {"name": "web", "state": {"running": {}}}
    pod = {
        "metadata": {"name": "server", "uid": "1", "namespace": "lab"},
        "spec": {"containers": [{"name": "web"}]},
        "status": {"containerStatuses": [web]},
    }
    monkeypatch.setattr(command, "present", lambda *_arguments: [pod])
    with pytest.raises(expected):
        command.ask(Exec(Target("v1", "Pod", "server"), "web", ("true",)), SimpleNamespace(cluster=None), None)  # type: ignore[arg-type]
