"""The command `autograder check`, as its user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder import LabReport
from tests.api.autograder.conftest import Field, criterion

pytestmark = pytest.mark.needs_cluster

THERE = criterion(expect={"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}})
GONE = criterion(absent={"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}})
BROKEN = criterion(python="checks:broken")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command with nothing of the caller's settings."""
    dropped = ("KUBECONFIG", "AUTOGRADER_KUBECONFIG", "COURSE_DIR", "COURSE_LANG", "COURSE_STUDENT", "COURSE_PRIVATE")
    clean = {name: value for name, value in os.environ.items() if name not in dropped}
    program = str(Path(sys.executable).with_name("autograder"))
    return subprocess.run(
        [program, *arguments], capture_output=True, text=True, check=False, env={**clean, **environment}
    )


def check(field_: Field, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`autograder check one` on the field's course and cluster."""
    where = ("--course", str(field_.course), "--kubeconfig", str(field_.kubeconfig))
    return run("check", "one", *where, *arguments, **environment)


@pytest.mark.parametrize(
    ("item", "code", "told"), [(GONE, 0, "All done!"), (THERE, 1, "Pod web does not exist"), (BROKEN, 2, "No score")]
)
def test_exit_code_says_how_it_ended(field_: Field, item: dict[str, Any], code: int, told: str) -> None:
    """0 all passed, 1 a mismatch, 2 an error; each with its table, and no traceback."""
    field_.write(item, python="def broken(ctx):\n    raise ValueError('x')\n")
    done = check(field_, "--lang", "en")
    assert done.returncode == code, done.stderr
    assert told in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_json_is_the_report(field_: Field) -> None:
    """--json prints nothing but the report, which reads back; COURSE_STUDENT names the student."""
    field_.write(THERE)
    done = check(field_, "--json", COURSE_STUDENT="bia")
    report = LabReport.from_json(json.loads(done.stdout))
    assert (report.student, report.score, report.points, report.simulated) == ("bia", 0, 1, True)


def test_portuguese_is_the_default(field_: Field) -> None:
    """Without any setting the reader gets Brazilian Portuguese; COURSE_LANG changes it."""
    field_.write(THERE)
    assert "Nota: 0 de 1 pontos" in check(field_).stdout
    assert "Score: 0 of 1 points" in check(field_, COURSE_LANG="en").stdout


def test_unknown_lab_and_task(field_: Field) -> None:
    """Exit code 2 and one line that names the known ones."""
    field_.write(GONE)
    lab = run("check", "two", "--course", str(field_.course))
    assert (lab.returncode, lab.stdout) == (2, "")
    assert lab.stderr == "autograder: there is no lab 'two'; the course has: one\n"
    task = check(field_, "--task", "tsk")
    assert task.returncode == 2
    assert task.stderr == "autograder: lab one has no task 'tsk'; did you mean 'task'?; it has: task\n"


def test_a_broken_course_is_told_with_its_line(field_: Field) -> None:
    """A mistake in checks.yaml ends with exit code 2 and the place of the mistake."""
    field_.write({**GONE, "witin": "3s"})
    done = check(field_)
    assert done.returncode == 2
    assert "unknown field; did you mean 'within'?" in done.stderr


def test_the_persons_own_kubeconfig_is_never_used(field_: Field, tmp_path: Path) -> None:
    """With ~/.kube/config present and nothing named, the command refuses; KUBECONFIG and the checker's are taken."""
    field_.write(GONE)
    (tmp_path / ".kube").mkdir()
    (tmp_path / ".kube" / "config").write_text(field_.kubeconfig.read_text())
    course = ("check", "one", "--course", str(field_.course))
    done = run(*course, HOME=str(tmp_path))
    assert done.returncode == 2
    assert "no kubeconfig is named" in done.stderr
    assert run(*course, HOME=str(tmp_path), KUBECONFIG=str(field_.kubeconfig)).returncode == 0
    first = {"KUBECONFIG": str(tmp_path / "nothing"), "AUTOGRADER_KUBECONFIG": str(field_.kubeconfig)}
    assert run(*course, **first).returncode == 0


def test_a_solved_lab_is_checked_in_a_moment(field_: Field, pod: Callable[..., dict[str, Any]]) -> None:
    """A solved lab of ten criteria takes at most 1.5 s in all, Python's start-up included (the best of three runs)."""
    field_.create(pod())
    tree = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {"containers": [{"name": "log"}]}}
    cel = {"objects": {"pods": {"apiVersion": "v1", "kind": "Pod"}}, "expression": "size(pods) == 1"}
    field_.write(
        *(criterion(f"e{n}", expect=tree, within="10s") for n in range(5)),
        *(criterion(f"c{n}", cel=cel, within="10s") for n in range(5)),
    )
    taken = []
    for _ in range(3):
        start = time.monotonic()
        done = check(field_)
        taken.append(time.monotonic() - start)
        assert done.returncode == 0, done.stdout
    assert min(taken) <= 1.5, taken
