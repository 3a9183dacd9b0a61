"""`autograder build`: notebooks from the labs' sources."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.cli.shared import course_option, lang_option


@click.command("build")
@click.argument("labs", nargs=-1)
@course_option
@lang_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder for <lab>/<lab>.ipynb.",
)
@click.option("--solved", is_flag=True, help="With the solutions: for instructors and tests.")
@click.option("--force", is_flag=True, help="Overwrite notebooks that differ.")
def command(labs: tuple[str, ...], course: Path, lang: str, out: Path, solved: bool, force: bool) -> None:
    """Build the notebooks of LABS (default: all), the same byte for byte each time."""
    from autograder.notebook import build_lab, write_lab
    from autograder.spec import load_course, load_lab

    for name in labs or load_course(course).labs:
        lab = load_lab(course, name)
        changed = write_lab(build_lab(lab, lang, with_solution=solved), lab, out, overwrite=force)
        click.echo(f"{out / name / name}.ipynb {'written' if changed else 'unchanged'}")
