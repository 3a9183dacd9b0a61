"""Lab 01's checks with students of several values, without the notebook: what is handed in decides."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from statistics import linear_regression, median, quantiles
from typing import Any

import pytest

from autograder.check import check_lab
from autograder.report.model import LabReport
from autograder.spec import load_lab
from labbench import answers, samples
from labbench.plan import CONTENDERS, Plan
from labbench.samples import MEASURED, RECORDED, Measurements
from tests.unit.labbench.conftest import synthetic

LAB = "01-vm-vs-container"
STUDENTS = ("ana", "bea", "caio", "duda")


def own_plan(values: dict[str, Any]) -> Plan:
    """What the text of the task asks this student for."""
    own = {name: values[name] for name in ("repetitions", "seed", "mib")}
    return Plan(CONTENDERS, warmup=1, order="interleaved", density=(1, 2, 3), **own)


def claims(data: Measurements, values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Right claims on all topics, worked out apart from the checks."""

    def middle(metric: str, name: str) -> float:
        return median(data.values(metric, name))

    def wide(name: str) -> float:
        low, _middle, high = quantiles(data.values("startup", name), n=4, method="inclusive")
        return high - low

    slopes = {name: linear_regression(*zip(*data.density(name), strict=True)).slope for name in CONTENDERS}
    room = (values["host"] - values["reserve"]) * 1024
    facts, told = data.provenance["facts"], data.provenance["contenders"]
    start = {name: middle("startup", name) for name in CONTENDERS}
    times = {
        f"{metric}_{name}": middle(metric, name) / middle(metric, "process")
        for metric in ("int", "float", "io")
        for name in ("container", "vm")
    }
    ratios = {
        "container_over_process": start["container"] / start["process"],
        "vm_over_container": start["vm"] / start["container"],
    }
    return {
        "startup": {**start, **{f"iqr_{name}": wide(name) for name in CONTENDERS}, **ratios},
        "memory": {**{name: middle("memory", name) for name in CONTENDERS}, "guest": middle("guest_memory", "vm")},
        "density": {
            **{f"mib_{name}": value for name, value in slopes.items()},
            **{f"fit_{name}": room // value for name, value in slopes.items()},
        },
        "overhead": times,
        "isolation": {
            "host_kernel": ["process", "container"],
            "sees": {name: facts[name]["processes"] for name in CONTENDERS},
            "root": [name for name in CONTENDERS if facts[name]["uid"] == 0],
            "set_clock": [name for name in CONTENDERS if facts[name]["set_clock"]],
        },
        "portability": {
            "image": told["container"]["digest"],
            "checksum": data.provenance["results"]["process"]["float"][0],
            "agree": list(CONTENDERS),
        },
    }


class Student:
    """One student's folder, and the verdict on it."""

    def __init__(self, course: Path, folder: Path, name: str) -> None:
        self.lab, self.folder, self.name = load_lab(course, LAB), folder, name
        self.values = self.lab.values(name)
        self.plan = own_plan(self.values)
        self.data = synthetic(self.plan, name)

    def hand_in(self, data: Measurements | None, said: dict[str, Any]) -> LabReport:
        """Judge the folder with these measurements and claims, as a grader does."""
        if data is not None:
            samples.write(self.folder, dataclasses.replace(data, name=MEASURED))
        answers.write(self.folder, plan=self.plan.to_json(), claims=said)
        return check_lab(self.lab, kubeconfig=None, student=self.name, lang="en", folder=self.folder)


def lost(report: LabReport) -> set[str]:
    """The criteria that did not pass; none may end in an error."""
    criteria = [item for task in report.tasks for item in task.criteria]
    assert not [item.message for item in criteria if item.outcome == "error"]
    return {item.id for item in criteria if item.outcome != "pass"}


DATA = {"data-own", "data-complete", "data-order", "data-plausible", "data-provenance"}


@pytest.fixture(params=STUDENTS)
def student(request: pytest.FixtureRequest, course: Path, tmp_path: Path) -> Student:
    """Students whose values differ."""
    return Student(course, tmp_path, request.param)


def test_every_student_can_have_all_points(student: Student) -> None:
    """A sound set and right claims earn everything, whatever the student's values."""
    report = student.hand_in(student.data, claims(student.data, student.values))
    assert lost(report) == set()
    assert report.score == report.points == 28


def test_recorded_data_earn_no_measured_points(student: Student, course: Path) -> None:
    """The recorded set, signed with one's own name or not handed in at all: task 2 is lost, the analysis counts."""
    recorded = samples.read(course / LAB / "files", RECORDED)
    right = claims(recorded, student.values)
    assert lost(student.hand_in(None, right)) == DATA
    signed = {**recorded.provenance, "student": student.name, "plan": student.plan.to_json()}
    assert lost(student.hand_in(dataclasses.replace(recorded, provenance=signed), right)) == DATA


def test_the_public_solution_is_nobodys_own(student: Student, course: Path) -> None:
    """The set of the proofs can be read by all; under another name it earns nothing for measuring."""
    public = samples.read(course / LAB / "solution", MEASURED)
    signed = {**public.provenance, "student": student.name, "plan": student.plan.to_json()}
    data = dataclasses.replace(public, provenance=signed)
    assert lost(student.hand_in(data, claims(public, student.values))) == DATA


def test_a_colleagues_data_are_not_ones_own(course: Path, tmp_path: Path) -> None:
    """Another student's files bring another name and another plan."""
    ana, bea = Student(course, tmp_path, "ana"), Student(course, tmp_path, "bea")
    assert lost(ana.hand_in(bea.data, claims(bea.data, ana.values))) == DATA


def test_half_right_claims_earn_their_share(course: Path, tmp_path: Path) -> None:
    """Two of three medians right: two thirds of the criterion's points."""
    ana = Student(course, tmp_path, "ana")
    right = claims(ana.data, ana.values)
    right["startup"]["vm"] *= 2
    report = ana.hand_in(ana.data, right)
    task = next(task for task in report.tasks if task.id == "startup")
    assert task.score == pytest.approx(4 - 2 / 3, abs=0.001)


@pytest.mark.parametrize("odd", ["text", None, True, [1], {"a": 1}, float("nan"), 10**400, -1])
def test_odd_claims_are_wrong_and_no_error(course: Path, tmp_path: Path, odd: Any) -> None:
    """Whatever stands in the file, it is judged: a NaN is near to nothing."""
    ana = Student(course, tmp_path, "ana")
    said = {topic: dict.fromkeys(values, odd) for topic, values in claims(ana.data, ana.values).items()}
    report = ana.hand_in(ana.data, said)
    analysis = [task for task in report.tasks if task.id not in ("plan", "measured")]
    assert lost(report) >= {item.id for task in analysis for item in task.criteria}
    assert sum(task.score or 0 for task in analysis) == 0


def test_damaged_files_are_lost_points_and_no_error(course: Path, tmp_path: Path) -> None:
    """A provenance of any other shape is judged, not stumbled over."""
    ana = Student(course, tmp_path, "ana")
    for damaged in ({}, {"contenders": [], "facts": 3, "results": "x", "plan": {"seed": []}, "machine": None}):
        assert lost(ana.hand_in(dataclasses.replace(ana.data, provenance=damaged), {})) >= DATA
    for name in ("measured-samples.csv", "measured-provenance.json", answers.FILE):
        (tmp_path / name).write_bytes(b"\xff[")
        report = check_lab(ana.lab, kubeconfig=None, student="ana", lang="en", folder=tmp_path)
        assert lost(report) >= DATA
    assert report.score == 0


def test_the_recorded_sets_are_real_and_sound(course: Path) -> None:
    """Both committed sets name machine and versions, and are what their plans promised."""
    from labbench import integrity

    for folder, name in (("files", RECORDED), ("solution", MEASURED)):
        data = samples.read(course / LAB / folder, name)
        plan = integrity.plan_of(data)
        assert plan is not None
        assert plan.repetitions >= 5
        judges = (integrity.complete, integrity.in_order, integrity.plausible, integrity.told)
        assert [judge(data, plan) for judge in judges] == [None] * 4
        assert data.provenance["contenders"]["vm"]["accelerator"] in ("kvm", "tcg")
