"""Where things are on this machine: the tools' cache and the clusters' state, both private to the user."""

from __future__ import annotations

import os
from pathlib import Path


def cache_dir() -> Path:
    """The folder of tools, shared by all clusters and checkouts of this user (`LABCLUSTER_CACHE`)."""
    base = os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))
    return Path(os.environ.get("LABCLUSTER_CACHE", f"{base}/labcluster"))


def state_dir() -> Path:
    """The folder of clusters (`LABCLUSTER_STATE`), made 0700: keys and credentials are in it."""
    base = os.environ.get("XDG_STATE_HOME", str(Path.home() / ".local" / "state"))
    folder = Path(os.environ.get("LABCLUSTER_STATE", f"{base}/labcluster"))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    return folder


def clusters_dir() -> Path:
    """One folder a cluster, in the state folder."""
    folder = state_dir() / "clusters"
    folder.mkdir(exist_ok=True, mode=0o700)
    return folder
