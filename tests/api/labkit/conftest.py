"""A student's kernel on a real cluster: cells go in, outputs come out."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from labcluster.factory import ScratchCluster

LAB = "04-deployments"
START = f"""%load_ext labkit
from labkit import start
lab = start({LAB!r})
check, cluster_view = lab.check, lab.cluster_view"""
Run = Callable[..., list[NotebookNode]]


@pytest.fixture
def student(cluster: ScratchCluster, course: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScratchCluster]:
    """The environment that `make lab` gives to kernels; the lab's namespace is emptied afterwards."""
    monkeypatch.setenv("KUBECONFIG", str(cluster.student_kubeconfig))
    monkeypatch.setenv("AUTOGRADER_KUBECONFIG", str(cluster.checker_kubeconfig))
    monkeypatch.setenv("COURSE_DIR", str(course))
    monkeypatch.setenv("COURSE_LANG", "en")
    monkeypatch.setenv("COURSE_STUDENT", "ana")
    programs = [str(Path(sys.executable).parent), *map(str, cluster.tools), os.environ["PATH"]]
    monkeypatch.setenv("PATH", os.pathsep.join(programs))
    yield cluster
    cluster.reset(LAB)


@pytest.fixture
def run(student: ScratchCluster, tmp_path: Path) -> Run:
    """Run cells in a fresh kernel, after the lab's first cell; the cells with their outputs (errors do not stop)."""

    def execute(*sources: str) -> list[NotebookNode]:
        cells = [new_code_cell(source) for source in (START, *sources)]
        notebook = new_notebook(cells=cells)
        here = {"metadata": {"path": str(tmp_path)}}
        NotebookClient(notebook, timeout=120, allow_errors=True, resources=here).execute()
        return list(notebook.cells)

    return execute


def text(cell: NotebookNode) -> str:
    """What the cell printed; fails if anything else came out of it."""
    assert all(out.output_type == "stream" and out.name == "stdout" for out in cell.outputs), cell.outputs
    return "".join(out.text for out in cell.outputs)
