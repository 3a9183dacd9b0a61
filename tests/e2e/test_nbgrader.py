"""nbgrader's own commands on these labs, from a fresh course to exported grades, with submissions that cheat."""

from __future__ import annotations

import copy
import csv
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.notebook import build_lab
from autograder.spec import load_lab
from tests.classroom import hand_in

pytestmark = [pytest.mark.needs_cluster, pytest.mark.needs_sandbox, pytest.mark.timeout(900)]
LAB = "04-deployments"


def command(program: str, *arguments: str, folder: Path) -> str:
    """Run a program of the virtual environment in a folder; its output. Fails the test if it fails."""
    here = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{here}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        [str(here / program), *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def cell(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    """The cell of a grade_id."""
    found: NotebookNode = next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)
    return found


def cheating(solved: NotebookNode) -> NotebookNode:
    """Does only the first task, and tries everything that fools a grader that trusts the kernel."""
    notebook = copy.deepcopy(solved)
    tricks = new_code_cell(
        "import sys, os, subprocess\n"
        "class Yes:\n    def __eq__(self, other): return True\n    def __float__(self): return 99.0\n"
        "def check(task): return Yes()\n"
        "print('a warning', file=sys.stderr)\n"
        "for path in ('/etc/shadow', '../gradebook.db', '" + str(Path.cwd()) + "/labs/04-deployments/checks.yaml'):\n"
        "    try:\n        print('LEAK', open(path, 'rb').read(20))\n"
        "    except OSError as e:\n        print('refused', path)\n"
        "print('TOKEN' if 'AUTOGRADER_KUBECONFIG' in os.environ else 'no checker credential')\n"
    )
    notebook.cells.insert(2, tricks)
    for name in ("quarantine", "portal"):
        cell(notebook, name)  # these two stay solved
    for name in ("viewer", "retire", "token-server", "gateway", "notifier"):
        cell(notebook, name).source = "# WRITE HERE"
    cell(notebook, "scaling").source = "99"  # an edited test cell
    notebook.cells.append(copy.deepcopy(cell(notebook, "desired-state")))  # a copied one
    notebook.cells.remove(cell(notebook, "self-healing"))  # a deleted one
    dying = new_code_cell("os._exit(0)")
    notebook.cells.insert(notebook.cells.index(cell(notebook, "rolling-update")), dying)
    return notebook


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory, course: Path) -> Path:
    """A course in which three students have handed in lab 04 and nbgrader has done all its work."""
    folder = tmp_path_factory.mktemp("course")
    command("autograder", "course", str(folder), "--course", str(course), "--lang", "en", folder=folder)
    command("nbgrader", "generate_assignment", LAB, folder=folder)
    lab = load_lab(course, LAB)
    solved, empty = build_lab(lab, "en", with_solution=True), build_lab(lab, "en")
    for student, notebook in {"ana": solved, "bob": empty, "eve": cheating(solved)}.items():
        hand_in(folder, LAB, student, notebook)
    for step in (["autograde", LAB], ["generate_feedback", LAB], ["export"]):
        command("nbgrader", *step, folder=folder)
    return folder


def scores(folder: Path) -> dict[str, float]:
    """Automatic scores by student, as exported."""
    with (folder / "grades.csv").open() as file:
        return {row["student_id"]: float(row["raw_score"]) for row in csv.DictReader(file)}


def test_scores_are_full_none_and_partial(graded: Path, course: Path) -> None:
    """The solved notebook gets every automatic point, the empty one none, and cheating only what was really done."""
    found = scores(graded)
    assert found["ana"] == load_lab(course, LAB).points
    assert found["bob"] == 0
    first = next(task.points for task in load_lab(course, LAB).tasks if task.id == "desired-state")
    assert first <= found["eve"] < found["ana"] / 2


def test_reasons_are_in_the_feedback_page(graded: Path) -> None:
    """A student who got nothing reads what was expected and what was found."""
    page = (graded / "feedback" / "bob" / LAB / f"{LAB}.html").read_text()
    assert "expected" in page
    assert "simulated" in page


def test_a_submission_sees_no_secret(graded: Path) -> None:
    """Checks, gradebook and the checker's credential are out of the submission's reach."""
    page = (graded / "autograded" / "eve" / LAB / f"{LAB}.ipynb").read_text()
    assert "no checker credential" in page
    assert "LEAK" not in page.replace("print('LEAK'", "")


def test_what_is_released_holds_no_solution(graded: Path, course: Path) -> None:
    """The released notebook has neither solutions nor model answers nor hints."""
    released = (graded / "release" / LAB / f"{LAB}.ipynb").read_text()
    assert "BEGIN SOLUTION" not in released
    solved = build_lab(load_lab(course, LAB), "en", with_solution=True)
    for name in ("portal", "viewer", "gateway", "notifier"):
        assert cell(solved, name).source not in "\n".join(c.source for c in nbformat.reads(released, 4).cells)
