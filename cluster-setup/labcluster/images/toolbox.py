"""Debian's busybox-static as the content of the image `toolbox`: the machine's own, else its package's."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from labcluster.errors import ToolError
from labcluster.images.archive import Entry

PLACES = (Path("/usr/bin/busybox"), Path("/bin/busybox"))


def entries() -> tuple[Entry, ...]:
    """busybox, a link for each of its programs, and the few files that they look for.

    Raises:
        ToolError: there is none on this machine and its package cannot be had.
    """
    program, programs = _find()
    links = tuple(Entry(f"bin/{name}", link="busybox") for name in programs if name != "busybox")
    return (
        Entry("bin"),
        Entry("bin/busybox", program),
        *links,
        Entry("etc"),
        Entry("etc/group", b"root:x:0:\nnonroot:x:65532:\n", mode=0o644),
        Entry("etc/nsswitch.conf", b"hosts: files dns\n", mode=0o644),
        Entry("etc/passwd", b"root:x:0:0:root:/:/bin/sh\nnonroot:x:65532:65532:nonroot:/:/bin/sh\n", mode=0o644),
        Entry("tmp", mode=0o1777),
    )


def _find() -> tuple[bytes, list[str]]:
    for place in PLACES:
        if place.is_file() and _static(content := place.read_bytes()):
            return content, _programs(place)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _run(["apt-get", "download", "busybox-static"], folder)
        _run(["dpkg-deb", "-x", *(file.name for file in folder.glob("*.deb")), "."], folder)
        for place in PLACES:
            if (found := folder / place.relative_to("/")).is_file():
                return found.read_bytes(), _programs(found)
    raise ToolError("Debian's package busybox-static holds no busybox. Install it by hand: apt install busybox-static")


def _static(program: bytes) -> bool:
    """Whether a program needs no dynamic loader (no PT_INTERP, whose content would name it)."""
    return program.startswith(b"\x7fELF") and b"/ld-linux" not in program[:4096] and b"/ld-musl" not in program[:4096]


def _programs(busybox: Path) -> list[str]:
    return sorted(set(_run([str(busybox), "--list"], busybox.parent).split()))


def _run(command: list[str], folder: Path) -> str:
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as cause:
        said = getattr(cause, "stderr", None) or str(cause)
        raise ToolError(
            f"The image toolbox is made of Debian's package busybox-static, but `{command[0]}` failed: "
            f"{said.strip()[-300:]}\nInstall it: sudo apt install busybox-static"
        ) from cause
