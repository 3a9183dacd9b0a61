"""A lab's notebook says the same when it is executed again; nbval compares, and would notice a difference."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from autograder.notebook.build import build_lab
from autograder.spec import load_lab
from labcluster.factory import ScratchCluster, scratch_cluster

pytestmark = pytest.mark.needs_cluster
LAB = "00-first-cluster"
SANITIZE = Path(__file__).with_name("sanitize.cfg")
SECONDS = 120  # for one cell


@dataclass(frozen=True)
class Executed:
    """The solved notebook with the outputs of its first execution, and the environment for the second one."""

    notebook: NotebookNode
    environment: dict[str, str]
    cluster: ScratchCluster


@pytest.fixture(scope="module")
def first(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Executed]:
    """The first execution, on a cluster of its own, without widgets (as in nbconvert)."""
    notebook = build_lab(load_lab(course, LAB), "en", with_solution=True)
    for cell in notebook.cells:
        # The lab's own tags are for those who compare without our sanitising. Here only the picture is not compared:
        # in it pods are listed by node, and among equal nodes the scheduler chooses freely.
        cell.metadata["tags"] = ["nbval-ignore-output"] if "cluster_view()" in cell.source else []
    with scratch_cluster("nbval", course=course, provider="embedded") as cluster:
        path = os.pathsep.join([str(Path(sys.executable).parent), *map(str, cluster.tools), os.environ["PATH"]])
        environment = {
            **os.environ,
            "PATH": path,
            "KUBECONFIG": str(cluster.student_kubeconfig),
            "AUTOGRADER_KUBECONFIG": str(cluster.checker_kubeconfig),
            "COURSE_DIR": str(course),
            "COURSE_LANG": "en",
            "COURSE_STUDENT": "ana",
            "LABKIT_TEXT": "1",
        }
        here = {"metadata": {"path": str(tmp_path_factory.mktemp("first"))}}
        NotebookClient(notebook, timeout=SECONDS, resources=here).execute(env=environment)
        yield Executed(notebook, environment, cluster)


def second(first: Executed, notebook: NotebookNode, folder: Path) -> tuple[int, str]:
    """Execute once more on the emptied lab, comparing with the stored outputs: pytest's exit code, and what it said."""
    first.cluster.reset(LAB)
    file = folder / "lab.ipynb"
    nbformat.write(notebook, file)
    (folder / "pytest.ini").write_text("[pytest]\n")  # not this project's settings
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", str(folder / "pytest.ini"), "-p", "no:cacheprovider", "--nbval",
         "--nbval-current-env", f"--nbval-cell-timeout={SECONDS}", f"--nbval-sanitize-with={SANITIZE}", str(file)],
        capture_output=True, text=True, env=first.environment, cwd=folder, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def outputs(cell: NotebookNode) -> str:
    """What a cell printed."""
    return "".join(out.get("text", "") for out in cell.get("outputs", []))


def test_a_second_execution_says_the_same(first: Executed, tmp_path: Path) -> None:
    """Every cell of the solved lab, checks included, ends with the outputs of the first execution: full score twice."""
    checks = [cell for cell in first.notebook.cells if cell.source.startswith('check("')]
    assert checks
    assert all("✔" in outputs(cell) and "✘" not in outputs(cell) for cell in checks)
    code, said = second(first, first.notebook, tmp_path)
    assert code == 0, said


@pytest.mark.parametrize(
    ("shown", "changed"),
    [("Ready", "NotReady"), ("simulated", "real"), ("created", "configured"), ("Your own values", "Your values")],
)
def test_a_changed_output_is_noticed(first: Executed, tmp_path: Path, shown: str, changed: str) -> None:
    """A word of a stored output that is not sanitised makes the comparison fail, and only that cell."""
    notebook = nbformat.from_dict({**first.notebook, "cells": []})
    for cell in first.notebook.cells:
        copy = nbformat.from_dict(cell)
        if cell.cell_type != "code":
            continue
        notebook.cells.append(copy)
        if shown in outputs(cell):
            for out in copy.outputs:
                out.text = out.text.replace(shown, changed)
            break
    assert len(notebook.cells) < len(first.notebook.cells)
    code, said = second(first, notebook, tmp_path)
    assert code == 1, said
    assert "plugin exception" not in said  # it failed because of what it compared
    assert changed.replace(" ", "_") in said
    passed = len(notebook.cells) - 1
    assert ("1 failed" + (f", {passed} passed" if passed else " in")) in said
