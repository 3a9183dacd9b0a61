"""Tools arrive whole and verified, or not at all."""

from __future__ import annotations

import hashlib
import io
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from labcluster.errors import ToolError
from labcluster.tools import install as installing
from labcluster.tools import release
from labcluster.tools.catalog import Tool, host

CONTENT = b"#!/bin/sh\necho fine\n"
PAGES = {
    "/good/kubectl": CONTENT,
    "/good/kubectl.sha256": hashlib.sha256(CONTENT).hexdigest().encode(),
    "/bad/kubectl": CONTENT + b"evil",
    "/bad/kubectl.sha256": hashlib.sha256(CONTENT).hexdigest().encode(),
    "/short/kubectl": CONTENT,
    "/short/kubectl.sha256": hashlib.sha256(CONTENT).hexdigest().encode(),
}


def archive() -> bytes:
    """A release archive like etcd's: a folder with the program and a document."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as opened:
        for name, content in (("etcd-v0/README.md", b"etcd"), ("etcd-v0/etcd", CONTENT)):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            opened.addfile(entry, io.BytesIO(content))
    return made.getvalue()


ARCHIVE = archive()
PAGES["/list/etcd-v0.tar.gz"] = ARCHIVE
PAGES["/list/SHA256SUMS"] = f"{'0' * 64}  other.zip\n{hashlib.sha256(ARCHIVE).hexdigest()}  etcd-v0.tar.gz\n".encode()


class Site(BaseHTTPRequestHandler):
    """A release site on loopback; under /short it breaks off in the middle."""

    def do_GET(self) -> None:
        """Answer one of PAGES."""
        content = PAGES.get(self.path)
        if content is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[:5] if self.path == "/short/kubectl" else content)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output clean."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The address of the release site."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def tool(site: str, folder: str) -> Tool:
    """A tool that the site publishes; it pins nothing that could be built."""
    address = f"{site}/{folder}/{{program}}"
    return Tool("kwok", "v0", {"kubectl": "example.invalid/none"}, "", {host()[0]: address}, f"{address}.sha256")


def test_a_release_with_the_right_checksum_is_made_executable(site: str, tmp_path: Path) -> None:
    """A good download is the published file, ready to run."""
    release.fetch(tool(site, "good"), tmp_path)
    assert (tmp_path / "kubectl").read_bytes() == CONTENT
    assert (tmp_path / "kubectl").stat().st_mode & 0o111


def test_a_program_is_taken_out_of_a_release_archive(site: str, tmp_path: Path) -> None:
    """An archive is verified against its line in the publisher's list, and only the program is kept."""
    address = f"{site}/list/etcd-{{version}}.tar.gz"
    etcd = Tool("etcd", "v0", {"etcd": "example.invalid/none"}, "", {host()[0]: address}, f"{site}/list/SHA256SUMS")
    release.fetch(etcd, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["etcd"]
    assert (tmp_path / "etcd").read_bytes() == CONTENT


def test_an_archive_that_the_list_does_not_name_is_refused(site: str, tmp_path: Path) -> None:
    """Without a published checksum there is no download."""
    address = f"{site}/list/unlisted.tar.gz"
    etcd = Tool("etcd", "v0", {"etcd": "example.invalid/none"}, "", {host()[0]: address}, f"{site}/list/SHA256SUMS")
    with pytest.raises(ToolError, match="does not name unlisted"):
        release.fetch(etcd, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("folder", "said"), [("bad", "SHA-256"), ("short", "broke off"), ("none", "404")])
def test_a_download_that_is_not_what_it_should_be_never_stays(
    site: str, tmp_path: Path, folder: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong, truncated or missing file is refused, and nothing of it is in the cache."""
    monkeypatch.setenv("LABCLUSTER_CACHE", str(tmp_path))
    monkeypatch.setenv("LABCLUSTER_TOOLS", "release")
    with pytest.raises(ToolError, match=said):
        installing.install([tool(site, folder)])
    assert [p.name for p in (tmp_path / "tools").iterdir()] == [".lock"]


def test_a_site_that_does_not_answer_is_asked_once(tmp_path: Path) -> None:
    """Offline, the first tool finds out and the others do not wait for it again."""
    dead = tool("http://127.0.0.1:9", "good")
    with pytest.raises(ToolError, match="not reachable"):
        release.fetch(dead, tmp_path)
    with pytest.raises(ToolError, match="a moment ago"):
        release.fetch(dead, tmp_path)


def test_a_build_that_fails_leaves_nothing_and_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that does not exist ends in one message, with the cache as it was."""
    monkeypatch.setenv("LABCLUSTER_CACHE", str(tmp_path))
    monkeypatch.setenv("LABCLUSTER_TOOLS", "build")
    monkeypatch.setattr("labcluster.tools.build.find_go", lambda: "/bin/false")
    with pytest.raises(ToolError, match="Building kwok v0 failed"):
        installing.install([tool("http://127.0.0.1:9", "good")])
    assert [p.name for p in (tmp_path / "tools").iterdir()] == [".lock"]


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full or foreign disk gives one message with the folder and the setting that moves it."""
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("LABCLUSTER_CACHE", str(blocked))
    with pytest.raises(ToolError, match="LABCLUSTER_CACHE"):
        installing.install([tool("http://127.0.0.1:9", "good")])


def test_a_disk_that_fills_up_during_a_download_leaves_nothing(
    site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ENOSPC while writing is reported for the reader, and no half file stays."""

    def full(self: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setenv("LABCLUSTER_CACHE", str(tmp_path))
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ToolError, match=r"No space left.*\n?.*LABCLUSTER_CACHE"):
        installing.install([tool(site, "good")])
    assert [p.name for p in (tmp_path / "tools").iterdir()] == [".lock"]
