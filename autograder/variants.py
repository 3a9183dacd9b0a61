"""Each student's own values: a public function of course, lab and student, the same on every machine.

A value is drawn from SHA-256 over the four names, so it depends on nothing else: not on Python's random
generators (whose `choice` may change between versions), nor on the order of values in the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Choice:
    """One of the listed options, each as likely as the others."""

    options: tuple[Any, ...]

    def draw(self, number: int) -> Any:
        """The option that a large random number falls on."""
        return self.options[number % len(self.options)]


@dataclass(frozen=True)
class Interval:
    """A whole number from `low` to `high`, both included."""

    low: int
    high: int

    def draw(self, number: int) -> int:
        """The whole number that a large random number falls on."""
        return self.low + number % (self.high - self.low + 1)


Variant = Choice | Interval


class HasVariants(Protocol):
    """What `values` needs of a lab."""

    @property
    def id(self) -> str:
        """The lab's folder name."""

    @property
    def variants(self) -> Mapping[str, Variant]:
        """`values:` of its checks.yaml."""


def values(course_id: str, lab: HasVariants, student: str) -> dict[str, Any]:
    """The student's values in this lab, e.g. `{"replicas": 4, "port": 8123}`.

    `number = int(sha256("course\\0lab\\0student\\0name"))`, then `choice[number % len(choice)]`, or for
    `int: [a, b]` `a + number % (b - a + 1)`.
    """
    return {name: variant.draw(_number(course_id, lab.id, student, name)) for name, variant in lab.variants.items()}


def _number(*names: str) -> int:
    return int.from_bytes(hashlib.sha256("\0".join(names).encode()).digest(), "big")
