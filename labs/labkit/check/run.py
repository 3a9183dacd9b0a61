"""Runs `autograder check` as a process of its own: the student's kernel never judges itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from autograder.report.model import LabReport
from labkit.context import course_folder
from labkit.messages import _


class CheckFailedError(Exception):
    """The checker gave no report; the message is its last words."""


def run_check(lab: str, task: str | None, announce: Callable[[str], None]) -> LabReport:
    """Judge a task (or the whole lab) of this student.

    Args:
        lab: the lab's folder name.
        task: a task's id, or None for all.
        announce: gets each line that the checker says meanwhile (what an act is about to do).

    Raises:
        CheckFailedError: there is no report.
    """
    command = ["check", lab, "--course", str(course_folder()), "--folder", str(Path.cwd()), "--json"]
    return run_report([*command, *(["--task", task] if task else [])], announce)


def run_report(arguments: Sequence[str], announce: Callable[[str], None]) -> LabReport:
    """Run an `autograder` command that prints a report as JSON on stdout and progress on stderr.

    Raises:
        CheckFailedError: it did not print a report.
    """
    command = [str(Path(sys.executable).with_name("autograder")), *arguments]
    environment = {key: value for key, value in os.environ.items() if key != "LABKIT_TEXT"}
    said: list[str] = []
    try:
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        ) as process:
            assert process.stderr is not None  # noqa: S101 - it is a pipe
            assert process.stdout is not None  # noqa: S101 - it is a pipe
            for line in process.stderr:
                said.append(line.rstrip())
                announce(line.rstrip())
            output = process.stdout.read()
    except OSError as cause:
        raise CheckFailedError(f"{command[0]}: {cause}") from cause
    try:
        return LabReport.from_json(json.loads(output))
    except (ValueError, KeyError, TypeError) as cause:
        raise CheckFailedError("\n".join(said[-5:]) or _("the checker said nothing")) from cause
