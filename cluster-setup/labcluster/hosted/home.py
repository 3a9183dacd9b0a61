"""One add-on's programs on one cluster: started under a keeper, looked at, ended. Its folder is `addons/<name>/`.

The keeper (`keeper.py`) starts again what ends. All of them end with the cluster: providers call `end_all`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from labcluster.errors import ProviderError
from labcluster.paths import write_private
from labcluster.providers import processes
from labcluster.providers.base import Capability
from labcluster.providers.processes import Processes

KEEPER = "keeper"
INSTALLED = "installed.json"
START_SECONDS = 10


@dataclass(frozen=True)
class Program:
    """A program that an add-on runs: its name among the processes, its file, its arguments."""

    name: str
    binary: Path
    arguments: Sequence[str]


@dataclass(frozen=True)
class State:
    """How an add-on is: `missing` names the programs that should run and do not."""

    programs: tuple[str, ...]
    missing: tuple[str, ...]
    restarts: int

    @property
    def text(self) -> str:
        """In a few words: running, stopped, or what is wrong."""
        again = f" ({self.restarts} restarts)" if self.restarts else ""
        if not self.programs:
            return "installed"
        if len(self.missing) == len(self.programs):
            return "stopped"
        return f"broken: {', '.join(self.missing)} not running{again}" if self.missing else f"running{again}"


def start(home: Path, programs: Sequence[Program], environment: Mapping[str, str] | None = None) -> None:
    """Start the programs, unless just these run already.

    Raises:
        ProviderError: one did not start.
    """
    plan = json.dumps({"programs": {p.name: [*p.arguments] for p in programs}}, indent=1)
    links = {p.name: p.binary for p in programs} | {KEEPER: Path(sys.executable)}
    if _unchanged(home, plan, links) and not state(home).missing:
        return
    end(home)
    for folder in ("bin", "pids", "logs"):
        shutil.rmtree(home / folder, ignore_errors=True)
        (home / folder).mkdir(mode=0o700)
    for name, binary in links.items():
        (home / "bin" / name).symlink_to(binary)
    write_private(home / "keeper.json", plan)
    _start_keeper(home, environment or {})


def _unchanged(home: Path, plan: str, links: Mapping[str, Path]) -> bool:
    written = home / "keeper.json"
    same = written.is_file() and written.read_text() == plan
    return same and all((home / "bin" / name).resolve() == path.resolve() for name, path in links.items())


def _start_keeper(home: Path, environment: Mapping[str, str]) -> None:
    code = Path(__file__).with_name("keeper.py")
    with (home / "logs" / "keeper.log").open("ab") as log:
        keeper = subprocess.Popen(
            [str(home / "bin" / KEEPER), "-I", "-S", str(code), str(home)],
            env={"PATH": os.defpath, "HOME": str(home), **environment},
            cwd=home,
            umask=0o077,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C in the terminal that made the cluster is not meant for it
        )
    (home / "pids" / f"{KEEPER}.pid").write_text(str(keeper.pid))
    deadline = time.monotonic() + START_SECONDS
    while state(home).missing:
        if time.monotonic() > deadline or keeper.poll() is not None:
            tail = "\n".join(logs(home).values())[-500:]
            raise ProviderError(f"Add-on {home.name}: {', '.join(state(home).missing)} did not start.\n{tail}")
        time.sleep(0.02)  # polls the condition above


def state(home: Path) -> State:
    """How the add-on of this folder is, from the processes themselves."""
    plan = home / "keeper.json"
    names = (*json.loads(plan.read_text())["programs"], KEEPER) if plan.is_file() else ()
    running = {name for name in names if processes.alive(home, name)}
    counted = home / "restarts.log"
    restarts = len(counted.read_text().splitlines()) if counted.is_file() else 0
    return State(tuple(names), tuple(name for name in names if name not in running), restarts)


def whole(home: Path) -> bool:
    """Whether the add-on was installed, and all of its programs run."""
    return (home / INSTALLED).exists() and not state(home).missing


def states(cluster: Path) -> dict[str, State]:
    """The add-ons that are installed in a cluster's folder, by name."""
    return {path.parent.name: state(path.parent) for path in sorted(cluster.glob(f"addons/*/{INSTALLED}"))}


def capabilities(cluster: Path) -> frozenset[Capability]:
    """What the add-ons of a cluster's folder let it do beyond what its provider does."""
    records = (json.loads(path.read_text()) for path in cluster.glob(f"addons/*/{INSTALLED}"))
    return frozenset(brought for record in records for brought in record.get("brings", ()))


def logs(home: Path) -> dict[str, str]:
    """The last 50 lines of each program's log."""
    files = sorted((home / "logs").glob("*.log"))
    return {file.stem: "\n".join(file.read_text(errors="replace").splitlines()[-50:]) for file in files}


def end(home: Path) -> None:
    """End the add-on's programs, the keeper first, or it would start them again."""
    _end(home, str(home / "bin") + "/")


def end_all(cluster: Path) -> None:
    """End the programs of all add-ons of a cluster."""
    if (cluster / "addons").is_dir():
        _end(cluster, str(cluster / "addons") + "/")


def running(cluster: Path) -> Processes:
    """All processes of the cluster's add-ons (for their memory)."""
    if not (cluster / "addons").is_dir():
        return []
    return _started_from(str(cluster / "addons") + "/")


def _end(folder: Path, prefix: str) -> None:
    if not folder.is_dir():
        return
    processes.kill([process for process in _started_from(prefix) if _program(process) == KEEPER])
    processes.kill(_started_from(prefix))


def _started_from(prefix: str) -> Processes:
    return [p for p in psutil.process_iter(["cmdline"]) if (p.info["cmdline"] or [""])[0].startswith(prefix)]


def _program(process: psutil.Process) -> str:
    return Path(process.info["cmdline"][0]).name
