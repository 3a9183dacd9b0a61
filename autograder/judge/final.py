"""Is a mismatch final? Then the reader is told at once, and not when the criterion's time is up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograder.cluster.client import Object
from autograder.cluster.objects import Objects, Snapshot, select
from autograder.errors import Mismatch, Nobody
from autograder.judge.settled import JOB_ENDED, POD_ENDED, Quiet, calm, conditions, makers, phase
from autograder.judge.verdict import holds
from autograder.spec.model import Cel, Exec, Expect, Http, Judgement, Probe, Target


def final(judgement: Judgement, quiet: Quiet, error: Mismatch, objects: Snapshot) -> bool:
    """Whether nothing that happens by itself can turn this mismatch of the judgement into a pass."""
    if decided(judgement, objects) or over(judgement, objects):
        return True
    if not quiet.settled(objects, own(judgement, objects)):
        return False
    return isinstance(error, Nobody) or not talks(judgement, objects)


def unmade(quiet: Quiet, _error: Mismatch, objects: Snapshot) -> bool:
    """Whether nothing that is missing altogether will come by itself."""
    return quiet.settled(objects, makers(objects))


def decided(judgement: Judgement, objects: Objects) -> bool:
    """Whether the check's own `final` says so of objects that stay: what is on its way out may be replaced."""
    if not isinstance(judgement, Cel) or judgement.final is None or not holds(judgement.final, judgement, objects):
        return False
    judged = [item for target in _targets(judgement) for item in select(target, objects)]
    return not any(item["metadata"].get("deletionTimestamp") for item in judged)


def over(judgement: Judgement, objects: Objects) -> bool:
    """Whether all that is judged are named Jobs that have ended: they stay as they are, whatever else still runs."""
    targets = _targets(judgement)
    if not _named(targets, "batch/v1", "Job"):
        return False
    jobs = [select(target, objects) for target in targets]
    return all(found and calm(found) and conditions(found[0]) & JOB_ENDED for found in jobs)


def own(judgement: Judgement, objects: Objects) -> list[Object] | None:
    """The Pods that are judged, where that is all: named ones that have a node, whose fate is their own from then on.

    None where more may matter. Nodes may be asked for beside them.
    """
    targets = [item for item in _targets(judgement) if item.kind != "Node"]
    if not _named(targets, "v1", "Pod"):
        return None
    pods = [pod for target in targets for pod in select(target, objects)]
    placed = [pod for pod in pods if pod["spec"].get("nodeName")]
    return pods if len(placed) == len(targets) else None


def talks(judgement: Judgement, objects: Objects) -> bool:
    """Whether what is judged may change without any object: what containers answer, and write while they run."""
    if not isinstance(judgement, Probe) or isinstance(judgement.way, Http):
        return False
    pods = select(judgement.way.pods, objects)
    return isinstance(judgement.way, Exec) or not pods or any(phase(pod) not in POD_ENDED for pod in pods)


def _named(targets: list[Target], api_version: str, kind: str) -> bool:
    """Whether there are some, and all mean one object of this kind by its name."""
    return bool(targets) and all(item.name and (item.api_version, item.kind) == (api_version, kind) for item in targets)


def _targets(judgement: Judgement) -> list[Target]:
    """What is asked for, where that is known."""
    if isinstance(judgement, Cel):
        return list(judgement.objects.values())
    return [_target(judgement.tree)] if isinstance(judgement, Expect) else []


def _target(tree: Mapping[str, Any]) -> Target:
    metadata = tree.get("metadata") or {}
    name = None if isinstance(metadata.get("name"), Mapping) else metadata.get("name")
    return Target(tree["apiVersion"], tree["kind"], name, metadata.get("namespace"))
