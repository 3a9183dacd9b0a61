"""`autograder rehearse NOTEBOOK`: what a grader would see, from one's own machine, before handing in."""

from __future__ import annotations

import json
import os
import sys
from contextlib import ExitStack
from pathlib import Path

import click

from autograder.cli.shared import course_option, json_option, lang_option, say


@click.command("rehearse")
@click.argument("notebook", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--lab", help="The lab's name. [default: the notebook's file name]")
@click.option("--student", help="Whose values to use. [default: $COURSE_STUDENT, else self]")
@course_option
@lang_option
@click.option("--provider", help="Which kind of cluster. [default: the one that grades the course]")
@json_option
def command(
    notebook: Path, lab: str | None, student: str | None, course: Path, lang: str, provider: str | None, as_json: bool
) -> None:
    """Run NOTEBOOK from top to bottom on an empty cluster of its own, and print the report (no hidden criteria).

    It is your own code on your own machine, so no sandbox is needed. Exit code as `check`.
    """
    from autograder.clusters import cluster_factory
    from autograder.grading.grade import Run, grade_notebook
    from autograder.spec import load_course, load_lab

    loaded = load_lab(course, lab or notebook.stem)
    whose = student or os.environ.get("COURSE_STUDENT") or "self"
    with ExitStack() as stack:
        cluster = None
        if loaded.asks_cluster:
            say("starting an empty cluster ...")
            judge = provider or load_course(course).provider
            made = cluster_factory()("rehearse", course=course.resolve(), provider=judge, lab=loaded.id)
            cluster = stack.enter_context(made)
        run = Run(
            lab=loaded,
            student=whose,
            cluster=cluster,
            lang=lang,
            folder=notebook.resolve().parent,
            sandboxed=False,
            progress=lambda number, count, text: say(f"{number + 1}/{count}  {text}"),
        )
        report = grade_notebook(notebook, run).report
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
    else:
        from autograder.report.text import render_text

        click.echo(render_text(report, lang, colour=sys.stdout.isatty()), nl=False)
    sys.exit(report.exit_code)
