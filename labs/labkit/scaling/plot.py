"""A ride as a plot (SVG): load, metric and replicas one below the other, on one axis of time."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from labkit.messages import _
from labkit.scaling.record import Ride

WIDTH, HEIGHT, LEFT, GAP = 720, 90, 46, 34  # pixels
TICK = 10  # seconds
Series = Sequence[tuple[float, float]]
Layer = tuple[str, str, str]  # series, colour, dashes: told apart by both


def as_html(ride: Ride) -> str:
    """The plot with its numbers."""
    panels = [
        (_("requests a second"), [("offered", "#b3541e", "5 3"), ("served", "#1b6ca8", "")], 0.0),
        (_("CPU, in percent of the request"), [("utilisation", "#7b3fa0", "")], float(ride.target)),
        (_("replicas"), [("replicas", "#2e7d32", "5 3"), ("ready", "#2e7d32", "")], 0.0),
    ]
    drawn = [_panel(ride, n, title, layers, mark) for n, (title, layers, mark) in enumerate(panels)]
    height = len(panels) * (HEIGHT + GAP) + 20
    label = escape(summary(ride), quote=True)
    note = escape(_("Load and use are simulated; the metrics server's and the autoscaler's decisions are real."))
    return (
        f"<figure style='margin:0'><strong>{label}</strong><br>"
        f"<svg role='img' aria-label='{label}' width='{WIDTH}' height='{height}' viewBox='0 0 {WIDTH} {height}' "
        f"style='max-width:100%;font:12px sans-serif'>{''.join(drawn)}</svg>"
        f"<figcaption><small>{note}</small></figcaption></figure>"
    )


def summary(ride: Ride) -> str:
    """The ride's numbers in one line."""
    return _(
        "{service}: at most {replicas:.0f} replicas, {paid:.0f} Pod-seconds paid, {lost:.0f} requests lost"
    ).format(service=ride.service, replicas=ride.highest("replicas"), paid=ride.pod_seconds, lost=ride.last("lost"))


def _panel(ride: Ride, number: int, title: str, layers: Sequence[Layer], mark: float) -> str:
    top = number * (HEIGHT + GAP) + 18
    most = max([*(ride.highest(name) for name, _colour, _dash in layers), mark * 1.2, 1.0])
    lines = [_line(ride.series.get(name, []), ride.seconds, top, most, colour, dash) for name, colour, dash in layers]
    names = {"offered": _("offered"), "served": _("served"), "utilisation": _("measured"),
             "replicas": _("wanted"), "ready": _("ready")}  # fmt: skip
    legend = " · ".join(
        f"<tspan fill='{colour}'>{'┅' if dash else '━'} {escape(names[name])}</tspan>" for name, colour, dash in layers
    )
    level = top + HEIGHT * (1 - mark / most)
    target = (
        f"<line x1='{LEFT}' x2='{WIDTH - 10}' y1='{level:.1f}' y2='{level:.1f}' stroke='currentColor' "
        f"stroke-dasharray='2 4'/><text x='{WIDTH - 10}' y='{level - 3:.1f}' text-anchor='end' fill='currentColor'>"
        f"{escape(_('target'))} {mark:.0f}%</text>"
    )
    return (
        f"<text x='{LEFT}' y='{top - 5}' fill='currentColor'>{escape(title)}: {legend}</text>"
        f"<text x='{LEFT - 6}' y='{top + 10}' text-anchor='end' fill='currentColor'>{most:.0f}</text>"
        f"<text x='{LEFT - 6}' y='{top + HEIGHT}' text-anchor='end' fill='currentColor'>0</text>"
        f"{_axis(ride.seconds, top)}{target if mark else ''}{''.join(lines)}"
    )


def _line(series: Series, seconds: float, top: int, most: float, colour: str, dash: str) -> str:
    """Steps: a value holds until the next one comes."""
    if not series:
        return ""
    points = [_point(*series[0], seconds, top, most)]
    for (_at, before), (at, value) in pairwise(series):
        points += [_point(at, before, seconds, top, most), _point(at, value, seconds, top, most)]
    points.append(_point(max(seconds, series[-1][0]), series[-1][1], seconds, top, most))
    return (
        f"<polyline points='{' '.join(points)}' fill='none' stroke='{colour}' stroke-width='2' "
        f"stroke-dasharray='{dash or 'none'}'/>"
    )


def _point(at: float, value: float, seconds: float, top: int, most: float) -> str:
    x = LEFT + min(at / max(seconds, 1), 1.0) * (WIDTH - LEFT - 10)
    return f"{x:.1f},{top + HEIGHT * (1 - value / most):.1f}"


def _axis(seconds: float, top: int) -> str:
    marks = []
    for at in range(0, int(seconds) + 1, TICK):
        x = _point(at, 0, seconds, top, 1).split(",")[0]
        marks.append(
            f"<line x1='{x}' x2='{x}' y1='{top}' y2='{top + HEIGHT}' stroke='currentColor' opacity='.2'/>"
            f"<text x='{x}' y='{top + HEIGHT + 12}' text-anchor='middle' fill='currentColor'>{at} s</text>"
        )
    return "".join(marks)
