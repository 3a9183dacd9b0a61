"""One `make lab` a cluster: a second one would pause the cluster under the first one's feet."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from labkit.launch.jupyter import LaunchError
from labkit.messages import _

URL = "url"  # in the state folder: where the labs are open, for a second start to say


@contextmanager
def only_one(state: Path) -> Iterator[Path]:
    """Hold the state folder; the file in which the address is noted, gone afterwards.

    Raises:
        LaunchError: the labs are open already; the message says where.
    """
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    noted = state / URL
    try:
        with FileLock(state / "lock", timeout=0):
            try:
                yield noted
            finally:
                noted.unlink(missing_ok=True)
    except Timeout as cause:
        where = noted.read_text() if noted.exists() else _("still starting")
        text = _("The labs are open already: {where}\nAnother set of its own: make lab NAME=other")
        raise LaunchError(text.format(where=where)) from cause


def note(file: Path, url: str) -> None:
    """Keep the address (it holds the token) for this user alone."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(url)
