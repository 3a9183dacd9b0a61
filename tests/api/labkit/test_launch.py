"""`labkit lab` (what `make lab` runs) as a program: ready, once only, restarted in seconds, nothing left running."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from labcluster.paths import cache_dir

pytestmark = pytest.mark.needs_cluster
BIN = Path(sys.executable).parent
READY_SECONDS = 120


@dataclass
class Launcher:
    """Starts `labkit lab` with a home, a state folder and a work folder of the test's own."""

    home: Path
    course: Path
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """A person's environment: nothing of this machine's but the tools' cache."""
        return {
            **os.environ,
            "HOME": str(self.home),
            "XDG_STATE_HOME": str(self.home / ".local/state"),
            "LABCLUSTER_STATE": str(self.home / "state"),
            "LABCLUSTER_CACHE": str(cache_dir()),
            "COURSE_LANG": "en",
        }

    def start(self, *more: str) -> subprocess.Popen[str]:
        """Start it; standard output and error come together."""
        words = ["lab", "--browser", "none", "--name", "launch", "--course", str(self.course)]
        process = subprocess.Popen(
            [str(BIN / "labkit"), *words, "--work", str(self.home / "work"), *more],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=self.environment,
        )  # fmt: skip
        self.running.append(process)
        return process

    def open(self, *more: str) -> tuple[subprocess.Popen[str], str]:
        """Start it and wait for its address."""
        process = self.start(*more)
        timer = threading.Timer(READY_SECONDS, process.kill)
        timer.start()
        said: list[str] = []
        for line in process.stdout or ():
            said.append(line)
            if match := re.match(r"URL: (\S+)", line):
                timer.cancel()
                return process, match[1]
        timer.cancel()
        raise AssertionError("no address: " + "".join(said))

    def labcluster(self, *words: str) -> str:
        """Run a labcluster command on the same state."""
        done = subprocess.run(
            [str(BIN / "labcluster"), *words], capture_output=True, text=True, env=self.environment, check=True
        )
        return done.stdout


@pytest.fixture
def launcher(tmp_path: Path, course: Path) -> Iterator[Launcher]:
    """Whatever was started is ended, and the cluster removed, also after a failure."""
    made = Launcher(tmp_path, course)
    yield made
    for process in made.running:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(60)
    if (tmp_path / "state/clusters/launch").exists():
        made.labcluster("down", "--name", "launch")


def status(url: str) -> int:
    """The HTTP status of a page, without following to the login page."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_arguments: object) -> None:
            return None

    try:
        with urllib.request.build_opener(Stay, urllib.request.ProxyHandler({})).open(url, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as answer:
        return answer.code


def test_a_day_with_the_labs(launcher: Launcher) -> None:
    """Open, both front ends answer, only with the token; a second start is told where; the terminal is closed: all
    is ended and paused; the next day the student's file is as it was; the person's own Jupyter stays untouched."""
    process, url = launcher.open()
    assert status(url) == 200
    assert status(url.replace("/lab?", "/tree?")) == 200
    assert status(url.split("?")[0]) == 302
    children = psutil.Process(process.pid).children(recursive=True)
    assert {c.laddr.ip for child in children for c in child.net_connections() if c.status == "LISTEN"} <= {"127.0.0.1"}

    second = launcher.start()
    said, _ = second.communicate(timeout=60)
    assert second.returncode == 1
    assert url in said
    assert "Traceback" not in said

    process.send_signal(signal.SIGHUP)
    process.wait(60)
    assert process.returncode == 0
    assert not [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]
    assert json.loads(launcher.labcluster("list", "--json"))[0]["status"] == "paused"

    notebook = launcher.home / "work/en/04-deployments/04-deployments.ipynb"
    notebook.write_text(notebook.read_text() + "\n")
    mine = notebook.read_bytes()
    process, _ = launcher.open()
    assert notebook.read_bytes() == mine
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert not {file.name for file in launcher.home.iterdir()} & {".jupyter", ".ipython", ".kube"}


def test_a_port_in_use_ends_with_one_sentence(launcher: Launcher) -> None:
    """The port that was asked for belongs to somebody else: said at once, no cluster is made, exit code 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = launcher.start("--port", str(port))
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"Port {port} is in use" in said
    assert "Traceback" not in said
    assert not (launcher.home / "state/clusters/launch").exists()


def test_ctrl_c_while_the_cluster_starts_leaves_it_paused_and_whole(launcher: Launcher) -> None:
    """Ctrl-C during the creation: nothing runs afterwards, and the next start finds a cluster that works."""
    process = launcher.start()
    deadline = time.monotonic() + READY_SECONDS
    while not (launcher.home / "state/clusters/launch").exists():
        assert time.monotonic() < deadline
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    process.wait(90)
    assert process.returncode == 0
    assert [c["status"] for c in json.loads(launcher.labcluster("list", "--json"))] == ["paused"]
    _, url = launcher.open()
    assert status(url) == 200
