"""The plan of a lab's proofs: what must be lost, what is run together, what is missing."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.errors import CourseError
from autograder.prove import run
from autograder.prove.plan import Proof, bundles, dependents, gaps, merged, plan, proved_here
from autograder.providers import CAPABILITIES_OF
from autograder.report.model import CriterionReport, LabReport, TaskReport
from autograder.spec import load_course, load_lab
from autograder.spec.model import Lab
from tests.hostile import tiny
from tests.hostile.tiny import LAB, cell

COURSE = Path(__file__).parents[3] / "labs"
PRACTICAL = [name for name in load_course(COURSE).labs if name != "quiz"]  # of a quiz, each question counts by itself


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A small lab with its proofs."""
    return load_lab(tiny.lay_out(tmp_path), LAB)


def report(**outcomes: str) -> LabReport:
    """A report of the small lab: pass unless said otherwise (underscores for hyphens)."""
    named = {name.replace("_", "-"): outcome for name, outcome in outcomes.items()}
    points = {"box": {"box-there": 1, "box-colour": 2}, "lid": {"lid-there": 2}}
    tasks = []
    for task, criteria in points.items():
        items = tuple(
            CriterionReport(name, name, named.get(name, "pass"), worth, worth if name not in named else 0)  # type: ignore[arg-type]
            for name, worth in criteria.items()
        )
        tasks.append(TaskReport(task, task, sum(item.earned for item in items), sum(criteria.values()), items))
    return LabReport(LAB, "proof", "embedded", True, tuple(tasks))


def test_what_needs_a_lost_criterion_is_lost_too(lab: Lab) -> None:
    """A mutant's losses are closed under `needs`."""
    assert dependents(lab, ["box-there"]) == {"box-there", "box-colour"}
    assert dependents(lab, ["box-colour"]) == {"box-colour"}


def test_a_mutant_holds_only_for_exactly_its_losses(lab: Lab) -> None:
    """Losing less, losing more and losing nothing all fail the proof, and say which criterion."""
    proof = next(item for item in plan(lab, "en") if item.loses == {"box-there", "box-colour"})
    assert proof.failure(report(box_there="mismatch", box_colour="mismatch")) == ""
    assert "kept, but should be lost: box-colour" in proof.failure(report(box_there="mismatch"))
    more = report(box_there="mismatch", box_colour="mismatch", lid_there="mismatch")
    assert "lost, but should not be: lid-there" in proof.failure(more)
    assert "could not be judged: lid-there" in proof.failure(report(lid_there="error"))


def test_right_answers_lose_nothing_and_nothing_earns_nothing(lab: Lab) -> None:
    """A solution that loses a point fails its proof, and so does an empty notebook that gets one."""
    empty, solution, *_others = plan(lab, "en")
    assert solution.failure(report()) == ""
    assert "lid-there" in solution.failure(report(lid_there="mismatch"))
    assert "an empty notebook gets points: box 3" in empty.failure(report(lid_there="mismatch"))
    nothing = report(box_there="mismatch", box_colour="mismatch", lid_there="mismatch")
    assert empty.failure(nothing) == ""


def test_mutants_of_other_tasks_and_cells_share_a_run(lab: Lab) -> None:
    """Two mutants of one cell never meet in a notebook; those of different tasks do, and lose the union."""
    together = bundles(plan(lab, "en"))
    assert [[item.kind for item in bundle] for bundle in together].count(["mutant", "mutant"]) == 1
    both = next(bundle for bundle in together if len(bundle) == 2)
    one = merged(both)
    assert one.loses == frozenset().union(*(item.loses or () for item in both))
    assert "name: crate" in cell(one.notebook, "make-box").source
    assert "WRITE HERE" in cell(one.notebook, "make-lid").source


def test_right_answers_in_different_cells_share_a_run(lab: Lab) -> None:
    """Both cells then hold the other answer, and nothing may be lost; two answers for one cell never meet."""
    solution = plan(lab, "en")[1].notebook
    box, lid, other_box = (
        Proof("alternative", title, solution, cells={name: f"echo {title}"})
        for title, name in (("a", "make-box"), ("b", "make-lid"), ("c", "make-box"))
    )
    together = bundles([box, lid, other_box])
    assert together == [(box, lid), (other_box,)]
    one = merged(together[0])
    assert (one.kind, one.loses) == ("alternative", frozenset())
    assert [cell(one.notebook, name).source for name in ("make-box", "make-lid")] == ["echo a", "echo b"]


def test_no_more_clusters_than_memory_holds(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """A laptop with three GiB to spare proves on three clusters, a large machine on eight; one there is always."""
    for free_gib, expected in ((3.5, 3), (100.0, 8), (0.2, 1)):
        monkeypatch.setattr(
            run.psutil, "virtual_memory", lambda free=free_gib: SimpleNamespace(available=int(free * 2**30))
        )
        assert run.jobs_for(lab, None) == expected


def test_what_no_mutant_loses_is_a_gap(lab: Lab) -> None:
    """A criterion without a mutant, and a lab without another right answer, are told."""
    assert gaps(lab, "en") == []
    path = lab.folder / "solution" / "mutants.yaml"
    path.write_text(path.read_text().split("  - loses: [lid-there]")[0])
    told = "\n".join(gaps(lab, "en"))
    assert "no mutant loses lid-there" in told
    assert "no other right answer" in told


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[lid-there]", "[lid-gone]", r"mutants\.yaml:8: mutants\[2\]\.loses\[0\]: there is no criterion 'lid-gone'"),
        ("cell: make-lid", "cell: lid", r"there is no solution cell 'lid'; there are: make-box, make-lid"),
        ("drop: true", "", "exactly one of replace, source, drop"),
        ('"name: box"', '"name: bax"', "does not hold the text 'name: bax'"),
        ('"name: crate"', '"name: box"', "leaves the solution of cell 'make-box' as it is"),
        ("drop: true", "dorp: true", "dorp"),
    ],
)
def test_a_mistake_in_mutants_yaml_is_named_with_its_line(lab: Lab, old: str, new: str, message: str) -> None:
    """Whoever writes a lab reads file, line, field and what there is."""
    path = lab.folder / "solution" / "mutants.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(CourseError, match=message):
        plan(lab, "en")


def test_an_alternative_keeps_the_magic_of_its_cell(lab: Lab) -> None:
    """YAML alone goes behind the solution's own %%kube line; what begins with a magic or a shell line is whole."""
    proof = next(item for item in plan(lab, "en") if item.kind == "alternative")
    assert cell(proof.notebook, "make-box").source.startswith("!kubectl create configmap box")
    path = lab.folder / "solution" / "mutants.yaml"
    text = path.read_text().split("alternatives:")[0]
    yaml_only = "alternatives:\n  - title: bare\n    cells:\n      make-box: |\n        apiVersion: v1\n"
    path.write_text(text + yaml_only)
    bare: Proof = next(item for item in plan(lab, "en") if item.kind == "alternative")
    assert cell(bare.notebook, "make-box").source == "%%kube apply\napiVersion: v1"


def test_a_provider_proves_what_others_cannot(tmp_path: Path) -> None:
    """The embedded cluster leaves out mutants of traffic; kind runs only these, beside what is right or empty.

    Where nothing needs containers, the solution alone is run in them.
    """
    course = tiny.lay_out(tmp_path)
    path = course / LAB / "checks.yaml"
    plain = load_lab(course, LAB)
    assert [item.kind for item in proved_here(plan(plain, "en"), plain, CAPABILITIES_OF["kind"])] == ["solution"]
    text = path.read_text()
    assert "      - id: lid-there\n" in text
    path.write_text(text.replace("      - id: lid-there\n", "      - id: lid-there\n        requires: [network]\n"))
    lab = load_lab(course, LAB)
    proofs = plan(lab, "en")
    others = [item for item in proofs if item.kind != "mutant"]
    both = {
        name: [item for item in proved_here(proofs, lab, CAPABILITIES_OF[name]) if item.kind == "mutant"]
        for name in ("embedded", "kind")
    }
    assert {name for item in both["kind"] for name in item.own} == {"lid-there"}
    assert len(both["embedded"]) + len(both["kind"]) + len(others) == len(proofs)
    assert not any("lid-there" in item.own for item in both["embedded"])
    with_addon, without = (proved_here(proofs, lab, names) for names in ({"schedule", "metrics"}, {"schedule"}))
    assert [item.title for item in with_addon] == [item.title for item in without], "an add-on shifts no proof"


@pytest.mark.parametrize("name", PRACTICAL)
def test_each_task_has_a_wrong_answer_that_keeps_some_points(name: str) -> None:
    """No task of the course is all or nothing: a mutant loses a criterion of it and keeps another."""
    course_lab = load_lab(COURSE, name)
    mutants = [proof for proof in plan(course_lab, "en") if proof.kind == "mutant"]
    for task in course_lab.tasks:
        own = {criterion.id for criterion in task.criteria}
        assert any(proof.loses & own and own - proof.loses for proof in mutants if proof.loses), task.id
