"""The comparison of schedulers computes what it says, from what the pods say."""

from __future__ import annotations

from typing import Any

import pytest

from labkit.gangs.load import LOAD, SCHEDULERS, Job
from labkit.gangs.measure import Result, sample
from labkit.gangs.show import as_html, rows

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


def test_every_scheduler_is_given_the_same_load() -> None:
    """Ranks, GPUs and seconds agree, however a scheduler wants its jobs written."""
    wanted = sum(job.ranks for job in LOAD)
    assert len(SCHEDULERS["default"](LOAD)) == wanted
    assert sum(task["replicas"] for job in SCHEDULERS["volcano"](LOAD) for task in job["spec"]["tasks"]) == wanted
    names = [item["metadata"]["name"] for item in SCHEDULERS["default"](LOAD)[:4]]
    assert names == ["load-a-0", "load-b-0", "load-c-0", "load-d-0"], "launchers take turns"
