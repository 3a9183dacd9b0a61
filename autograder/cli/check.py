"""`autograder check LAB`: judge a student's cluster and print score, reasons and hints."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from autograder.cli.shared import course_option, lang_option, private_option
from autograder.errors import KubeconfigError


def kubeconfig_file(named: Path | None, *, needed: bool) -> Path | None:
    """--kubeconfig, else AUTOGRADER_KUBECONFIG, else KUBECONFIG; never ~/.kube/config by itself.

    Raises KubeconfigError if none is named but the lab needs one.
    """
    found = os.environ.get("AUTOGRADER_KUBECONFIG") or os.environ.get("KUBECONFIG")
    if named is None and not found and needed:
        raise KubeconfigError(
            "no kubeconfig is named: give --kubeconfig, or set AUTOGRADER_KUBECONFIG or KUBECONFIG "
            "(labcluster kubeconfig prints the path); ~/.kube/config is never used by itself"
        )
    return named or (Path(found) if found else None)


@click.command("check")
@click.argument("lab")
@click.option("--task", "tasks", multiple=True, help="Judge only this task (may be given again).")
@click.option("--student", help="Whose values to use. [default: $COURSE_STUDENT, else self]")
@click.option(
    "--kubeconfig", type=click.Path(path_type=Path), help="[default: $AUTOGRADER_KUBECONFIG, else $KUBECONFIG]"
)
@course_option
@click.option("--folder", type=click.Path(path_type=Path), help="The submission's folder, for answers in files.")
@click.option("--live", is_flag=True, help="You ask from the machine where you work: checks may measure it.")
@lang_option
@private_option
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def command(
    lab: str,
    tasks: tuple[str, ...],
    student: str | None,
    kubeconfig: Path | None,
    course: Path,
    folder: Path | None,
    live: bool,
    lang: str,
    private: Path | None,
    as_json: bool,
) -> None:
    """Judge LAB on the cluster that the kubeconfig shows.

    Exit code: 0 all passed, 1 something is not as asked, 2 something could not be judged.
    """
    from autograder.check import check_lab
    from autograder.spec import load_lab

    loaded = load_lab(course, lab, private)
    report = check_lab(
        loaded,
        kubeconfig=kubeconfig_file(kubeconfig, needed=loaded.asks_cluster),
        student=student or os.environ.get("COURSE_STUDENT") or "self",
        tasks=tasks or None,
        lang=lang,
        announce=lambda text: click.echo(text, err=True),
        folder=folder,
        live=live,
    )
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
    else:
        from autograder.report.text import render_text

        click.echo(render_text(report, lang, colour=sys.stdout.isatty()), nl=False)
    sys.exit(report.exit_code)
