"""Clusters that live for one task only: what graders ask for through the entry point `autograder.clusters`."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from labcluster import service, tools


@dataclass(frozen=True)
class ScratchCluster:
    """A cluster that is deleted at the end of its context."""

    checker_kubeconfig: Path
    student_kubeconfig: Path
    provider: str
    capabilities: frozenset[str]
    tools: tuple[Path, ...]
    name: str
    course: Path

    def reset(self, lab: str) -> None:
        """Empty that lab's namespace."""
        service.reset(self.name, self.course, lab)


@contextmanager
def scratch_cluster(
    name: str, *, course: Path, provider: str = "auto", lab: str | None = None
) -> Iterator[ScratchCluster]:
    """A fresh cluster whose name begins with `name`; it is gone when the context ends, however it ends.

    It has what `lab` needs, and nothing of other labs, before anything of the student's runs.

    Raises:
        ProviderError, DataError: it cannot be made.
    """
    own = f"{name[:20]}-{os.getpid()}-{secrets.token_hex(2)}"
    cluster, _ = service.up(own, course, provider, lab=lab)
    try:
        service.wait_for_controllers(cluster, course, lab)
        info = cluster.provider.info(own)
        folders = tuple(tool.folder for tool in tools.catalog())
        yield ScratchCluster(
            cluster.checker_kubeconfig, cluster.student_kubeconfig, info.provider,
            frozenset(info.capabilities), folders, own, course,
        )  # fmt: skip
    finally:
        cluster.provider.delete(own)
