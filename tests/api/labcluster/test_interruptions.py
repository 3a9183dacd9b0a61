"""A creation that is cut off, by whatever means, leaves a machine on which the same command works."""

from __future__ import annotations

import os
import resource
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from labcluster.providers import processes
from labcluster.providers.embedded.provider import EmbeddedProvider

pytestmark = pytest.mark.needs_cluster
LABCLUSTER = str(Path(sys.executable).with_name("labcluster"))


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A state folder of the test's own, in a folder that every user of the machine may enter."""
    shared = Path(tempfile.mkdtemp(prefix="labcluster-test-"))
    shared.chmod(0o755)
    monkeypatch.setenv("LABCLUSTER_STATE", str(shared))
    yield shared
    for name in EmbeddedProvider().names():
        EmbeddedProvider().delete(name)
    shutil.rmtree(shared)


@pytest.fixture
def up(state: Path, tmp_path: Path) -> Callable[[], subprocess.Popen[str]]:
    """Start `labcluster up --name cut` on a course without labs."""
    command = [LABCLUSTER, "up", "--name", "cut", "--course", str(tmp_path)]
    return lambda: subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def workdir() -> Path:
    """Where kwokctl keeps the cluster."""
    return EmbeddedProvider()._workdir("cut")


def assert_nothing_left(state: Path) -> None:
    """No folder of a cluster, no process of it, no kwokctl that would make one."""
    assert list((state / "clusters").iterdir()) == []
    assert processes.strays(workdir()) == []
    assert processes.makers("kwokctl", state / "clusters/cut/kwokctl.yaml") == []


def test_a_folder_without_a_cluster_is_no_obstacle(state: Path, up: Callable[[], subprocess.Popen[str]]) -> None:
    """A machine that lost its power right after the first step of a creation can make the cluster."""
    (state / "clusters").mkdir(mode=0o700)
    (state / "clusters/cut").mkdir()
    making = up()
    said = making.communicate(timeout=90)
    assert making.returncode == 0, said


def test_a_full_disk_during_up_says_which_component_ended(state: Path, tmp_path: Path) -> None:
    """Where etcd can set no file aside, `up` fails soon, names etcd, and leaves nothing."""

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2 * 2**20, 2 * 2**20))

    command = [LABCLUSTER, "up", "--name", "cut", "--course", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=small_files, timeout=60)
    assert done.returncode == 1
    assert "etcd" in done.stderr
    assert "labcluster doctor" in done.stderr
    assert "Traceback" not in done.stderr
    assert_nothing_left(state)


def test_files_are_private_where_everybody_may_look(state: Path, up: Callable[[], subprocess.Popen[str]]) -> None:
    """With an open umask and an open parent folder, nothing of the cluster is open, and the parent stays as it was."""
    before = os.umask(0)
    try:
        making = up()
    finally:
        os.umask(before)
    said = making.communicate(timeout=90)
    assert making.returncode == 0, said
    found = [state / "clusters", state / "locks", *(state / "clusters").rglob("*")]
    assert len(found) > 20
    # A link's own mode means nothing: kwokctl links to the tools, which hold no secret.
    assert [p for p in found if not p.is_symlink() and stat.S_IMODE(p.lstat().st_mode) & 0o077] == []
    assert stat.S_IMODE(state.stat().st_mode) == 0o755


@pytest.mark.needs_other_user
def test_another_user_is_kept_out_by_the_clusters_own_folder(
    state: Path, up: Callable[[], subprocess.Popen[str]]
) -> None:
    """Another user who may enter the parent folder, and reads a file there, reads and writes nothing of the cluster."""
    making = up()
    said = making.communicate(timeout=90)
    assert making.returncode == 0, said
    open_file = state / "open"
    open_file.write_text("for all")
    open_file.chmod(0o644)

    def nobody(*command: str) -> int:
        return subprocess.run(["sudo", "-n", "-u", "nobody", *command], capture_output=True, check=False).returncode

    folder = state / "clusters" / "cut"
    assert nobody("cat", str(open_file)) == 0, "the control: this much is open"
    for secret in ("checker.kubeconfig", "student.kubeconfig", "kwok/clusters/cut/pki/ca.key", "ports.json"):
        assert (folder / secret).exists()
        assert nobody("cat", str(folder / secret)) != 0, secret
    assert nobody("ls", str(folder)) != 0
    assert nobody("touch", str(folder / "written")) != 0
    assert nobody("touch", str(state / "clusters" / "written")) != 0
