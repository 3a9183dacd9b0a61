"""The Rehearse button, pressed in earnest: the file is run on an empty cluster, the student's own stays as it is."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from autograder.notebook.build import build_lab
from autograder.spec import load_lab
from labcluster.api import Api
from labcluster.factory import ScratchCluster
from labkit.rehearse import RehearsePanel

pytestmark = pytest.mark.needs_cluster
LAB = "00-first-cluster"


def test_a_solved_notebook_gets_what_a_grader_would_give(
    student: ScratchCluster, course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Full score for the solved file, cell by cell progress, and not one pod on the student's own cluster."""
    lab = load_lab(course, LAB)
    file = tmp_path / f"{LAB}.ipynb"
    nbformat.write(build_lab(lab, "en", with_solution=True), file)
    monkeypatch.setenv("JPY_SESSION_NAME", str(file))
    before = file.read_bytes()
    panel = RehearsePanel(LAB)
    said: list[str] = []
    panel.status.observe(lambda change: said.append(change["new"]), "value")
    thread = panel.press()
    assert thread is not None
    thread.join(280)
    assert f"{lab.points:g} of {lab.points:g} points" in panel.status.value, panel.status.value
    assert len(said) > 10
    assert file.read_bytes() == before
    pods = Api(student.checker_kubeconfig).call("GET", f"/api/v1/namespaces/{lab.namespace}/pods")
    assert pods["items"] == []
