"""A cluster's processes, told apart from any other that may have got the same process number since.

kwokctl remembers its components by pid files. After a reboot such a number can belong to anybody, and kwokctl
would take it for its own (and end it). So each pid file is first held against the program that runs under it.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

import psutil

Processes = list[psutil.Process]


def owned(workdir: Path) -> dict[str, psutil.Process]:
    """The running components of the cluster in `workdir`, by name; stale pid files are removed on the way."""
    found: dict[str, psutil.Process] = {}
    for pid_file in sorted((workdir / "pids").glob("*.pid")):
        process = _of(pid_file, workdir)
        if process is None:
            pid_file.unlink(missing_ok=True)
        else:
            found[pid_file.stem] = process
    return found


def _of(pid_file: Path, workdir: Path) -> psutil.Process | None:
    try:
        process = psutil.Process(int(pid_file.read_text()))
        program = process.cmdline()[0]
    except (ValueError, IndexError, OSError, psutil.Error):
        return None  # no number, no such process, or one of another user
    return process if Path(program) == workdir / "bin" / pid_file.stem else None


def alive(workdir: Path, component: str) -> bool:
    """Whether the component runs. Only looks, so that it may be asked while pid files are written."""
    return _of(workdir / "pids" / f"{component}.pid", workdir) is not None


def has_ended(workdir: Path, component: str) -> bool:
    """Whether the component was started and runs no more. Only looks: kwokctl may be writing the pid file just now."""
    pid_file = workdir / "pids" / f"{component}.pid"
    return pid_file.exists() and bool(pid_file.read_text()) and _of(pid_file, workdir) is None


def strays(workdir: Path) -> Processes:
    """Components of this cluster that run without a pid file (a creation that was cut off)."""
    home = str(workdir / "bin") + "/"
    found = []
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"]
        if command and command[0].startswith(home):
            found.append(process)
    return found


def makers(program: str, config: Path) -> Processes:
    """The kwokctl (or kind) that still makes a cluster by this configuration, after who began it was killed."""
    return with_arguments(program, lambda argument: argument == str(config))


def with_arguments(program: str, wanted: Callable[[str], bool]) -> Processes:
    """The processes of this program that have such an argument."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"]
        if command and Path(command[0]).name == program and any(wanted(argument) for argument in command[1:]):
            found.append(process)
    return found


def kill(running: Processes) -> None:
    """Kill the processes and wait until they are gone.

    This is safe for etcd, whose log is synced before each answer; a graceful API server takes seconds.
    """
    for process in running:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    wait_gone(running, 5)


def wait_gone(running: Processes, seconds: float) -> bool:
    """Wait until none of the processes does anything any more; whether that came true in time.

    A dead process that its parent has not collected yet counts as gone.
    """
    deadline = time.monotonic() + seconds
    while any(_alive(process) for process in running):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)  # polls the condition above
    return True


def _alive(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def memory_mib(processes: Processes) -> float:
    """Resident memory of the processes together, in MiB."""
    total = 0
    for process in processes:
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total / 2**20
