"""`autograder lint`: is the whole course as it should be?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from autograder.cli.shared import course_option, private_option


@click.command("lint")
@click.argument("labs", nargs=-1)
@course_option
@private_option
def command(labs: tuple[str, ...], course: Path, private: Path | None) -> None:
    """Validate LABS, or the whole course: files, fields, points, languages, test cells, mutants.

    Exit code: 0 nothing found, 1 problems (each on its line), 2 the course itself cannot be read.
    """
    from autograder.lint import lint_course
    from autograder.spec import load_course

    problems = lint_course(course, labs, private)
    for problem in problems:
        click.echo(problem)
    if problems:
        click.echo(f"{len(problems)} problems", err=True)
        sys.exit(1)
    click.echo(f"nothing to say about {', '.join(labs or load_course(course).labs)}", err=True)
