"""What Pods held of a resource over time, beside what the site has: one stacked chart a resource, drawn as SVG.

A Pod holds what it requests from the start of its container to its end (or until now).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from itertools import pairwise
from typing import Any

from labkit import kube
from labkit.messages import _

WIDTH, HEIGHT, LEFT, TOP = 760, 110, 60, 8  # pixels
COLOURS = ("#1a66c4", "#b3541e", "#2e7d32", "#7b3fa0", "#8a5a00", "#00707a")
UNITS = {"m": 0.001, "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40, "k": 1e3, "M": 1e6, "G": 1e9}
OTHERS = "-"


@dataclass(frozen=True)
class Held:
    """So much of a resource, held by a Pod of a part (`sweep climate`) from start to finish."""

    part: str
    amount: float
    start: datetime
    finish: datetime


def quantity(text: str | int) -> float:
    """A Kubernetes quantity (`500m`, `4Gi`, `2`) as a number."""
    whole = str(text)
    for unit, factor in UNITS.items():
        if whole.endswith(unit):
            return float(whole.removesuffix(unit)) * factor
    return float(whole)


def requested(pod: Mapping[str, Any], resource: str) -> float:
    """What the Pod's containers request of it; a limit alone counts as a request, as the API server has it."""
    total = 0.0
    for container in pod["spec"]["containers"]:
        stated = container.get("resources", {})
        total += quantity(stated.get("requests", {}).get(resource, stated.get("limits", {}).get(resource, 0)))
    return total


def held(pods: Sequence[Mapping[str, Any]], resource: str, by: Sequence[str], now: datetime) -> list[Held]:
    """Who held the resource and when; `by` are the labels whose values name a part."""
    found = []
    for pod in pods:
        amount = requested(pod, resource)
        labels = pod["metadata"].get("labels", {})
        part = " ".join(labels[name] for name in by if name in labels) or OTHERS
        for container in pod.get("status", {}).get("containerStatuses", [])[:1]:
            state = container.get("state", {})
            ended, runs = state.get("terminated", {}), state.get("running", {})
            began = ended.get("startedAt") or runs.get("startedAt")
            if amount and began:
                finish = datetime.fromisoformat(ended["finishedAt"]) if ended.get("finishedAt") else now
                found.append(Held(part, amount, datetime.fromisoformat(began), finish))
    return found


def capacity(nodes: Sequence[Mapping[str, Any]], resource: str) -> float:
    """What all nodes have of it."""
    return sum(quantity(node["status"].get("allocatable", {}).get(resource, 0)) for node in nodes)


def show(resources: Sequence[str], by: Sequence[str], site: str, quotas: Mapping[str, float]) -> str:
    """The charts of these resources, with what the nodes of the selector `site` have, and what a quota allows.

    Raises:
        KubeError: Kubernetes refused.
    """
    pods = json.loads(kube.run(["get", "pods", "-o", "json"]))["items"]
    nodes = json.loads(kube.run(["get", "nodes", "-l", site, "-o", "json"]))["items"]
    now = datetime.now(UTC)
    finite = [pod for pod in pods if pod["spec"].get("restartPolicy", "Always") != "Always"]
    span = _span([item for name in resources for item in held(finite, name, by, now)])
    if span is None:
        return f"<p>{escape(_('No Pod has run yet: play the plan first.'))}</p>"
    drawn = [
        chart(name, held(pods, name, by, now), span, {"site": capacity(nodes, name), "quota": quotas.get(name, 0.0)})
        for name in resources
    ]
    return "".join(drawn)


def _span(items: Sequence[Held]) -> tuple[datetime, datetime] | None:
    return (min(i.start for i in items), max(i.finish for i in items)) if items else None


def chart(resource: str, items: Sequence[Held], span: tuple[datetime, datetime], lines: Mapping[str, float]) -> str:
    """One resource: layers of what each part held, and dashed lines where the site and the quota end."""
    seconds = (span[1] - span[0]).total_seconds()
    peak = most(items)
    scale_y = (HEIGHT - TOP) / max(peak, *lines.values(), 1.0)
    colours = dict(zip(sorted({item.part for item in items}), COLOURS * len(items), strict=False))
    bars = _layers(items, span, colours, scale_y) + [
        _line(name, value, scale_y) for name, value in lines.items() if value
    ]
    title = _("{resource}: at most {peak:g} held at once, over {seconds:.0f} s").format(
        resource=resource, peak=peak, seconds=seconds
    )
    legend = " · ".join(f"<span style='color:{colour}'>■</span> {escape(part)}" for part, colour in colours.items())
    return (
        f"<p style='margin:6px 0 0'><b>{escape(title)}</b><br>{legend}</p>"
        f"<svg role='img' aria-label='{escape(title, quote=True)}' viewBox='0 0 {WIDTH} {HEIGHT}' width='{WIDTH}' "
        f"height='{HEIGHT}' style='max-width:100%;font:11px sans-serif'>{''.join(bars)}</svg>"
    )


def most(items: Sequence[Held]) -> float:
    """The most that was held at once."""
    return max((sum(i.amount for i in items if i.start <= at.start < i.finish) for at in items), default=0.0)


def _layers(
    items: Sequence[Held], span: tuple[datetime, datetime], colours: Mapping[str, str], scale_y: float
) -> list[str]:
    scale_x = (WIDTH - LEFT) / max((span[1] - span[0]).total_seconds(), 1.0)
    moments = sorted({*span, *(m for i in items for m in (i.start, i.finish) if span[0] < m < span[1])})
    bars = []
    for begin, end in pairwise(moments):
        floor = float(HEIGHT)
        left, width = LEFT + (begin - span[0]).total_seconds() * scale_x, (end - begin).total_seconds() * scale_x
        for part, colour in colours.items():
            amount = sum(i.amount for i in items if i.part == part and i.start <= begin < i.finish)
            floor -= amount * scale_y
            if amount:
                bars.append(
                    f"<rect x='{left:.1f}' y='{floor:.1f}' width='{width + 0.3:.1f}' height='{amount * scale_y:.1f}' "
                    f"fill='{colour}'><title>{escape(part)}: {amount:g}</title></rect>"
                )
    return bars


def _line(name: str, value: float, scale_y: float) -> str:
    y = HEIGHT - value * scale_y
    word = {"site": _("site"), "quota": _("quota")}[name]
    return (
        f"<line x1='{LEFT}' x2='{WIDTH}' y1='{y:.1f}' y2='{y:.1f}' stroke='currentColor' stroke-dasharray='5 3'/>"
        f"<text x='2' y='{min(y + 10, HEIGHT):.1f}' fill='currentColor'>{escape(word)} {value:g}</text>"
    )
