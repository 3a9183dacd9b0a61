"""Runs `autograder check` as a process of its own: the student's kernel never judges itself."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from autograder.report.model import LabReport
from labkit.context import course_folder
from labkit.messages import _, language


class CheckFailedError(Exception):
    """The checker gave no report; the message is its last words."""


def command(lab: str, task: str | None) -> list[str]:
    """The arguments that judge a task (or the whole lab) of this student."""
    words = ["check", lab, "--course", str(course_folder()), "--folder", str(Path.cwd()), "--live"]
    return [*words, "--lang", language(), *(["--task", task] if task else [])]


def run_check(lab: str, task: str | None, announce: Callable[[str], None]) -> LabReport:
    """Judge a task (or the whole lab) of this student.

    Args:
        lab: the lab's folder name.
        task: a task's id, or None for all.
        announce: gets each line that the checker says meanwhile (what an act is about to do).

    Raises:
        CheckFailedError: there is no report.
    """
    return run_report([*command(lab, task), "--json"], announce)


def run_report(arguments: Sequence[str], announce: Callable[[str], None]) -> LabReport:
    """Run an `autograder` command that prints a report as JSON on stdout and progress on stderr.

    Raises:
        CheckFailedError: it did not print a report.
    """
    output, said = run(arguments, announce)
    try:
        return LabReport.from_json(json.loads(output))
    except (ValueError, KeyError, TypeError) as cause:
        raise CheckFailedError("\n".join(said[-5:]) or _("the checker said nothing")) from cause


def run_text(lab: str, task: str | None, announce: Callable[[str], None]) -> str:
    """Judge, and have the checker itself write the table for readers.

    Raises:
        CheckFailedError: there is no table.
    """
    output, said = run(command(lab, task), announce)
    if not output:
        raise CheckFailedError("\n".join(said[-5:]) or _("the checker said nothing"))
    return output


def run(arguments: Sequence[str], announce: Callable[[str], None]) -> tuple[str, list[str]]:
    """Run an `autograder` command; what it wrote to stdout, and its lines on stderr (each announced as it comes).

    Raises:
        CheckFailedError: it cannot be started.
    """
    program = str(Path(sys.executable).with_name("autograder"))
    said: list[str] = []
    # stdout goes to a file: a pipe that nobody reads meanwhile would stop the checker when it is full.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        try:
            with subprocess.Popen(
                [program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
            ) as process:
                for line in process.stderr or ():
                    said.append(line.rstrip())
                    announce(line.rstrip())
        except OSError as cause:
            raise CheckFailedError(f"{program}: {cause}") from cause
        output.seek(0)
        return output.read(), said


def seconds(lab: str, task: str | None) -> int:
    """The most that a check may wait: the sum of what its criteria allow, in whole seconds; 0 if that is not known."""
    from autograder.errors import AutograderError
    from autograder.spec import load_lab

    try:
        tasks = load_lab(course_folder(), lab).tasks
    except AutograderError:
        return 0  # the checker itself will say what is wrong
    criteria = [criterion for one in tasks if task in (None, one.id) for criterion in one.criteria]
    return math.ceil(sum(criterion.within + criterion.holds_for for criterion in criteria))
