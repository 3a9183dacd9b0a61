"""Other programs at work for the node image: in a process group of their own, to clear up when cut off."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence

CLEARING_SECONDS = 60  # mmdebstrap removes a whole file system


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run to the end and return what it said. When this process is interrupted, so is the whole group, and waited for:
    files that mmdebstrap made in its user namespace belong to other users here, and only itself can remove them.

    Raises:
        OSError: there is no such program.
    """
    running = subprocess.Popen(
        command,
        env=None if environment is None else dict(environment),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
        start_new_session=True,
    )  # fmt: skip
    try:
        out, err = running.communicate()
    except BaseException:  # also Ctrl-C
        _end(running)
        raise
    return subprocess.CompletedProcess(command, running.returncode, out, err)


def _end(running: subprocess.Popen[str]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(running.pid, number)
            running.communicate(timeout=CLEARING_SECONDS)
        except ProcessLookupError:
            running.wait()
            return
        except subprocess.TimeoutExpired:
            continue
        return
