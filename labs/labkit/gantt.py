"""A Gantt chart of Jobs' Pods, drawn as SVG: one row a slot, one bar a Pod, time from the first start."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from labkit.messages import _
from labkit.runs import Run

WIDTH, ROW, LEFT, TOP = 760, 24, 52, 26  # pixels
TICKS = 10  # at most
COLOURS = ("#1a66c4", "#8a5a00", "#2e7d32", "#7b3fa0")  # white text is readable on each
BAD = "#c62828"


def makespan(runs: Sequence[Run]) -> float:
    """Seconds from the first start to the last end; 0 without runs."""
    return (max(r.finish for r in runs) - min(r.start for r in runs)).total_seconds() if runs else 0.0


def slots(runs: Sequence[Run]) -> list[list[Run]]:
    """The runs in as few rows as they need: each goes to the first row that is free when it starts."""
    rows: list[list[Run]] = []
    for item in sorted(runs, key=lambda r: (r.start, r.index)):
        row = next((row for row in rows if row[-1].finish <= item.start), None)
        if row is None:
            rows.append([item])
        else:
            row.append(item)
    return rows


def chart(jobs: Sequence[Sequence[Run]], *, simulated: bool) -> str:
    """One chart below the other, on one scale of time, each with its makespan and how full its slots were."""
    if not any(jobs):
        return f"<p>{escape(_('No Pod of these Jobs has ended yet: run this cell again in a moment.'))}</p>"
    longest = max(makespan(runs) for runs in jobs)
    note = _("Durations on simulated nodes are declared, not computed: nothing ran.") if simulated else ""
    drawn = [_one(runs, longest or 1.0, COLOURS[n % len(COLOURS)]) for n, runs in enumerate(jobs) if runs]
    return f"<figure style='margin:0'>{''.join(drawn)}<figcaption><small>{escape(note)}</small></figcaption></figure>"


def summary(runs: Sequence[Run]) -> str:
    """The chart's numbers in one line."""
    rows, span = len(slots(runs)), makespan(runs)
    used = sum(r.seconds for r in runs) / (rows * span) if rows and span else 0.0
    return _("{job}: makespan {span:.0f} s, {n} Pods in {rows} slots, slots in use {used:.0%} of the time").format(
        job=runs[0].job, span=span, n=len(runs), rows=rows, used=used
    )


def _one(runs: Sequence[Run], longest: float, colour: str) -> str:
    rows, first = slots(runs), min(r.start for r in runs)
    scale = (WIDTH - LEFT - 20) / longest
    bars = [_bar(item, number, first, scale, colour) for number, row in enumerate(rows) for item in row]
    height = TOP + ROW * len(rows) + 24
    label = escape(summary(runs), quote=True)
    return (
        f"<div><strong>{label}</strong></div><svg role='img' aria-label='{label}' width='{WIDTH}' height='{height}' "
        f"viewBox='0 0 {WIDTH} {height}' style='max-width:100%;font:12px sans-serif'>"
        f"{_axis(longest, scale, TOP + ROW * len(rows))}{''.join(bars)}</svg>"
    )


def _bar(item: Run, row: int, first: datetime, scale: float, colour: str) -> str:
    left = LEFT + (item.start - first).total_seconds() * scale
    width = max(item.seconds * scale, 3)
    top = TOP + row * ROW
    told = f"{item.pod} · {item.node} · {item.seconds:.0f} s" + (f" · exit {item.exit_code}" if item.exit_code else "")
    number = f"<text x='{left + 4:.1f}' y='{top + 15}' fill='white'>{item.index}</text>" if width > 14 else ""
    return (
        f"<g><title>{escape(told)}</title><rect x='{left:.1f}' y='{top}' width='{width:.1f}' height='{ROW - 4}' rx='3' "
        f"fill='{BAD if item.exit_code else colour}' stroke='white'/>{number}</g>"
    )


def _axis(longest: float, scale: float, bottom: int) -> str:
    step = next(s for s in (1, 2, 5, 10, 20, 60, 120, 600, 3600, 1e9) if longest / s <= TICKS)
    marks = []
    for number in range(int(longest // step) + 1):
        x = LEFT + number * step * scale
        marks.append(
            f"<line x1='{x:.1f}' x2='{x:.1f}' y1='{TOP - 6}' y2='{bottom}' stroke='currentColor' opacity='.25'/>"
            f"<text x='{x:.1f}' y='{TOP - 10}' text-anchor='middle' fill='currentColor'>{number * step:g} s</text>"
        )
    return "".join(marks)
