"""A submission is put in order before it is run: what was given out is there, once, and says what it said."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.grading.submission import grade_id, is_test, restore
from autograder.notebook import build_lab
from autograder.spec import load_lab
from tests.hostile import tiny
from tests.hostile.tiny import LAB, cell


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> NotebookNode:
    """The notebook as it is given out."""
    return build_lab(load_lab(tiny.lay_out(tmp_path_factory.mktemp("tiny")), LAB), "en")


def ids(notebook: NotebookNode) -> list[str]:
    """The grade_ids in their order."""
    return [name for item in notebook.cells if (name := grade_id(item))]


def test_an_honest_submission_stays_as_it_is(reference: NotebookNode) -> None:
    """Answers and extra cells are kept; nothing moves."""
    notebook = copy.deepcopy(reference)
    cell(notebook, "make-lid").source = "mine"
    notebook.cells.insert(0, new_code_cell("1 + 1"))
    restored = restore(notebook, reference)
    assert [item.source for item in restored.cells] == [item.source for item in notebook.cells]
    assert ids(restored) == ids(reference)


def test_a_deleted_test_cell_returns_behind_its_task(reference: NotebookNode) -> None:
    """It stands after the solution that it judges, or at the nearest place before it that is left."""
    notebook = copy.deepcopy(reference)
    notebook.cells.remove(cell(notebook, "box"))
    assert ids(restore(notebook, reference)) == ids(reference)
    notebook.cells = [new_code_cell("nothing left")]
    assert [name for name in ids(restore(notebook, reference)) if name in ("box", "lid", "why")] == [
        "box",
        "lid",
        "why",
    ]


def test_the_last_of_two_copies_counts(reference: NotebookNode) -> None:
    """A copied test cell is judged once, after all the work; the other becomes an ordinary cell."""
    notebook = copy.deepcopy(reference)
    notebook.cells.append(copy.deepcopy(cell(notebook, "box")))
    restored = restore(notebook, reference)
    assert sum(is_test(item) for item in restored.cells) == 2
    assert grade_id(restored.cells[-1]) == "box"


def test_a_changed_cell_type_is_put_back(reference: NotebookNode) -> None:
    """A test cell that was turned into text is a test cell again."""
    notebook = copy.deepcopy(reference)
    test = cell(notebook, "box")
    test.cell_type = "markdown"
    restored = restore(notebook, reference)
    assert is_test(cell(restored, "box"))
    assert cell(restored, "box").source == 'check("box")'


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
nbgrader_values = json_values | st.fixed_dictionaries(
    {"grade_id": st.sampled_from(["box", "lid", "make-box", "why", "zz", 3, None]), "grade": json_values}
)


@given(st.lists(st.tuples(st.integers(0, 8), nbgrader_values | st.just("delete") | st.just("copy")), max_size=12))
def test_whatever_is_done_to_the_cells_every_task_is_judged_once(
    reference: NotebookNode, changes: list[tuple[int, object]]
) -> None:
    """Deleting, copying and spoiling metadata in any order leaves each test cell there, once, as it was given out."""
    notebook = copy.deepcopy(reference)
    for place, change in changes:
        if not notebook.cells:
            break
        index = place % len(notebook.cells)
        if change == "delete":
            del notebook.cells[index]
        elif change == "copy":
            notebook.cells.append(copy.deepcopy(notebook.cells[index]))
        else:
            notebook.cells[index].metadata["nbgrader"] = change
    restored = restore(notebook, reference)
    tests = {grade_id(item): item.source for item in restored.cells if is_test(item)}
    assert tests == {"box": 'check("box")', "lid": 'check("lid")'}
    assert len(ids(restored)) == len(set(ids(restored)))
    assert len({item.id for item in restored.cells}) == len(restored.cells)


def test_the_metadata_of_the_notebook_is_ours(reference: NotebookNode, tmp_path: Path) -> None:
    """A submission does not choose its own kernel."""
    notebook = copy.deepcopy(reference)
    notebook.metadata["kernelspec"] = {"name": "bash", "display_name": "Bash", "language": "bash"}
    assert restore(notebook, reference).metadata.kernelspec.name == "python3"
