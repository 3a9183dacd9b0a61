"""Which tests this machine can run: each marker's question, and what the reader is told if the answer is no.

`make test` on a laptop runs what it can and names the rest with the reason. Where everything must run
(continuous integration), COURSE_TEST_REQUIRE=all turns each missing capability, and any other skip, into a
failure.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import docker
import pytest

STRICT = os.environ.get("COURSE_TEST_REQUIRE") == "all"


def _succeeds(*command: str) -> bool:
    """Whether a harmless probe command exits with 0 within ten seconds."""
    try:
        return subprocess.run(command, capture_output=True, timeout=10, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _has_cluster_tools() -> bool:
    return _succeeds(str(Path(sys.executable).with_name("labcluster")), "tools", "path")


def _has_volcano() -> bool:
    from labcluster import tools

    return tools.ready("volcano")


def _has_metrics() -> bool:
    from labcluster import tools

    return tools.ready("metrics")


def _has_kueue() -> bool:
    from labcluster import tools

    return tools.ready("kueue")


def _has_trainer() -> bool:
    from labcluster import tools

    return tools.ready("trainer")


def _has_kfp() -> bool:
    from labkit.pipelines import environment

    return environment.ready()


def _has_kind() -> bool:
    from labcluster import tools
    from labcluster.providers.kind.image import at_hand

    return tools.ready() and tools.ready("kind") and at_hand() is not None


def _has_browser() -> bool:
    return shutil.which("chromium") is not None


def _has_sandbox() -> bool:
    return _succeeds("bwrap", "--ro-bind", "/", "/", "--unshare-all", "true")


def _has_other_user() -> bool:
    return _succeeds("sudo", "-n", "-u", "nobody", "true")


def _has_engine() -> bool:
    """Docker's or Podman's socket (`DOCKER_HOST`) answers."""
    try:
        with contextlib.closing(docker.from_env(timeout=5)) as engine:
            return bool(engine.ping())
    except docker.errors.DockerException:
        return False


def _has_qemu() -> bool:
    """QEMU, and the means to get the packages that the VM is made of."""
    return all(shutil.which(program) for program in ("qemu-system-x86_64", "apt-get", "dpkg-deb"))


REQUIREMENTS: dict[str, tuple[Callable[[], bool], str]] = {
    "needs_cluster": (_has_cluster_tools, "the cluster's tools are missing: run make setup"),
    "needs_metrics": (_has_metrics, "metrics-server is not built yet (1 minute): labcluster tools ensure metrics"),
    "needs_volcano": (_has_volcano, "Volcano is not built yet (3 minutes): labcluster tools ensure volcano"),
    "needs_kueue": (_has_kueue, "Kueue is not built yet (2 minutes): labcluster tools ensure kueue"),
    "needs_trainer": (_has_trainer, "Kubeflow Trainer is not built yet (3 minutes): labcluster tools ensure trainer"),
    "needs_kfp": (_has_kfp, "kfp's environment is not installed yet (10 s): labkit kfp"),
    "needs_browser": (_has_browser, "Chromium is missing: apt install chromium"),
    "needs_sandbox": (_has_sandbox, "bubblewrap with user namespaces is missing: apt install bubblewrap"),
    "needs_other_user": (
        _has_other_user,
        "`sudo -n -u nobody true` is refused, so no other user can be tried",
    ),
    "needs_kind": (_has_kind, "real containers need an engine, its node image and kind: run make images"),
    "needs_engine": (_has_engine, "no container engine answers: start Docker or Podman and set DOCKER_HOST"),
    "needs_qemu": (_has_qemu, "QEMU or apt is missing: on Debian or Ubuntu, apt install qemu-system-x86"),
}


@cache
def missing(marker: str) -> str | None:
    """The reason why tests with this marker cannot run here, or None when they can."""
    present, reason = REQUIREMENTS[marker]
    return None if present() else reason


def pytest_configure() -> None:
    """Listen to signals as at a terminal: what a shell starts in the background inherits deaf ears."""
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip (or, where all is required, fail) a test whose machine lacks what it needs."""
    for marker in REQUIREMENTS:
        if item.get_closest_marker(marker) and (reason := missing(marker)):
            (pytest.fail if STRICT else pytest.skip)(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None] | pytest.TestReport:
    """Where all is required, a skip of any kind is a failure."""
    report: pytest.TestReport = yield  # type: ignore[misc,assignment]
    if STRICT and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and here nothing may be: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what this machine could not run, and why."""
    lacking = {marker: reason for marker in REQUIREMENTS if (reason := missing(marker))}
    if lacking and not STRICT:
        terminalreporter.section("not run on this machine")
        for marker, reason in lacking.items():
            terminalreporter.line(f"{marker}: {reason}")
