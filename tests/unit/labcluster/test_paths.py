"""The state folder is used as it is found, and what holds keys is private."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from labcluster.cli import cli
from labcluster.errors import DataError, ProviderError
from labcluster.paths import clusters_dir, state_dir, write_private


def test_a_shared_state_folder_keeps_its_mode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """LABCLUSTER_STATE may name a folder such as /tmp: it is not closed to others, what is made in it is."""
    tmp_path.chmod(0o755)
    monkeypatch.setenv("LABCLUSTER_STATE", str(tmp_path))
    assert stat.S_IMODE(clusters_dir().stat().st_mode) == 0o700
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_a_relative_state_folder_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cluster's programs are started by this path, from another folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LABCLUSTER_STATE", "here")
    assert state_dir() == tmp_path / "here"


def test_a_folder_that_is_a_link_gets_no_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a shared folder somebody else could put a link where the clusters belong."""
    (tmp_path / "theirs").mkdir()
    (tmp_path / "clusters").symlink_to(tmp_path / "theirs")
    monkeypatch.setenv("LABCLUSTER_STATE", str(tmp_path))
    with pytest.raises(ProviderError, match="not a folder of yours"):
        clusters_dir()


def test_a_private_file_is_0600(tmp_path: Path) -> None:
    """Whatever the umask is, only the user reads it."""
    write_private(tmp_path / "key", "secret")
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


@pytest.mark.parametrize("command", ["up", "down", "pause", "resume", "info", "logs", "kubeconfig", "reset"])
@pytest.mark.parametrize("name", ["../x", "", "A_b", "-a"])
def test_a_name_that_could_leave_its_folder_is_refused(tmp_path: Path, command: str, name: str) -> None:
    """A name becomes part of paths, so no command takes one with anything but letters, digits and hyphens."""
    result = CliRunner().invoke(cli, [command, f"--name={name}"], env={"LABCLUSTER_STATE": str(tmp_path)})
    assert isinstance(result.exception, DataError)
    assert list(tmp_path.iterdir()) == []
