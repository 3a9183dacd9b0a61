"""What runs in containers: the labs' workloads, built here from source, without a container engine."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from labcluster.images.workloads import Workload, build, catalog


def archives(names: Iterable[str] = ()) -> list[Path]:
    """The docker-archives of all workload images (or of the named ones), built where they are missing.

    Raises:
        DataError: there is no image of that name.
        ToolError: an image cannot be built.
    """
    return [build(workload) for workload in catalog(names)]


__all__ = ["Workload", "archives", "build", "catalog"]
