"""The bubblewrap command around a student's kernel: what it sees, and what it may use.

It sees the system and the Python environment read-only, the packages that labkit needs, its own copy of the
submission, and one socket that leads to its own cluster. It does not see the course's checks, the gradebook, other
submissions, the home folder, other processes or any network.
"""

from __future__ import annotations

import importlib.util
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.errors import GradingError
from autograder.grading import relay
from autograder.grading.limits import Limits

HOME = "/home/student"
WORK = f"{HOME}/work"
# Names, not imports: they are what a kernel of the course needs to see, wherever they are installed.
PACKAGES = ("autograder", "labbench", "labcluster", "labkit")
SYSTEM = ("bin", "sbin", "lib", "lib32", "lib64")
# Of /etc only what programs need to start, to know the time and to trust public certificates.
ETC = (
    "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "localtime", "timezone", "ssl/certs",
    "ca-certificates", "mime.types", "fonts",
)  # fmt: skip
# Beyond all accounts of a machine; each grading process has its own, so that limits on processes are its own.
FIRST_UID = 1 << 30


@dataclass(frozen=True)
class Sandbox:
    """What one kernel sees: `work` is writable (as WORK), `run` is writable at its own path, `tools` are read-only."""

    work: Path
    run: Path
    tools: Sequence[Path]
    api_socket: Path
    api_port: int
    limits: Limits

    def command(self, kernel: Sequence[str], env: Mapping[str, str]) -> list[str]:
        """The kernel's command line, wrapped."""
        uid = _own_uid()
        return [
            *_bwrap(uid),
            *self._sees(),
            *(word for name, value in env.items() for word in ("--setenv", name, value)),
            "--chdir", WORK, "--",
            *_as_nobody(uid),
            *self._limited(),
            sys.executable, "-I", relay.__file__, str(self.api_socket), str(self.api_port),
            *kernel,
        ]  # fmt: skip

    def give_away(self) -> None:
        """Let the sandbox's user own its two folders, where that is another user than ours."""
        if (uid := _own_uid()) is None:
            return
        for top in (self.work, self.run):
            for path in (top, *top.rglob("*")):
                os.chown(path, uid, uid, follow_symlinks=False)

    def _sees(self) -> list[str]:
        words = ["--ro-bind", "/usr", "/usr", "--proc", "/proc", "--dev", "/dev"]
        for name in SYSTEM:
            path = Path("/", name)
            if path.is_symlink():
                words += ["--symlink", str(path.readlink()), str(path)]
            elif path.is_dir():
                words += ["--ro-bind", str(path), str(path)]
        words += [word for name in ETC for word in ("--ro-bind-try", f"/etc/{name}", f"/etc/{name}")]
        for place in ("/tmp", "/run", "/dev/shm", HOME):  # noqa: S108 (the sandbox's own)
            words += ["--perms", "1777", "--size", str(self.limits.disk), "--tmpfs", place]
        shown = (*_python_folders(), *_packages(), *self.tools)
        words += _parents((*shown, self.run, Path(WORK)))
        words += [word for path in shown for word in ("--ro-bind", str(path), str(path))]
        return [*words, "--bind", str(self.work), WORK, "--bind", str(self.run), str(self.run)]

    def _limited(self) -> list[str]:
        limits = self.limits
        return [
            "prlimit", f"--as={limits.address_space}", f"--nproc={limits.processes}", f"--fsize={limits.file_size}",
            f"--nofile={limits.open_files}", f"--cpu={limits.cpu_seconds}", "--core=0", "--",
        ]  # fmt: skip


def require() -> None:
    """Raise GradingError where this machine has no working sandbox."""
    for program in ("bwrap", "prlimit"):
        if shutil.which(program) is None:
            raise GradingError(
                f"submissions are run in a sandbox, and there is no `{program}`: apt install bubblewrap util-linux"
            )
    if not _works(*_bwrap(_own_uid())):
        raise GradingError(
            "the sandbox does not start: bwrap may not make namespaces here. As root in a container, give it "
            "CAP_SYS_ADMIN; as a user, let the kernel allow user namespaces (sysctl kernel.unprivileged_userns_clone=1)"
        )


def _works(*bwrap: str) -> bool:
    """Whether this bwrap command line can start anything at all."""
    command = [*bwrap, "--ro-bind", "/", "/", "--proc", "/proc", "true"]
    return subprocess.run(command, capture_output=True, timeout=20, check=False).returncode == 0


def _bwrap(uid: int | None) -> list[str]:
    """bwrap with all namespaces of its own. `uid` is None unless we are root and become that user inside."""
    common = ["bwrap", "--die-with-parent", "--new-session", "--clearenv", "--unshare-net", "--unshare-pid"]
    rest = ["--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--hostname", "sandbox"]
    return [*common, *rest] if uid is not None else [*common, *rest, "--unshare-user", "--cap-drop", "ALL"]


@cache
def _own_uid() -> int | None:
    """As root, a user id of our own: limits on processes do not hold for root. Else None: the user stays."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        return None
    uid = FIRST_UID + random.SystemRandom().randrange(1 << 29)
    return uid if _works(*_bwrap(uid)) else None


def _as_nobody(uid: int | None) -> list[str]:
    if uid is None:
        return []
    user = [f"--reuid={uid}", f"--regid={uid}", "--clear-groups"]
    return ["setpriv", *user, "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all", "--"]


def _parents(paths: Sequence[Path]) -> list[str]:
    """Make the folders above, open to all: bwrap itself would close them to the user that we become."""
    above = sorted({parent for path in paths for parent in path.parents if parent != Path("/")})
    return [word for path in above for word in ("--perms", "0755", "--dir", str(path))]


def _python_folders() -> tuple[Path, ...]:
    """The virtual environment and the Python that it was made from, unless they are in /usr anyway."""
    folders = {Path(sys.prefix), Path(sys.base_prefix)}
    return tuple(sorted(folder for folder in folders if not folder.is_relative_to("/usr")))


def _packages() -> tuple[Path, ...]:
    """Our own packages where they are installed as a checkout: never the folders beside them, which hold the labs."""
    found: list[Path] = []
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        if spec is None or not spec.submodule_search_locations:
            continue
        found += [Path(place) for place in spec.submodule_search_locations]
    return tuple(place for place in found if not place.is_relative_to(sys.prefix))
