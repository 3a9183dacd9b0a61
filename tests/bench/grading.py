"""A class graded: `autograder grade` beside nbgrader's own autograde, which takes one submission after the other."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from rich.table import Table

from autograder import load_lab
from autograder.nbgrader_plugin.layout import lay_out
from autograder.notebook import build_lab
from tests.classroom import hand_in

LAB, SUBMISSIONS = "00-first-cluster", 4
LABS = Path(__file__).parents[2] / "labs"


def measure_grading(folder: Path, timed: Callable[[Callable[[], object]], float]) -> Table:
    """Seconds for the same solved submissions, both ways; the course is laid out in the folder."""
    root = folder / "class"
    root.mkdir()
    lay_out(LABS, root, "en")
    _run(root, "-m", "nbgrader", "generate_assignment", LAB)
    solved = build_lab(load_lab(LABS, LAB), "en", with_solution=True)
    for number in range(SUBMISSIONS):
        hand_in(root, LAB, f"student-{number}", solved)
    ours = timed(lambda: _run(root, str(Path(sys.executable).with_name("autograder")), "grade", LAB))
    theirs = timed(lambda: _run(root, "-m", "nbgrader", "autograde", LAB, "--force"))
    table = Table("what", "autograder grade", "nbgrader autograde", "ratio")
    what = f"{SUBMISSIONS} submissions of {LAB}"
    table.add_row(what, f"{ours:.0f} s", f"{theirs:.0f} s", f"{theirs / ours:.2f}")
    return table


def _run(root: Path, *words: str) -> None:
    subprocess.run([sys.executable, *words], cwd=root, capture_output=True, check=True)
