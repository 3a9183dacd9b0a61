"""What keeps a machine from running kind clusters, one obstacle at a time, in the order in which to mend them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from labcluster.errors import LabclusterError
from labcluster.findings import Finding
from labcluster.providers.kind.engine import Engine, EngineError, installed
from labcluster.providers.kind.image import reference

PROVIDER = "kind"
DISK_BYTES = 2 * 10**9  # layers, logs and etcd of a few clusters; the node image itself takes one more
MEMORY_BYTES = 1500 * 2**20  # measured: about 900 MiB a cluster, and something to work with
OPEN_FILES, PROCESSES = 8192, 8192
# Measured: a node takes about 15 instances; all nodes of one engine share its user's.
INOTIFY = {"max_user_instances": 128, "max_user_watches": 65536}
MODULES = Path("/lib/modules")
ADVICE = {
    "permission denied": (
        "This user may not use the engine's socket. Join its group (sudo usermod -aG docker $USER, then log in again); "
        "whoever is in that group can do as root on this machine."
    ),
    "cannot connect": "Start the engine: sudo systemctl start docker (or podman.socket, or open Docker Desktop).",
    "did not answer": "The engine hangs: restart it.",
}
START = "Start the engine, or mend the address in CONTAINER_HOST or DOCKER_HOST."


def examine() -> list[Finding]:
    """All findings about kind; those that need an engine are left out where none answers."""
    engines = installed()
    if not engines:
        return [_no("engine", "neither docker nor podman is installed",
                    "Install one: sudo apt install podman runc (or Docker).")]  # fmt: skip
    found: list[Finding] = []
    for engine in engines:
        try:
            told = json.loads(engine.run("info", "--format", "{{json .}}", seconds=15))
        except (EngineError, ValueError) as problem:
            found.append(_no("engine", str(problem).splitlines()[0], _advice(str(problem))))
            continue
        return [*found, _yes("engine", f"{engine} answers"), *_of(engine, told)]
    return found


def _of(engine: Engine, told: dict[str, Any]) -> Iterator[Finding]:
    yield _cgroups(told)
    yield _modules()
    yield _disk(told)
    yield _memory()
    yield from _inotify()
    image = _image(engine)
    yield image
    if image.ok:
        yield _privileged(engine)
    yield _yes("nodes", "one real node a cluster; any others are simulated (the node image's network is for one node)")


def _cgroups(told: dict[str, Any]) -> Finding:
    """Podman and Docker tell it in words of their own."""
    host = told.get("host", {})
    version = str(host.get("cgroupVersion") or told.get("CgroupVersion") or "?").lstrip("v")
    rootless = bool(host.get("security", {}).get("rootless")) or "name=rootless" in told.get("SecurityOptions", [])
    who = "rootless" if rootless else "root's"
    if rootless and version != "2":
        return _no("cgroups", f"version {version}, {who} engine",
                   "Without root it needs cgroup v2: boot with systemd.unified_cgroup_hierarchy=1.")  # fmt: skip
    if "host" not in told and version == "1":
        return _no("cgroups", f"version 1, {who} Docker",
                   "Kubernetes gives up cgroup v1. Boot with systemd.unified_cgroup_hierarchy=1, or use Podman with "
                   "runc, which was seen to work.")  # fmt: skip
    return _yes("cgroups", f"version {version}, {who} engine")


def _modules() -> Finding:
    there = MODULES.is_dir()
    advice = f"kind mounts this folder into its nodes: sudo mkdir -p {MODULES}"
    return _found("modules folder", there, f"{MODULES} {'is there' if there else 'is missing'}", advice)


def _disk(told: dict[str, Any]) -> Finding:
    place = Path(told.get("store", {}).get("graphRoot") or told.get("DockerRootDir") or "/")
    while not _seen(place):
        place = place.parent
    free = shutil.disk_usage(place).free
    return _found("engine's disk", free > DISK_BYTES, f"{free / 1e9:.1f} GB free in {place}",
                  "Make room, or remove images that nobody needs (podman or docker image prune).")  # fmt: skip


def _seen(place: Path) -> bool:
    try:
        return place.exists()
    except PermissionError:
        return False


def _memory() -> Finding:
    free = psutil.virtual_memory().available
    return _found("memory", free > MEMORY_BYTES, f"{free / 2**30:.1f} GiB free",
                  "Close programs, pause other clusters, or use the provider embedded, which needs half.")  # fmt: skip


def _inotify() -> Iterator[Finding]:
    for name, wanted in INOTIFY.items():
        path = Path("/proc/sys/fs/inotify", name)
        if path.exists():  # only Linux has it
            limit = int(path.read_text())
            advice = f"Nodes would fail with `too many open files`: sudo sysctl fs.inotify.{name}={wanted * 4}"
            yield _found(f"inotify {name}", limit >= wanted, str(limit), advice)


def _image(engine: Engine) -> Finding:
    try:
        wanted = reference()
    except LabclusterError as problem:
        return _no("node image", str(problem), "Run: make images")
    there = engine.has_image(wanted)
    return _found("node image", there, f"{wanted} {'is there' if there else 'is missing'}", "Run: make images")


def _privileged(engine: Engine) -> Finding:
    """Really start a privileged container: nothing else tells whether the machine lets the engine do so."""
    try:
        told = engine.run("run", "--rm", "--privileged", "--network", "none", "--entrypoint", "/bin/cat", reference(),
                          "/proc/self/limits", seconds=30)  # fmt: skip
        files, processes = (_limit(told, name) for name in ("Max open files", "Max processes"))
    except (EngineError, ValueError) as problem:
        return _no("privileged container", str(problem).splitlines()[0],
                   "The machine refuses what a node needs. Where the capability SYS_RESOURCE is absent, Docker cannot; "
                   "Podman can, with default_ulimits at most at the hard limits (see .ci/engine).")  # fmt: skip
    enough = _enough(files, OPEN_FILES) and _enough(processes, PROCESSES)
    return _found("privileged container", enough, f"starts; at most {files} open files, {processes} processes",
                  f"Raise the engine's default ulimits: nofile={OPEN_FILES}, nproc={PROCESSES} or more.")  # fmt: skip


def _limit(told: str, name: str) -> str:
    """The soft limit out of /proc/self/limits: the first word after its name."""
    return next((line.removeprefix(name).split()[0] for line in told.splitlines() if line.startswith(name)), "0")


def _enough(said: str, wanted: int) -> bool:
    return said == "unlimited" or int(said) >= wanted


def _advice(problem: str) -> str:
    return next((advice for words, advice in ADVICE.items() if words in problem.lower()), START)


def _found(name: str, ok: bool, found: str, advice: str) -> Finding:
    return Finding(f"{PROVIDER}: {name}", ok, found, advice, PROVIDER)


def _yes(name: str, found: str) -> Finding:
    return _found(name, True, found, "")


def _no(name: str, found: str, advice: str) -> Finding:
    return _found(name, False, found, advice)
