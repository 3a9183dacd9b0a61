"""Set-up can be cut off, repeated and run twice at once, and leaves nothing half-made."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.polling import until

ROOT = Path(__file__).parents[3]

# Stands in for Go: says that it is new enough; takes its time to "build"; notes each build in a file.
SLOW_GO = """#!/bin/sh
if [ "$1" = env ]; then echo go1.26.0; exit 0; fi
echo build >> "$BUILDS"
while [ -e "$HOLD" ]; do sleep 0.05; done
while [ "$1" != -o ]; do shift; done
made=$2; shift 2; mkdir -p "$made"
for package; do echo program > "$made$(basename "${package%/v3}")"; done
"""
ENSURE = [sys.executable, "-c", "from labcluster.cli import main; main()", "tools", "ensure"]


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine with an empty cache and the slow Go."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "go").write_text(SLOW_GO)
    (programs / "go").chmod(0o755)
    (tmp_path / "hold").touch()
    return {
        **os.environ,
        "PATH": f"{programs}:{os.environ['PATH']}",
        "LABCLUSTER_CACHE": str(tmp_path / "cache"),
        "LABCLUSTER_TOOLS": "build",
        "BUILDS": str(tmp_path / "builds"),
        "HOLD": str(tmp_path / "hold"),
    }


def left_over(machine: dict[str, str]) -> list[str]:
    """What is in the tools' cache besides its lock."""
    folder = Path(machine["LABCLUSTER_CACHE"], "tools")
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock")


def test_ctrl_c_during_a_build_leaves_nothing_and_the_next_run_goes_on(machine: dict[str, str]) -> None:
    """Interrupted in the middle of a build: one message, an empty cache; afterwards the same command succeeds."""
    cut = subprocess.Popen(ENSURE, env=machine, stderr=subprocess.PIPE, text=True, start_new_session=True)
    until(lambda: Path(machine["BUILDS"]).exists(), 20)
    os.killpg(cut.pid, signal.SIGINT)  # as a terminal does
    said = cut.communicate(timeout=20)[1]
    assert cut.returncode == 130, said
    assert "Traceback" not in said
    assert left_over(machine) == []
    Path(machine["HOLD"]).unlink()
    assert subprocess.run(ENSURE, env=machine, capture_output=True, check=False).returncode == 0
    assert len(left_over(machine)) == 3


def test_two_set_ups_at_once_build_each_tool_once(machine: dict[str, str]) -> None:
    """The second waits for the first and takes what it made."""
    both = [
        subprocess.Popen(ENSURE, env=machine, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(2)
    ]
    until(lambda: Path(machine["BUILDS"]).exists(), 20)
    Path(machine["HOLD"]).unlink()
    assert [one.wait(timeout=60) for one in both] == [0, 0]
    assert Path(machine["BUILDS"]).read_text().count("build") == len(left_over(machine)) == 3  # Kubernetes, etcd, KWOK


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The set-up script as a module, for a checkout in an empty folder."""
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "cluster-setup" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path)
    monkeypatch.setattr(module, "LOG", tmp_path / "log")
    return module


def test_a_step_that_stands_is_not_repeated_and_one_that_failed_is(bootstrap: ModuleType) -> None:
    """A stamp is left only by a step that came to its end, and only for what it was made from."""
    done: list[str] = []

    def fails() -> None:
        done.append("tried")
        raise bootstrap.SetupError("no network")

    with pytest.raises(bootstrap.SetupError):
        bootstrap.run_step("packages", "lock 1", fails)
    for lock in ("lock 1", "lock 1", "lock 2"):
        bootstrap.run_step("packages", lock, lambda: done.append("made"))
    assert done == ["tried", "made", "made"]


def test_a_command_that_fails_shows_its_end_and_where_the_rest_is(bootstrap: ModuleType, tmp_path: Path) -> None:
    """The reader sees the last lines and the log's path, not a traceback."""
    with pytest.raises(bootstrap.SetupError, match=r"no such package[\s\S]*log"):
        bootstrap.call([sys.executable, "-c", "print('no such package'); raise SystemExit(3)"])
    assert "no such package" in (tmp_path / "log").read_text()


@pytest.mark.parametrize(("version", "said"), [((3, 10, 1), "3.11 or newer")])
def test_an_old_python_is_named(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], said: str
) -> None:
    """A Python that is too old ends in one sentence with what to do."""
    monkeypatch.setattr(bootstrap.sys, "version_info", version)
    with pytest.raises(bootstrap.SetupError, match=said):
        bootstrap.check_machine()


def test_a_nearly_full_disk_is_named(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without room nothing is begun."""
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / "none")
    usage = type("Usage", (), {"free": 10**6})
    monkeypatch.setattr(bootstrap.shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(bootstrap.SetupError, match="Make room"):
        bootstrap.check_machine()
