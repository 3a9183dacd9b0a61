"""One `make lab`: cluster, notebooks and JupyterLab come up at the same time, and end in order.

Signals only leave a note, which the main thread reads where it waits. Raising from a signal handler would stop the
main thread anywhere, also inside an import, and the lock of imports that it held would never be freed for the others.
"""

from __future__ import annotations

import os
import signal
import sys
import webbrowser
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import click

from labcluster import service, tools
from labcluster.paths import state_dir
from labkit.launch import jupyter, once, workspace
from labkit.messages import _, language

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # Ctrl-C, kill, a closed terminal

News = SimpleQueue[Future[Any] | None]  # what has ended; None: the person wants to stop


@dataclass(frozen=True)
class Session:
    """What is opened: whose notebooks are in `folder`, and where its address is `noted`."""

    course: Path
    folder: Path
    noted: Path
    name: str
    provider: str
    student: str
    browser: str

    def run(self, port: int) -> bool:
        """Open the labs until JupyterLab ends, or a signal comes (then True). Everything is stopped however it ends.

        Raises:
            LabclusterError, AutograderError, LaunchError, OSError: it could not be opened.
        """
        news: News = SimpleQueue()
        for number in ENDINGS:
            signal.signal(number, lambda *_of_signal: news.put(None))
        environment = lab_environment(self.course, self.name, self.student)
        with ThreadPoolExecutor(3) as pool:
            cluster = pool.submit(service.up, self.name, self.course, self.provider)
            server = None
            try:
                server = jupyter.start(self.folder, self.noted.parent, port, environment)
                steps: dict[Future[Any], Callable[[Any], None]] = {
                    cluster: self._say_cluster,
                    pool.submit(workspace.update, self.course, language(), self.folder): _say_notebooks,
                    pool.submit(jupyter.wait_ready, server): _say_nothing,
                }
                for step in steps:
                    step.add_done_callback(news.put)
                for _step in steps:
                    if (done := news.get()) is None:
                        return True
                    steps[done](done.result())
                self._open(server.url)
                pool.submit(server.process.wait).add_done_callback(news.put)
                return news.get() is None
            finally:
                if server is not None:
                    jupyter.stop(server)
                cluster.exception()  # a creation that is under way comes to its end first
                _pause(self.name)

    def _say_cluster(self, made: tuple[service.Cluster, str]) -> None:
        click.echo(_("Cluster {name} is ready ({why}).").format(name=self.name, why=made[1]))

    def _open(self, url: str) -> None:
        """Say where the labs are, and show them."""
        once.note(self.noted, url)
        click.echo(f"URL: {url}")  # scripts look for this line
        click.echo(_("Ctrl-C here stops the labs and pauses your cluster."))
        if self.browser != "none":
            webbrowser.open(url)


def _say_notebooks(messages: list[str]) -> None:
    for message in messages:
        click.echo(message)


def _say_nothing(_result: None) -> None:
    pass


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
