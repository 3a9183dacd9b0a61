"""The student's pods that a probe looks into."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograder.cluster.client import Object
from autograder.cluster.objects import Objects, select
from autograder.errors import Mismatch, Nobody
from autograder.i18n import _
from autograder.judge.words import describe
from autograder.match.tree import ABSENT
from autograder.spec.model import Target


def present(target: Target, objects: Objects) -> list[Object]:
    """The target's pods that are not on their way out, by name; Nobody if there are none."""
    found = [pod for pod in select(target, objects) if not pod["metadata"].get("deletionTimestamp")]
    if not found:
        what = describe(target)
        raise Nobody(_("{what} does not exist").format(what=what), expected=what, found=ABSENT)
    return found


def container_of(pod: Mapping[str, Any], name: str | None) -> str:
    """The container's name (the first one's if none is asked for); Mismatch if the pod has none of this name."""
    known = [item["name"] for field in ("containers", "initContainers") for item in pod["spec"].get(field) or ()]
    if name is None:
        return str(known[0])
    if name not in known:
        sentence = _("the Pod has no container {name}").format(name=name)
        raise Mismatch(sentence, path=f"Pod {pod['metadata']['name']}", expected=name, found=known)
    return name


def state(pod: Mapping[str, Any], container: str) -> str:
    """`running`, or why not, in Kubernetes' own word: `ImagePullBackOff`, `Completed`, `Pending`."""
    status = pod.get("status") or {}
    for field in ("containerStatuses", "initContainerStatuses"):
        for entry in status.get(field) or ():
            if entry["name"] == container:
                ((kind, details),) = (entry.get("state") or {"waiting": {}}).items()
                return "running" if kind == "running" else str((details or {}).get("reason", kind))
    return str(status.get("phase", "Pending"))


def running(pods: list[Object], container: str | None) -> tuple[Object, str]:
    """The first pod whose container runs, and the container's name; Mismatch if none does."""
    for pod in pods:
        name = container_of(pod, container)
        if state(pod, name) == "running":
            return pod, name
    pod, name = pods[0], container_of(pods[0], container)
    sentence = _("container {name} is not running").format(name=name)
    raise Mismatch(sentence, path=f"Pod {pod['metadata']['name']}", expected="running", found=state(pod, name))
