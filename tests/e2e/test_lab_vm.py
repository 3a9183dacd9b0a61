"""Lab 01 as a class grades it: in the sandbox, where there is neither engine nor QEMU, by the files handed in."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from autograder.grading import Run, grade_notebook
from autograder.notebook import build_lab
from autograder.spec import load_lab

LAB = "01-vm-vs-container"


@pytest.mark.needs_sandbox
def test_the_grader_measures_nothing(course: Path, tmp_path: Path) -> None:
    """In the sandbox the notebook says that it uses the files that were handed in, and earns full marks by them."""
    lab = load_lab(course, LAB)
    runpy.run_path(str(course / LAB / "solution" / "submission.py"))["write"](tmp_path, "solution")
    notebook = build_lab(lab, "en", with_solution=True)
    graded = grade_notebook(notebook, Run(lab, "proof", None, "en", folder=tmp_path))
    assert graded.report.score == graded.report.points
    [cell] = [cell for cell in graded.notebook.cells if cell.source == "measure(plan)"]
    said = "".join(output.get("text", "") for output in cell.outputs)
    assert said.strip() == "Graded: nothing is measured; the samples that were handed in are used (found)."
    drawn = [cell for cell in graded.notebook.cells if cell.source.startswith("plot")]
    assert all("image/png" in cell.outputs[-1]["data"] for cell in drawn)
