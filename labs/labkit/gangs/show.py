"""The comparison as a table and as a plot (SVG): GPUs held over time, computing dark, waiting for peers light."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from labkit.gangs.load import SITE_GPUS
from labkit.gangs.measure import Result
from labkit.messages import _

COLOURS = ("#1b6ca8", "#b3541e", "#2e7d32", "#7b3fa0")  # also told apart by the order of the layers and by their names
WIDTH, HEIGHT = 640, 120


def as_html(results: Sequence[Result]) -> str:
    """Table and plots of all results."""
    return _table(results) + "".join(_plot(result, max(r.samples[-1].at for r in results)) for result in results)


def rows(results: Sequence[Result]) -> list[list[str]]:
    """The table's cells: scheduler, makespan, utilisation, waiting, wasted GPU-seconds."""
    return [
        [
            result.scheduler,
            _("never (deadlock)") if result.makespan is None else f"{result.makespan:.1f} s",
            f"{result.utilisation:.0%}",
            f"{result.waited:.1f} s",
            f"{result.wasted:.0f}",
        ]
        for result in results
    ]


def _table(results: Sequence[Result]) -> str:
    head = [_("scheduler"), _("makespan"), _("GPU utilisation"), _("mean waiting"), _("wasted GPU-seconds")]
    titles = "".join(f"<th scope='col'>{escape(title)}</th>" for title in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows(results))
    note = escape(_("Measured here and now; the hardware is simulated, the schedulers' decisions are real."))
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table><small>{note}</small>"


def _plot(result: Result, longest: float) -> str:
    scale_x, scale_y = WIDTH / max(longest, 1), HEIGHT / SITE_GPUS
    bars = []
    for before, after in pairwise(result.samples):
        floor = float(HEIGHT)
        for job, colour in zip(result.jobs, COLOURS, strict=False):
            computing, held = before.computing[job.name], before.held[job.name]
            for gpus, opacity in ((computing, 1.0), (held - computing, 0.35)):
                height = gpus * scale_y
                floor -= height
                if height:
                    bars.append(
                        f"<rect x='{before.at * scale_x:.1f}' y='{floor:.1f}' fill='{colour}' opacity='{opacity}' "
                        f"width='{(after.at - before.at) * scale_x + 0.3:.1f}' height='{height:.1f}'/>"
                    )
    names = " · ".join(
        f"<span style='color:{colour}'>■</span> {escape(job.name)}"
        for job, colour in zip(result.jobs, COLOURS, strict=False)
    )
    title = _("{name}: {gpus} GPUs over {seconds:.0f} s; dark: computing, light: waiting for peers").format(
        name=result.scheduler, gpus=SITE_GPUS, seconds=longest
    )
    return (
        f"<p><b>{escape(title)}</b><br>{names}</p><svg role='img' aria-label='{escape(title, quote=True)}' "
        f"viewBox='0 0 {WIDTH} {HEIGHT}' width='{WIDTH}' height='{HEIGHT}' style='border:1px solid #888'>"
        f"{''.join(bars)}</svg>"
    )
