"""The plain process: the workload as the kernel starts any program."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

import psutil

from labbench.contender import Instance, Lines
from labbench.errors import TrialError

MIB = 1 << 20


class ChildInstance(Instance):
    """A child process of ours, in a session of its own so that it ends with all that it started."""

    def __init__(self, command: Sequence[str]) -> None:
        try:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as cause:
            raise TrialError(f"{command[0]} cannot be started: {cause.strerror}") from cause
        assert self.process.stdout is not None  # noqa: S101 (asked for above)
        self.lines = Lines(self.process.stdout)

    def memory(self) -> tuple[float, str]:
        """Proportional set size (Linux): private pages, and this process's share of the shared ones."""
        try:
            found = psutil.Process(self.process.pid).memory_full_info()
        except psutil.Error as cause:
            raise TrialError(f"its memory cannot be read: {cause}") from cause
        if hasattr(found, "pss"):
            return found.pss / MIB, "PSS"
        return found.uss / MIB, "USS"

    def stop(self) -> None:
        """Kill the whole session."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.process.stdout is not None:
            self.lines.join()
            self.process.stdout.close()


class ProcessContender:
    """Runs `command` with the workload's arguments behind it."""

    seconds = 60.0

    def __init__(self, command: Sequence[str], about: Mapping[str, Any] | None = None) -> None:
        self.command = list(command)
        self._about = dict(about or {})

    def about(self) -> Mapping[str, Any]:
        """What the caller wants recorded (the program's hash)."""
        return {**self._about, "memory": "PSS of the process (psutil, /proc/PID/smaps_rollup)"}

    def start(self, arguments: Sequence[str]) -> ChildInstance:
        """Start it."""
        return ChildInstance([*self.command, *arguments])
