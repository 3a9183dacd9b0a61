"""What the node image is made from, and the short hash of it that is part of the image's tag."""

from __future__ import annotations

import hashlib
from pathlib import Path

from labcluster import tools
from labcluster.images.workloads import SOURCES

NODE = SOURCES / "node"
ROOTFS = NODE / "rootfs"  # copied into the image as it is
# The time that files get, so that the same sources give the same files: the release of Kubernetes 1.36 will do.
EPOCH = 1776816000


def packages() -> list[str]:
    """The Debian packages of a node."""
    lines = (NODE / "packages.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def mark() -> str:
    """Twelve hex digits over the image's files, its packages' names, its programs' pins, and the code that makes it."""
    whole = hashlib.sha256()
    own = [
        *ROOTFS.rglob("*"),
        NODE / "packages.txt",
        SOURCES / "pause" / "main.go",
        *Path(__file__).parent.glob("*.py"),
    ]
    for path in sorted(path for path in own if path.is_file()):
        whole.update(str(path.relative_to(SOURCES.parent)).encode() + b"\0" + path.read_bytes() + b"\0")
    for tool in (*tools.catalog(), *tools.catalog("node")):
        whole.update(tool.folder.name.encode())
    return whole.hexdigest()[:12]
