"""What is measured is built the same everywhere: image id and VM file system depend on their content only."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest

from labbench import build
from labbench.container import archive, sockets
from labbench.errors import UnavailableError


def test_an_images_id_depends_on_its_program_alone() -> None:
    """The same program gives the same id and bytes, whenever it is packed; another program another id."""
    one, packed = archive("localhost/lab/x:1", b"program", "amd64")
    assert (one, packed) == archive("localhost/lab/x:1", b"program", "amd64")
    assert archive("localhost/lab/x:1", b"another", "amd64")[0] != one
    with tarfile.open(fileobj=io.BytesIO(packed)) as files:
        [about] = json.load(files.extractfile("manifest.json") or io.BytesIO())
        assert about["RepoTags"] == ["localhost/lab/x:1"]
        assert f"sha256:{about['Config'].removesuffix('.json')}" == one
        with tarfile.open(fileobj=files.extractfile("layer.tar")) as layer:
            assert [(entry.name, entry.mode, entry.mtime) for entry in layer] == [("workload", 0o755, 0)]


def unpacked(archived: bytes) -> dict[str, tuple[int, bytes]]:
    """Name to (mode, content) of a cpio archive in its newest form, read by its own specification."""
    found, at = {}, 0
    while True:
        assert archived[at : at + 6] == b"070701"
        numbers = [int(archived[at + 6 + 8 * n : at + 14 + 8 * n], 16) for n in range(13)]
        mode, size, length = numbers[1], numbers[6], numbers[11]
        name = archived[at + 110 : at + 110 + length - 1].decode()
        start = (at + 110 + length + 3) & ~3
        if name == "TRAILER!!!":
            return found
        found[name] = mode, archived[start : start + size]
        at = (start + size + 3) & ~3


def test_the_initial_file_system_holds_its_files_and_no_time() -> None:
    """Folders come before their files, names and contents of any length are kept, and there is no date in it."""
    files = {"init": b"#!x", "bin/busybox": b"12345", "modules/a.ko": b""}
    made = build.cpio(files)
    assert made == build.cpio(dict(reversed(files.items())))
    found = unpacked(made)
    assert list(found)[:2] == ["bin", "modules"]
    assert {name: data for name, (mode, data) in found.items() if mode & 0o100000} == files


def test_packages_that_are_named_but_absent_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """LABBENCH_DEBS without the packages: the message says what the folder must hold."""
    monkeypatch.setenv("LABBENCH_DEBS", str(tmp_path))
    with pytest.raises(UnavailableError, match=r"busybox-static\*\.deb"):
        build.vm_image()


def test_the_engine_that_is_named_is_the_only_one_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """DOCKER_HOST goes before the usual sockets."""
    monkeypatch.setenv("DOCKER_HOST", "unix:///some/where.sock")
    monkeypatch.delenv("CONTAINER_HOST", raising=False)
    assert sockets() == ["unix:///some/where.sock"]
