"""The command `labkit`: `labkit lab` is what `make lab` runs."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from autograder.errors import AutograderError
from labcluster.errors import LabclusterError
from labcluster.paths import state_dir
from labkit.launch import jupyter, once
from labkit.launch.session import Session
from labkit.messages import _, language
from labkit.pipelines.errors import PipelineError


def main() -> None:
    """Run the command; errors of ours are one message and exit code 1."""
    try:
        cli(prog_name="labkit", standalone_mode=False)
    except (AutograderError, LabclusterError, PipelineError, jupyter.LaunchError, click.ClickException) as error:
        text = error.format_message() if isinstance(error, click.ClickException) else error
        click.echo(f"make lab: {text}", err=True)
        sys.exit(1)
    except OSError as error:
        click.echo(f"make lab: {error}\n{_('Is the disk full, or a folder not yours?')}", err=True)
        sys.exit(1)
    except (click.exceptions.Abort, KeyboardInterrupt):
        sys.exit(130)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """What a student opens."""


@cli.command("lab")
@click.option("--work", type=click.Path(path_type=Path, file_okay=False), default=Path("work"), show_default=True)
@click.option("--name", default="lab", show_default=True, help="The cluster's name.")
@click.option("--provider", default="auto", show_default=True)
@click.option("--port", type=int, help="JupyterLab's port. [default: the first free one from 8888]")
@click.option("--browser", default="", help="'none' opens no browser.")
@click.option("--student", default="self", show_default=True, help="Whose values the labs use.")
@click.option("--course", type=click.Path(path_type=Path, file_okay=False, exists=True), default=Path("labs"))
def lab_command(
    work: Path, name: str, provider: str, port: int | None, browser: str, student: str, course: Path
) -> None:
    """Start your cluster and open the labs in JupyterLab; Ctrl-C pauses the cluster."""
    with once.only_one(state_dir() / "jupyter" / name) as noted:
        session = Session(course.resolve(), (work / language()).resolve(), noted, name, provider, student, browser)
        chosen = jupyter.choose_port(port)
        session.folder.mkdir(parents=True, exist_ok=True)
        click.echo(_("Starting your cluster and JupyterLab…"))
        if session.run(chosen):
            click.echo("\n" + _("Stopped. Your cluster is paused; the next `make lab` finds your objects again."))


@cli.command("kfp")
def kfp_command() -> None:
    """Install Kubeflow Pipelines' own environment (lab 08), unless it is there."""
    from labkit.pipelines import environment

    click.echo(environment.ensure(click.echo))
