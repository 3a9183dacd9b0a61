"""What Pods held over time: amounts, intervals, and a chart that shows the site's limit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from labkit.usage import Held, capacity, chart, held, most, quantity, requested

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SLICE = "nvidia.com/mig-1g.10gb"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages in English."""
    monkeypatch.setenv("COURSE_LANG", "en")


def at(seconds: float) -> datetime:
    """So many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def pod(state: dict[str, Any], **labels: str) -> dict[str, Any]:
    """A Pod with 2 CPUs and one slice, the slice stated as a limit only."""
    resources = {"requests": {"cpu": "2"}, "limits": {"cpu": "4", SLICE: "1"}}
    return {
        "metadata": {"labels": labels},
        "spec": {"containers": [{"resources": resources}]},
        "status": {"containerStatuses": [{"state": state}]},
    }


@pytest.mark.parametrize(("text", "number"), [("500m", 0.5), ("2", 2), (3, 3), ("4Gi", 4 * 2**30), ("1k", 1000)])
def test_quantities_are_read_as_kubernetes_writes_them(text: str | int, number: float) -> None:
    """Milli, binary and decimal units."""
    assert quantity(text) == number


def test_a_limit_alone_is_a_request() -> None:
    """As the API server has it: extended resources are usually stated as limits."""
    assert requested(pod({}), "cpu") == 2
    assert requested(pod({}), SLICE) == 1
    assert requested(pod({}), "rdma/hca") == 0


def test_a_pod_holds_from_its_start_to_its_end_or_until_now() -> None:
    """Parts are named by the labels asked for; a Pod that has not started holds nothing."""
    ended = {"terminated": {"startedAt": "2026-03-01T12:00:00Z", "finishedAt": "2026-03-01T12:00:07Z"}}
    runs = {"running": {"startedAt": "2026-03-01T12:00:02Z"}}
    pods = [pod(ended, part="sweep", group="a"), pod(runs, part="solver"), pod({"waiting": {}}, part="sweep")]
    assert held(pods, SLICE, ("part", "group"), at(9)) == [
        Held("sweep a", 1, at(0), at(7)),
        Held("solver", 1, at(2), at(9)),
    ]


def test_the_peak_counts_what_overlaps() -> None:
    """One that begins when another ends is not held beside it."""
    items = [Held("a", 4, at(0), at(5)), Held("b", 3, at(5), at(9)), Held("c", 2, at(4), at(6))]
    assert most(items) == 6
    assert most([]) == 0


def test_the_site_is_the_sum_of_its_nodes() -> None:
    """Nodes without the resource count nothing."""
    nodes = [{"status": {"allocatable": {SLICE: "6"}}}, {"status": {"allocatable": {SLICE: "6"}}}, {"status": {}}]
    assert capacity(nodes, SLICE) == 12


def test_a_chart_shows_layers_and_limits_and_escapes_names() -> None:
    """One rectangle for each part and stretch of time, one dashed line a limit that is set, the numbers in words."""
    items = [Held("<b>", 1, at(0), at(4)), Held("solver", 2, at(2), at(6))]
    drawn = chart(SLICE, items, (at(0), at(6)), {"site": 12.0, "quota": 0.0})
    assert drawn.count("<rect") == 4
    assert drawn.count("<line") == 1
    assert "site 12" in drawn
    assert f"{SLICE}: at most 3 held at once, over 6 s" in drawn
    assert "<b>:" not in drawn
