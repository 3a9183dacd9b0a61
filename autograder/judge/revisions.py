"""The rollout history of a Deployment, which a patch of its template would lengthen.

After the undo, ReplicaSets that the act brought are removed and the others get their revision numbers back, so that
`kubectl rollout history` shows the student's own history.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from autograder.cluster.client import Object
from autograder.judge.scene import Scene
from autograder.judge.settled import unfinished, workloads
from autograder.judge.wait import POLL_S, UNDO_S, calm_down, pause

_REVISION = "deployment.kubernetes.io/"
RESTORE_S = 5.0


class Revisions:
    """Remembers one Deployment's ReplicaSets, and restores them."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._deployment: Object | None = None
        self._sets: dict[str, Object] = {}
        self._rolling: frozenset[str] = frozenset()

    def remember(self, item: Object) -> None:
        """Call before the act; anything but a Deployment has no history."""
        if item["kind"] == "Deployment":
            self._deployment = item
            self._sets = {found["metadata"]["uid"]: found for found in self._owned(item)}
            # Rollouts that are stuck already, this one's or another's, are not waited for.
            self._rolling = unfinished(workloads(self._scene.snapshot()))

    def restore(self) -> None:
        """Call after the old template is back: waits until it is in force."""
        if self._deployment is None:
            return
        calm_down(self._scene, UNDO_S, self._rolling)
        deadline = time.monotonic() + RESTORE_S
        # The Deployment's controller may still count a ReplicaSet that is gone, and number the others anew.
        while self._put_back(self._deployment) and time.monotonic() < deadline:
            pause(POLL_S)

    def _put_back(self, deployment: Object) -> bool:
        """One look; whether something had to be changed."""
        cluster, changed = self._scene.cluster, False
        for found in self._owned(deployment):
            known = self._sets.get(found["metadata"]["uid"])
            if known is None:
                if not found["spec"].get("replicas"):
                    cluster.delete(found)
                    changed = True
            elif _revision(known) != _revision(found):
                cluster.patch(found, _patch(known, found))
                changed = True
        now = cluster.get(*_key(deployment))
        if now and _revision(now) != _revision(deployment):
            cluster.patch(now, _patch(deployment, now))
            changed = True
        return changed

    def _owned(self, deployment: Object) -> list[Object]:
        namespace = deployment["metadata"]["namespace"]
        uid = deployment["metadata"]["uid"]
        sets = self._scene.cluster.list("apps/v1", "ReplicaSet", namespace)[0]
        return [
            item for item in sets if any(owner["uid"] == uid for owner in item["metadata"].get("ownerReferences") or ())
        ]


def _key(item: Mapping[str, Any]) -> tuple[str, str, str, str]:
    metadata = item["metadata"]
    return item["apiVersion"], item["kind"], metadata["name"], metadata["namespace"]


def _revision(item: Mapping[str, Any]) -> dict[str, str]:
    annotations = item["metadata"].get("annotations") or {}
    return {name: value for name, value in annotations.items() if name.startswith(_REVISION)}


def _patch(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    old = _revision(before)
    gone = {name: None for name in _revision(now) if name not in old}
    return {"metadata": {"annotations": {**gone, **old}}}
