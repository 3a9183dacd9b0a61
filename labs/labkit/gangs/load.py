"""The load that schedulers are compared on, and how each of them is given it. A new scheduler is one more entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Object = dict[str, Any]
SITE_GPUS = 24
LABEL = "comparison"


@dataclass(frozen=True)
class Job:
    """A parallel job: `ranks` pods with `gpus` each, which compute for `seconds` once all of them run."""

    name: str
    arrives: float  # seconds after the beginning
    ranks: int
    gpus: int
    seconds: int


LOAD = (Job("load-a", 0, 8, 2, 4), Job("load-b", 0, 8, 2, 4), Job("load-c", 2, 4, 2, 2), Job("load-d", 4, 6, 2, 3))


def _template(job: Job) -> Object:
    return {
        "metadata": {
            "labels": {"parallel-job": job.name, "load": LABEL},
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
            "metadata": {"name": job.name, "labels": {"load": LABEL}},
            "spec": {
                "schedulerName": "volcano",
                "minAvailable": job.ranks,
                "tasks": [{"name": "rank", "replicas": job.ranks, "template": _template(job)}],
            },
        }
        for job in jobs
    ]


def kueue_jobs(jobs: Sequence[Job]) -> list[Object]:
    """Kubernetes' own Jobs, held until their queue has room for all ranks."""
    return [
        {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {"name": job.name, "labels": {"load": LABEL, "kueue.x-k8s.io/queue-name": LABEL}},
            "spec": {
                "suspend": True,  # Kueue's admission would set it, where there is one
                "parallelism": job.ranks,
                "completions": job.ranks,
                "template": _template(job),
            },
        }
        for job in jobs
    ]


def pod_groups(jobs: Sequence[Job]) -> list[Object]:
    """A PodGroup of the default scheduler's own for each job, then the same pods as without, each in its group."""
    groups = [
        {
            "apiVersion": "scheduling.k8s.io/v1alpha2",
            "kind": "PodGroup",
            "metadata": {"name": job.name, "labels": {"load": LABEL}},
            "spec": {"schedulingPolicy": {"gang": {"minCount": job.ranks}}},
        }
        for job in jobs
    ]
    pods = one_by_one(jobs)
    for pod in pods:
        pod["spec"]["schedulingGroup"] = {"podGroupName": pod["metadata"]["labels"]["parallel-job"]}
    return groups + pods


def _queue(gpus: int) -> tuple[Object, ...]:
    """What Kueue needs of a site: a flavour of resources, a quota of them, and a queue in the student's namespace."""
    quota = {"name": "nvidia.com/gpu", "nominalQuota": gpus}
    group = {"coveredResources": ["nvidia.com/gpu"], "flavors": [{"name": LABEL, "resources": [quota]}]}
    specs = {
        "ResourceFlavor": {},
        "ClusterQueue": {"namespaceSelector": {}, "resourceGroups": [group]},
        "LocalQueue": {"clusterQueue": LABEL},
    }
    meta = {"name": LABEL, "labels": {"load": LABEL}}
    return tuple(
        {"apiVersion": "kueue.x-k8s.io/v1beta1", "kind": kind, "metadata": meta, "spec": spec}
        for kind, spec in specs.items()
    )


@dataclass(frozen=True)
class Way:
    """How a scheduler is given jobs: what is submitted, which kinds are removed afterwards, what it needs before."""

    submit: Callable[[Sequence[Job]], list[Object]]
    kinds: tuple[str, ...]
    addons: tuple[str, ...] = ()
    site: Callable[[int], tuple[Object, ...]] = lambda _gpus: ()


SCHEDULERS: dict[str, Way] = {
    "default": Way(one_by_one, ("pods",)),
    "volcano": Way(volcano_jobs, ("jobs.batch.volcano.sh", "pods"), ("volcano",)),
    "kueue": Way(
        kueue_jobs,
        (
            "jobs.batch",
            "pods",
            "localqueues.kueue.x-k8s.io",
            "clusterqueues.kueue.x-k8s.io",
            "resourceflavors.kueue.x-k8s.io",
        ),
        ("kueue",),
        _queue,
    ),
    "native": Way(pod_groups, ("pods", "podgroups.scheduling.k8s.io"), ("native-gang",)),
}
