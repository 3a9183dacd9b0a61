"""The live view's source follows a real API server, also over its restart."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

import pytest

from labcluster import service
from labcluster.api import Api
from labcluster.factory import ScratchCluster
from labkit.view.source import Watcher, look_once

pytestmark = pytest.mark.needs_cluster
NAMESPACE = "lab-04-deployments"
PODS = f"/api/v1/namespaces/{NAMESPACE}/pods"


def eventually(condition: Callable[[], bool], changed: threading.Event, seconds: float = 30) -> None:
    """Wait for the condition, asking again at every change (and twice a second)."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        changed.wait(0.5)
        changed.clear()


def test_the_watch_sees_pods_come_move_and_go_also_over_a_restart(student: ScratchCluster) -> None:
    """A pod appears, runs on a node, is gone; the cluster is paused and resumed, and news come again; then it stops."""
    assert os.environ["KUBECONFIG"] == str(student.student_kubeconfig)
    api = Api(student.checker_kubeconfig)
    changed = threading.Event()
    watcher = Watcher(look_once(NAMESPACE), changed.set)
    assert watcher.state.nodes["cpu-1"].simulated
    watcher.start()
    try:
        api.call("POST", PODS, pod("first"))
        eventually(lambda: getattr(watcher.state.pods.get("first"), "phase", "") == "Running", changed)
        assert watcher.state.pods["first"].node

        cluster = service.must_find(student.name)
        cluster.stop(student.name)
        eventually(lambda: watcher.lost, changed)
        cluster.start(student.name)
        eventually(lambda: not watcher.lost, changed)
        assert "first" in watcher.state.pods
        api.call("POST", PODS, pod("second"))
        eventually(lambda: "second" in watcher.state.pods, changed)
        api.call("DELETE", f"{PODS}/first")
        eventually(lambda: "first" not in watcher.state.pods, changed)
    finally:
        watcher.stop()
    for thread in watcher.threads:
        thread.join(5)
        assert not thread.is_alive()


def pod(name: str) -> dict[str, object]:
    """A pod that any node takes."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {"containers": [{"name": "a", "image": "nginx:1.27"}]},
    }
