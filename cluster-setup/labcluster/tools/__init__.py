"""The programs that clusters are made of: cached, else an official release, else built from pinned modules."""

from __future__ import annotations

from pathlib import Path

from labcluster.tools.catalog import CLUSTER, Tool, catalog


def ensure(group: str = CLUSTER) -> dict[str, Path]:
    """Every tool of the group by name, made ready if it is not in the cache yet.

    Raises:
        ToolError: a tool can be neither fetched nor built.
    """
    missing = [tool for tool in catalog(group) if not tool.ready()]
    if missing:
        from labcluster.tools.install import install  # slow imports, seldom needed

        install(missing)
    return {name: path for tool in catalog(group) for name, path in tool.programs().items()}


def ready(group: str = CLUSTER) -> bool:
    """Whether all tools of the group are in the cache."""
    return all(tool.ready() for tool in catalog(group))


def kubernetes_version() -> str:
    """The version of the control plane, such as v1.36.3."""
    return next(tool.version for tool in catalog() if tool.name == "kubernetes")


__all__ = ["CLUSTER", "Tool", "catalog", "ensure", "kubernetes_version", "ready"]
