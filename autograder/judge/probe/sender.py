"""The pod that sends requests from inside the cluster, in a namespace that no student can touch. It never stays behind.

It runs labcluster's workload `load`, whose image the cluster names (ConfigMap labcluster, `probeImage`): it prints one
JSON document at its end, also when it is told to end early.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from autograder.cluster.client import Object
from autograder.errors import ApiError, ProbeError
from autograder.judge.probe.pods import state
from autograder.judge.scene import Scene
from autograder.judge.wait import pause

NAMESPACE = "labcluster"
LABELS = {"app.kubernetes.io/name": "probe", "app.kubernetes.io/managed-by": "autograder"}
CONTAINER = "load"

START_S = 30.0
"""A pod whose image is on the node starts in a second; a machine at full load takes its time."""
END_S = 10.0
POLL_S = 0.1
COUNTING = "counting"
"""The line that `load --settle` prints when its requests begin to count."""

_HOPELESS = ("ErrImageNeverPull", "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "CreateContainerConfigError")
_FIELDS: dict[str, Any] = {"statuses": {}, "errors": {}, "by_pod": {}, "by_version": {}, "latency_ms": {}}


class Sender:
    """One such pod, which runs for `seconds` at most."""

    def __init__(self, scene: Scene, arguments: Sequence[str], seconds: float) -> None:
        self._scene, self._seconds = scene, seconds
        self._pod = scene.cluster.create(_manifest(scene, arguments, seconds))

    def wait_started(self) -> None:
        """Until it sends; ProbeError if it does not within START_S."""
        self._wait("start", lambda word, phase: word == "running" or phase in ("Succeeded", "Failed"), START_S)

    def wait_counting(self, seconds: float) -> None:
        """Until its requests count (it was given `--settle`); ProbeError if they do not within `seconds`."""
        self.wait_started()
        deadline = time.monotonic() + seconds
        while COUNTING not in self._log():
            if time.monotonic() >= deadline:
                raise ProbeError(f"the Pod that sends requests did not begin to count within {seconds:g} s")
            pause(POLL_S)

    def wait_ended(self) -> dict[str, Any]:
        """Until it has ended; its result."""
        self._wait("end", lambda word, phase: phase in ("Succeeded", "Failed") and word != "running",
                   START_S + self._seconds + END_S)  # fmt: skip
        return self._result()

    def end(self) -> None:
        """Ask it to end now: a shorter deadline makes the kubelet terminate it, and keeps pod and log."""
        self._scene.cluster.patch(self._pod, {"spec": {"activeDeadlineSeconds": 1}})

    def delete(self) -> None:
        """Remove it, whether it still runs or not."""
        self._scene.cluster.delete(self._pod, at_once=True)

    def _wait(self, what: str, reached: Any, seconds: float) -> None:
        metadata = self._pod["metadata"]
        deadline = time.monotonic() + seconds
        while True:
            pod = self._scene.cluster.get("v1", "Pod", metadata["name"], NAMESPACE)
            if pod is None:
                raise ProbeError(f"Pod {metadata['name']} in namespace {NAMESPACE} was deleted by somebody")
            word, phase = state(pod, CONTAINER), (pod.get("status") or {}).get("phase", "Pending")
            if reached(word, phase):
                return
            if word in _HOPELESS or time.monotonic() >= deadline:
                raise ProbeError(
                    f"the Pod that sends requests did not {what}: {word}{_why(pod)} "
                    f"(image {self._scene.info.probe_image}; was the cluster made with its images?)"
                )
            pause(POLL_S)

    def _result(self) -> dict[str, Any]:
        return result(self._log())

    def _log(self) -> str:
        try:
            return self._scene.cluster.logs(self._pod, container=CONTAINER)
        except ApiError as error:
            raise ProbeError(f"what the Pod that sends requests wrote cannot be read: {error}") from error


@contextmanager
def sender(scene: Scene, arguments: Sequence[str], seconds: float) -> Iterator[Sender]:
    """A Sender that is gone when the context ends, however it ends."""
    if not scene.info.probe_image:
        raise ProbeError(
            "the cluster names no image that sends requests (ConfigMap kube-public/labcluster, key probeImage); "
            "make it anew with `labcluster up`"
        )
    _sweep(scene)
    made = Sender(scene, arguments, seconds)
    try:
        yield made
    finally:
        made.delete()


def result(log: str) -> dict[str, Any]:
    """The JSON document in a Sender's log, with every field there; ProbeError if there is none."""
    text = log.strip()
    try:
        found = json.loads(text[text.index("{") :])
        counts = {name: int(found[name]) for name in ("sent", "ok", "failed")}
    except (ValueError, KeyError, TypeError) as error:
        last = text.splitlines()[-1] if text else "nothing"
        raise ProbeError(f"the Pod that sends requests wrote no result, but: {last}") from error
    if not counts["sent"]:
        raise ProbeError("the Pod that sends requests was ended before it could send one; check again")
    return {**found, **counts, **{name: found.get(name) or empty for name, empty in _FIELDS.items()}}


def _manifest(scene: Scene, arguments: Sequence[str], seconds: float) -> Object:
    container = {
        "name": CONTAINER,
        "image": scene.info.probe_image,
        "args": list(arguments),
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
    }
    spec = {
        "restartPolicy": "Never",
        "activeDeadlineSeconds": int(seconds) + 1,
        "terminationGracePeriodSeconds": 5,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": {"runAsNonRoot": True, "runAsUser": 65532, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [container],
    }
    name = f"probe-{secrets.token_hex(4)}"
    metadata = {"name": name, "namespace": NAMESPACE, "labels": LABELS}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def _sweep(scene: Scene) -> None:
    """Remove what a checker that was killed left behind: pods far beyond their own deadline."""
    for pod in scene.cluster.list("v1", "Pod", NAMESPACE)[0]:
        metadata = pod["metadata"]
        if not LABELS.items() <= (metadata.get("labels") or {}).items():
            continue
        age = time.time() - datetime.fromisoformat(metadata["creationTimestamp"]).timestamp()
        if age > pod["spec"].get("activeDeadlineSeconds", 0) + 2 * START_S:
            scene.cluster.delete(pod, at_once=True)


def _why(pod: Object) -> str:
    """The scheduler's or the kubelet's own sentence, if there is one."""
    status = pod.get("status") or {}
    waiting = [(entry.get("state") or {}).get("waiting") or {} for entry in status.get("containerStatuses") or ()]
    told = [item["message"] for item in (*waiting, *(status.get("conditions") or ())) if item.get("message")]
    return f": {told[0]}" if told else ""
