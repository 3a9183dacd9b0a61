"""Simulated nodes beside real ones: KWOK's controller as a process of this user, against the cluster's API server.

It manages only nodes that carry its annotation (labcluster.addons.nodes adds them), so the real node is left alone.
It runs beside the cluster and not inside it: no image to load, nothing of it in the node's memory, and it is started
and ended with the node.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from labcluster import tools
from labcluster.paths import write_private
from labcluster.providers import processes
from labcluster.providers.stages import STAGES

COMPONENT = "kwok-controller"


def start(folder: Path, kubeconfig: Path) -> None:
    """Start it, unless it runs."""
    home = _home(folder)
    if COMPONENT in processes.owned(home):
        return
    for part in ("", "bin", "pids", "logs"):  # the folder itself first: a parent made on the way would be open
        (home / part).mkdir(exist_ok=True, mode=0o700)
    program = home / "bin" / COMPONENT
    program.unlink(missing_ok=True)
    program.symlink_to(tools.ensure()["kwok"])  # the name by which its pid file is believed
    stages = home / "stages.yaml"
    write_private(stages, "\n---\n".join(path.read_text() for path in sorted(STAGES.glob("*.yaml"))))
    with os.fdopen(os.open(home / "logs" / f"{COMPONENT}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)) as log:
        running = subprocess.Popen(
            [str(program), *_arguments(kubeconfig, stages)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, umask=0o077,
            env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
    write_private(home / "pids" / f"{COMPONENT}.pid", str(running.pid))


def stop(folder: Path) -> None:
    """End it, if it runs."""
    home = _home(folder)
    running = {process.pid: process for process in [*processes.owned(home).values(), *processes.strays(home)]}
    processes.kill(list(running.values()))
    processes.owned(home)  # forgets the pid file


def running(folder: Path) -> processes.Processes:
    """Its process, or none."""
    return list(processes.owned(_home(folder)).values())


def log(folder: Path) -> str:
    """Its log."""
    path = _home(folder) / "logs" / f"{COMPONENT}.log"
    return path.read_text(errors="replace") if path.exists() else ""


def _home(folder: Path) -> Path:
    return folder / "simulator"


def _arguments(kubeconfig: Path, stages: Path) -> list[str]:
    return [
        "--kubeconfig", str(kubeconfig),
        "--config", str(stages),
        "--manage-all-nodes=false",
        "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
        "--node-ip", "127.0.0.1",  # where add-on metrics answers for every simulated node
        # Its own server has no client authentication, so it gets no address and no port.
        "--server-address", "",
        "--node-port", "0",
        # A lease would outlive a pause: after `resume` no simulated pod would move until it ends.
        "--node-lease-duration-seconds", "0",
    ]  # fmt: skip
