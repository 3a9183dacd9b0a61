"""Plots that say what was measured, on what machine, and how often."""

from __future__ import annotations

from typing import Any

from labbench.messages import _
from labbench.samples import RECORDED, UNITS, Measurements
from labbench.stats import spread

_SIZE = (7.5, 3.2)


def plot(data: Measurements, metric: str, *, log: bool = False) -> Any:
    """Every sample as a dot, median and quartiles as a bar: one row a contender. A matplotlib figure.

    Raises ValueError for an unknown metric.
    """
    if metric not in UNITS:
        raise ValueError(f"there is no metric {metric!r}; there are: {', '.join(UNITS)}")
    figure, axes = _figure(data, f"{_titles()[metric]} [{UNITS[metric]}]")
    names = [name for name in _names(data) if data.values(metric, name)]
    for row, name in enumerate(names):
        values = data.values(metric, name)
        found = spread(values)
        axes.plot(values, [row] * len(values), "o", color="#1a66c4", alpha=0.5)
        bars = [[found.median - found.low], [found.high - found.median]]
        axes.errorbar([found.median], [row], xerr=bars, fmt="|", color="black", capsize=6, markersize=18)
    axes.set_yticks(range(len(names)), [f"{name} (n={len(data.values(metric, name))})" for name in names])
    axes.set_ylim(-0.6, len(names) - 0.4)
    if log:
        axes.set_xscale("log")
    else:
        axes.set_xlim(left=0)
    return figure


def plot_density(data: Measurements) -> Any:
    """Memory of all instances together, over their number. A matplotlib figure."""
    figure, axes = _figure(data, _("memory of all instances together [MiB]"))
    for name, mark in zip(_names(data), "osD", strict=False):
        points = sorted(data.density(name))
        if points:
            axes.plot(*zip(*points, strict=True), marker=mark, label=name)
    axes.set_xlabel(_("instances at once"))
    axes.set_ylim(bottom=0)
    axes.legend()
    return figure


def _names(data: Measurements) -> list[str]:
    return [name for name in ("process", "container", "vm") if any(item.contender == name for item in data.samples)]


def _figure(data: Measurements, title: str) -> tuple[Any, Any]:
    from labbench.picture import Picture  # slow import

    machine = data.provenance.get("machine") or {}
    vm = (data.provenance.get("contenders") or {}).get("vm") or {}
    where = f"{machine.get('cpu')}, {machine.get('cpus')} CPUs, {machine.get('kernel')}"
    notes = [where, f"QEMU: {vm.get('accelerator')}", str(data.provenance.get("started"))]
    label = [_("RECORDED data")] if data.name == RECORDED else []
    figure = Picture(figsize=_SIZE, layout="constrained")
    axes = figure.subplots()
    axes.set_title(title, loc="left")
    figure.supxlabel(" · ".join([*label, *notes]), fontsize=7)
    return figure, axes


def _titles() -> dict[str, str]:
    return {
        "startup": _("start to first useful line"),
        "int": _("fixed integer work (primes)"),
        "float": _("fixed floating-point work (molecular dynamics)"),
        "io": _("32 writes of 64 KiB, each with fsync"),
        "memory": _("memory of one instance, as the host sees it"),
        "guest_memory": _("memory in use, as the guest sees it"),
    }
