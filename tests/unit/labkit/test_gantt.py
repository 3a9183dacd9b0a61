"""Charts of Jobs: read from the Pods' own times, packed into slots, simulated durations called so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from labkit.gantt import chart, makespan, slots, summary
from labkit.runs import Run, read

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages in English."""
    monkeypatch.setenv("COURSE_LANG", "en")


def run(index: int, start: int, seconds: int, code: int = 0, job: str = "sweep") -> Run:
    """A run that starts so many seconds after noon."""
    begin = NOON + timedelta(seconds=start)
    return Run(job, f"{job}-{index}", index, "cpu-1", "md:1", "", begin, begin + timedelta(seconds=seconds), code)


def pod(index: int, state: dict[str, Any]) -> dict[str, Any]:
    """A Pod object of an Indexed Job."""
    labels = {"batch.kubernetes.io/job-name": "sweep", "batch.kubernetes.io/job-completion-index": str(index)}
    status = {"containerStatuses": [{"imageID": "sha256:1", "state": state}]}
    spec = {"nodeName": "cpu-1", "containers": [{"image": "md:1"}]}
    return {"metadata": {"name": f"sweep-{index}", "labels": labels}, "spec": spec, "status": status}


def test_a_run_is_what_the_pod_recorded() -> None:
    """Start, end, node, index and the digest that was used; a Pod that still runs is no run yet."""
    ended = {"terminated": {"startedAt": "2026-03-01T12:00:00Z", "finishedAt": "2026-03-01T12:00:07Z", "exitCode": 3}}
    runs = read([pod(4, ended), pod(5, {"running": {"startedAt": "2026-03-01T12:00:00Z"}})])
    assert [(r.index, r.seconds, r.node, r.image_id, r.exit_code) for r in runs] == [(4, 7.0, "cpu-1", "sha256:1", 3)]


def test_rows_are_the_slots_that_were_used() -> None:
    """Of three runs one starts when another has ended: two rows; the makespan is first start to last end."""
    runs = [run(0, 0, 2), run(1, 0, 5), run(2, 2, 2)]
    assert [[r.index for r in row] for row in slots(runs)] == [[0, 2], [1]]
    assert makespan(runs) == 5
    assert "makespan 5 s, 3 Pods in 2 slots, slots in use 90%" in summary(runs)


def test_a_chart_says_what_was_simulated_and_what_failed() -> None:
    """The reader is told when durations are declared; a failed run differs by colour and in its words."""
    drawn = chart([[run(0, 0, 2)], [run(1, 0, 3, 1, job="robust")]], simulated=True)
    assert "nothing ran" in drawn
    assert "exit 1" in drawn
    assert drawn.count("<svg") == 2
    assert "nothing ran" not in chart([[run(0, 0, 2)]], simulated=False)


def test_names_from_the_cluster_are_escaped() -> None:
    """A Job cannot put markup into the notebook."""
    assert "<script>" not in chart([[run(0, 0, 1, job="<script>")]], simulated=False)


def test_no_run_is_said_so() -> None:
    """An empty chart tells what to do, and a run of no measurable length does not divide by zero."""
    assert "run this cell again" in chart([[], []], simulated=False)
    assert "makespan 0 s" in chart([[run(0, 0, 0)]], simulated=False)
