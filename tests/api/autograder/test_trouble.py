"""Clusters that do not answer, credentials that do not fit: an error that says what to do, never lost points."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder.errors import KubeconfigError
from labcluster.factory import ScratchCluster
from tests.api.autograder.conftest import Field, criterion

pytestmark = pytest.mark.needs_cluster

THERE = criterion(expect={"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}}, within="30s")


def changed(
    field_: Field, path: Path, cluster: dict[str, Any] | None = None, user: dict[str, Any] | None = None
) -> Path:
    """The checker's kubeconfig with other settings."""
    data = yaml.safe_load(field_.kubeconfig.read_text())
    data["clusters"][0]["cluster"].update(cluster or {})
    if user is not None:
        data["users"][0]["user"] = user
    path.write_text(yaml.safe_dump(data))
    return path


@pytest.fixture
def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_a_dead_cluster_is_an_error_and_never_zero(field_: Field, tmp_path: Path, closed_port: int) -> None:
    """Every criterion ends in an error that names the address and the way out; there is no score."""
    address = f"https://127.0.0.1:{closed_port}"
    report = field_.check(THERE, kubeconfig=changed(field_, tmp_path / "dead", {"server": address}))
    (found,) = report.tasks[0].criteria
    assert (found.outcome, report.score, report.exit_code) == ("error", None, 2)
    assert f"no cluster answers at {address}" in str(found.message)
    assert "labcluster" in str(found.message)


def test_something_else_that_listens_is_no_cluster(field_: Field, tmp_path: Path) -> None:
    """A server that is not this cluster (here: it speaks no TLS) is told as such."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        address = f"https://127.0.0.1:{server.getsockname()[1]}"
        path = changed(field_, tmp_path / "other", {"server": address, "insecure-skip-tls-verify": True})
        data = yaml.safe_load(path.read_text())
        data["clusters"][0]["cluster"].pop("certificate-authority-data", None)
        data["clusters"][0]["cluster"].pop("certificate-authority", None)
        path.write_text(yaml.safe_dump(data))

        def answer() -> None:
            peer, _ = server.accept()
            with peer:
                peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(KubeconfigError, match="is not the cluster that"):
            field_.check(THERE, kubeconfig=path)
        thread.join()


def test_a_foreign_credential_is_told(field_: Field, tmp_path: Path) -> None:
    """A token that this cluster does not know: the message says that the kubeconfig may be another cluster's."""
    path = changed(field_, tmp_path / "foreign", user={"token": "not-of-this-cluster"})
    with pytest.raises(KubeconfigError, match=r"does not know the credential in .*foreign"):
        field_.check(THERE, kubeconfig=path)


def test_a_credential_without_rights_is_an_error(field_: Field, cluster: ScratchCluster) -> None:
    """The student's credential may not look into this namespace: an error in the API server's words, no lost point."""
    report = field_.check(THERE, kubeconfig=cluster.student_kubeconfig)
    (found,) = report.tasks[0].criteria
    assert found.outcome == "error"
    assert "may not do this" in str(found.message)
    assert report.score is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no kubeconfig at"),
        ("{{{", "is not a usable kubeconfig"),
        ("", "is not a usable kubeconfig"),
        ("[1, 2]", "is not a usable kubeconfig"),
        ("apiVersion: v1\nkind: Config\n", "is not a usable kubeconfig"),
    ],
)
def test_unusable_kubeconfigs(field_: Field, tmp_path: Path, content: str | None, message: str) -> None:
    """A missing, malformed or empty kubeconfig is named with its path, before anything is judged."""
    path = tmp_path / "wrong"
    if content is not None:
        path.write_text(content)
    with pytest.raises(KubeconfigError, match=message) as caught:
        field_.check(THERE, kubeconfig=path)
    assert str(path) in str(caught.value)
