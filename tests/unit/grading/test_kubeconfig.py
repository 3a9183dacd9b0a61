"""The kubeconfig that a kernel gets: whole, with the lab's context, reachable from where it is read."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
import yaml

from autograder.errors import GradingError
from autograder.grading import kubeconfig


def write(folder: Path, server: str) -> Path:
    """A kubeconfig whose certificate is a file beside it."""
    (folder / "ca.crt").write_text("CERTIFICATE")
    data = {
        "clusters": [{"name": "c", "cluster": {"server": server, "certificate-authority": "ca.crt"}}],
        "users": [{"name": "u", "user": {"token": "t"}}],
        "contexts": [{"name": name, "context": {"cluster": "c", "user": "u"}} for name in ("02-pods", "quiz")],
        "current-context": "quiz",
    }
    path = folder / "kubeconfig"
    path.write_text(yaml.safe_dump(data))
    return path


def test_files_are_taken_in_and_the_context_is_chosen(tmp_path: Path) -> None:
    """Nothing points out of the file, and the lab's namespace is the current one."""
    found = kubeconfig.read(write(tmp_path, "https://127.0.0.1:21000"), "02-pods")
    cluster = found.data["clusters"][0]["cluster"]
    assert "certificate-authority" not in cluster
    assert base64.b64decode(cluster["certificate-authority-data"]) == b"CERTIFICATE"
    assert found.data["current-context"] == "02-pods"
    assert (found.host, found.port) == ("127.0.0.1", 21000)


def test_another_machine_is_reached_through_the_loopback_address(tmp_path: Path) -> None:
    """Inside a sandbox a remote API server is on the loopback address, and is still known by its own name."""
    found = kubeconfig.read(write(tmp_path, "https://api.example.org:6443"), "quiz").through_loopback()
    cluster = found.data["clusters"][0]["cluster"]
    assert cluster["server"] == "https://127.0.0.1:6443"
    assert cluster["tls-server-name"] == "api.example.org"


@pytest.mark.parametrize("text", ["", "clusters: []", "[1, 2]", "{", "clusters: [{}]\nusers: []\ncontexts: []"])
def test_what_is_no_kubeconfig_is_named(tmp_path: Path, text: str) -> None:
    """The message names the file."""
    path = tmp_path / "broken"
    path.write_text(text)
    with pytest.raises(GradingError, match="broken: this is no usable kubeconfig"):
        kubeconfig.read(path, "quiz")
