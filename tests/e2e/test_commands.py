"""`autograder rehearse`, `prove` and `course` as a person calls them, on a course of one small lab."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from autograder.notebook import build_lab
from autograder.spec import load_lab
from tests.hostile import tiny
from tests.hostile.tiny import LAB, cell

PROGRAM = str(Path(sys.executable).with_name("autograder"))


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `autograder` and wait for it."""
    told = {name: value for name, value in os.environ.items() if name not in ("COURSE_LANG", "COURSE_STUDENT")}
    command = [PROGRAM, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**told, **environment})


@pytest.fixture
def labs(tmp_path: Path) -> Path:
    """The small course."""
    return tiny.lay_out(tmp_path)


@pytest.mark.needs_cluster
def test_rehearse_shows_what_a_grader_would_see(labs: Path, tmp_path: Path) -> None:
    """The report has the public criteria with reasons, progress goes to stderr, the exit code is that of `check`."""
    notebook = build_lab(load_lab(labs, LAB), "en", with_solution=True)
    cell(notebook, "make-lid").source = "# WRITE HERE"
    path = tmp_path / "work" / f"{LAB}.ipynb"
    path.parent.mkdir()
    nbformat.write(notebook, path)
    private = str(tmp_path / "private")
    done = run("rehearse", path, "--course", labs, "--lang", "en", "--json", COURSE_PRIVATE=private)
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert {task["id"]: task["score"] for task in report["tasks"]} == {"box": 3.0, "lid": 0.0}
    assert "lid-secret" not in done.stdout
    assert "check box" in done.stderr
    assert nbformat.read(path, 4) == notebook, "the student's file is not touched"


@pytest.mark.needs_cluster
def test_prove_reports_each_proof_and_fails_with_one(labs: Path) -> None:
    """A sound lab exits 0; after a change that gives points away, the proof that caught it is named, and it exits 1."""
    done = run("prove", LAB, "--course", labs, "--provider", "embedded", "--json", "--jobs", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    proofs = json.loads(done.stdout)["proofs"]
    assert [proof["kind"] for proof in proofs] == ["empty", "solution", "alternative", "mutant", "mutant", "mutant"]
    checks = labs / LAB / "checks.yaml"
    checks.write_text(checks.read_text().replace(', data: {colour: "${colour}"}', ""))
    done = run("prove", LAB, "--course", labs, "--provider", "embedded", "--jobs", "2")
    assert done.returncode == 1
    assert "kept, but should be lost: box-colour" in done.stderr
    assert "5 of 6 proofs hold" in done.stdout


@pytest.mark.needs_cluster
def test_prove_that_is_told_to_end_leaves_no_cluster(labs: Path, tmp_path: Path) -> None:
    """SIGTERM in the middle of a proof removes its clusters, also when it comes twice, as from `timeout`."""
    state = tmp_path / "state"
    command = [PROGRAM, "prove", LAB, "--course", str(labs), "--provider", "embedded", "--jobs", "1"]
    environment = {**os.environ, "LABCLUSTER_STATE": str(state)}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    lines = iter(process.stderr.readline, "")
    assert next(line for line in lines if "holds" in line), "a proof has ended, the next one is running"
    assert list((state / "clusters").iterdir())
    process.send_signal(signal.SIGTERM)
    time.sleep(0.2)  # the second one comes while the first one's work goes on
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    assert process.wait(timeout=60) == 128 + signal.SIGTERM
    assert time.monotonic() - began < 60
    assert not list((state / "clusters").iterdir())


def test_a_course_that_an_instructor_changed_is_not_overwritten(labs: Path, tmp_path: Path) -> None:
    """`autograder course` twice is fine; over changed sources it stops with what to do, and does it with --force."""
    out = tmp_path / "course"
    assert run("course", out, "--course", labs).returncode == 0
    assert run("course", out, "--course", labs).returncode == 0
    source = out / "source" / LAB / f"{LAB}.ipynb"
    source.write_text(source.read_text().replace("Faça uma caixa", "Faça duas"))
    done = run("course", out, "--course", labs)
    assert done.returncode == 2
    assert "--force" in done.stderr
    assert "Traceback" not in done.stderr
    assert run("course", out, "--course", labs, "--force").returncode == 0
    assert "Faça uma caixa" in source.read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("prove", "99-nothing"), "there is no lab '99-nothing'"),
        (("build", "99-nothing", "--out", "out"), "there is no lab '99-nothing'"),
        (("rehearse", "lab.txt"), "there is no lab 'lab'"),
    ],
)
def test_an_unknown_lab_is_named(labs: Path, tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    """One sentence and exit code 2, no traceback."""
    (tmp_path / "lab.txt").write_text("")
    words = [str(tmp_path / word) if word in ("out", "lab.txt") else word for word in arguments]
    done = run(*words, "--course", labs)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
