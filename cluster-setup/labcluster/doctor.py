"""Looks for what would keep a cluster from working, and says what to do about it."""

from __future__ import annotations

import resource
import shutil
import sys

import psutil

from labcluster import tools
from labcluster.errors import LabclusterError
from labcluster.findings import Finding
from labcluster.paths import state_dir
from labcluster.providers import ports
from labcluster.tools.catalog import host

DISK_BYTES = 500 * 10**6  # etcd sets 123 MB aside, logs and room to grow
MEMORY_BYTES = 600 * 2**20  # measured: about 500 MiB a cluster
FILES = 4096


def examine() -> list[Finding]:
    """All findings, in the order in which a reader would mend them; those of one provider alone come last."""
    from labcluster.providers.kind import doctor as kind

    return [_machine(), _tools(), _disk(), _memory(), _files(), _ports(), *kind.examine()]


def _machine() -> Finding:
    try:
        found = "/".join(host())
    except LabclusterError as problem:
        return Finding("machine", False, sys.platform, str(problem))
    return Finding("machine", True, found, "")


def _tools() -> Finding:
    ready = tools.ready()
    return Finding(
        "tools", ready, "in the cache" if ready else "missing", "Run: make setup (or labcluster tools ensure)"
    )


def _disk() -> Finding:
    free = shutil.disk_usage(state_dir()).free
    advice = f"Make room in {state_dir()}, or name another folder with LABCLUSTER_STATE."
    return Finding("disk", free > DISK_BYTES, f"{free / 1e9:.1f} GB free", advice)


def _memory() -> Finding:
    free = psutil.virtual_memory().available
    return Finding(
        "memory",
        free > MEMORY_BYTES,
        f"{free / 2**30:.1f} GiB free",
        "Close programs, or pause other clusters.",
    )


def _files() -> Finding:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = soft >= FILES or soft == resource.RLIM_INFINITY
    return Finding("open files", enough, f"limit {soft} (hard {hard})", f"Raise it: ulimit -n {FILES}")


def _ports() -> Finding:
    try:
        ports.allocate("doctor", ())
    except LabclusterError as problem:
        return Finding("ports", False, "none free", str(problem))
    return Finding("ports", True, f"free ones between {ports.FIRST} and {ports.LAST}", "")
