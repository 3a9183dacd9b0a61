"""The live view: nodes and pods in words, all that comes from the cluster escaped, large clusters counted."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from labkit.view import html, source
from labkit.view.source import Watcher
from labkit.view.state import Node, Pod, State, node_of, pod_of
from labkit.view.text import as_text
from labkit.view.widget import PACE, LiveView

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages in English."""
    monkeypatch.setenv("COURSE_LANG", "en")


def pod(name: str, node: str = "", phase: str = "Running", reason: str = "", age: int = 60) -> Pod:
    """A pod that is that many seconds old."""
    return Pod(name, node, phase, phase == "Running", reason, NOW - timedelta(seconds=age))


def node(name: str, pool: str = "cpu", **more: bool) -> Node:
    """A ready, simulated node."""
    flags = {"ready": True, "simulated": True, "cordoned": False, "tainted": False, **more}
    return Node(name=name, pool=pool, size="16 CPU, 64Gi", **flags)


def state(nodes: list[Node], pods: list[Pod]) -> State:
    """A state of these."""
    return State("lab", {n.name: n for n in nodes}, {p.name: p for p in pods})


def body(name: str, **status: Any) -> dict[str, Any]:
    """A Pod object as the API gives it."""
    return {"metadata": {"name": name, "creationTimestamp": "2026-03-01T11:59:00Z"}, "spec": {}, "status": status}


def test_a_pending_pod_says_why() -> None:
    """The scheduler's own message, or the reason for which a container waits, or that of an init container."""
    unscheduled = body(
        "a", conditions=[{"type": "PodScheduled", "status": "False", "message": "0/6 nodes: Insufficient cpu"}]
    )
    pulling = body("b", containerStatuses=[{"state": {"waiting": {"reason": "ImagePullBackOff"}}}])
    starting = body("c", initContainerStatuses=[{"state": {"waiting": {"reason": "CrashLoopBackOff"}}}])
    assert pod_of(unscheduled).reason == "0/6 nodes: Insufficient cpu"
    assert pod_of(pulling).reason == "ImagePullBackOff"
    assert pod_of(starting).reason == "CrashLoopBackOff"


def test_a_pod_that_is_being_deleted_is_terminating() -> None:
    """As kubectl says, whatever its phase is."""
    leaving = body("a", phase="Running")
    leaving["metadata"]["deletionTimestamp"] = "2026-03-01T12:00:00Z"
    assert pod_of(leaving).phase == "Terminating"


def test_a_node_is_read_with_its_marks() -> None:
    """Pool, size, GPUs, taint, cordon, readiness and that it is simulated."""
    read = node_of(
        {
            "metadata": {"name": "gpu-1", "labels": {"pool": "gpu", "labcluster.dev/simulated": "true"}},
            "spec": {"unschedulable": True, "taints": [{"key": "gpu"}]},
            "status": {
                "capacity": {"cpu": "32", "memory": "256Gi", "nvidia.com/gpu": "4"},
                "conditions": [{"type": "Ready", "status": "False"}],
            },
        }
    )
    assert read == Node("gpu-1", "gpu", False, True, True, True, "32 CPU, 256Gi, 4 GPU")


def test_phase_is_a_sign_and_a_word_and_new_pods_say_so() -> None:
    """Nothing is told by colour alone, and a pod that has just come carries the word `new`."""
    boxes = html.boxes(state([node("cpu-1")], [pod("web-a", "cpu-1"), pod("web-b", "cpu-1", age=1)]), NOW)
    drawn = boxes["node cpu-1"]
    assert "● web-a · Running<" in drawn
    assert "● web-b · Running, new" in drawn
    assert "simulated" in drawn
    assert "aria-label='cpu-1'" in drawn


def test_waiting_pods_have_a_box_of_their_own_with_the_reason() -> None:
    """A pod without a node is drawn apart, and why it waits stands beside it."""
    boxes = html.boxes(state([node("cpu-1")], [pod("big", phase="Pending", reason="Insufficient cpu")]), NOW)
    assert list(boxes) == ["node cpu-1", "waiting"]
    assert "Insufficient cpu" in boxes["waiting"]
    assert "big" not in boxes["node cpu-1"]


def test_everything_from_the_cluster_is_escaped() -> None:
    """A name, phase or reason cannot become HTML, in no box."""
    picture = state([node(EVIL, ready=False)], [pod(EVIL, EVIL, phase=EVIL), pod("w" + EVIL, phase=EVIL, reason=EVIL)])
    drawn = "".join(html.boxes(picture, NOW).values()) + html.heading(picture)
    assert "<img" not in drawn
    many = state([node(f"n{i}", pool=EVIL) for i in range(50)], [])
    assert "<img" not in "".join(html.boxes(many, NOW).values())


def test_a_thousand_nodes_are_counted_by_pool() -> None:
    """5,000 pods on 1,000 nodes become two boxes with numbers, small enough to send several times a second."""
    nodes = [node(f"cpu-{i}") for i in range(600)] + [node(f"gpu-{i}", "gpu") for i in range(400)]
    pods = [pod(f"p{i}", nodes[i % 1000].name, "Running" if i % 5 else "Pending") for i in range(5000)]
    boxes = html.boxes(state(nodes, pods), NOW)
    assert "600 nodes, 3000 pods, 2400 ready · simulated" in boxes["pool cpu"]
    assert "400 nodes, 2000 pods, 1600 ready" in boxes["pool gpu"]
    assert sum(map(len, boxes.values())) < 2000


def test_five_thousand_nodes_are_counted_by_rack() -> None:
    """40 racks are 40 boxes; 400 would be no picture any more, so then the pools are counted."""
    nodes = [replace(node(f"h100-{i}", "h100"), rack=f"rack-{i // 125}") for i in range(5000)]
    pods = [pod(f"p{i}", nodes[i % 5000].name) for i in range(10000)]
    boxes = html.boxes(state(nodes, pods), NOW)
    assert len(boxes) == 40
    assert "125 nodes, 250 pods, 250 ready · simulated" in boxes["pool h100 · rack-7"]
    finer = [replace(one, rack=f"rack-{i // 12}") for i, one in enumerate(nodes)]
    assert list(html.boxes(state(finer, pods), NOW)) == ["pool h100"]


def test_five_thousand_nodes_and_ten_thousand_pods_are_read_and_drawn_in_time() -> None:
    """A picture of them is ready before the next one is due, and nothing of it is larger than a page."""
    nodes = [replace(node(f"h100-{i}", "h100"), rack=f"rack-{i // 125}") for i in range(5000)]
    whole = state(nodes, [pod(f"p{i}", nodes[i % 5000].name if i % 10 else "") for i in range(10000)])
    took = []
    for _again in range(5):
        began = time.process_time()
        drawn = html.boxes(whole, NOW)
        took.append(time.process_time() - began)
    assert sum(map(len, drawn.values())) < 20_000
    assert min(took) < PACE


def test_many_pods_of_one_box_are_counted_beyond_the_first() -> None:
    """A thousand pending pods stay readable: twenty with their names, the others as a number."""
    boxes = html.boxes(state([node("cpu-1")], [pod(f"p{i}", phase="Pending") for i in range(1000)]), NOW)
    assert boxes["waiting"].count("<li") == html.SHOWN
    assert f"and {1000 - html.SHOWN} more: {1000 - html.SHOWN} Pending" in boxes["waiting"]


def test_the_text_form_names_nodes_pods_and_reasons() -> None:
    """Front ends without widgets get the same facts as lines."""
    text = as_text(state([node("cpu-1")], [pod("web", "cpu-1"), pod("big", phase="Pending", reason="no room")]))
    assert "1 nodes, 2 pods (simulated)" in text
    assert "[cpu-1: 16 CPU, 64Gi] ● web Running" in text
    assert "waiting: ○ big Pending: no room" in text


def test_only_boxes_that_changed_are_redrawn() -> None:
    """The box of another node stays the very same widget with the same content, and so keeps the focus."""
    view = LiveView(state([node("cpu-1"), node("cpu-2")], [pod("web", "cpu-1")]))
    first, second = view.grid.children
    sent: list[object] = []
    first.observe(sent.append, "value")
    view.watcher.state.pods["new"] = pod("new", "cpu-2")
    view.draw()
    assert view.grid.children == (first, second)
    assert "new" in second.value
    assert sent == []
    assert first.tabbable


def test_a_lost_cluster_is_said_and_the_last_picture_stays() -> None:
    """While the API server is away an alert says so, above the last known state."""
    view = LiveView(state([node("cpu-1")], [pod("web", "cpu-1")]))
    view.watcher._say("pods", lost=True)
    view.draw()
    assert "role='alert'" in view.heading.value
    assert "web" in view.grid.children[0].value
    view.watcher._say("pods", lost=False)
    view.draw()
    assert "role='alert'" not in view.heading.value


def test_events_change_the_state_and_an_outdated_watch_begins_anew() -> None:
    """ADDED, MODIFIED and DELETED are followed; ERROR (an expired version) ends the watch, not the view."""
    watcher = Watcher(State("lab"), lambda: None)
    assert watcher._take("pods", {"type": "ADDED", "object": body("a", phase="Pending")})
    assert watcher._take("pods", {"type": "MODIFIED", "object": body("a", phase="Running")})
    assert watcher.state.pods["a"].phase == "Running"
    assert watcher._take("pods", {"type": "DELETED", "object": body("a")})
    assert watcher.state.pods == {}
    assert not watcher._take("pods", {"type": "ERROR", "object": {"kind": "Status", "code": 410}})


def test_without_a_kubeconfig_the_view_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The person's own ~/.kube/config is not looked at."""
    monkeypatch.delenv("KUBECONFIG", raising=False)
    with pytest.raises(source.ClusterUnreachableError, match="make lab"):
        source.look_once("lab")
