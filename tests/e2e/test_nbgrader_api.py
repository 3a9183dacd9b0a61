"""nbgrader in process on a course of one small lab: partial and hidden scores, failures, hostile notebooks."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.clusters import ScratchCluster
from autograder.nbgrader_plugin import preprocessors
from autograder.nbgrader_plugin.layout import lay_out
from autograder.nbgrader_plugin.parallel import Classroom
from autograder.notebook import build_lab
from autograder.spec import load_lab
from labcluster.factory import scratch_cluster
from tests.classroom import hand_in
from tests.hostile import tiny
from tests.hostile.tiny import LAB, cell, insert

pytestmark = [pytest.mark.needs_cluster, pytest.mark.needs_sandbox]


class Class:
    """An nbgrader course on disk, with nbgrader's own interface to it."""

    def __init__(self, folder: Path) -> None:
        self.labs, self.root = tiny.lay_out(folder), folder / "course"
        self.root.mkdir()
        lay_out(self.labs, self.root, "en", private=folder / "private")
        self.api = Classroom(self.root).api
        self.lab = load_lab(self.labs, LAB)

    def submit(self, student: str, notebook: Any) -> None:
        """Put a notebook (or the bytes of one) where nbgrader collects it."""
        hand_in(self.root, LAB, student, notebook)

    def autograde(self, student: str) -> dict[str, Any]:
        """nbgrader's own result: success, log, error."""
        result: dict[str, Any] = self.api.autograde(LAB, student)
        return result

    def grades(self, student: str) -> dict[str, tuple[float | None, bool]]:
        """Automatic score and `needs manual grade` of each cell."""
        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}") as book:
            notebook = book.find_submission_notebook(LAB, LAB, student)
            return {grade.name: (grade.auto_score, grade.needs_manual_grade) for grade in notebook.grades}

    def feedback(self, student: str) -> str:
        """The page that the student gets."""
        assert self.api.generate_feedback(LAB, student)["success"]
        return (self.root / "feedback" / student / LAB / f"{LAB}.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> Class:
    """A class that has been given the lab."""
    made = Class(tmp_path_factory.mktemp("class"))
    result = made.api.generate_assignment(LAB)
    assert result["success"], result["log"]
    return made


def test_what_nbgrader_releases_is_what_build_makes(group: Class) -> None:
    """A self-learner's notebook equals a released one, cell for cell, and holds nothing that is hidden."""
    path = group.root / "release" / LAB / f"{LAB}.ipynb"
    released, built = nbformat.read(path, 4), build_lab(group.lab, "en")
    assert released.cells == built.cells
    text = path.read_text(encoding="utf-8")
    assert not [word for word in ("SOLUTION", "model-secrets", "swordfish", "inside=air") if word in text]


def test_partial_and_hidden_points(group: Class) -> None:
    """Scores are partial; hidden criteria count and stay out of the feedback; an open question waits."""
    notebook = build_lab(group.lab, "en", with_solution=True)
    cell(notebook, "make-box").source = "!kubectl create configmap box --from-literal=colour=transparent"
    group.submit("ana", notebook)
    result = group.autograde("ana")
    assert result["success"], result["log"]
    assert group.grades("ana") == {"box": (1.0, False), "lid": (1.0, False), "why": (None, True)}
    page = group.feedback("ana")
    assert "The box is " in page
    assert "transparent" in page
    assert "Paint the box" in page
    assert not [word for word in ("swordfish", "Secret of the lid", "Only the instructor") if word in page]


def test_traps_through_nbgrader(group: Class) -> None:
    """Copied, edited, deleted and damaged test cells, warnings, a dead kernel: nothing is rejected, nothing pays."""
    notebook = build_lab(group.lab, "en")
    insert(notebook, "import warnings\nwarnings.warn('x')\ncheck = lambda task: 99")
    cell(notebook, "box").source = "3"
    notebook.cells.append(copy.deepcopy(cell(notebook, "box")))
    notebook.cells.remove(cell(notebook, "lid"))
    cell(notebook, "make-lid").metadata["nbgrader"] = {"grade_id": 7, "schema_version": "old"}
    insert(notebook, "import os\nos._exit(1)", before="why")
    group.submit("eve", notebook)
    result = group.autograde("eve")
    assert result["success"], result["log"]
    grades = group.grades("eve")
    assert (grades["box"], grades["lid"]) == ((0.0, False), (0.0, False))


def test_the_whole_task_deleted(group: Class) -> None:
    """Deleting a task with all its cells scores it 0, not ungraded."""
    notebook = build_lab(group.lab, "en", with_solution=True)
    for name in ("make-lid", "lid"):
        notebook.cells.remove(cell(notebook, name))
    group.submit("gus", notebook)
    result = group.autograde("gus")
    assert result["success"], result["log"]
    assert group.grades("gus")["lid"] == (0.0, False)
    assert group.grades("gus")["box"] == (3.0, False)


def test_an_error_needs_a_person(group: Class, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A checker without its cluster ends in 'needs manual grade': no 0 in silence, no full marks."""

    @contextmanager
    def broken(name: str, *, course: Path, provider: str = "auto", lab: str | None = None) -> Iterator[ScratchCluster]:
        with scratch_cluster(name, course=course, provider=provider, lab=lab) as cluster:
            text = cluster.checker_kubeconfig.read_text(encoding="utf-8")
            wrong = tmp_path / "kubeconfig"
            lines = ["    server: https://127.0.0.1:1" if "server:" in line else line for line in text.splitlines()]
            wrong.write_text("\n".join(lines), encoding="utf-8")
            yield replace(cluster, checker_kubeconfig=wrong)

    monkeypatch.setattr(preprocessors, "cluster_factory", lambda: broken)
    group.submit("ida", build_lab(group.lab, "en", with_solution=True))
    result = group.autograde("ida")
    assert result["success"], result["log"]
    assert group.grades("ida") == {"box": (None, True), "lid": (None, True), "why": (None, True)}


def test_a_damaged_file_is_named_and_harms_nobody_else(group: Class) -> None:
    """nbgrader says which submission it could not read, and why."""
    group.submit("max", b"this is not a notebook")
    result = group.autograde("max")
    assert not result["success"]
    assert "max" in result["log"]
    assert "JSON" in result["log"]
