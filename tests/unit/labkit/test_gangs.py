"""The comparison of schedulers computes what it says, from what the pods say."""

from __future__ import annotations

from typing import Any

import pytest

from labkit.gangs import near
from labkit.gangs.load import LOAD, SCHEDULERS, Job
from labkit.gangs.measure import Result, sample
from labkit.gangs.show import as_html, rows


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages in English."""
    monkeypatch.setenv("COURSE_LANG", "en")


JOBS = (Job("a", 0, 2, 4, 5), Job("b", 0, 2, 4, 5))


def pod(job: str, *, node: str = "", begun: bool = False, phase: str = "Running") -> dict[str, Any]:
    """A rank as the API shows it."""
    annotations = {"labcluster.dev/peers": "here"} if begun else {}
    return {
        "metadata": {"labels": {"parallel-job": job}, "annotations": annotations},
        "spec": {"nodeName": node} if node else {},
        "status": {"phase": phase},
    }


def result(*moments: list[dict[str, Any]]) -> Result:
    """A measurement with one look each two seconds."""
    looks = [sample(JOBS, pods, 2.0 * number) for number, pods in enumerate(moments)]
    return Result("default", JOBS, looks)


def test_gpus_that_wait_for_peers_are_wasted() -> None:
    """Two half-placed jobs hold 8 GPUs for 4 s: 32 GPU-seconds wasted, nothing computed, no end."""
    half = [pod("a", node="gpu-1"), pod("a"), pod("b", node="gpu-2"), pod("b")]
    stuck = result(half, half, half)
    assert stuck.wasted == 32
    assert stuck.utilisation == 0
    assert stuck.makespan is None
    assert rows([stuck])[0][4] == "32"


def test_gpus_that_compute_are_used() -> None:
    """One job computes on 8 of 24 GPUs for 2 of 4 s, the other one after it: a third of the site was used."""
    first = [pod("a", node="gpu-1", begun=True)] * 2 + [pod("b")] * 2
    then = [pod("a", phase="Succeeded")] * 2 + [pod("b", node="gpu-1", begun=True)] * 2
    end = [pod("a", phase="Succeeded")] * 2 + [pod("b", phase="Succeeded")] * 2
    done = result(first, then, end)
    assert done.wasted == 0
    assert done.utilisation == pytest.approx(1 / 3)
    assert done.makespan == 4
    assert done.waited == 1  # 0 s and 2 s
    assert "<svg" in as_html([done])


def test_ranks_that_wait_for_each_other_are_known_before_the_time_is_up() -> None:
    """GPUs are held, nothing computes, nothing has changed for eight seconds: a deadlock. One that computes is none."""
    half = [pod("a", node="gpu-1"), pod("a"), pod("b", node="gpu-2"), pod("b")]
    assert not result(half, half).stuck
    assert result(*[half] * 6).stuck
    assert not result(*[[pod("a", node="gpu-1", begun=True)] * 2] * 6).stuck
    assert not result(*[[pod("a"), pod("b")]] * 6).stuck, "what holds nothing blocks nobody"


def test_every_scheduler_is_given_the_same_load() -> None:
    """Ranks, GPUs and seconds agree, however a scheduler wants its jobs written."""
    wanted = sum(job.ranks for job in LOAD)
    submitted = {name: way.submit(LOAD) for name, way in SCHEDULERS.items()}
    assert [body["kind"] for body in submitted["default"]] == ["Pod"] * wanted
    assert sum(task["replicas"] for job in submitted["volcano"] for task in job["spec"]["tasks"]) == wanted
    assert sum(job["spec"]["completions"] for job in submitted["kueue"]) == wanted
    assert all(job["spec"]["suspend"] for job in submitted["kueue"])
    kinds = [body["kind"] for body in submitted["native"]]
    assert kinds == ["PodGroup"] * len(LOAD) + ["Pod"] * wanted, "a group is there before its pods"
    counts = {group["metadata"]["name"]: group["spec"]["schedulingPolicy"]["gang"]["minCount"]
              for group in submitted["native"][: len(LOAD)]}  # fmt: skip
    assert counts == {job.name: job.ranks for job in LOAD}
    names = [item["metadata"]["name"] for item in submitted["default"][:4]]
    assert names == ["load-a-0", "load-b-0", "load-c-0", "load-d-0"], "launchers take turns"


def test_gangs_near_each_other_are_told_by_rack() -> None:
    """Each gang with its racks and nodes, or with the reason why it waits; a constraint stands in each PodGroup."""
    made = near.bodies()
    groups = [body for body in made if body["kind"] == "PodGroup"]
    assert {group["spec"]["schedulingConstraints"]["topology"][0]["key"] for group in groups} == {near.RACK}
    pods = [pod("near-1", node="gpu-1"), pod("near-1", node="gpu-3"), pod("near-2")]
    groups[1]["status"] = {"conditions": [{"reason": "Unschedulable", "message": "0/2 placements"}]}
    said = near.lines(pods, groups[:2], {"gpu-1": "rack-a", "gpu-3": "rack-a"})
    assert said == ["near-1: rack-a: gpu-1 gpu-3", "near-2: waits whole: Unschedulable: 0/2 placements"]
