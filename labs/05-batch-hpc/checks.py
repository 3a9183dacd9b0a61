"""Judging the campaign of lab 05 by its Pods' own start and end times."""

from datetime import datetime
from typing import Any

from autograder import Mismatch, say

SLOTS = 3
SHORT, SHORTS = 2, 6  # seconds, tasks
GAIN_S = 2.0
TOLERANCE_S = 1.0
JOB = "batch.kubernetes.io/job-name"


def bound(ctx: Any) -> None:
    """The lower bound: all the work over the slots, or the longest task."""
    times = planned(ctx)
    right = max(max(times), sum(times) / SLOTS)
    if abs(answer(ctx, "bound") - right) > 0.01:
        raise Mismatch(
            path="ConfigMap makespan: bound",
            expected=say(ctx, pt="o maior de dois limites", en="the greater of two bounds"),
            found=answer(ctx, "bound"),
        )


def measured(ctx: Any) -> None:
    """What the student measured is what the Pods say."""
    right, told = makespan(ctx, "short-first"), answer(ctx, "measured")
    if abs(told - right) > TOLERANCE_S:
        raise Mismatch(
            path="ConfigMap makespan: measured",
            expected=say(ctx, pt="o que dizem os horários dos Pods, ± 1 s", en="what the Pods' own times say, ± 1 s"),
            found=f"{told:g} s",
        )


def same_work(ctx: Any) -> None:
    """The same durations, in any order, in as many slots."""
    job = ctx.get("batch/v1", "Job", "reordered")
    if job is None:
        raise Mismatch(path="Job reordered", expected=sorted(planned(ctx)), found=None)
    told = {
        item["name"]: item.get("value", "") for item in job["spec"]["template"]["spec"]["containers"][0].get("env", [])
    }
    times = sorted(int(word) for word in told.get("TIMES", "").split())
    finish_all(ctx, "reordered")
    if times != sorted(planned(ctx)) or job["spec"]["parallelism"] != SLOTS:
        raise Mismatch(
            path="Job reordered",
            expected={"times": sorted(planned(ctx)), "parallelism": SLOTS},
            found={"times": times, "parallelism": job["spec"]["parallelism"]},
        )


def shorter(ctx: Any) -> None:
    """The order alone has made it shorter."""
    before, after = makespan(ctx, "short-first"), makespan(ctx, "reordered")
    if after > before - GAIN_S:
        raise Mismatch(
            path="Job reordered", expected=f"<= {before - GAIN_S:g} s", found=f"{after:g} s (short-first: {before:g} s)"
        )


def planned(ctx: Any) -> list[int]:
    """The durations that the lab gives out, in seconds."""
    return [SHORT] * SHORTS + [int(ctx.values["longest"])]


def answer(ctx: Any, key: str) -> float:
    """A number that the student wrote into the ConfigMap."""
    found = ctx.get("v1", "ConfigMap", "makespan")
    text = ((found or {}).get("data") or {}).get(key)
    try:
        return float(text)
    except (TypeError, ValueError) as cause:
        raise Mismatch(path=f"ConfigMap makespan: {key}", expected="a number of seconds", found=text) from cause


def makespan(ctx: Any, job: str) -> float:
    """Seconds from the first start to the last end among the Job's Pods, all of which must have ended."""
    ends = finish_all(ctx, job)
    first = min(datetime.fromisoformat(end["startedAt"]) for end in ends)
    return (max(datetime.fromisoformat(end["finishedAt"]) for end in ends) - first).total_seconds()


def finish_all(ctx: Any, job: str) -> list[dict[str, Any]]:
    """How the container of each of the Job's Pods ended; Mismatch until there are as many as the campaign has tasks."""
    wanted = len(planned(ctx))
    pods = [p for p in ctx.list("v1", "Pod") if p["metadata"].get("labels", {}).get(JOB) == job]
    states = [p.get("status", {}).get("containerStatuses", [{}])[0].get("state", {}) for p in pods if p.get("status")]
    ended = [state["terminated"] for state in states if state.get("terminated", {}).get("exitCode") == 0]
    if len(ended) < wanted:
        raise Mismatch(path=f"Job {job}", expected=f"{wanted} Pods Succeeded", found=f"{len(ended)}")
    return ended
