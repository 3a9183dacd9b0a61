"""When each Pod of a Job ran, by the Pod's own record of its container: the source of every chart and makespan."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from labkit.kube import run

JOB = "batch.kubernetes.io/job-name"
INDEX = "batch.kubernetes.io/job-completion-index"


@dataclass(frozen=True)
class Run:
    """One Pod of a Job whose container has ended. Times are UTC, to the second, as Kubernetes keeps them."""

    job: str
    pod: str
    index: int  # in an Indexed Job; else 0
    node: str
    image: str  # what was asked for
    image_id: str  # what the node used: a digest; empty where nothing runs
    start: datetime
    finish: datetime
    exit_code: int

    @property
    def seconds(self) -> float:
        """How long the container ran."""
        return (self.finish - self.start).total_seconds()


def runs_of(job: str) -> list[Run]:
    """The Pods of the Job, or those that a label selector (`part=sweep`) finds, which have ended; by start.

    Raises:
        KubeError: kubectl cannot be run, or was refused.
    """
    selector = job if "=" in job else f"{JOB}={job}"
    return read(json.loads(run(["get", "pods", "-l", selector, "-o", "json"]))["items"], job)


def read(pods: Sequence[Mapping[str, Any]], name: str = "") -> list[Run]:
    """The Pods of a list that have ended, as records, by start and index; `name` (if any) stands for the Job's."""
    found = []
    for pod in pods:
        labels = pod["metadata"].get("labels", {})
        for container in pod.get("status", {}).get("containerStatuses", [])[:1]:
            ended = container.get("state", {}).get("terminated")
            if ended is None or not ended.get("startedAt") or not ended.get("finishedAt"):
                continue
            found.append(
                Run(
                    job=name or labels.get(JOB, ""),
                    pod=pod["metadata"]["name"],
                    index=int(labels.get(INDEX, 0)),
                    node=pod["spec"].get("nodeName", ""),
                    image=pod["spec"]["containers"][0]["image"],
                    image_id=container.get("imageID", ""),
                    start=datetime.fromisoformat(ended["startedAt"]),
                    finish=datetime.fromisoformat(ended["finishedAt"]),
                    exit_code=ended.get("exitCode", 0),
                )
            )
    return sorted(found, key=lambda item: (item.start, item.index))
