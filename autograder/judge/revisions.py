"""The rollout history of a Deployment, which a patch of its template would lengthen.

After the undo, ReplicaSets that the act brought are removed and the others get their revision numbers back, so that
`kubectl rollout history` shows the student's own history.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograder.cluster.client import Object
from autograder.judge.scene import Scene

_REVISION = "deployment.kubernetes.io/"


class Revisions:
    """Remembers one Deployment's ReplicaSets, and restores them."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._deployment: Object | None = None
        self._sets: dict[str, Object] = {}

    def remember(self, item: Object) -> None:
        """Call before the act; anything but a Deployment has no history."""
        if item["kind"] == "Deployment":
            self._deployment = item
            self._sets = {found["metadata"]["uid"]: found for found in self._owned(item)}

    def restore(self) -> None:
        """Call after the old template is back: waits until it is in force."""
        if self._deployment is None:
            return
        from autograder.judge.wait import UNDO_S, calm_down

        calm_down(self._scene, UNDO_S, rolling=frozenset())
        cluster = self._scene.cluster
        for found in self._owned(self._deployment):
            known = self._sets.get(found["metadata"]["uid"])
            if known is None:
                if not found["spec"].get("replicas"):
                    cluster.delete(found)
            elif _revision(known) != _revision(found):
                cluster.patch(found, _patch(known, found))
        now = cluster.get(*_key(self._deployment))
        if now and _revision(now) != _revision(self._deployment):
            cluster.patch(now, _patch(self._deployment, now))

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
