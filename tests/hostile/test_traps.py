"""What fools nbgrader's own way of grading does not fool ours: only the cluster counts."""

from __future__ import annotations

import copy
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.errors import GradingError
from autograder.grading.submission import is_test
from tests.hostile.conftest import Grader, scores
from tests.hostile.tiny import cell, insert, said

pytestmark = [pytest.mark.needs_cluster, pytest.mark.needs_sandbox]
NOTHING = {"box": 0.0, "lid": 0.0}
PUBLIC = {"box": 3.0, "lid": 1.0}


def test_an_honest_solution_gets_all_but_what_is_hidden(grader: Grader) -> None:
    """The yardstick: the solution has every public point; the hidden criterion is judged, and shown to nobody."""
    graded = grader(grader.solved())
    assert scores(graded) == PUBLIC
    shown = str(graded.notebook)
    assert "swordfish" not in shown
    assert "Secret of the lid" not in shown


def test_nothing_done_gets_nothing(grader: Grader) -> None:
    """Silence is not full marks: the notebook as it was given out has a 0 in each test cell."""
    graded = grader(grader.given())
    assert scores(graded) == NOTHING
    results = [output for item in graded.notebook.cells if is_test(item) for output in item.outputs]
    assert [item["data"]["text/plain"] for item in results if item.output_type == "execute_result"] == ["0", "0"]


@pytest.mark.parametrize(
    "trick",
    [
        "check = lambda task: 3.0",
        "class Yes:\n    def __eq__(self, other): return True\n    def __float__(self): return 3.0\nbox = lid = Yes()",
        "import labkit.lab, autograder.check\nautograder.check.check_lab = lambda *a, **k: 3\nlab.check = lambda *a: 3",
        "import sys, warnings\nprint('oops', file=sys.stderr)\nwarnings.warn('oops')",
        "3.0",
        "from IPython.display import display, HTML\ndisplay(HTML('3 of 3 points'), display_id='task-box')",
    ],
    ids=["redefined", "always-equal", "patched", "stderr", "a-number", "display"],
)
def test_what_the_kernel_says_is_no_score(grader: Grader, trick: str) -> None:
    """A kernel that claims points gets none, and one that warns loses none."""
    notebook = grader.given()
    insert(notebook, trick)
    assert scores(grader(notebook)) == NOTHING
    notebook = grader.solved()
    insert(notebook, trick)
    assert scores(grader(notebook)) == PUBLIC


def test_edited_copied_and_deleted_test_cells(grader: Grader) -> None:
    """An edited test cell is put back, of copies the last one counts, a deleted one returns behind its task."""
    notebook = grader.given()
    cell(notebook, "box").source = "3.0"
    notebook.cells.append(copy.deepcopy(cell(notebook, "box")))
    notebook.cells.remove(cell(notebook, "lid"))
    graded = grader(notebook)
    assert scores(graded) == NOTHING
    tests = [item for item in graded.notebook.cells if is_test(item)]
    assert sorted(item.source for item in tests) == ['check("box")', 'check("lid")']
    assert len({item.id for item in graded.notebook.cells}) == len(graded.notebook.cells)


def test_points_in_the_metadata_are_not_believed(grader: Grader) -> None:
    """Points that a student wrote into a test cell's metadata are replaced by the lab's."""
    notebook = grader.solved()
    cell(notebook, "box").metadata.nbgrader["points"] = 300
    cell(notebook, "lid").metadata["nbgrader"] = "damaged"
    graded = grader(notebook)
    assert scores(graded) == PUBLIC
    assert cell(graded.notebook, "box").metadata.nbgrader["points"] == 3


def test_a_kernel_that_exits_is_graded_for_what_stands(grader: Grader) -> None:
    """os._exit loses what was not done yet, and nothing else; the notebook says why."""
    notebook = grader.solved()
    insert(notebook, "import os\nos._exit(0)", before="make-lid")
    graded = grader(notebook)
    assert scores(graded) == {"box": 3.0, "lid": 0.0}
    assert "the kernel ended" in said(cell(graded.notebook, "make-lid"))


def test_an_error_of_the_checker_leaves_the_score_empty(grader: Grader, tmp_path: Path) -> None:
    """A checker that cannot reach the cluster gives neither 0 nor full marks, but no number at all."""
    broken = tmp_path / "kubeconfig"
    text = grader.cluster.checker_kubeconfig.read_text(encoding="utf-8")
    port = next(part for part in text.split("127.0.0.1:")[1:])[:5].strip()
    broken.write_text(text.replace(f"127.0.0.1:{port}", "127.0.0.1:1"), encoding="utf-8")
    lost = replace(grader, cluster=replace(grader.cluster, checker_kubeconfig=broken))  # type: ignore[type-var]
    graded = lost(grader.given())
    assert scores(graded) == {"box": None, "lid": None}
    outputs = [output.output_type for item in graded.notebook.cells if is_test(item) for output in item.outputs]
    assert "execute_result" not in outputs


@pytest.mark.parametrize(
    "content",
    [b"", b"not JSON", b"{}", b"[]", b'{"nbformat": 4}', b'{"nbformat": 99, "nbformat_minor": 0, "cells": []}',
     b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code"}]}', b"\xff\xfe\x00",
     b"[" * 100_000],
)  # fmt: skip
def test_a_damaged_notebook_is_named(grader: Grader, tmp_path: Path, content: bytes) -> None:
    """A file that is no notebook ends in a sentence with its name and what to do, never in a traceback."""
    path = tmp_path / "00-tiny.ipynb"
    path.write_bytes(content)
    with pytest.raises(GradingError, match=r"00-tiny\.ipynb: this is no valid notebook: .*submit it again"):
        grader(path)


def test_no_sandbox_no_grade(grader: Grader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where bubblewrap is missing, a submission is refused with what to install, not run without it."""
    marker = tmp_path / "ran"
    notebook = grader.given()
    insert(notebook, f"open({str(marker)!r}, 'w')")
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    with pytest.raises(GradingError, match="apt install bubblewrap"):
        grader(notebook)
    assert not marker.exists()
