"""The capstone, judged by what Pods recorded, without a cluster: each rule at its edge, and what is said of a miss."""

from __future__ import annotations

import copy
import runpy
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograder import Mismatch, load_lab

LAB = load_lab(Path(__file__).parents[3] / "labs", "11-capstone")
CHECKS = runpy.run_path(str(LAB.folder / "checks.py"))
VALUES = {**LAB.values("proof"), "weight": 3, "deadline": 32, "ranks": 3, "cpu_quota": 100, "gpu_quota": 8}
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

Pod = dict[str, Any]


def at(seconds: float) -> str:
    """So many seconds after noon, as Kubernetes writes it."""
    return (NOON + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def pod(part: str, placed: float, ended: float | None = None, **labels: str) -> Pod:
    """A Pod that meets every rule of the brief, created at noon."""
    security = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    stated = {"cpu": "2", "memory": "4Gi"}
    container = {
        "name": "main",
        "image": VALUES["md"],
        "securityContext": security,
        "resources": {"requests": dict(stated), "limits": dict(stated)},
    }
    done = {} if ended is None else {"terminated": {"finishedAt": at(ended), "exitCode": 0}}
    return {
        "metadata": {"name": f"{part}-{placed:g}", "creationTimestamp": at(0), "labels": {"part": part, **labels}},
        "spec": {
            "nodeName": "node",
            "containers": [container],
            "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        },
        "status": {
            "phase": "Running" if ended is None else "Succeeded",
            "conditions": [{"type": "PodScheduled", "lastTransitionTime": at(placed)}],
            "containerStatuses": [{"state": done}],
        },
    }


def simulations(group: str, slices: int, rounds: int, took: float = 3, begin: float = 0) -> list[Pod]:
    """A group's part of the sweep: so many at a time, one round after the other."""
    starts = [begin + n * took for n in range(rounds)]
    return [pod("sweep", start, start + took, group=group) for start in starts for _ in range(slices)]


def context(pods: Sequence[Pod], quotas: Sequence[Pod] = (), lang: str = "en") -> Any:
    """What a check is given."""
    objects = {"Pod": list(pods), "ResourceQuota": [{"spec": spec} for spec in quotas]}
    return SimpleNamespace(values=VALUES, lang=lang, list=lambda _version, kind: objects[kind])


def verdict(check: str, pods: Sequence[Pod], quotas: Sequence[Pod] = (), lang: str = "en") -> Mismatch | None:
    """What is wrong, if anything."""
    try:
        CHECKS[check](context(pods, quotas, lang))
    except Mismatch as told:
        return told
    return None


@pytest.mark.parametrize(("climate", "passes"), [(11, True), (10, True), (9, False), (12, False)])
def test_shares_are_as_the_weights_say_within_a_slice(climate: int, passes: bool) -> None:
    """3 to 1 of fourteen slices is 10.5 and 3.5: one slice more or less is right, two are not."""
    told = verdict("fair", simulations("climate", climate, 4) + simulations("genomics", 14 - climate, 4))
    assert (told is None) == passes
    if told:
        assert (told.expected, told.found) == (
            "climate 75%, genomics 25% (± 7%)",
            f"climate {climate / 14:.0%}, genomics {1 - climate / 14:.0%}",
        )


def test_one_group_after_the_other_shared_nothing() -> None:
    """In order of arrival the second begins when the first has nobody waiting: the wait is named."""
    late = simulations("genomics", 14, 1, begin=6)
    told = verdict("fair", simulations("climate", 14, 2) + late)
    assert told is not None
    assert "genomics began only 6 s after climate" in str(told)


def test_a_group_that_begins_late_still_shares_fairly() -> None:
    """A busy cluster may notice the second group two rounds late: it is judged from then on, by what both held."""
    ahead = simulations("climate", 14, 2)

    def afterwards(climate: int) -> list[Pod]:
        return simulations("climate", climate, 2, begin=6) + simulations("genomics", 14 - climate, 2, begin=6)

    assert verdict("fair", ahead + afterwards(11)) is None
    assert verdict("fair", ahead + afterwards(13)) is not None


def test_the_first_round_goes_to_whoever_is_there_first() -> None:
    """Slices that the one group took before the other's Pods were made say nothing of the shares afterwards."""
    ahead = simulations("genomics", 12, 1) + simulations("climate", 2, 1)
    after = simulations("climate", 11, 2, begin=3) + simulations("genomics", 3, 2, begin=3)
    assert verdict("fair", ahead + after) is None


def test_a_group_that_comes_to_its_end_may_leave_slices_to_the_other() -> None:
    """Queues lend what the one no longer needs: that is no unfair share, though one of its Pods still waits."""
    shared = simulations("climate", 11, 3) + simulations("genomics", 3, 3)
    last = simulations("climate", 5, 1, begin=9) + simulations("climate", 1, 1, begin=12)
    lent = simulations("genomics", 9, 2, begin=9)
    assert verdict("fair", shared + last + lent) is None


def test_the_deadline_is_the_designs_not_the_machines() -> None:
    """33 s are too long; not so where the simulations themselves took twice their time."""
    assert verdict("deadline", simulations("climate", 4, 10)) is None
    told = verdict("deadline", simulations("climate", 4, 11))
    assert told is not None
    assert (told.expected, told.found) == ("<= 32 s", "33 s")
    assert verdict("deadline", simulations("climate", 4, 6, took=6)) is None


@pytest.mark.parametrize(
    ("placed", "passes"),
    [([0, 1, 4], True), ([0, 1, 5], False), ([8, 9, 20], True)],
    ids=["together", "one by one", "after the neighbour"],
)
def test_a_solver_is_placed_whole_or_not_before_there_is_room(placed: list[int], passes: bool) -> None:
    """Ranks that came one by one held nodes for nothing, unless there was room for all by then."""
    neighbour = [pod("neighbour", 0, 8)]
    assert (verdict("whole", [pod("solver", when, 30) for when in placed] + neighbour) is None) == passes


def test_a_rank_without_a_node_is_counted() -> None:
    """A solver of which a rank is missing or waits was not placed whole."""
    waits = pod("solver", 1)
    del waits["spec"]["nodeName"]
    assert verdict("whole", [pod("solver", 0), pod("solver", 1), waits]) is not None
    assert verdict("whole", [pod("solver", 0), pod("solver", 1)]) is not None


def test_the_quota_is_an_object_and_was_kept() -> None:
    """It is there with both numbers and no scope, and the Pods together never asked for more at once."""
    right = {"hard": {"requests.cpu": "100", "requests.nvidia.com/gpu": 8}}
    assert verdict("quota", simulations("climate", 14, 3), [right]) is None
    for wrong in ({"hard": {"requests.cpu": "100"}}, {**right, "scopes": ["BestEffort"]}):
        assert verdict("quota", simulations("climate", 14, 3), [wrong]) is not None
    told = verdict("quota", simulations("climate", 17, 3), [right])  # all of them created at noon: 51 x 2 CPUs
    assert told is not None
    assert (told.path, told.found) == ("requests.cpu", 102)


@pytest.mark.parametrize(
    ("check", "spoil", "said"),
    [
        ("declared", lambda spec: spec["containers"][0]["resources"]["limits"].pop("memory"), "limits.memory"),
        ("pinned", lambda spec: spec["containers"][0].update(image="lab/md:1"), "lab/md:1"),
        ("restricted", lambda spec: spec.update(hostNetwork=True), "no host namespaces"),
        ("restricted", lambda spec: spec["securityContext"].pop("runAsNonRoot"), "runAsNonRoot"),
        ("restricted", lambda spec: spec.update(initContainers=[{"name": "first", "image": "x"}]), "capabilities"),
    ],
)
def test_rules_for_all_parts_give_a_fifth_for_each(check: str, spoil: Any, said: str) -> None:
    """Four parts are right, and the Pod of the fifth is named with what it lacks; a missing part earns nothing."""
    parts = ("inference", "collector", "sweep", "solver", "training")
    pods = [pod(part, 0, 4) for part in parts]
    assert verdict(check, pods) is None
    spoiled = copy.deepcopy(pods)
    spoil(spoiled[2]["spec"])
    told = verdict(check, spoiled)
    assert told is not None
    assert told.fraction == 0.8
    assert said in str(told.found)
    assert "sweep" in str(told.path)
    missing = verdict(check, pods[:2])
    assert missing is not None
    assert missing.fraction == 0.4


def test_a_miss_is_told_in_the_readers_language() -> None:
    """The sentence is in Portuguese for whoever reads Portuguese."""
    told = verdict("pinned", [pod("sweep", 0, 4)], lang="pt-BR")
    assert told is not None
    assert "certo em 1 das 5 partes" in str(told)
