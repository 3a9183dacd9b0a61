"""`autograder grade`: a class that has handed in, graded side by side, with a damaged file among the rest."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import GradingError
from autograder.nbgrader_plugin.layout import lay_out
from autograder.nbgrader_plugin.parallel import Classroom
from autograder.notebook import build_lab
from autograder.spec import load_lab
from tests.classroom import hand_in
from tests.hostile import tiny
from tests.hostile.tiny import LAB, insert
from tests.polling import until

pytestmark = [pytest.mark.needs_cluster, pytest.mark.needs_sandbox, pytest.mark.timeout(600)]
PROGRAM = str(Path(sys.executable).with_name("autograder"))


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class that was given the lab: three have handed in, of whom one a file that is no notebook."""
    folder = tmp_path_factory.mktemp("grade")
    labs, root = tiny.lay_out(folder), folder / "course"
    root.mkdir()
    lay_out(labs, root, "en", private=folder / "private")
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", LAB]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    lab = load_lab(labs, LAB)
    hand_in(root, LAB, "ana", build_lab(lab, "en", with_solution=True))
    hand_in(root, LAB, "bob", build_lab(lab, "en"))
    hand_in(root, LAB, "max", b"no notebook")
    return root


def grade(root: Path, *more: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, the report by student, and what was said."""
    command = [PROGRAM, "grade", LAB, "--folder", str(root), "--json", *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, {item["student"]: item for item in json.loads(done.stdout or "[]")}, done.stderr


def test_all_are_graded_side_by_side_and_a_damaged_one_is_named(room: Path) -> None:
    """Full marks, none, and one that could not be read: its log is named, the others are in the gradebook."""
    code, graded, said = grade(room, "--jobs", "2")
    assert code == 2
    assert (graded["ana"]["score"], graded["bob"]["score"]) == (4, 0)  # one point is for what only a private check asks
    assert (graded["ana"]["points"], graded["ana"]["unjudged"]) == (5, [])
    assert "JSON" in Path(graded["max"]["log"]).read_text()
    assert "2 of 3 graded" in said
    assert "--student max --force" in said
    with Classroom(room).api.gradebook as book:
        assert book.find_submission(LAB, "ana").score == 4
    assert not (room / "autograded" / "max" / LAB).exists()


def test_who_has_been_graded_is_left_out(room: Path) -> None:
    """A second run is for whom the first one could not grade, and for whoever is named with --force."""
    course = Classroom(room)
    assert course.waiting(LAB, [], again=False) == ["max"]
    assert course.waiting(LAB, [], again=True) == ["ana", "bob", "max"]
    assert course.waiting(LAB, ["ana"], again=True) == ["ana"]


def test_what_cannot_be_graded_is_said_before_anything_begins(room: Path, tmp_path: Path) -> None:
    """No course here, a lab that was never given out, a student who handed in nothing: one sentence each."""
    with pytest.raises(GradingError, match="autograder course"):
        Classroom(tmp_path)
    with pytest.raises(GradingError, match="nbgrader generate_assignment"):
        Classroom(room).waiting("07-none", [], again=False)
    with pytest.raises(GradingError, match="no submission of zoe"):
        Classroom(room).waiting(LAB, ["ana", "zoe"], again=False)


def test_an_interruption_leaves_no_cluster_and_no_half_grade(room: Path, tmp_path: Path) -> None:
    """Told to end while a submission runs: its cluster is deleted, and it counts as not graded."""
    lab = load_lab(room.parent / "labs", LAB)
    slow = build_lab(lab, "en", with_solution=True)
    insert(slow, "print('here', flush=True)\nimport time\ntime.sleep(120)")
    hand_in(room, LAB, "ned", slow)
    state = tmp_path / "state"
    process = subprocess.Popen(
        [PROGRAM, "grade", LAB, "--folder", str(room), "--student", "ned"],
        env={**os.environ, "LABCLUSTER_STATE": str(state)},
    )
    log = room / "logs" / LAB / "ned.log"
    until(lambda: process.poll() is not None or (log.exists() and "print('here'" in log.read_text()), 120)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) != 0
    assert not list((state / "clusters").iterdir())
    assert "ned" in Classroom(room).waiting(LAB, [], again=False)
