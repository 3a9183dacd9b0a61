"""Starts an add-on's programs, and starts again those that end: `keeper.py HOME`, with the standard library alone.

HOME holds `keeper.json` (`{"programs": {name: [arguments]}}`), `bin/` (a link for each program), and gets `pids/`,
`logs/` and `restarts.log`, one line for each program that had to be started again. Who asks in the cluster is told
what runs (health.py).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # it is started alone (-I -S)

from labcluster.hosted import health

LASTED = 10.0  # seconds after which a program counts as having worked
LONGEST = 5.0  # seconds between two starts of one that ends at once


class Keeper:
    """The programs of one add-on."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.programs: dict[str, list[str]] = json.loads((home / "keeper.json").read_text())["programs"]
        # The objects are kept: a forgotten Popen is collected by subprocess itself, behind the back of os.wait().
        self.running: dict[int, tuple[str, subprocess.Popen[bytes]]] = {}
        self.started: dict[str, float] = {}
        self.pause: dict[str, float] = {}
        self.restarts = 0

    def start(self, name: str) -> None:
        """Start one program and write its pid file."""
        command = [str(self.home / "bin" / name), *self.programs[name]]
        with (self.home / "logs" / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(command, cwd=self.home, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.running[process.pid] = (name, process)
        self.started[name] = time.monotonic()
        pid_file = self.home / "pids" / f"{name}.pid"
        draft = pid_file.with_suffix(".new")
        draft.write_text(str(process.pid))
        draft.replace(pid_file)

    def run(self) -> None:
        """Start everything, then wait for ends, for ever."""
        for name in self.programs:
            self.start(name)
        health.serve(self.home, self.look)
        while True:
            pid, status = os.wait()
            if pid in self.running:
                name, process = self.running.pop(pid)
                process.returncode = os.waitstatus_to_exitcode(status)
                self.again(name, process.returncode)

    def again(self, name: str, code: int) -> None:
        """Start it again: at once, or a little later if it never lasts."""
        lasted = time.monotonic() - self.started[name] > LASTED
        self.pause[name] = 0.0 if lasted else min(LONGEST, self.pause.get(name, 0.1) * 2)
        time.sleep(self.pause[name])
        self.restarts += 1
        with (self.home / "restarts.log").open("a") as log:
            log.write(f"{datetime.now(UTC).isoformat(timespec='seconds')} {name} ended with {code}; started again\n")
        self.start(name)

    def look(self) -> dict[str, str]:
        """What is said of the programs to who asks."""
        running = {name for name, _process in [*self.running.values()]}
        said = (f"{name}={'running' if name in running else 'ended'}" for name in self.programs)
        return {"programs": ",".join(said), "restarts": str(self.restarts)}


if __name__ == "__main__":
    Keeper(Path(sys.argv[1])).run()
