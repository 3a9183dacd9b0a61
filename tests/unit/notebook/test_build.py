"""Notebooks from lab.py: the same each time, in both languages, without a trace of the solution."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.errors import BuildError
from autograder.notebook import build_lab, source_notebook, to_text, write_lab
from autograder.spec import load_course, load_lab
from tests.hostile import tiny
from tests.hostile.tiny import LAB, cell

COURSE = Path(__file__).parents[3] / "labs"
LABS = load_course(COURSE).labs
LANGUAGES = ("pt-BR", "en")


@pytest.fixture
def labs(tmp_path: Path) -> Path:
    """A course of one small lab that a test may spoil."""
    return tiny.lay_out(tmp_path)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_second_process_builds_the_same_bytes(lang: str, labs: Path, tmp_path: Path) -> None:
    """Nothing random is in a notebook: two processes write the same file."""
    files = []
    for number in range(2):
        program = str(Path(sys.executable).with_name("autograder"))
        out = tmp_path / str(number)
        subprocess.run([program, "build", "--course", labs, "--lang", lang, "--out", out], check=True)
        files.append((out / LAB / f"{LAB}.ipynb").read_bytes())
    assert files[0] == files[1]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", LABS)
def test_a_released_lab_is_valid_and_holds_no_solution(name: str, lang: str) -> None:
    """What is between BEGIN and END SOLUTION, and the hints, are in no student's notebook."""
    lab = load_lab(COURSE, name)
    text = to_text(build_lab(lab, lang))
    nbformat.validate(nbformat.reads(text, as_version=4))
    assert "SOLUTION" not in text
    for original in source_notebook(lab, lang).cells:
        for region in re.findall(r"### BEGIN SOLUTION\n(.*?)\n[^\n]*### END SOLUTION", original.source, re.DOTALL):
            assert not region.strip() or region not in "\n".join(c.source for c in build_lab(lab, lang).cells)


@pytest.mark.parametrize("name", LABS)
def test_languages_differ_in_words_only(name: str) -> None:
    """Both languages have the same cells with the same ids, and the same code."""
    lab = load_lab(COURSE, name)
    one, other = (build_lab(lab, lang) for lang in LANGUAGES)
    assert [(c.id, c.cell_type) for c in one.cells] == [(c.id, c.cell_type) for c in other.cells]
    stub = "# ESCREVA AQUI", "# WRITE HERE"
    for mine, theirs in zip(one.cells, other.cells, strict=True):
        if mine.cell_type == "code":
            assert mine.source.replace(*stub) == theirs.source


def test_every_task_has_its_points_from_checks_yaml(labs: Path) -> None:
    """A test cell's source, id and points are those of its task."""
    lab = load_lab(labs, LAB)
    notebook = build_lab(lab, "en")
    for task in lab.tasks:
        made = cell(notebook, task.id)
        assert made.source == f'check("{task.id}")'
        assert made.metadata.nbgrader.points == task.points
        assert not made.metadata.editable


def test_a_solution_cell_keeps_its_magic(labs: Path) -> None:
    """An unsolved kube cell is still one, with a comment that YAML can read; a solved one holds the answer."""
    lab = load_lab(labs, LAB)
    given = cell(build_lab(lab, "pt-BR"), "make-box").source.splitlines()
    assert given == ["%%kube apply", "apiVersion: v1", "kind: ConfigMap", "# ESCREVA AQUI"]
    answered = cell(build_lab(lab, "pt-BR", with_solution=True), "make-box").source
    assert 'data: {colour: "${colour}"}' in answered
    assert "SOLUTION" not in answered


def test_a_solution_without_marks_is_cut_out_whole(labs: Path) -> None:
    """A solution cell that marks no region is all solution."""
    spoil(labs, "# ### BEGIN SOLUTION\n# metadata: {name: box}\n", "# metadata: {name: box}\n")
    spoil(labs, "# ### END SOLUTION\n", "")
    notebook = build_lab(load_lab(labs, LAB), "en")
    assert cell(notebook, "make-box").source == "%%kube apply\n# WRITE HERE"


def test_a_students_work_is_not_overwritten(labs: Path, tmp_path: Path) -> None:
    """Building over a notebook that somebody has changed is refused; over the same one it does nothing."""
    lab = load_lab(labs, LAB)
    out = tmp_path / "work"
    assert write_lab(build_lab(lab, "en"), lab, out)
    assert write_lab(build_lab(lab, "en"), lab, out) == []
    path = out / LAB / f"{LAB}.ipynb"
    path.write_text(path.read_text().replace("# WRITE HERE", "mine"))
    with pytest.raises(BuildError, match="--force to overwrite"):
        write_lab(build_lab(lab, "en"), lab, out)
    assert "mine" in path.read_text()
    write_lab(build_lab(lab, "en"), lab, out, overwrite=True)
    assert "mine" not in path.read_text()


def test_extra_files_stand_beside_the_notebook(labs: Path, tmp_path: Path) -> None:
    """All of the lab's files/ is copied, folders and all."""
    extra = labs / LAB / "files" / "data" / "nodes.csv"
    extra.parent.mkdir(parents=True)
    extra.write_text("node,gpus\n")
    lab = load_lab(labs, LAB)
    write_lab(build_lab(lab, "en"), lab, tmp_path / "out")
    assert (tmp_path / "out" / LAB / "data" / "nodes.csv").read_text() == "node,gpus\n"


def spoil(labs: Path, old: str, new: str) -> None:
    """Change the lab's source; the test fails if the text is not there."""
    path = labs / LAB / "lab.py"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


MISTAKES = {
    "missing-sibling": ('# %% [markdown] lang="en"\n# Make a box.\n', "", r"lab\.py:7: .*not its sibling"),
    "unknown-language": ('lang="en"\n# Make', 'lang="fr"\n# Make', r"lab\.py:10: lang='fr' is not one of pt-BR, en"),
    "unknown-marker": ('solution="make-box"', 'solutoin="make-box"', r"lab\.py:13: unknown marker .*; did you mean"),
    "unknown-task": ('check="lid"', 'check="lit"', r"lab\.py:\d+: there is no task 'lit' .*: box, lid"),
    "task-without-cell": ('# %% check="lid"\n', "", r"task 'lid' of checks\.yaml has no test cell; add"),
    "same-id-twice": ('solution="make-lid"', 'solution="make-box"', r"the cell of line 13 is called 'make-box'"),
    "bad-id": ('solution="make-lid"', 'solution="Make Lid"', r"must be lower-case letters"),
    "text-before-cells": ("# %%\n# %load_ext", "x = 1\n\n# %%\n# %load_ext", r"lab\.py:1: every cell must begin"),
    "filled-test-cell": ('# %% check="lid"\n', '# %% check="lid"\nprint(1)\n', r"a check= cell is an empty code cell"),
    "no-model-answer": ("# ### BEGIN SOLUTION\n# Porque", "# Porque", r"lab\.py:\d+: reflect= is a markdown cell"),
    "no-points": ('reflect="why" points=2 lang="pt-BR"', 'reflect="why" lang="pt-BR"', r"differs from it in more"),
    "open-region": ('### END SOLUTION\n\n# %% check="lid"', '\n\n# %% check="lid"', r"1 `### BEGIN SOLUTION` but 0"),
    "raw-without-kube": ('[raw] kube="apply"', "[raw]", r"a raw cell must say what kubectl does"),
    "solution-without-id": (' solution="make-lid"', "", r"a cell with a solution needs an id"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_source_is_named_with_its_line(labs: Path, mistake: str) -> None:
    """Whoever writes a lab reads file, line and what to do."""
    old, new, message = MISTAKES[mistake]
    spoil(labs, old, new)
    with pytest.raises(BuildError, match=message):
        build_lab(load_lab(labs, LAB), "en")


def test_a_language_that_the_course_lacks(labs: Path) -> None:
    """The message lists the languages that there are."""
    with pytest.raises(BuildError, match="the course has: pt-BR, en"):
        build_lab(load_lab(labs, LAB), "fr")


def test_a_lab_without_source(labs: Path) -> None:
    """A missing lab.py is named."""
    (labs / LAB / "lab.py").unlink()
    with pytest.raises(BuildError, match=r"lab\.py: the lab's source cannot be read"):
        build_lab(load_lab(labs, LAB), "en")
