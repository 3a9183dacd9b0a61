"""Where one notebook runs: a private folder with a copy of the submission, and the command of its kernel."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.clusters import ScratchCluster
from autograder.grading import kubeconfig, sandbox
from autograder.grading.files import copy_regular
from autograder.grading.limits import Limits
from autograder.grading.relay import Outside
from autograder.notebook.write import class_files
from autograder.spec.model import Lab

LAUNCH = [sys.executable, "-m", "ipykernel_launcher", "-f"]
# Given to the kernel from the grader's environment: harmless, and needed for Python to start as it did here.
PASSED = ("LANG", "LC_ALL", "TZ")


@dataclass(frozen=True)
class Box:
    """`work` is the submission's copy, `run` holds the kernel's connection; `command` starts the kernel in `work`.

    `give_away` is called once the connection file is written: it lets the kernel's user own what it needs.
    `log` is what the kernel's process says, out of the kernel's sight.
    """

    work: Path
    run: Path
    connection: Path
    command: list[str]
    env: dict[str, str]
    limits: Limits
    give_away: Callable[[], None]
    log: Path

    def snapshot(self, target: Path) -> Path:
        """Copy what the kernel has made of the submission's files so far; the kernel cannot touch the copy."""
        copy_regular(self.work, target, self.limits.disk)
        return target


@contextmanager
def box(
    lab: Lab,
    *,
    student: str,
    lang: str,
    cluster: ScratchCluster | None,
    submission: Path | None,
    sandboxed: bool,
    limits: Limits,
) -> Iterator[Box]:
    """Prepare it, and leave nothing behind.

    Raises GradingError where the sandbox is wanted and this machine has none, or the files cannot be copied.
    """
    if sandboxed:
        sandbox.require()
    with tempfile.TemporaryDirectory(prefix="grade-", ignore_cleanup_errors=True) as top, ExitStack() as stack:
        work, run = Path(top, "work"), Path(top, "run")
        for folder in (work, run):
            folder.mkdir()
        if submission is not None:
            copy_regular(submission, work, limits.disk)
        class_files(lab, work)
        env = _environment(lab, student, lang, cluster, run)
        connection = run / "kernel.json"
        command = [*LAUNCH, str(connection)]
        give_away: Callable[[], None] = _nothing
        if sandboxed:
            walls = _walls(lab, cluster, work, run, limits, stack)
            give_away = walls.give_away
            command = walls.command(command, {**env, "HOME": sandbox.HOME, "USER": "student", "TMPDIR": "/tmp"})  # noqa: S108
        yield Box(work, run, connection, command, _outer(env, sandboxed), limits, give_away, Path(top, "kernel.log"))


def _walls(
    lab: Lab, cluster: ScratchCluster | None, work: Path, run: Path, limits: Limits, stack: ExitStack
) -> sandbox.Sandbox:
    """The sandbox, and the relay to its cluster's API server."""
    socket, port = run / "api.sock", 6443
    if cluster is not None:
        config = kubeconfig.read(cluster.student_kubeconfig, lab.id)
        port = config.port
        stack.callback(Outside(socket, config.host, port).close)
        _private(run / "kubeconfig", config.through_loopback().text())
    tools = cluster.tools if cluster is not None else ()
    return sandbox.Sandbox(work, run, tools, socket, port, limits)


def _environment(lab: Lab, student: str, lang: str, cluster: ScratchCluster | None, run: Path) -> dict[str, str]:
    """What a kernel is told; see ARCHITECTURE.md. Never the checker's credential, never the course's folder."""
    told = {
        "course": lab.course_id,
        "lab": lab.id,
        "namespace": lab.namespace,
        "title": lab.title[lang],
        "student": student,
        "values": lab.values(student),
    }
    _private(run / "values.json", json.dumps(told, ensure_ascii=False))
    folders = [Path(sys.executable).parent, *(cluster.tools if cluster else ()), Path("/usr/bin"), Path("/bin")]
    env = {
        "PATH": os.pathsep.join(map(str, folders)),
        "COURSE_VALUES": str(run / "values.json"),
        "COURSE_LANG": lang,
        "COURSE_STUDENT": student,
        "PYTHONDONTWRITEBYTECODE": "1",
        # A notebook that is graded has no front end.
        "LABKIT_TEXT": "1",
    }
    if cluster is not None:
        _private(run / "kubeconfig", kubeconfig.read(cluster.student_kubeconfig, lab.id).text())
        env["KUBECONFIG"] = str(run / "kubeconfig")
    return {**env, **{name: os.environ[name] for name in PASSED if name in os.environ}}


def _outer(env: dict[str, str], sandboxed: bool) -> dict[str, str]:
    """The environment of the process that we start: bwrap's, or the kernel's where there is no sandbox."""
    # The sandbox's first process is bwrap, whose own environment the kernel may be able to read.
    names = ("PATH",) if sandboxed else ("PATH", "HOME", "USER", "TMPDIR")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return kept if sandboxed else {**kept, **env}


def _private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def _nothing() -> None:
    """Without a sandbox the kernel's user is ours."""
