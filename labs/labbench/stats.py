"""The few statistics that a small, skewed set of timings needs: medians, quartiles, a straight line."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """Median and quartiles (linear interpolation between the values, as in numpy's default)."""

    median: float
    low: float
    high: float
    count: int

    @property
    def iqr(self) -> float:
        """The interquartile range: how wide the middle half of the values is."""
        return self.high - self.low


def spread(values: Sequence[float]) -> Spread:
    """Median and quartiles. Raises ValueError where there is no value."""
    if not values:
        raise ValueError("no values")
    if len(values) == 1:
        return Spread(values[0], values[0], values[0], 1)
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(middle, low, high, len(values))


def slope(points: Sequence[tuple[int, float]]) -> float:
    """What one more instance costs: the least-squares slope through (instances, MiB).

    Raises ValueError where there are fewer than two different numbers of instances.
    """
    if len({count for count, _memory in points}) < 2:
        raise ValueError("a line needs two different numbers of instances")
    counts = [float(count) for count, _memory in points]
    return statistics.linear_regression(counts, [memory for _count, memory in points]).slope
