"""A container image as a file: layer, configuration and index in one tar, as `docker load`, `podman load` and
`kind load image-archive` read it (docker-archive, image specification 1.2).

No container engine takes part, and nothing of the machine gets in (no clock, no user names, no order of a folder):
the same files give the same bytes, hence the same digest.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

USER = "65532:65532"  # nobody in particular; numeric, so that runAsNonRoot can be verified without a passwd file


@dataclass(frozen=True)
class Entry:
    """One thing in an image: a file (`content`), else a link (`link`), else a folder; all belong to root."""

    path: str  # without a leading slash
    content: bytes | None = None
    link: str = ""
    mode: int = 0o755


@dataclass(frozen=True)
class Image:
    """What an archive holds: one layer over nothing (FROM scratch) and how it is started."""

    reference: str  # localhost/lab/web:1
    machine: str  # amd64 or arm64
    entries: tuple[Entry, ...]
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    user: str = USER
    search: str = "/bin:/"  # PATH


def write(image: Image, path: Path) -> None:
    """Write the archive; a file that is there appears whole."""
    layer = _tar(image.entries)
    config = _json(_config(image, hashlib.sha256(layer).hexdigest()))
    config_name = f"{hashlib.sha256(config).hexdigest()}.json"
    manifest = [{"Config": config_name, "RepoTags": [image.reference], "Layers": ["layer.tar"]}]
    content = _tar(
        Entry(name, data, mode=0o644)
        for name, data in (("layer.tar", layer), (config_name, config), ("manifest.json", _json(manifest)))
    )
    partial = path.with_suffix(".partial")
    partial.write_bytes(content)
    partial.rename(path)


def image_id(path: Path) -> str:
    """The image's ID, which engines show: the digest of its configuration.

    Raises:
        KeyError, OSError, tarfile.TarError: the file is no such archive.
    """
    with tarfile.open(path) as archive:
        member = archive.extractfile("manifest.json")
        assert member is not None  # noqa: S101 - a regular file by construction
        name: str = json.load(member)[0]["Config"]
    return f"sha256:{name.removesuffix('.json')}"


def _config(image: Image, layer: str) -> dict[str, object]:
    return {
        "architecture": image.machine,
        "os": "linux",
        "created": "1970-01-01T00:00:00Z",
        "config": {
            "User": image.user,
            "Env": [f"PATH={image.search}"],
            "WorkingDir": "/",
            "Entrypoint": list(image.entrypoint) or None,
            "Cmd": list(image.command) or None,
            "Labels": image.labels or None,
        },
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer}"]},
        "history": [{"created": "1970-01-01T00:00:00Z", "created_by": "labcluster images build"}],
    }


def _tar(entries: Iterable[Entry]) -> bytes:
    """The entries in the given order, each of root, of 1970."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for entry in entries:
            info = tarfile.TarInfo(entry.path)
            info.mode = entry.mode
            if entry.content is not None:
                info.size = len(entry.content)
            elif entry.link:
                info.type, info.linkname, info.mode = tarfile.SYMTYPE, entry.link, 0o777
            else:
                info.type = tarfile.DIRTYPE
            archive.addfile(info, io.BytesIO(entry.content) if entry.content is not None else None)
    return out.getvalue()


def _json(data: object) -> bytes:
    return json.dumps(data, sort_keys=True, separators=(",", ":")).encode()
