"""What a provider of clusters does, and what it says of itself. A new provider implements `Provider`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

Capability = Literal["schedule", "logs", "exec", "network", "images", "metrics"]
Status = Literal["running", "paused", "broken"]


@dataclass(frozen=True)
class Info:
    """What a cluster is and can do; `capabilities` is data that graders read."""

    name: str
    provider: str
    status: Status
    capabilities: frozenset[Capability]
    simulated: bool
    server: str
    memory_mib: float
    folder: Path


class Provider(Protocol):
    """Makes and keeps clusters. Every method raises `ProviderError` with a sentence for the reader."""

    name: str
    simulated: bool  # whether all of its nodes are

    def create(self, name: str) -> None:
        """Make and start a cluster that takes objects; nothing is left of it on failure."""

    def start(self, name: str) -> None:
        """Start a stopped or damaged cluster with its objects; a running one is left alone."""

    def stop(self, name: str) -> None:
        """Stop all of its processes, keeping its objects."""

    def delete(self, name: str) -> None:
        """Remove it: no process, port or file is left."""

    def exists(self, name: str) -> bool:
        """Whether there is such a cluster, running or not."""

    def kubeconfig(self, name: str) -> Path:
        """The administrator's kubeconfig (the checker's credential)."""

    def logs(self, name: str) -> dict[str, str]:
        """The end of each component's log, by component."""

    def info(self, name: str) -> Info:
        """What it is now."""

    def load_image(self, name: str, *archives: Path) -> None:
        """Make container images (docker-archive files) known to the nodes."""

    def names(self) -> list[str]:
        """The names of this provider's clusters."""
