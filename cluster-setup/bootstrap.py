"""Sets up this checkout: virtual environment, locked packages, message catalogues, Kubernetes tools.

Runs on a bare Python (3.11 or newer) with nothing installed, so it uses the standard library only. Each step
leaves a stamp that names what it was made from; a step whose stamp still fits is passed over, so a run that
was cut off (Ctrl-C, a full disk, a lost network) goes on where it stopped. A lock admits one at a time.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
LOG = ROOT / ".setup.log"
NEEDED_BYTES = 3 * 1024**3  # packages 0.5 GB, Go modules and build cache 2 GB, tools 0.5 GB


class SetupError(Exception):
    """A set-up step failed; the message is for the person at the keyboard."""


def main() -> int:
    """Run the steps; 0 when all is in place, 1 with one clear message when not, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(description="Set up the course lab in this checkout.")
    parser.add_argument("--no-tools", action="store_true", help="leave out the Kubernetes tools")
    args = parser.parse_args()
    try:
        check_machine()
        with one_at_a_time():
            for title, made_from, action in steps(with_tools=not args.no_tools):
                run_step(title, made_from, action)
    except SetupError as error:
        print(f"\nset-up: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            "\nset-up: interrupted. Nothing is half-made: run the same command again to go on.",
            file=sys.stderr,
        )
        return 130
    return 0


def check_machine() -> None:
    """Name each missing prerequisite and what to do about it.

    Raises:
        SetupError: Python is too old, its venv module is missing, or the disk is nearly full.
    """
    if sys.version_info < (3, 11):
        raise SetupError(
            f"Python 3.11 or newer is needed, this is {sys.version.split()[0]} ({sys.executable}).\n"
            "Install a newer one and name it: make lab PYTHON=python3.12"
        )
    try:
        import ensurepip  # noqa: F401 - the import itself is the question
        import venv  # noqa: F401 - the same
    except ImportError as cause:
        raise SetupError(
            "This Python has no venv module. On Debian or Ubuntu: sudo apt install python3-venv\n"
            "(elsewhere, install Python from python.org, Homebrew, pyenv or uv)."
        ) from cause
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES and not VENV.exists():
        raise SetupError(
            f"{free / 1e9:.1f} GB are free in {ROOT}, {NEEDED_BYTES / 1e9:.1f} GB are needed.\n"
            "Make room, then run the same command again."
        )


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the checkout's set-up lock; a second set-up waits for the first and says so."""
    with (ROOT / ".setup.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("set-up: another set-up is at work in this checkout; waiting for it …", flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


Step = tuple[str, str, Callable[[], None]]


def steps(*, with_tools: bool) -> list[Step]:
    """The steps in order: title, what it is made from (a digest), what to do."""
    here = f"{ROOT} {sys.version}"
    packages = digest("requirements-bootstrap.lock", "requirements.lock", "pyproject.toml") + here
    catalogues = digest(
        *(str(p.relative_to(ROOT)) for p in sorted(ROOT.glob("**/locale/**/*.po")) if VENV not in p.parents)
    )
    all_steps: list[Step] = [
        ("virtual environment", here, make_venv),
        ("Python packages", packages, install_packages),
        ("message catalogues", catalogues + packages, compile_catalogues),
    ]
    if with_tools:
        tools = digest(*(str(p.relative_to(ROOT)) for p in sorted((ROOT / "cluster-setup/tools").rglob("*.*"))))
        all_steps.append(("Kubernetes tools", tools + packages, ensure_tools))
    return all_steps


def digest(*names: str) -> str:
    """SHA-256 over the contents of files of the checkout, in hex."""
    whole = hashlib.sha256()
    for name in names:
        whole.update(name.encode() + b"\0" + (ROOT / name).read_bytes())
    return whole.hexdigest()


def run_step(title: str, made_from: str, action: Callable[[], None]) -> None:
    """Do one step unless its stamp says that it stands."""
    stamp = VENV / f".made-{title.replace(' ', '-').lower()}"
    wanted = hashlib.sha256(made_from.encode()).hexdigest()
    # The tools live in the user's cache, outside this checkout: their own command decides whether they stand.
    if action is not ensure_tools and stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"set-up: {title} …", flush=True)
    started = time.monotonic()
    action()
    stamp.write_text(wanted)
    print(f"set-up: {title}: done in {time.monotonic() - started:.0f} s", flush=True)


def make_venv() -> None:
    """Make the virtual environment anew (one of another Python or another folder does not work)."""
    import venv

    shutil.rmtree(VENV, ignore_errors=True)
    venv.create(VENV, with_pip=True)


def install_packages() -> None:
    """Install exactly the locked packages, each checked against its hash, then this project itself."""
    call([str(BIN / "pip"), "install", "--quiet", "--disable-pip-version-check", "--require-hashes",
          "-r", "requirements-bootstrap.lock"])  # fmt: skip
    uv = [str(BIN / "uv"), "pip"]
    at_venv = ["--python", str(BIN / "python")]
    call(
        [
            *uv,
            "sync",
            *at_venv,
            "--compile-bytecode",
            "--require-hashes",
            "requirements-bootstrap.lock",
            "requirements.lock",
        ]
    )
    call([*uv, "install", *at_venv, "--no-deps", "--no-build-isolation", "-e", "."])


def compile_catalogues() -> None:
    """Compile the translations (gettext reads .mo files)."""
    for locale in sorted(ROOT.glob("*/locale")) + sorted(ROOT.glob("*/*/locale")):
        for catalogue in sorted(locale.glob("*/LC_MESSAGES/*.po")):
            call(
                [
                    str(BIN / "pybabel"),
                    "compile",
                    "-d",
                    str(locale),
                    "-D",
                    catalogue.stem,
                    "-l",
                    catalogue.parent.parent.name,
                ]
            )


def ensure_tools() -> None:
    """Fetch or build kubectl, the control plane and KWOK into the user's cache; shows its own progress."""
    result = subprocess.run([str(BIN / "labcluster"), "tools", "ensure"], cwd=ROOT, check=False)
    if result.returncode:
        raise SetupError("the Kubernetes tools could not be made ready (see above).")


def call(command: list[str]) -> None:
    """Run a quiet command; show the end of its output only when it fails.

    Raises:
        SetupError: the command failed or could not be started.
    """
    environment = {**os.environ, "VIRTUAL_ENV": str(VENV)}
    environment.pop("PYTHONHOME", None)
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)  # fmt: skip
    except OSError as cause:
        raise SetupError(f"could not start {command[0]}: {cause}") from cause
    with LOG.open("a") as log:
        log.write(f"$ {' '.join(command)}\n{done.stdout}\n")
    if done.returncode:
        tail = "\n".join(done.stdout.strip().splitlines()[-15:])
        raise SetupError(
            f"this command failed ({done.returncode}): {' '.join(command)}\n{tail}\nAll of it is in {LOG}."
        )


if __name__ == "__main__":
    sys.exit(main())
