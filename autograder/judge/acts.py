"""What a check does to the student's cluster, and how it is undone. Each deed announces itself first.

A deed finds its objects first (`find`, which raises Mismatch while they are not there), then acts, then undoes.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Protocol

from autograder.cluster.client import MERGE, STRATEGIC, Object
from autograder.cluster.objects import Objects, select
from autograder.errors import ApiError, Mismatch
from autograder.i18n import _
from autograder.judge.inverse import inverse
from autograder.judge.revisions import Revisions
from autograder.judge.scene import Scene
from autograder.judge.wait import POLL_S, pause
from autograder.judge.words import describe
from autograder.match.tree import ABSENT
from autograder.spec.model import Act, Delete, Drain, Patch, Scale, Target


class Deed(Protocol):
    """One act on one scene."""

    def find(self, objects: Objects) -> None:
        """Choose the objects; Mismatch if there are none."""

    def announce(self) -> str:
        """What is about to be done, in one sentence."""

    def do(self, deadline: float) -> None:
        """Do it; Mismatch if the cluster refuses until the deadline (time.monotonic())."""

    def undo(self) -> None:
        """Leave the cluster as it was found."""


def deed(act: Act, scene: Scene) -> Deed:
    """The deed for an act of checks.yaml."""
    if isinstance(act, Delete):
        return Deletion(act, scene)
    if isinstance(act, Drain):
        return Drainage(act, scene)
    if isinstance(act, Scale):
        return Patching(act.target, {"spec": {"replicas": int(act.replicas)}}, scene)
    return Patching(act.target, act.merge, scene, strategic=_knows_strategic(act))


def _knows_strategic(act: Patch) -> bool:
    """Built-in kinds merge lists by key, as `kubectl patch` does; custom resources only know merge patches."""
    group = act.target.api_version.rpartition("/")[0]
    return "." not in group or group.endswith(".k8s.io")


def chosen(target: Target, objects: Objects) -> list[Object]:
    """The target's objects that are not on their way out; Mismatch if there are none."""
    found = [item for item in select(target, objects) if not item["metadata"].get("deletionTimestamp")]
    if not found:
        raise Mismatch(
            _("the check needs {what} to act on, and there is none").format(what=describe(target)),
            expected=describe(target),
            found=ABSENT,
        )
    return found


class Deletion:
    """Delete objects; those that nothing replaces are created again."""

    def __init__(self, act: Delete, scene: Scene) -> None:
        self._act, self._scene = act, scene
        self._items: list[Object] = []

    def find(self, objects: Objects) -> None:
        """See Deed."""
        self._items = chosen(self._act.target, objects)[: self._act.take]

    def announce(self) -> str:
        """See Deed."""
        return _("The check now deletes {what}.").format(what=_names(self._items))

    def do(self, deadline: float) -> None:
        """See Deed."""
        for item in self._items:
            self._scene.cluster.delete(item)
        until_gone(self._items, self._scene, deadline)

    def undo(self) -> None:
        """See Deed."""
        for item in self._items:
            recreate(item, self._scene)


class Patching:
    """Change fields of one object; exactly these fields get their old values back."""

    def __init__(self, target: Target, merge: Mapping[str, Any], scene: Scene, *, strategic: bool = False) -> None:
        self._target, self._merge, self._scene = target, merge, scene
        self._content_type = STRATEGIC if strategic else MERGE
        self._before: Object = {}
        self._revisions = Revisions(scene)

    def find(self, objects: Objects) -> None:
        """See Deed."""
        self._before = chosen(self._target, objects)[0]

    def announce(self) -> str:
        """See Deed."""
        return _("The check now changes {what} for a moment: {change}").format(
            what=_names([self._before]), change=_flat(self._merge)
        )

    def do(self, deadline: float) -> None:
        """See Deed."""
        del deadline
        self._revisions.remember(self._before)
        self._scene.cluster.patch(self._before, self._merge, self._content_type)

    def undo(self) -> None:
        """Old values first, then the old owners of the fields: a student's own apply must find no conflict."""
        try:
            now = self._scene.cluster.patch(self._before, inverse(self._merge, self._before))
            owners = self._before["metadata"].get("managedFields")
            if owners and now["metadata"]["uid"] == self._before["metadata"]["uid"]:
                self._scene.cluster.patch(self._before, {"metadata": {"managedFields": owners}})
        except ApiError as error:
            if error.status != 404:
                raise
        self._revisions.restore()


class Drainage:
    """Cordon a node and evict the lab's pods from it, as `kubectl drain` does: budgets are respected."""

    def __init__(self, act: Drain, scene: Scene) -> None:
        self._act, self._scene = act, scene
        self._node: Object = {}
        self._pods: list[Object] = []

    def find(self, objects: Objects) -> None:
        """See Deed."""
        name = self._act.node
        if self._act.node_of is not None:
            placed = [pod for pod in chosen(self._act.node_of, objects) if pod["spec"].get("nodeName")]
            if not placed:
                what = describe(self._act.node_of)
                raise Mismatch(_("{what} is on no node yet").format(what=what), found=ABSENT)
            name = placed[0]["spec"]["nodeName"]
        self._node = chosen(Target("v1", "Node", name), objects)[0]
        self._pods = [pod for pod in objects.of("v1", "Pod") if self._leaves(pod)]

    def _leaves(self, pod: Mapping[str, Any]) -> bool:
        """Not what belongs to the node, nor what has ended: it holds nothing there, and its record is the student's."""
        owners = {owner["kind"] for owner in pod["metadata"].get("ownerReferences") or ()}
        ended = pod.get("status", {}).get("phase") in ("Succeeded", "Failed")
        return pod["spec"].get("nodeName") == self._node["metadata"]["name"] and "DaemonSet" not in owners and not ended

    def announce(self) -> str:
        """See Deed."""
        name = self._node["metadata"]["name"]
        return _("The check now drains node {node}: {n} Pods must leave it.").format(node=name, n=len(self._pods))

    def do(self, deadline: float) -> None:
        """See Deed."""
        self._scene.cluster.patch(self._node, {"spec": {"unschedulable": True}})
        waiting = list(self._pods)
        while waiting:
            refused = [(pod, why) for pod in waiting if (why := self._scene.cluster.evict(pod))]
            if refused and time.monotonic() >= deadline:
                pod, why = refused[0]
                raise Mismatch(_("the drain could not finish: {why}").format(why=why), path=_names([pod]), found=why)
            waiting = [pod for pod, _why in refused]
            if waiting:
                pause(POLL_S)
        until_gone(self._pods, self._scene, deadline)

    def undo(self) -> None:
        """See Deed."""
        before = bool((self._node.get("spec") or {}).get("unschedulable"))
        self._scene.cluster.patch(self._node, {"spec": {"unschedulable": True if before else None}})
        for pod in self._pods:
            recreate(pod, self._scene)


def until_gone(items: list[Object], scene: Scene, deadline: float) -> None:
    """Wait until these very objects are no more, as `kubectl delete` does: what is judged must not see them dying."""
    for item in items:
        metadata = item["metadata"]
        key = (item["apiVersion"], item["kind"], metadata["name"], metadata.get("namespace"))
        while (found := scene.cluster.get(*key)) and found["metadata"]["uid"] == metadata["uid"]:
            if time.monotonic() >= deadline:
                return
            pause(POLL_S / 3)


def recreate(item: Object, scene: Scene) -> None:
    """Create a deleted object again, unless a controller looks after it or it is there."""
    metadata = item["metadata"]
    if any(owner.get("controller") for owner in metadata.get("ownerReferences") or ()):
        return
    deadline = time.monotonic() + 10
    while found := scene.cluster.get(item["apiVersion"], item["kind"], metadata["name"], metadata.get("namespace")):
        if not found["metadata"].get("deletionTimestamp") or time.monotonic() >= deadline:
            return
        pause(POLL_S)
    kept = ("name", "namespace", "labels", "annotations", "ownerReferences", "finalizers")
    spec = {key: value for key, value in item.items() if key not in ("metadata", "status")}
    scene.cluster.create({**spec, "metadata": {key: metadata[key] for key in kept if key in metadata}})


def _names(items: list[Object]) -> str:
    return ", ".join(f"{item['kind']} {item['metadata']['name']}" for item in items)


def _flat(tree: Mapping[str, Any], path: str = "") -> str:
    """`spec.replicas=5`, so that the reader sees what changes."""
    parts = []
    for name, value in tree.items():
        where = f"{path}.{name}".removeprefix(".")
        parts.append(_flat(value, where) if isinstance(value, Mapping) else f"{where}={value}")
    return ", ".join(parts)
