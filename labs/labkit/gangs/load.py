"""The load that schedulers are compared on, and how each of them is given it. A new scheduler is one more entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Object = dict[str, Any]
SITE_GPUS = 24


@dataclass(frozen=True)
class Job:
    """A parallel job: `ranks` pods with `gpus` each, which compute for `seconds` once all of them run."""

    name: str
    arrives: float  # seconds after the beginning
    ranks: int
    gpus: int
    seconds: int


LOAD = (Job("load-a", 0, 8, 2, 5), Job("load-b", 0, 8, 2, 5), Job("load-c", 3, 4, 2, 3), Job("load-d", 6, 6, 2, 4))


def _template(job: Job) -> Object:
    return {
        "metadata": {
            "labels": {"parallel-job": job.name, "load": "comparison"},
            "annotations": {
                "labcluster.dev/ranks": str(job.ranks),
                "labcluster.dev/run-for": f"{job.seconds}s",
            },
        },
        "spec": {
            "restartPolicy": "Never",
            "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}],
            "containers": [
                {
                    "name": "rank",
                    "image": "localhost/lab/md:1",
                    "resources": {"limits": {"nvidia.com/gpu": job.gpus}},
                }
            ],
        },
    }


def one_by_one(jobs: Sequence[Job]) -> list[Object]:
    """Pods, rank by rank, in turns: as launchers that run at the same time create them."""
    pods = []
    for number in range(max(job.ranks for job in jobs)):
        for job in jobs:
            if number < job.ranks:
                pod = _template(job)
                pod["metadata"]["name"] = f"{job.name}-{number}"
                pods.append({"apiVersion": "v1", "kind": "Pod", **pod})
    return pods


def volcano_jobs(jobs: Sequence[Job]) -> list[Object]:
    """Volcano Jobs: all ranks or none."""
    return [
        {
            "apiVersion": "batch.volcano.sh/v1alpha1",
            "kind": "Job",
            "metadata": {"name": job.name, "labels": {"load": "comparison"}},
            "spec": {
                "schedulerName": "volcano",
                "minAvailable": job.ranks,
                "tasks": [{"name": "rank", "replicas": job.ranks, "template": _template(job)}],
            },
        }
        for job in jobs
    ]


SCHEDULERS: dict[str, Callable[[Sequence[Job]], list[Object]]] = {"default": one_by_one, "volcano": volcano_jobs}
KINDS = {"default": "pods", "volcano": "vcjobs,pods"}  # what is deleted afterwards
