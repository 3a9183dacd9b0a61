"""Runs a load under one scheduler and measures what became of it, by looking at the pods every half second."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from labkit import kube
from labkit.gangs.load import LABEL, SCHEDULERS, SITE_GPUS, Job, Object

LONGEST = 60.0  # seconds after which a load that does not end is given up
STILL = 8.0  # seconds in which ranks hold GPUs, none computes and nothing changes: they wait for each other
PACE = 0.5
PEERS = "labcluster.dev/peers"


@dataclass(frozen=True)
class Sample:
    """One look: for each job the GPUs that it holds, those of them that compute, and the ranks that have ended."""

    at: float
    held: Mapping[str, int]
    computing: Mapping[str, int]
    ended: Mapping[str, int]


@dataclass
class Result:
    """What a scheduler made of the load. Times in seconds; `makespan` is None where the load did not end."""

    scheduler: str
    jobs: Sequence[Job]
    samples: list[Sample] = field(default_factory=list)

    @property
    def makespan(self) -> float | None:
        """From the first submission to the last end."""
        last = self.samples[-1]
        done = all(last.ended[job.name] == job.ranks for job in self.jobs)
        return last.at if done else None

    @property
    def stuck(self) -> bool:
        """Whether nothing has computed nor changed for STILL seconds, though GPUs are held: a deadlock."""
        last = self.samples[-1]
        since = next((s.at for s in reversed(self.samples) if (s.held, s.ended) != (last.held, last.ended)), 0.0)
        still = last.at - max(since, max(job.arrives for job in self.jobs)) >= STILL
        return still and any(last.held.values()) and not any(last.computing.values())

    @property
    def utilisation(self) -> float:
        """GPU-seconds of computing over those that the site had."""
        return self._sum("computing") / (SITE_GPUS * max(self.samples[-1].at, PACE))

    @property
    def wasted(self) -> float:
        """GPU-seconds held by ranks that waited for their peers."""
        return self._sum("held") - self._sum("computing")

    @property
    def waited(self) -> float:
        """Mean over jobs: from submission to the begin of computing (or to the end of the measurement)."""
        return sum(self._begin(job) - job.arrives for job in self.jobs) / len(self.jobs)

    def _begin(self, job: Job) -> float:
        for sample in self.samples:
            if sample.computing[job.name] or sample.ended[job.name]:
                return max(sample.at, job.arrives)
        return self.samples[-1].at

    def _sum(self, what: str) -> float:
        total = 0.0
        for before, after in pairwise(self.samples):
            total += (after.at - before.at) * sum(getattr(before, what).values())
        return total


def run_load(load: Sequence[Job], scheduler: str, longest: float = LONGEST) -> Result:
    """Submit the jobs as they arrive, follow them to their end or into a deadlock, and remove them.

    Raises:
        KeyError: no such scheduler. labkit.kube.KubeError: Kubernetes refused.
    """
    way = SCHEDULERS[scheduler]
    result = Result(scheduler, load)
    waiting = sorted(load, key=lambda job: job.arrives)
    try:
        _make(way.site(SITE_GPUS))
        began = time.monotonic()
        while True:
            now = time.monotonic() - began
            due = [job for job in waiting if job.arrives <= now]
            waiting = [job for job in waiting if job not in due]
            _make(way.submit(due) if due else ())
            result.samples.append(_look(load, time.monotonic() - began))
            if (not waiting and (result.makespan is not None or result.stuck)) or now > longest:
                return result
            time.sleep(PACE)  # the pace of looking
    finally:
        for kind in way.kinds:
            kube.run(["delete", kind, "-l", f"load={LABEL}", "--ignore-not-found"])


def _make(bodies: Sequence[Object]) -> None:
    if bodies:
        # Not validated by the client: with add-ons it would first read every kind of the cluster.
        whole = {"apiVersion": "v1", "kind": "List", "items": [*bodies]}
        kube.run(["create", "--validate=false", "-f", "-"], json.dumps(whole))


def _look(load: Sequence[Job], at: float) -> Sample:
    pods = json.loads(kube.run(["get", "pods", "-l", f"load={LABEL}", "-o", "json"]))["items"]
    return sample(load, pods, at)


def sample(load: Sequence[Job], pods: Sequence[Mapping[str, Any]], at: float) -> Sample:
    """What the pods say at one moment."""
    held, computing, ended = ({job.name: 0 for job in load} for _count in range(3))
    gpus = {job.name: job.gpus for job in load}
    for pod in pods:
        name = pod["metadata"]["labels"]["parallel-job"]
        phase = pod.get("status", {}).get("phase")
        if phase == "Succeeded":
            ended[name] += 1
        elif pod["spec"].get("nodeName"):
            held[name] += gpus[name]
            if PEERS in pod["metadata"].get("annotations", {}):
                computing[name] += gpus[name]
    return Sample(at, held, computing, ended)
