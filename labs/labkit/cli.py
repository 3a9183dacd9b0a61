"""The command `labkit`: `labkit lab` is what `make lab` runs."""

from __future__ import annotations

import os
import signal
import sys
import webbrowser
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import click

from autograder.errors import AutograderError
from labcluster import service, tools
from labcluster.errors import LabclusterError
from labcluster.paths import state_dir
from labkit.launch import jupyter, once, workspace
from labkit.messages import _, language

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # Ctrl-C, kill, a closed terminal


def main() -> None:
    """Run the command; errors of ours are one message and exit code 1."""
    try:
        cli(prog_name="labkit", standalone_mode=False)
    except (AutograderError, LabclusterError, jupyter.LaunchError, click.ClickException) as error:
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
    for number in ENDINGS:
        signal.signal(number, _interrupt)
    with once.only_one(state_dir() / "jupyter" / name) as noted:
        session = Session(course.resolve(), (work / language()).resolve(), noted, name, provider, student, browser)
        chosen = jupyter.choose_port(port)
        session.folder.mkdir(parents=True, exist_ok=True)
        click.echo(_("Starting your cluster and JupyterLab…"))
        try:
            session.run(chosen)
        except KeyboardInterrupt:
            click.echo("\n" + _("Stopped. Your cluster is paused; the next `make lab` finds your objects again."))


@dataclass(frozen=True)
class Session:
    """What one `make lab` holds: whose notebooks are in `folder`, and where its address is `noted`."""

    course: Path
    folder: Path
    noted: Path
    name: str
    provider: str
    student: str
    browser: str

    def run(self, port: int) -> None:
        """Cluster, notebooks and JupyterLab at the same time, until it ends; all is stopped however it ends."""
        with ThreadPoolExecutor(1) as pool:
            cluster = pool.submit(service.up, self.name, self.course, self.provider)
            server = None
            try:
                environment = lab_environment(self.course, self.name, self.student)
                server = jupyter.start(self.folder, self.noted.parent, port, environment)
                for message in workspace.update(self.course, language(), self.folder):
                    click.echo(message)
                why = cluster.result()[1]
                click.echo(_("Cluster {name} is ready ({why}).").format(name=self.name, why=why))
                jupyter.wait_ready(server)
                self.open(server.url)
                server.process.wait()
            finally:
                for number in ENDINGS:
                    signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C shall not leave things half-stopped
                if server is not None:
                    jupyter.stop(server)
                cluster.exception()  # a creation that is under way comes to its end first
                _pause(self.name)

    def open(self, url: str) -> None:
        """Say where the labs are, and show them."""
        once.note(self.noted, url)
        click.echo(f"URL: {url}")  # scripts look for this line
        click.echo(_("Ctrl-C here stops the labs and pauses your cluster."))
        if self.browser != "none":
            webbrowser.open(url)


def lab_environment(course: Path, name: str, student: str) -> dict[str, str]:
    """What kernels and terminals get: the tools, the two credentials, and whose lab it is."""
    folder = state_dir() / "clusters" / name
    programs = [str(Path(sys.executable).parent), *(str(tool.folder) for tool in tools.catalog())]
    return {
        **os.environ,
        "PATH": os.pathsep.join([*programs, os.environ.get("PATH", "")]),
        "KUBECONFIG": str(folder / "student.kubeconfig"),
        "AUTOGRADER_KUBECONFIG": str(folder / "checker.kubeconfig"),
        "LABCLUSTER_NAME": name,
        "COURSE_DIR": str(course),
        "COURSE_LANG": language(),
        "COURSE_STUDENT": student,
    }


def _pause(name: str) -> None:
    provider = service.find(name)
    if provider is not None:
        provider.stop(name)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
