"""A ride says what the cluster's objects said, each change in its time, and the plot shows it."""

from __future__ import annotations

from typing import Any

import pytest

from labkit.scaling.plot import as_html, summary
from labkit.scaling.record import Ride, read, target_of


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages in English."""
    monkeypatch.setenv("COURSE_LANG", "en")


def deployment(wanted: int, ready: int) -> dict[str, Any]:
    """A Deployment with so many replicas."""
    status = {"readyReplicas": ready} if ready else {}
    return {"kind": "Deployment", "spec": {"replicas": wanted}, "status": status}


def autoscaler(measured: int | None) -> dict[str, Any]:
    """A HorizontalPodAutoscaler with a target of 50%."""
    target = {"type": "Utilization", "averageUtilization": 50}
    spec = {"metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]}
    current = (
        [{"resource": {"name": "cpu", "current": {"averageUtilization": measured}}}] if measured is not None else None
    )
    return {"kind": "HorizontalPodAutoscaler", "spec": spec, "status": {"currentMetrics": current}}


def service(offered: int, served: int, lost: int) -> dict[str, Any]:
    """A Service on which the simulation has told."""
    text = f"simulated: offered {offered}/s, served {served}/s by 2 ready pods; since it began: served 1, lost {lost}"
    conditions = [
        {"type": "labcluster.dev/Load", "message": text},
        {"type": "labcluster.dev/Lost", "message": str(lost)},
    ]
    return {"kind": "Service", "status": {"conditions": conditions}}


def ride() -> Ride:
    """Twenty seconds: two replicas, then six of which four come late, 30 requests lost meanwhile."""
    made = Ride("web", 20, 50)
    for at, found in (
        (0, deployment(2, 2)), (0, autoscaler(None)), (0, service(20, 20, 0)), (5, service(115, 100, 30)),
        (8, autoscaler(140)), (10, deployment(6, 2)), (11, deployment(6, 2)), (12, deployment(6, 6)),
    ):  # fmt: skip
        read(made, at, found)
    return made


def test_each_change_is_kept_once_with_its_time() -> None:
    """What did not change is not repeated, and what was not measured yet is no zero."""
    made = ride()
    assert made.series["replicas"] == [(0, 2), (10, 6)]
    assert made.series["ready"] == [(0, 2), (12, 6)]
    assert made.series["utilisation"] == [(8, 140)]
    assert made.series["offered"] == [(0, 20), (5, 115)]


def test_what_was_paid_is_replicas_over_time() -> None:
    """Two replicas for ten seconds and six for ten: 80 Pod-seconds; the title has the numbers."""
    assert ride().pod_seconds == 80
    assert summary(ride()) == "web: at most 6 replicas, 80 Pod-seconds paid, 30 requests lost"


def test_the_plot_says_what_is_simulated_and_escapes_names() -> None:
    """Three panels on one axis, the target as a line, and no markup out of an object's name."""
    made = ride()
    made.service = "<script>"
    drawn = as_html(made)
    assert "simulated" in drawn
    assert drawn.count("<polyline") == 5
    assert "target 50%" in drawn.replace("</tspan>", "")
    assert "<script>" not in drawn


def test_a_ride_without_any_measurement_can_be_drawn() -> None:
    """An autoscaler that never measured gives an empty panel, not an error."""
    empty = Ride("web", 3, 0)
    assert empty.pod_seconds == 0
    assert "<svg" in as_html(empty)


def test_a_target_is_read_where_there_is_one() -> None:
    """An autoscaler on another metric has no target for CPU."""
    assert target_of(autoscaler(1)) == 50
    assert target_of({"spec": {"metrics": [{"type": "External"}]}}) == 0
