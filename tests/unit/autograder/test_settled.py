"""When is a namespace settled, and what takes a patch back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.judge.inverse import inverse
from autograder.judge.settled import Quiet, at_rest, calm, makers, unfinished
from tests.unit.autograder.states import READY, Fixed, pod

STUCK = [{"state": {"waiting": {"reason": "ImagePullBackOff"}}}]
UNPLACED = [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]
COMING = [{"state": {"waiting": {"reason": "ContainerCreating"}}}]


@pytest.mark.parametrize(
    ("item", "rests"),
    [
        (pod(conditions=READY), True),
        (pod(), False),
        (pod(conditions=READY, policy="Never"), False),
        (pod("Succeeded"), True),
        (pod("Pending"), False),
        (pod("Pending", conditions=UNPLACED), True),
        (pod("Pending", containerStatuses=STUCK), True),
        (pod("Pending", containerStatuses=COMING), False),
        (pod("Pending", containerStatuses=None, conditions=None), False),
    ],
)
def test_pods_on_their_way(item: dict[str, Any], rests: bool) -> None:
    """A pod that starts, stops or ends by itself is on its way; one that waits for somebody to act is not."""
    assert at_rest([item]) is rests


@pytest.mark.parametrize(("ago_s", "rests"), [(1, False), (60, True)])
def test_room_that_has_just_been_left_may_be_given(ago_s: float, rests: bool) -> None:
    """Schedulers look again at a Pod without a node, though not at once, when another one has ended."""
    end = {"terminated": {"exitCode": 0, "finishedAt": (datetime.now(UTC) - timedelta(seconds=ago_s)).isoformat()}}
    gone = pod("Succeeded", containerStatuses=[{"state": end}])
    assert at_rest([gone, pod("Pending", conditions=UNPLACED)]) is rests
    assert at_rest([gone])


def deployment(reason: str, *, observed: int = 1, deadline: int = 600, **status: Any) -> dict[str, Any]:
    """A Deployment of generation 1 whose rollout is in this state."""
    progressing = {"type": "Progressing", "status": "True", "reason": reason}
    return {
        "kind": "Deployment",
        "metadata": {"uid": "d", "name": "web", "generation": 1, "resourceVersion": "1"},
        "spec": {"replicas": 2, "progressDeadlineSeconds": deadline},
        "status": {"observedGeneration": observed, "conditions": [progressing], **status},
    }


def test_a_controller_that_has_not_looked_yet_is_waited_for() -> None:
    """An unseen generation, and a short progress deadline that is still to come, are no rest."""
    assert at_rest([deployment("NewReplicaSetAvailable")])
    assert not calm([deployment("NewReplicaSetAvailable", observed=0)])
    assert not at_rest([deployment("ReplicaSetUpdated", deadline=5)])
    assert at_rest([deployment("ReplicaSetUpdated")])


def train_job(age_s: float, *ended: str, active: int = 1) -> dict[str, Any]:
    """A TrainJob that was made so long ago, with these conditions, and so many Jobs that have Pods."""
    made = (datetime.now(UTC) - timedelta(seconds=age_s)).isoformat()
    return {
        "kind": "TrainJob",
        "metadata": {"uid": "t", "name": "fit", "resourceVersion": "1", "creationTimestamp": made},
        "spec": {},
        "status": {
            "conditions": [{"type": name, "status": "True"} for name in ended],
            "jobsStatus": [{"name": "node", "active": active, "ready": 0, "succeeded": 0, "failed": 0}],
        },
    }


def test_a_young_train_job_is_on_its_way() -> None:
    """Three controllers and a scheduler hand it on in turn: until it ends, or has had its time."""
    assert not at_rest([train_job(1)])
    assert at_rest([train_job(1, "Complete")])
    assert at_rest([train_job(60)])


def test_a_gang_without_pods_is_on_its_way() -> None:
    """On a busy machine its controllers may need longer than its time: as long as it has no Pods, it is waited for."""
    assert not at_rest([train_job(60, active=0)])
    assert at_rest([train_job(60, "Failed", active=0)])
    volcano = {**train_job(60), "kind": "Job", "spec": {"tasks": []}, "status": {"state": {"phase": "Pending"}}}
    assert not at_rest([volcano])
    assert at_rest([{**volcano, "status": {"state": {"phase": "Pending"}, "pending": 2}}])


def test_an_unfinished_rollout_is_named() -> None:
    """A Deployment counts as finished when all replicas are new and available, and no old one is left."""
    done = {"replicas": 2, "updatedReplicas": 2, "availableReplicas": 2}
    assert unfinished([deployment("x", **done)]) == frozenset()
    assert unfinished([deployment("x", **{**done, "replicas": 3})]) == {"web"}


def test_settled_means_calm_and_unchanged_for_two_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only an unchanged calm counts; a new version, or a disturbance, begins the two seconds anew."""
    now = 100.0
    monkeypatch.setattr("autograder.judge.settled.time.monotonic", lambda: now)
    quiet, calm_pod = Quiet(), pod(conditions=READY)
    assert not quiet.settled(Fixed(calm_pod))
    now += 2.1
    assert quiet.settled(Fixed(calm_pod))
    changed = {**calm_pod, "metadata": {**calm_pod["metadata"], "resourceVersion": "2"}}
    assert not quiet.settled(Fixed(changed))
    now += 2.1
    assert quiet.settled(Fixed(changed))
    quiet.disturb()
    assert not quiet.settled(Fixed(changed))


def test_where_looks_are_slow_quiet_lasts_longer() -> None:
    """A look that takes a fifth of a second tells of a busy machine: there it takes four seconds without a change."""
    now = 100.0

    class Slow(Fixed):
        def of(self, api_version: str, kind: str, namespace: str | None = None) -> list[dict[str, Any]]:
            nonlocal now
            now += 0.02
            return super().of(api_version, kind, namespace)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("autograder.judge.settled.time.monotonic", lambda: now)
        quiet, slow = Quiet(), Slow(pod(conditions=READY))
        while not quiet.settled(slow):
            now += 0.1
    assert 3.5 < now - 100.0 < 5.0


def test_what_a_criterion_asks_for_counts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A volume claim that was just bound is no rest, though the pods have not moved for long."""
    now = 100.0
    monkeypatch.setattr("autograder.judge.settled.time.monotonic", lambda: now)
    quiet, calm_pod = Quiet(), pod(conditions=READY)
    claim = {"kind": "PersistentVolumeClaim", "metadata": {"uid": "c", "name": "c", "resourceVersion": "1"}}
    quiet.settled(Fixed(calm_pod))
    now += 2.1
    assert not quiet.settled(Fixed(calm_pod, claim))
    assert quiet.settled(Fixed(calm_pod))
    now += 2.1
    assert quiet.settled(Fixed(calm_pod, claim))


def test_what_matters_may_rest_while_others_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever knows what matters does not wait for a Pod that will end some day; all must be unchanged all the same."""
    now = 100.0
    monkeypatch.setattr("autograder.judge.settled.time.monotonic", lambda: now)
    quiet, rests = Quiet(), pod(conditions=READY)
    both = Fixed(rests, pod(name="works", policy="Never", conditions=READY))
    assert not quiet.settled(both, [rests])
    now += 2.1
    assert quiet.settled(both, [rests])
    assert not quiet.settled(both)


def test_an_autoscaler_makes_no_first_object() -> None:
    """What is not there at all does not come from it, so nobody waits for it there."""
    autoscaler = {"kind": "HorizontalPodAutoscaler", "metadata": {"uid": "h", "name": "h", "resourceVersion": "1"}}
    assert not at_rest([autoscaler])
    assert makers(Fixed(autoscaler, pod())) == [pod()]


def _merged(target: Any, patch: Any) -> Any:
    """RFC 7396, as the API server does it."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = _merged(result.get(name), value)
    return result


KEYS = st.sampled_from("abc")
OBJECTS = st.recursive(
    st.one_of(st.integers(), st.lists(st.integers(), max_size=2)),
    lambda inner: st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(KEYS, OBJECTS), st.dictionaries(KEYS, OBJECTS))
def test_the_inverse_takes_any_patch_back(before: dict[str, Any], patch: dict[str, Any]) -> None:
    """Patch, then its inverse, gives what was there before."""
    assert _merged(_merged(before, patch), inverse(patch, before)) == before
