"""The cluster's processes, told apart from any other that may have got the same process number since.

kwokctl remembers its components by pid files. After a reboot such a number can belong to anybody, and kwokctl would
take it for its own (and end it). So each pid file is first held against the program that runs under that number.
"""

from __future__ import annotations

from pathlib import Path

import psutil


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


def strays(workdir: Path) -> list[psutil.Process]:
    """Components of this cluster that run without a pid file (a creation that was cut off)."""
    home = str(workdir / "bin") + "/"
    found = []
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"]
        if command and command[0].startswith(home):
            found.append(process)
    return found


def end(processes: list[psutil.Process]) -> None:
    """Ask the processes to end, and end those that have not after five seconds."""
    for process in processes:
        _signal(process, kill=False)
    _, alive = psutil.wait_procs(processes, timeout=5)
    for process in alive:
        _signal(process, kill=True)
    psutil.wait_procs(alive, timeout=5)


def _signal(process: psutil.Process, *, kill: bool) -> None:
    try:
        process.kill() if kill else process.terminate()
    except psutil.NoSuchProcess:
        return


def memory_mib(processes: list[psutil.Process]) -> float:
    """Resident memory of the processes together, in MiB."""
    total = 0
    for process in processes:
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total / 2**20
