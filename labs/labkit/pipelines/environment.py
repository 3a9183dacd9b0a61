"""kfp's own Python environment, made once for a user out of the locked packages beside this file.

It stands in the user's cache, in a folder named by what it is made of. A stamp is written last: without it the
environment was cut off (Ctrl-C, a full disk, a lost network) and is made anew. A second set-up waits for the first.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from filelock import FileLock

from labcluster.paths import cache_dir
from labkit.messages import _
from labkit.pipelines.errors import PipelineError

LOCK = Path(__file__).with_name("requirements.lock")
STAMP = ".whole"


def folder() -> Path:
    """Where the environment belongs: locked packages and Python are part of the name."""
    mark = hashlib.sha256(LOCK.read_bytes() + f"{sys.version} {sys.base_prefix}".encode()).hexdigest()[:12]
    return cache_dir() / "python" / f"kfp-{mark}"


def interpreter() -> Path:
    """The environment's Python, whether it is there or not."""
    return folder() / "bin" / "python"


def ready() -> bool:
    """Whether the environment is there, and whole."""
    return (folder() / STAMP).is_file()


def ensure(say: Callable[[str], None] = print) -> Path:
    """The environment's Python; makes the environment first where it is missing.

    Raises:
        PipelineError: it cannot be made; says why, and what to do.
    """
    if ready():
        return interpreter()
    home = folder()
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(home.with_suffix(".lock")):
            if not ready():  # another one may have made it while this one waited
                _make(home, say)
    except OSError as cause:
        raise PipelineError(
            _(
                "kfp's environment cannot be written: {cause}. Make room, or name another folder: LABCLUSTER_CACHE"
            ).format(cause=cause)
        ) from cause
    return interpreter()


def _make(home: Path, say: Callable[[str], None]) -> None:
    say(_("kfp: installing its locked packages into {folder} (once, about 60 MB) …").format(folder=home))
    started = time.monotonic()
    shutil.rmtree(home, ignore_errors=True)
    _call([sys.executable, "-m", "venv", "--without-pip", str(home)])
    _call([
        sys.executable, "-m", "uv", "pip", "sync", "--quiet", "--python", str(interpreter()), "--require-hashes",
        "--compile-bytecode", str(LOCK),
    ])  # fmt: skip
    (home / STAMP).write_text("")
    say(_("kfp: installed in {seconds:.0f} s").format(seconds=time.monotonic() - started))


def _call(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        tail = "\n".join((done.stderr or done.stdout).strip().splitlines()[-8:])
        raise PipelineError(
            _("kfp could not be installed:\n{tail}\nIs PyPI reachable? Then run the cell again.").format(tail=tail)
        )
