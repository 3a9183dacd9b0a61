"""The workload images as files: reproducible, small, unprivileged, rebuilt when (and only when) a source changes."""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from labcluster.errors import DataError, ToolError
from labcluster.images import archive, build, catalog
from labcluster.images.workloads import SOURCES, Workload
from labcluster.tools.build import find_go

NAMES = [w.reference for w in catalog()]


def config_of(path: Path) -> dict[str, object]:
    with tarfile.open(path) as opened:
        manifest = json.load(opened.extractfile("manifest.json"))  # type: ignore[arg-type]
        config: dict[str, object] = json.load(opened.extractfile(manifest[0]["Config"]))  # type: ignore[arg-type]
    return config


def test_go_programs() -> None:
    """Their own Go tests pass and go vet finds nothing: counting failures, one checksum, resuming and the rest."""
    go = find_go()
    environment = {**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly", "CGO_ENABLED": "0"}
    for command in (["vet", "./..."], ["test", "./..."]):
        done = subprocess.run([go, *command], cwd=SOURCES, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("reference", NAMES)
def test_same_bytes(reference: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two builds into two empty caches give the same bytes, so an image's digest says what is in it."""
    name, version = reference.removeprefix("localhost/lab/").split(":")
    made = []
    for cache in ("first", "second"):
        monkeypatch.setenv("LABCLUSTER_CACHE", str(tmp_path / cache))
        image = next(w for w in catalog([name]) if w.version == version)
        made.append(build(image).read_bytes())
    assert made[0] == made[1]
    assert len(made[0]) < 8_000_000


@pytest.mark.parametrize("reference", NAMES)
def test_unprivileged(reference: str) -> None:
    """An image says a numeric user other than root, and all its files belong to root, who alone may write them."""
    image = next(w for w in catalog() if w.reference == reference)
    path = build(image)
    user = config_of(path)["config"]["User"]  # type: ignore[index]
    assert user.split(":")[0].isdigit()
    assert int(user.split(":")[0]) > 0
    with tarfile.open(path) as opened, tarfile.open(fileobj=opened.extractfile("layer.tar")) as layer:
        for member in layer:
            assert (member.uid, member.gid) == (0, 0)
            assert member.issym() or member.name == "tmp" or not member.mode & 0o022, member.name


def test_image_id(tmp_path: Path) -> None:
    """The image's ID follows the content: one other byte in a file gives another one, the same bytes the same."""
    ids = []
    for number, content in enumerate((b"a", b"a", b"b")):
        path = tmp_path / f"{number}.tar"
        archive.write(archive.Image("localhost/x:1", "amd64", (archive.Entry("x", content),)), path)
        ids.append(archive.image_id(path))
    assert ids[0] == ids[1] != ids[2]


def test_changed_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed source has another place in the cache, so that nothing stale is loaded; its test does not count."""
    monkeypatch.setattr("labcluster.images.workloads.SOURCES", tmp_path)
    (tmp_path / "go.mod").write_text("module x\n\ngo 1.26\n")
    (tmp_path / "say").mkdir()
    (tmp_path / "say" / "image.toml").write_text('summary = "s"\nversions = ["1"]\n')
    (tmp_path / "say" / "main.go").write_text("package main\n\nfunc main() {}\n")
    first = catalog(["say"])[0].path
    (tmp_path / "say" / "main_test.go").write_text("package main\n")
    assert catalog(["say"])[0].path == first
    (tmp_path / "say" / "main.go").write_text('package main\n\nfunc main() { println("x") }\n')
    assert catalog(["say"])[0].path != first


def test_errors_for_readers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown name, a broken image.toml and a program that does not compile are sentences, not tracebacks."""
    with pytest.raises(DataError, match=r"no image nosuch\. There are: collector, load"):
        catalog(["nosuch"])
    monkeypatch.setattr("labcluster.images.workloads.SOURCES", tmp_path)
    monkeypatch.setenv("LABCLUSTER_CACHE", str(tmp_path / "cache"))
    (tmp_path / "go.mod").write_text("module x\n\ngo 1.26\n")
    (tmp_path / "say").mkdir()
    (tmp_path / "say" / "main.go").write_text("package main\n\nfunc main() { nonsense }\n")
    with pytest.raises(ToolError, match=r"images/say failed:[\s\S]*nonsense"):
        build(Workload("say", "1", "s", "go"))
    (tmp_path / "say" / "image.toml").write_text("versions = 1\n")
    with pytest.raises(DataError, match=r"image\.toml must have summary and versions"):
        catalog()
