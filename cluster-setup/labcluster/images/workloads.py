"""The small images that the labs' Pods run: what there is (`images/*/image.toml`) and how an archive is made of it.

Each is one static Go program FROM scratch (the toolbox: busybox), as a numeric user, in a docker-archive in the user's
cache. The file's name carries a hash of the sources, so a changed source is a new file and nothing stale is loaded.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from filelock import FileLock

from labcluster.errors import DataError, ToolError
from labcluster.images import archive, toolbox
from labcluster.paths import cache_dir
from labcluster.tools.build import find_go
from labcluster.tools.catalog import host

SOURCES = Path(__file__).resolve().parents[3] / "images"  # in the checkout
REPOSITORY = "localhost/lab"


@dataclass(frozen=True)
class Workload:
    """One image.toml and one of its versions."""

    name: str
    version: str
    summary: str
    source: str  # "go": the program beside image.toml; "busybox": Debian's

    @property
    def reference(self) -> str:
        """The name that manifests use, such as localhost/lab/web:1."""
        return f"{REPOSITORY}/{self.name}:{self.version}"

    @cached_property
    def path(self) -> Path:
        """Where its archive belongs."""
        mark = _hash(self)[:12]
        return cache_dir() / "images" / f"{self.name}-{self.version}-{host()[1]}-{mark}.tar"


def catalog(names: Iterable[str] = ()) -> list[Workload]:
    """The images, or all versions of the named ones, by name and version.

    Raises:
        DataError: there is no image of that name, or an image.toml is not as it should be.
    """
    every = [made for path in sorted(SOURCES.glob("*/image.toml")) for made in _read(path)]
    names = tuple(names)
    if unknown := set(names) - {made.name for made in every}:
        have = ", ".join(sorted({made.name for made in every}))
        raise DataError(f"There is no image {', '.join(sorted(unknown))}. There are: {have}.")
    return [made for made in every if not names or made.name in names]


def build(workload: Workload) -> Path:
    """Its archive, made if it is not in the cache; a second process waits for the first.

    Raises:
        ToolError: it cannot be built; says why and what to do.
    """
    try:
        workload.path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(workload.path.parent / ".lock"):
            if not workload.path.exists():
                archive.write(_image(workload), workload.path)
    except OSError as cause:
        raise ToolError(
            f"The images' cache cannot be written: {cause}.\n"
            f"Make room or name another folder: LABCLUSTER_CACHE=/path/with/room (now {cache_dir()})."
        ) from cause
    return workload.path


def _read(path: Path) -> list[Workload]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        source = data.get("source", "go")
        if source not in ("go", "busybox"):
            raise DataError(f"{path}: source is {source!r}; it can be go or busybox.")
        return [Workload(path.parent.name, version, data["summary"], source) for version in data["versions"]]
    except (KeyError, ValueError, TypeError) as cause:
        raise DataError(f"{path} must have summary and versions: {cause}") from cause


def _hash(workload: Workload) -> str:
    """Of all that the archive is made of: its sources, the module's go.mod, and the code that writes archives."""
    mark = hashlib.sha256()
    own = sorted(p for p in (SOURCES / workload.name).iterdir() if p.suffix in (".go", ".toml"))
    makers = (Path(__file__), Path(archive.__file__), Path(toolbox.__file__))
    for path in (*own, SOURCES / "go.mod", *makers):
        if not path.name.endswith("_test.go"):
            mark.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return mark.hexdigest()


def _image(workload: Workload) -> archive.Image:
    entries: tuple[archive.Entry, ...]
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    if workload.source == "busybox":
        entries, command = toolbox.entries(), ("sh",)
    else:
        entries, entrypoint = (
            (archive.Entry(workload.name, program(workload.name, workload.version)),),
            (f"/{workload.name}",),
        )
    return archive.Image(
        workload.reference, host()[1], entries, entrypoint, command, {"org.opencontainers.image.title": workload.name}
    )


def program(name: str, version: str) -> bytes:
    """The static Linux program of images/<name>, the same bytes for the same sources and the same Go.

    Raises:
        ToolError: it cannot be built.
    """
    environment = {
        **os.environ,
        "CGO_ENABLED": "0",
        "GOOS": "linux",
        "GOARCH": host()[1],
        "GOFLAGS": "-mod=readonly -buildvcs=false",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
    }
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch) / name
        flags = f"-s -w -buildid= -X main.version={version}"
        command = [find_go(), "build", "-trimpath", "-ldflags", flags, "-o", str(target), f"./{name}"]
        done = subprocess.run(command, cwd=SOURCES, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            tail = "\n".join(done.stderr.strip().splitlines()[-8:])
            raise ToolError(f"Building the program images/{name} failed:\n{tail}")
        return target.read_bytes()
