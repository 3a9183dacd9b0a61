"""Has the namespace settled? Then waiting longer changes nothing, and a mismatch is final at once."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from autograder.cluster.client import Object
from autograder.cluster.objects import Objects
from autograder.errors import UnknownKind

QUIET_S, QUIET_LOOKS = 2.0, 20
"""Nothing may have changed for that long, nor for so many times what a look at the cluster takes of late (0.03 s on a
quiet machine): where looks are slow, so are the controllers and schedulers whose next step is waited for."""

AUTOSCALER = "HorizontalPodAutoscaler"

WORKLOADS = (
    ("v1", "Pod"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "ReplicaSet"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("batch/v1", "Job"),
    ("batch/v1", "CronJob"),
    ("batch.volcano.sh/v1alpha1", "Job"),
    ("trainer.kubeflow.org/v1alpha1", "TrainJob"),
    ("autoscaling/v2", AUTOSCALER),
)

TAKING_EFFECT = (
    ("v1", "ServiceAccount"),
    ("v1", "ResourceQuota"),
    ("v1", "LimitRange"),
    ("v1", "Namespace"),
    ("rbac.authorization.k8s.io/v1", "Role"),
    ("rbac.authorization.k8s.io/v1", "RoleBinding"),
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy"),
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding"),
)
"""What the API server itself obeys. It learns of a change later than it stores it: policies are read once a second."""

EFFECT_S = 5.0
"""So long a change of theirs counts as on its way."""

GANG_S = 12.0
"""So long a Volcano Job or a TrainJob counts as on its way, and until it has Pods: controllers, PodGroup and scheduler
hand it on in turn."""

PLACE_S = 12.0
"""So long after a Pod has left its node another that found none may still get it: kube-scheduler backs off for up to
10 s (podMaxBackoffSeconds), Volcano decides in rounds."""

POD_ENDED = ("Succeeded", "Failed")
JOB_ENDED = {"Complete", "Failed"}
_GANG_STATES = ("pending", "active", "running", "succeeded", "failed", "terminating", "unknown")
_GANG_ENDED = ("Completed", "Failed", "Aborted", "Terminated")

_UNPLACED = ("Unschedulable", "SchedulingGated")

# Why a container waits that will wait for ever unless somebody changes something.
_STUCK = ("ImagePullBackOff", "ErrImagePull", "InvalidImageName", "CreateContainerConfigError")


class Looked(Objects, Protocol):
    """Objects that know what they were asked for."""

    def seen(self) -> Mapping[tuple[str, str, str], Sequence[Object]]:
        """By apiVersion, kind and namespace."""


class Quiet:
    """Remembers, from poll to poll, since when the objects of each kind have been what they are.

    Workloads are always looked at; what else a criterion asks for (volumes, custom resources) is, while it asks.
    """

    def __init__(self) -> None:
        self._since: dict[tuple[str, str, str], tuple[frozenset[tuple[str, str]], float]] = {}
        self._look_s = 0.0

    def disturb(self) -> None:
        """Something was done whose effect may show in objects that are not watched here: begin anew."""
        self._since.clear()

    def settled(self, objects: Looked, matter: list[Object] | None = None) -> bool:
        """Whether what may `matter` is at rest (None: all workloads) and nothing has changed for long enough."""
        began = time.monotonic()
        items = workloads(objects)
        now = time.monotonic()
        self._look_s += 0.3 * (now - began - self._look_s)  # a slow one alone may be chance
        long_enough = max(QUIET_S, QUIET_LOOKS * self._look_s)
        seen = objects.seen()
        for key, found in seen.items():
            versions = frozenset((item["metadata"]["uid"], item["metadata"]["resourceVersion"]) for item in found)
            if key not in self._since or self._since[key][0] != versions:
                self._since[key] = (versions, now)
        quiet = all(now - self._since[key][1] >= long_enough for key in seen)
        rests = at_rest(items if matter is None else matter)
        return quiet and rests and not any(_taking_effect(item) for kind in seen.values() for item in kind)


def workloads(objects: Objects) -> list[Object]:
    """Pods and everything that makes pods, in the lab's namespace."""
    items: list[Object] = []
    for api_version, kind in WORKLOADS:
        try:
            items += objects.of(api_version, kind)
        except UnknownKind:
            continue
    return items


def makers(objects: Objects) -> list[Object]:
    """Those that may make a first object of its kind: an autoscaler only multiplies what is there."""
    return [item for item in workloads(objects) if item["kind"] != AUTOSCALER]


def calm(items: list[Object]) -> bool:
    """Whether every controller has seen its object's last change and no pod is on its way somewhere."""
    return not any(_moving(item) for item in items)


def at_rest(items: list[Object]) -> bool:
    """Whether nothing more can come by itself: calm, and no batch work, clock or deadline is running."""
    return calm(items) and not any(_pending(item) for item in items) and not _may_be_placed(items)


def unfinished(items: list[Object]) -> frozenset[str]:
    """The names of the Deployments whose rollout is not complete."""
    return frozenset(item["metadata"]["name"] for item in items if item["kind"] == "Deployment" and not _complete(item))


def _complete(item: Mapping[str, Any]) -> bool:
    wanted, status = item["spec"].get("replicas", 1), item.get("status") or {}
    counts = ("replicas", "updatedReplicas", "availableReplicas")
    return all(status.get(name, 0) == wanted for name in counts)


def _moving(item: Mapping[str, Any]) -> bool:
    metadata, status = item["metadata"], item.get("status") or {}
    if metadata.get("deletionTimestamp"):
        return True
    if item["kind"] == "Pod":
        return _pod_moving(item)
    if item["kind"] not in ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"):
        return False
    if status.get("observedGeneration") != metadata.get("generation"):
        return True
    failing = any(entry["type"] == "ReplicaFailure" for entry in status.get("conditions") or ())
    wanted = (item.get("spec") or {}).get("replicas", 1)
    return item["kind"] == "ReplicaSet" and not failing and status.get("replicas", 0) != wanted


def _pending(item: Mapping[str, Any]) -> bool:
    """Something will happen to this object though all is calm: a pod that ends, a clock, a deadline."""
    kind, status = item["kind"], item.get("status") or {}
    if kind == "Pod":
        return phase(item) == "Running" and item["spec"].get("restartPolicy") != "Always"
    if kind in (AUTOSCALER, "CronJob"):
        return True
    if kind == "Job" and "tasks" in item["spec"]:
        return _on_its_way(item) and (status.get("state") or {}).get("phase") not in _GANG_ENDED
    if kind == "TrainJob":
        return _on_its_way(item) and not conditions(item) & (JOB_ENDED | {"Suspended"})
    if kind == "Job":
        return not conditions(item) & (JOB_ENDED | {"Suspended"}) and not status.get("active")
    return kind == "Deployment" and _rollout_moving(item)


def _may_be_placed(items: list[Object]) -> bool:
    """A Pod has found no node, and another one has left its node since: it has not been looked at again for sure."""
    pods = [item for item in items if item["kind"] == "Pod"]
    return any(_unplaced(pod) for pod in pods) and any(age < PLACE_S for pod in pods for age in _ended_ago(pod))


def _ended_ago(pod: Mapping[str, Any]) -> list[float]:
    """Seconds since the containers of a Pod that has ended did so."""
    status = pod.get("status") or {}
    if phase(pod) not in POD_ENDED:
        return []
    ends = [((entry.get("state") or {}).get("terminated") or {}) for entry in status.get("containerStatuses") or ()]
    return [_age(end["finishedAt"]) for end in ends if end.get("finishedAt")]


def _age(moment: str) -> float:
    """Seconds since a time of Kubernetes."""
    return (datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds()


def conditions(item: Mapping[str, Any]) -> set[str]:
    """The types of its conditions that are true."""
    told = (item.get("status") or {}).get("conditions") or ()
    return {entry["type"] for entry in told if entry["status"] == "True"}


def _on_its_way(item: Mapping[str, Any]) -> bool:
    """Its Pods are still to be made, or may not have been looked at yet: who places gangs decides in rounds."""
    status = item.get("status") or {}
    counts = [status, *(status.get("jobsStatus") or ())]  # a Volcano Job's Pods; a TrainJob's Jobs
    made = any(count.get(state) for count in counts for state in _GANG_STATES)
    return not made or _age(item["metadata"]["creationTimestamp"]) < GANG_S


def _taking_effect(item: Mapping[str, Any]) -> bool:
    """A rule whose last change is so young that the API server may not obey it yet."""
    if (item.get("apiVersion"), item["kind"]) not in TAKING_EFFECT:
        return False
    metadata = item["metadata"]
    times = [entry["time"] for entry in metadata.get("managedFields") or () if entry.get("time")]
    changed = max([metadata["creationTimestamp"], *times])  # one form, so that text sorts as time does
    return _age(changed) < EFFECT_S


def _rollout_moving(item: Mapping[str, Any]) -> bool:
    """A rollout that is neither complete nor declared failed: its progress deadline is still to come."""
    spec, status = item.get("spec") or {}, item.get("status") or {}
    if spec.get("paused"):
        return False
    for entry in status.get("conditions") or ():
        if entry["type"] == "Progressing":
            # 600 s is the default that nobody chose; a lab waits for deadlines of seconds.
            short = (spec.get("progressDeadlineSeconds") or 600) <= 60
            return entry["status"] == "True" and entry.get("reason") != "NewReplicaSetAvailable" and short
    return False


def phase(pod: Mapping[str, Any]) -> str | None:
    """Pending, Running, Succeeded, Failed or Unknown; None before the first status."""
    return (pod.get("status") or {}).get("phase")


def _pod_moving(pod: Mapping[str, Any]) -> bool:
    status = pod.get("status") or {}
    if phase(pod) in POD_ENDED:
        return False
    if phase(pod) == "Running":
        return "Ready" not in conditions(pod)
    if _unplaced(pod):
        return False
    waiting = [
        ((entry.get("state") or {}).get("waiting") or {}).get("reason")
        for field in ("initContainerStatuses", "containerStatuses")
        for entry in status.get(field) or ()
    ]
    return not any(reason in _STUCK for reason in waiting)


def _unplaced(pod: Mapping[str, Any]) -> bool:
    """A scheduler has looked at it and found no node, or waits for its gate to open."""
    told = (pod.get("status") or {}).get("conditions") or ()
    waits = any(entry["type"] == "PodScheduled" and entry.get("reason") in _UNPLACED for entry in told)
    return waits and phase(pod) not in POD_ENDED
