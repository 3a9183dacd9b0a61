"""`autograder grade LAB`: what a class has handed in, several submissions side by side."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.shared import json_option, say

if TYPE_CHECKING:
    from autograder.nbgrader_plugin.parallel import Graded


@click.command("grade")
@click.argument("lab")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=".",
    help="The nbgrader course. [default: here]",
)
@click.option("--student", "students", multiple=True, help="Only this one; may be given several times.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Submissions side by side. [default: one a processor]")
@click.option("--force", is_flag=True, help="Grade again what has been graded.")
@json_option
def command(lab: str, folder: Path, students: tuple[str, ...], jobs: int | None, force: bool, as_json: bool) -> None:
    """Grade the submissions of LAB with nbgrader, each in a process, a sandbox and a cluster of its own.

    Those already graded are left out. Points are the automatic ones; open questions are graded by hand afterwards.
    Exit code 2 if a submission could not be graded, or a task of it could not be judged.
    """
    from autograder.nbgrader_plugin.parallel import Classroom

    room = Classroom(folder)
    waiting = room.waiting(lab, students, again=force)
    side_by_side = min(jobs or _processors(), max(len(waiting), 1))
    say(f"grading {len(waiting)} submissions of {lab}, {side_by_side} side by side ...")
    progress = _Progress(len(waiting), side_by_side)
    graded = room.grade(lab, waiting, side_by_side, progress.told)
    if as_json:
        click.echo(json.dumps([asdict(item) for item in graded], ensure_ascii=False, indent=1, default=str))
    troubled = [item for item in graded if item.log or item.unjudged]
    _sum_up(graded, troubled, progress.seconds())
    sys.exit(2 if troubled else 0)


def _processors() -> int:
    """Those that this process may use. A cluster each: with more, what labs time comes late."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Progress:
    """A line for each submission, with how many are done and about how long the others take."""

    def __init__(self, count: int, side_by_side: int) -> None:
        self.count, self.side_by_side = count, side_by_side
        self.done, self.began = 0, time.monotonic()

    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self.began

    def told(self, item: Graded) -> None:
        """Say how one went."""
        self.done += 1
        left = (self.count - self.done) * self.seconds() / max(self.done, self.side_by_side)
        say(f"{_line(item)}  [{self.done} of {self.count}, about {left / 60:.0f} min left]")


def _line(item: Graded) -> str:
    if item.log:
        return f"{item.student:<20} not graded: read {item.log}"
    lacking = f"  not judged: {', '.join(item.unjudged)}" if item.unjudged else ""
    return f"{item.student:<20} {item.score:g} of {item.points:g} ({item.seconds:.0f} s){lacking}"


def _sum_up(graded: Sequence[Graded], troubled: Sequence[Graded], seconds: float) -> None:
    say(f"{len(graded) - len(troubled)} of {len(graded)} graded in {seconds:.0f} s")
    for item in troubled:
        say(f"  again: --student {item.student} --force    {_line(item)}")
