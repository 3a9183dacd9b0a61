"""The plan of an experiment: who competes, how often, and in which order. Written by the student, and judged."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from labbench.errors import PlanError
from labbench.messages import _

CONTENDERS = ("process", "container", "vm")
ORDERS = ("blocked", "interleaved")
WARM_UP, MEASURED, DENSITY = "warm-up", "measured", "density"  # the phases of an experiment
# (lowest, highest) of each number: an experiment stays within minutes and a few hundred MiB.
BOUNDS = {"repetitions": (1, 20), "warmup": (0, 5), "seed": (0, 10**9), "mib": (1, 128)}
MOST_INSTANCES = 6


@dataclass(frozen=True)
class Trial:
    """One start of one contender; `instances` at a time where density is measured, else one."""

    number: int
    phase: str
    contender: str
    instances: int = 1


@dataclass(frozen=True)
class Plan:
    """What is to be measured.

    `contenders` compete; each is measured `repetitions` times, after `warmup` rounds whose samples do not count.
    `order` is "blocked" (all trials of one contender, then the next) or "interleaved" (rounds in which each contender
    has one turn, in an order drawn from `seed`). Each instance holds `mib` MiB. `density` lists how many instances
    run at once, for the memory they need together.

    Raises:
        PlanError: a field is not one of these, or out of bounds.
    """

    contenders: tuple[str, ...] = CONTENDERS[:1]
    repetitions: int = 1
    warmup: int = 0
    order: str = "blocked"
    seed: int = 0
    mib: int = 16
    density: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "contenders", tuple(self.contenders))
        object.__setattr__(self, "density", tuple(self.density))
        unknown = [name for name in self.contenders if name not in CONTENDERS]
        if unknown or not self.contenders or len(set(self.contenders)) < len(self.contenders):
            text = _("contenders={said}: name some of {known}, each once")
            raise PlanError(text.format(said=self.contenders, known=", ".join(CONTENDERS)))
        if self.order not in ORDERS:
            raise PlanError(_("order={said!r}: it is one of {known}").format(said=self.order, known=", ".join(ORDERS)))
        for name, (low, high) in BOUNDS.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                text = _("{name}={said!r}: it must be a whole number from {low} to {high}")
                raise PlanError(text.format(name=name, said=value, low=low, high=high))
        for number in self.density:
            if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= MOST_INSTANCES:
                text = _("density: {said!r} must be a whole number from 1 to {high}")
                raise PlanError(text.format(said=number, high=MOST_INSTANCES))

    def trials(self) -> list[Trial]:
        """All trials in their order, numbered from 1."""
        rounds = [WARM_UP] * self.warmup + [MEASURED] * self.repetitions
        if self.order == "interleaved":
            turns = [(phase, name) for number, phase in enumerate(rounds) for name in self._drawn(number)]
        else:
            turns = [(phase, name) for name in self.contenders for phase in rounds]
        made = [Trial(number, phase, name) for number, (phase, name) in enumerate(turns, 1)]
        many = [(count, name) for count in self.density for name in self._drawn(-count)]
        first = len(made) + 1
        return made + [Trial(number, DENSITY, name, count) for number, (count, name) in enumerate(many, first)]

    def _drawn(self, number: int) -> Iterable[str]:
        """The contenders in the order of one round: by SHA-256, so the same with every version of Python."""
        return sorted(
            self.contenders, key=lambda name: hashlib.sha256(f"{self.seed}\0{number}\0{name}".encode()).digest()
        )

    def to_json(self) -> dict[str, Any]:
        """As it stands in files."""
        return {**asdict(self), "contenders": list(self.contenders), "density": list(self.density)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Plan:
        """The plan of a file. Raises PlanError for anything that is none."""
        try:
            return cls(**data)
        except TypeError as cause:
            raise PlanError(f"this is no plan: {cause}") from cause
