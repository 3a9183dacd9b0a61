"""What all providers share that keep each cluster in a folder of its own: locks, existence, creations cut off."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock

from labcluster.errors import ClusterNotFoundError, ProviderError
from labcluster.paths import clusters_dir, locks_dir

HALF_MADE = "half-made"  # a file that is there from the first step of a creation to its last


class Kept(ABC):
    """The half of `labcluster.providers.base.Provider` that is the same whatever a cluster is made of."""

    up = "labcluster up"  # the command that makes one

    @abstractmethod
    def exists(self, name: str) -> bool:
        """Whether there is such a cluster, running or not."""

    @abstractmethod
    def _create(self, name: str) -> None:
        """Make the cluster, under its lock; also in place of what a killed creation left behind."""

    @abstractmethod
    def _remove(self, name: str) -> None:
        """Remove all that it took, under its lock."""

    def create(self, name: str) -> None:
        """Make and start a cluster; it is removed again if it does not become ready."""
        with self._locked(name):
            if self.exists(name) and not self._half_made(name):
                raise ProviderError(
                    f"There is a cluster {name!r} already. Resume it, or remove it with: labcluster down"
                )
            self._create(name)

    def delete(self, name: str) -> None:
        """Remove it with all that it took: processes, containers, networks, files."""
        with self._locked(name):
            self._must_exist(name)
            self._remove(name)

    def kubeconfig(self, name: str) -> Path:
        """The administrator's kubeconfig, 0600."""
        self._must_exist(name)
        return self._folder(name) / "checker.kubeconfig"

    def names(self) -> list[str]:
        """All clusters of this user."""
        return sorted(folder.name for folder in clusters_dir().iterdir() if self.exists(folder.name))

    def _folder(self, name: str) -> Path:
        return clusters_dir() / name

    @contextlib.contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        with FileLock(locks_dir() / f"{name}.lock"):
            yield

    def _half_made(self, name: str) -> bool:
        """Whether the cluster's creation was killed before it was ever ready."""
        return (self._folder(name) / HALF_MADE).exists()

    def _must_exist(self, name: str) -> None:
        if not self.exists(name):
            known = ", ".join(self.names()) or "none"
            raise ClusterNotFoundError(f"There is no cluster {name!r} (there are: {known}). Make one with: {self.up}")
