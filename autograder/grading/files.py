"""Copies a submission's files without ever following a link that a student could have planted."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from autograder.errors import GradingError

SKIP = {".git", ".ipynb_checkpoints", "__pycache__"}


def copy_regular(source: Path, target: Path, limit: int) -> None:
    """Copy regular files and folders from `source` into `target`; links, sockets and devices are left out.

    Raises GradingError if there is more than `limit` bytes, or something cannot be read.
    """
    left = limit
    try:
        for folder, names, files, descriptor in os.fwalk(source, follow_symlinks=False):
            names[:] = [name for name in names if name not in SKIP]
            place = target / Path(folder).relative_to(source)
            place.mkdir(parents=True, exist_ok=True)
            for name in files:
                content = _read(name, descriptor, left)
                if content is not None:
                    left -= len(content)
                    (place / name).write_bytes(content)
    except OSError as error:
        raise GradingError(f"{source}: the submission's files cannot be copied: {error}") from error


def _read(name: str, folder: int, left: int) -> bytes | None:
    """The file's content, or None if it is no regular file. `folder` is an open descriptor of its folder."""
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:  # a link, a socket, or gone in the meantime
        return None
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            return None
        if about.st_size > left:
            raise GradingError(f"the submission's files are too large (at {name}); the limit is {left >> 20} MiB more")
        return file.read(about.st_size)


def size(folder: Path) -> int:
    """Bytes of all regular files in the folder, as far as they can be seen now."""
    total = 0
    for _place, _names, files, descriptor in os.fwalk(folder, follow_symlinks=False, onerror=None):
        for name in files:
            try:
                total += os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_size
            except OSError:
                continue
    return total
