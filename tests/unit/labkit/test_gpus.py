"""The map of GPUs: as many squares as a node has, those of the lab's Pods taken, and who waits."""

from typing import Any

import pytest

from labkit.gpus import draw

GPU = "nvidia.com/gpu"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages in English."""
    monkeypatch.setenv("COURSE_LANG", "en")


def node(name: str, gpus: int) -> dict[str, Any]:
    """A Node object with that many GPUs."""
    return {"metadata": {"name": name}, "status": {"allocatable": {GPU: str(gpus)} if gpus else {}}}


def pod(name: str, gpus: int, on: str = "", phase: str = "Running") -> dict[str, Any]:
    """A Pod object that asks for that many GPUs."""
    spec = {"containers": [{"resources": {"limits": {GPU: str(gpus)}}}, {}]}
    return {"metadata": {"name": name}, "spec": spec | ({"nodeName": on} if on else {}), "status": {"phase": phase}}


def test_each_gpu_is_a_square() -> None:
    """Taken and free squares add up to the node's GPUs; Pods are named with what they take."""
    text = draw([node("a", 8)], [pod("x", 3, "a"), pod("y", 1, "a")], GPU)
    assert "■■■■□□□□  4 free  x (3), y (1)" in text


def test_a_node_without_gpus_is_left_out() -> None:
    """It would be an empty line."""
    assert "cpu-1" not in draw([node("cpu-1", 0)], [], GPU)


def test_a_pod_that_has_ended_takes_nothing() -> None:
    """As the scheduler counts."""
    assert "□□  2 free" in draw([node("a", 2)], [pod("x", 2, "a", "Succeeded")], GPU)


def test_a_pod_that_waits_is_named_with_what_it_asks_for() -> None:
    """Free squares above and a waiting Pod below are what fragmentation looks like."""
    assert draw([node("a", 2)], [pod("whole", 8, phase="Pending")], GPU).endswith("waiting: whole (8)")


def test_the_map_says_that_the_gpus_are_simulated() -> None:
    """No reader takes them for real ones."""
    assert "simulated" in draw([node("a", 2)], [], GPU)
