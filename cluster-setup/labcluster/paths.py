"""Where things are on this machine: the tools' cache and the clusters' state, both private to the user."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from labcluster.errors import ProviderError


def cache_dir() -> Path:
    """The folder of tools, shared by all clusters and checkouts of this user (`LABCLUSTER_CACHE`)."""
    base = os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))
    return Path(os.environ.get("LABCLUSTER_CACHE", f"{base}/labcluster"))


def state_dir() -> Path:
    """The folder of clusters (`LABCLUSTER_STATE`), absolute, because the cluster's programs are started by it.

    One that is there already keeps its mode: it may be shared, such as /tmp. What is private is inside.
    """
    base = os.environ.get("XDG_STATE_HOME", str(Path.home() / ".local" / "state"))
    folder = Path(os.environ.get("LABCLUSTER_STATE", f"{base}/labcluster")).absolute()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def clusters_dir() -> Path:
    """One folder a cluster, in the state folder."""
    return _private(state_dir() / "clusters")


def locks_dir() -> Path:
    """One lock a cluster, outlasting the cluster itself."""
    return _private(state_dir() / "locks")


def write_private(path: Path, text: str) -> None:
    """Write a file that only this user can read (0600), whatever the umask."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def _private(folder: Path) -> Path:
    """The folder, made 0700 if it is not there.

    Raises:
        ProviderError: somebody else made it, or it is a link: keys would be theirs to read.
    """
    folder.mkdir(exist_ok=True, mode=0o700)
    found = folder.lstat()
    if found.st_uid != os.getuid() or not stat.S_ISDIR(found.st_mode):
        raise ProviderError(
            f"{folder} is not a folder of yours, so no keys are written there.\n"
            "Name a folder of your own: LABCLUSTER_STATE=/path/of/yours"
        )
    if stat.S_IMODE(found.st_mode) != 0o700:
        folder.chmod(0o700)
    return folder
