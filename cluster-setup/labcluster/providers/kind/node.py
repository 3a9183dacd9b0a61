"""The node container: its state, its limits, its memory and its logs, through the engine."""

from __future__ import annotations

import contextlib
import json
from datetime import datetime, timedelta

from labcluster.providers import processes
from labcluster.providers.kind.config import Machine
from labcluster.providers.kind.engine import Engine, EngineError
from labcluster.providers.kind.record import Record

SLACK = timedelta(seconds=1)  # Kubernetes' times are whole seconds
LAST_LINES = 100
# Anonymous and mapped memory of the container's cgroup: as `RSS` is for a process. cgroup v2, else v1.
MEMORY_FILES = ("/sys/fs/cgroup/memory.stat", "/sys/fs/cgroup/memory/memory.stat")
# What plays the control plane in a node, by the name that the kernel knows (15 characters).
PARTS = ("containerd", "etcd", "kube-apiserver", "kube-controller", "kube-scheduler", "kubelet")
MEMORY_KEYS = {"anon", "file_mapped", "total_rss", "total_mapped_file"}


def machine(engine: Engine) -> Machine:
    """The memory and processors of the machine (or virtual machine) on which the engine runs."""
    told = json.loads(engine.run("info", "--format", "{{json .}}"))
    host = told.get("host")
    size, cpus = (host["memTotal"], host["cpus"]) if host else (told["MemTotal"], told["NCPU"])
    return Machine(size // 2**20, cpus)


def state(record: Record) -> str:
    """The container's state in the engine's words (`running`, `exited`, ...), or `missing`.

    Raises:
        EngineError: the engine does not answer, so that nobody knows.
    """
    try:
        return record.engine.run("container", "inspect", "--format", "{{.State.Status}}", record.node)
    except EngineError as problem:
        if "no such" in str(problem).lower():
            return "missing"
        raise


def start(record: Record) -> datetime:
    """Start the container and hold it to its limits; the moment after which its parts report anew."""
    record.engine.run("start", record.node)
    limit(record)
    return started(record)


def limit(record: Record) -> None:
    """Set its limits: Podman before version 5 forgets them when a container stops."""
    memory = f"{record.memory_mib}m"
    record.engine.run("update", "--memory", memory, "--memory-swap", memory, "--cpus", str(record.cpus), record.node)


def started(record: Record) -> datetime:
    """When it was started last, by the engine's clock, which is the cluster's too."""
    told = json.loads(record.engine.run("container", "inspect", "--format", "{{json .State.StartedAt}}", record.node))
    return datetime.fromisoformat(told) - SLACK


def stop(record: Record) -> None:
    """Kill it. This is safe for etcd, whose log is synced before each answer; asking nicely takes ten seconds."""
    if state(record) == "running":
        record.engine.run("kill", record.node)


def remove(record: Record) -> None:
    """Remove the container and its volumes, with whatever still makes them."""
    engine = record.engine
    _let_makers_end(record)
    engine.tries("kill", record.node)
    if state(record) != "missing":
        engine.run("rm", "--force", "--volumes", record.node)
    # Podman's volumes are made before the container, labelled with the node's name.
    for volume in engine.run("volume", "ls", "--quiet", "--filter", f"label={record.node}").split():
        engine.tries("volume", "rm", "--force", volume)


def _let_makers_end(record: Record) -> None:
    """End the engine's programs that kind started. One that makes something is waited for: ended, it would be made."""
    busy = processes.with_arguments(record.program, lambda argument: record.node in argument)
    makers = [p for p in busy if {"run", "create"} & set(_arguments(p))]
    processes.wait_gone(makers, 30)
    processes.kill(busy)


def _arguments(process: object) -> list[str]:
    with contextlib.suppress(Exception):
        return list(process.cmdline())  # type: ignore[attr-defined]
    return []


def missing(record: Record) -> set[str]:
    """The parts of the control plane that do not run in the node at this moment."""
    try:
        running = record.engine.run("exec", record.node, "pgrep", "--exact", "--list-name", "|".join(PARTS))
    except EngineError:  # also pgrep's own way to say: none
        return set(PARTS)
    return set(PARTS) - {line.split()[-1] for line in running.splitlines()}


def memory_mib(record: Record) -> float:
    """Memory of all that runs in the container, in MiB; 0 where the engine does not say."""
    for path in MEMORY_FILES:
        try:
            text = record.engine.run("exec", record.node, "cat", path)
        except EngineError:
            continue
        rows = (line.split() for line in text.splitlines())
        return sum(int(size) for key, size in rows if key in MEMORY_KEYS) / 2**20
    return 0.0


def logs(record: Record) -> dict[str, str]:
    """The end of the log of the node's services and of the control plane's containers, by component."""
    engine, found = record.engine, {}
    with contextlib.suppress(EngineError):
        found["node"] = engine.run("logs", "--tail", str(LAST_LINES), record.node)
    for unit in ("containerd", "kubelet"):
        with contextlib.suppress(EngineError):
            found[unit] = engine.run("exec", record.node, "journalctl", "--no-pager", "-o", "cat",
                                     "-n", str(LAST_LINES), "-u", unit)  # fmt: skip
    with contextlib.suppress(EngineError):
        listed = engine.run("exec", record.node, "find", "/var/log/pods", "-name", "*.log", "-path", "*kube-system_*")
        for path in sorted(listed.split()):
            found[path.split("/")[-2]] = engine.run("exec", record.node, "tail", "-n", str(LAST_LINES), path)
    return found
