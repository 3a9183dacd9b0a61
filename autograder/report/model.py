"""A report as data: what `autograder check --json` prints and everything else renders.

Points and scores are in the points of checks.yaml. All values are JSON; texts are in the report's language.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

Outcome = Literal["pass", "mismatch", "error", "not-applicable"]
OUTCOMES: tuple[str, ...] = get_args(Outcome)


@dataclass(frozen=True)
class CriterionReport:
    """How one criterion ended.

    `earned` is at most `points`. `path`, `expected`, `found` and `message` explain a mismatch or an error;
    `requires` names the missing capabilities of one that is not applicable. A hidden criterion shows none of
    that.
    """

    id: str
    title: str
    outcome: Outcome
    points: float
    earned: float = 0.0
    path: str | None = None
    expected: str | None = None
    found: str | None = None
    message: str | None = None
    hints: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    hidden: bool = False

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CriterionReport:
        """The inverse of `to_json` for one criterion."""
        return cls(**{**data, "hints": tuple(data["hints"]), "requires": tuple(data["requires"])})


@dataclass(frozen=True)
class TaskReport:
    """One task. `score` is None when a criterion ended in an error, or when none is applicable here.

    Points of criteria that are not applicable are shared out over the others: `score` is out of `points` all
    the same.
    """

    id: str
    title: str
    score: float | None
    points: float
    criteria: tuple[CriterionReport, ...]

    @property
    def applicable(self) -> bool:
        """Whether this cluster can judge at least one criterion."""
        return any(criterion.outcome != "not-applicable" for criterion in self.criteria)

    @property
    def passed(self) -> bool:
        """Whether nothing was lost here: every applicable criterion passed (also when none is applicable)."""
        return all(criterion.outcome in ("pass", "not-applicable") for criterion in self.criteria)

    @property
    def failed_to_judge(self) -> bool:
        """Whether a criterion ended in an error, so that there is no score."""
        return any(criterion.outcome == "error" for criterion in self.criteria)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> TaskReport:
        """The inverse of `to_json` for one task."""
        criteria = tuple(CriterionReport.from_json(item) for item in data["criteria"])
        return cls(**{**data, "criteria": criteria})


@dataclass(frozen=True)
class LabReport:
    """One lab of one student. `provider` is "" where no cluster was asked."""

    lab: str
    student: str
    provider: str
    simulated: bool
    tasks: tuple[TaskReport, ...]

    @property
    def points(self) -> float:
        """Points of the tasks that this cluster can judge."""
        return sum(task.points for task in self.tasks if task.applicable)

    @property
    def score(self) -> float | None:
        """The sum over these tasks, or None when one of them could not be judged."""
        if self.failed_to_judge:
            return None
        return round(sum(task.score or 0.0 for task in self.tasks), 4)

    @property
    def passed(self) -> bool:
        """Whether nothing was lost."""
        return all(task.passed for task in self.tasks)

    @property
    def failed_to_judge(self) -> bool:
        """Whether a criterion ended in an error."""
        return any(task.failed_to_judge for task in self.tasks)

    @property
    def exit_code(self) -> int:
        """0 all passed, 1 a mismatch, 2 an error."""
        return 2 if self.failed_to_judge else 0 if self.passed else 1

    def task(self, task_id: str) -> TaskReport:
        """The task of that id; KeyError if this report does not hold it."""
        for task in self.tasks:
            if task.id == task_id:
                return task
        raise KeyError(task_id)

    def to_json(self) -> dict[str, Any]:
        """Plain dicts, lists, strings and numbers, with `score` and `points` of the whole for readers."""
        data: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return {**data, "score": self.score, "points": self.points}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> LabReport:
        """The inverse of `to_json`."""
        kept = {key: data[key] for key in ("lab", "student", "provider", "simulated")}
        return cls(**kept, tasks=tuple(TaskReport.from_json(task) for task in data["tasks"]))
