"""How the node image is made: its tag follows what it is made from, its files are the same each time, and a build that
is cut off clears up behind itself."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from labcluster.errors import ToolError
from labcluster.images.node import commands, content, rootfs, sources, stage
from labcluster.images.workloads import SOURCES


def programs(folder: Path) -> dict[str, Path]:
    """Stand-ins for the programs, whose content does not matter here."""
    names = [name for names in stage.PROGRAMS.values() for name in names]
    for name in names:
        (folder / name).write_text(name)
    return {name: folder / name for name in names}


def test_tag_follows_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed file, or a moved one, gives another tag; the README does not."""
    copy = tmp_path / "images"
    shutil.copytree(SOURCES, copy)
    for name, path in (("SOURCES", copy), ("NODE", copy / "node"), ("ROOTFS", copy / "node" / "rootfs")):
        monkeypatch.setattr(sources, name, path)
    monkeypatch.setattr(sources, "__file__", str(tmp_path / "sources.py"))
    first = sources.mark()
    (copy / "node" / "README.md").write_text("other words")
    assert sources.mark() == first
    entry = copy / "node" / "rootfs" / "usr" / "local" / "bin" / "entrypoint"
    elsewhere = entry.rename(entry.with_name("elsewhere"))
    moved = sources.mark()
    elsewhere.write_text("changed")
    assert len({first, moved, sources.mark()}) == 3


def test_same_files(tmp_path: Path) -> None:
    """Two stagings are the same bytes, all of root, of one time, with the sandbox image where containerd reads it."""
    made, staged = programs(tmp_path), []
    for name in ("first", "second"):
        scratch = tmp_path / name
        store = scratch / "containerd" / "root" / content.KEPT[0]
        store.mkdir(parents=True)
        (store / "blob").write_text("layer")
        staged.append(stage.write(made, "registry.example/pause:1", scratch))
    assert staged[0].read_bytes() == staged[1].read_bytes()
    with tarfile.open(staged[0]) as opened:
        members = opened.getmembers()
        assert {(m.uid, m.gid, m.mtime) for m in members} == {(0, 0, sources.EPOCH)}
        config = opened.extractfile("etc/containerd/config.toml")
        assert config is not None
        assert b'sandbox = "registry.example/pause:1"' in config.read()
        modes = {m.name: m.mode for m in members}
        assert modes["usr/local/bin/entrypoint"] == 0o755
        assert modes["usr/bin/kubelet"] == 0o755
        assert f"var/lib/containerd/{content.KEPT[0]}/blob" in modes


def test_missing_mmdebstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without mmdebstrap the reader is told which packages to install, and what else there is."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolError, match=r"apt install mmdebstrap uidmap.*LABCLUSTER_NODE_IMAGE"):
        rootfs.make(tmp_path / "stage.tar", tmp_path)


def test_cut_off(tmp_path: Path) -> None:
    """Interrupted, a build waits until its helper has cleared up (mmdebstrap's files cannot be removed by us)."""
    mess = tmp_path / "mess"
    helper = f"trap 'sleep 0.3; rm {mess}; exit 1' TERM; touch {mess}; while :; do sleep 0.05; done"
    code = (
        "import sys; from labcluster.images.node.commands import run\n"
        "try: run(['bash', '-c', sys.argv[1]])\n"
        "except KeyboardInterrupt: sys.exit(130)"
    )
    build = subprocess.Popen([sys.executable, "-c", code, helper])
    deadline = time.monotonic() + 20
    while not mess.exists() and time.monotonic() < deadline:
        time.sleep(0.02)  # polls the condition
    build.send_signal(signal.SIGINT)
    assert build.wait(20) == 130
    assert not mess.exists()


def test_output_of_commands() -> None:
    """A command's exit code and both outputs come back."""
    done = commands.run(["sh", "-c", "echo out; echo err >&2; exit 3"], os.environ)
    assert (done.returncode, done.stdout, done.stderr) == (3, "out\n", "err\n")
