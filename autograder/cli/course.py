"""`autograder course OUT`: an nbgrader course of these labs."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.cli.shared import course_option, lang_option, private_option


@click.command("course")
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@course_option
@private_option
@lang_option
@click.option("--force", is_flag=True, help="Overwrite source notebooks that differ.")
def command(out: Path, course: Path, private: Path | None, lang: str, force: bool) -> None:
    """Lay out an nbgrader course in OUT: sources, configuration, the grader that judges clusters."""
    from autograder.nbgrader_plugin.layout import lay_out

    labs = lay_out(course, out, lang, private=private, overwrite=force)
    click.echo(f"{out}: {', '.join(labs)}")
    click.echo(f"Next: cd {out} && nbgrader generate_assignment {labs[0]}")
