"""JupyterLab on loopback, with settings, data and sessions of its own: the person's ~/.jupyter stays as it is."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from labcluster.providers.ports import is_free
from labkit.messages import _

READY_SECONDS = 60
# No question about news and updates; every cell drawn, so that a live view that is scrolled away goes on;
# nbgrader's tools are for instructors.
SETTINGS: dict[str, dict[str, object]] = {
    "lab/user-settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    "lab/user-settings/@jupyterlab/notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"},
    "labconfig/page_config.json": {"disabledExtensions": {"@jupyter/nbgrader": True}},
}
DEFAULT_PORT = 8888


class LaunchError(Exception):
    """The labs cannot be opened; the message says why and what to do."""


@dataclass(frozen=True)
class Server:
    """A running JupyterLab."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path


def choose_port(wanted: int | None) -> int:
    """The wanted port, or the first free one from DEFAULT_PORT on.

    Raises:
        LaunchError: the wanted port is taken, or none is free.
    """
    if wanted is not None:
        if not is_free(wanted):
            text = _("Port {port} is in use by another program. Choose another: make lab PORT={next}")
            raise LaunchError(text.format(port=wanted, next=wanted + 1))
        return wanted
    for port in range(DEFAULT_PORT, DEFAULT_PORT + 100):
        if is_free(port):
            return port
    text = _("No port is free between {first} and {last}. Name one: make lab PORT=9999")
    raise LaunchError(text.format(first=DEFAULT_PORT, last=DEFAULT_PORT + 99))


def start(folder: Path, state: Path, port: int, environment: Mapping[str, str]) -> Server:
    """Start JupyterLab on `folder`; it is told its token through the environment, so no process list shows it."""
    token = secrets.token_hex(24)
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    for part in ("config", "data", "runtime", "ipython"):
        (state / part).mkdir(exist_ok=True, mode=0o700)
    _write_settings(state / "config")
    private = {
        "JUPYTER_CONFIG_DIR": str(state / "config"),
        "JUPYTER_DATA_DIR": str(state / "data"),
        "JUPYTER_RUNTIME_DIR": str(state / "runtime"),
        "IPYTHONDIR": str(state / "ipython"),
        "JUPYTER_TOKEN": token,
        "JUPYTER_PLATFORM_DIRS": "1",
    }
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}", "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    log = state / "jupyter.log"
    with log.open("wb") as output:
        # A session of its own: Ctrl-C goes to us, and we end it in order.
        process = subprocess.Popen(
            command, env={**environment, **private}, stdout=output, stderr=output, stdin=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
    return Server(process, f"http://127.0.0.1:{port}/lab?token={token}", log)


def _write_settings(config: Path) -> None:
    """Put our settings in place once; what the person changes afterwards stays."""
    for name, content in SETTINGS.items():
        file = config / name
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(content))


def wait_ready(server: Server) -> None:
    """Wait until the page answers.

    Raises:
        LaunchError: it ended or did not answer in time; the end of its log is in the message.
    """
    deadline = time.monotonic() + READY_SECONDS
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback is never asked through a proxy
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            with direct.open(server.url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)  # polls the condition above
    tail = "\n".join(server.log.read_text(errors="replace").splitlines()[-8:])
    text = _("JupyterLab did not start:\n{tail}\nAll of it is in {log}")
    raise LaunchError(text.format(tail=tail, log=server.log))


def stop(server: Server) -> None:
    """End JupyterLab and its kernels in order."""
    server.process.terminate()
    try:
        server.process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait()
