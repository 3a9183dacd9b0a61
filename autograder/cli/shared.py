"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.spec.model import LANGUAGES

course_option = click.option(
    "--course",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    envvar="COURSE_DIR",
    default="labs",
    show_default=True,
    help="Folder of the course: the one that holds course.yaml.",
)
private_option = click.option(
    "--private",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    envvar="COURSE_PRIVATE",
    default=None,
    help="Instructor's folder with hidden criteria.",
)
lang_option = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    envvar="COURSE_LANG",
    default=LANGUAGES[0],
    show_default=True,
    help="Language of texts and messages.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


def say(message: str) -> None:
    """A line of progress, on stderr, so that stdout holds the result alone."""
    click.echo(message, err=True)
