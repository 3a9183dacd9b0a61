"""`autograder lint` finds what is missing in a course, and is silent where nothing is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.cli import cli
from autograder.errors import UnknownName
from autograder.lint import lint_course

Write = Callable[..., Path]

LAB = """\
# %% [markdown] lang="pt-BR"
# # Um

# %% [markdown] lang="en"
# # One

# %% solution="cell"
### BEGIN SOLUTION
x = 1
### END SOLUTION

# %% check="first"
"""

MUTANTS = """\
mutants:
  - {loses: [there], cell: cell, replace: {"x = 1": "x = 2"}}
  - {loses: [two], cell: cell, replace: {"x = 1": "x = 3"}}
alternatives:
  - {title: another, cells: {cell: "x = 4"}}
"""


@pytest.fixture
def whole(write: Write) -> Path:
    """A course with nothing to complain about."""
    course = write()
    (course / "one" / "lab.py").write_text(LAB)
    (course / "one" / "solution").mkdir()
    (course / "one" / "solution" / "mutants.yaml").write_text(MUTANTS)
    return course


def test_a_whole_course_is_fine(whole: Path) -> None:
    """Nothing is said about a course that has all it needs."""
    assert lint_course(whole) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("lab.py", '# %% check="first"\n', "", "has no test cell"),
        ("lab.py", 'check="first"', 'check="frist"', "there is no task 'frist'"),
        ("lab.py", '# %% [markdown] lang="en"\n# # One\n', "", "is not its sibling with lang='en'"),
        (
            "lab.py",
            '# %% check="first"',
            '# %% [markdown]\n# text\n\n# %% check="first"',
            "a markdown cell has no lang=",
        ),
        ("lab.py", "# # One\n", "# # One of ${name}, `${code}`\n", "${name} stands in text without backticks"),
        (
            "solution/mutants.yaml",
            "loses: [two]",
            "loses: [there]",
            "criterion two is only ever lost with what it needs (there)",
        ),
        ("solution/mutants.yaml", "loses: [there]", "loses: [two]", "no mutant loses there"),
        ("solution/mutants.yaml", "loses: [two]", "loses: [tow]", "there is no criterion 'tow'"),
        ("cluster.yaml", "namespace: lab-one\n", None, "there is no such file, but the lab's criteria look at a"),
        ("checks.yaml", "within: 2s", "witin: 2s", "unknown field; did you mean 'within'"),
    ],
)
def test_what_is_missing_is_told(whole: Path, file: str, old: str, new: str | None, told: str) -> None:
    """Each gap is told with the file that has it."""
    path = whole / "one" / file
    text = path.read_text()
    assert old in text
    if new is None:
        path.unlink()
    else:
        path.write_text(text.replace(old, new, 1))
    problems = lint_course(whole)
    assert any(told in problem for problem in problems), problems
    assert all(str(whole / "one") in problem for problem in problems)


def test_a_task_that_the_grader_cannot_judge_is_refused(whole: Path) -> None:
    """Where every criterion of a cell asks for what the grading provider lacks, a class could not be graded."""
    path = whole / "one" / "checks.yaml"
    text = path.read_text().replace("        hint:", "        requires: [exec]\n        hint:")
    path.write_text(text)
    (problem,) = lint_course(whole)
    assert "checks.yaml:6: task first: the grading provider embedded can judge none of its criteria" in problem


def test_a_lab_that_is_not_listed_is_told(whole: Path) -> None:
    """A folder with a checks.yaml that course.yaml does not name is a lab that nobody would see."""
    (whole / "two").mkdir()
    (whole / "two" / "checks.yaml").write_text("lab: two\n")
    (problem,) = lint_course(whole)
    assert "lab two has a checks.yaml but is not listed" in problem
    with pytest.raises(UnknownName):
        lint_course(whole, ["two"])


def test_the_command_ends_with_1(whole: Path) -> None:
    """The command prints each problem on its line and exits with 1, or with 0 if there is none."""
    assert CliRunner().invoke(cli, ["lint", "--course", str(whole)]).exit_code == 0
    (whole / "one" / "cluster.yaml").unlink()
    done = CliRunner().invoke(cli, ["lint", "--course", str(whole)])
    assert done.exit_code == 1
    assert "cluster.yaml: there is no such file" in done.output


def test_the_real_course_is_whole(course: Path) -> None:
    """The course of this repository has nothing to complain about."""
    assert lint_course(course) == []
