"""What tools.toml says: which programs, of which version, from where; and where each one belongs."""

from __future__ import annotations

import hashlib
import platform
import sys
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from labcluster.errors import ToolError
from labcluster.paths import cache_dir

CLUSTER = "cluster"  # the group that every set-up makes ready
MODULES = Path(__file__).resolve().parents[2] / "tools"  # cluster-setup/tools in the checkout


@dataclass(frozen=True)
class Tool:
    """One Go module of ours that pins one upstream project, and the programs built from it."""

    name: str
    version: str
    packages: dict[str, str]  # program -> Go package
    ldflags: str
    releases: dict[str, str]  # "<os>" -> address with {program} {version} {os} {arch}; may be empty
    checksums: str  # address of the checksum, published beside the release
    group: str = CLUSTER  # who needs it: "cluster" (everybody), or a part that not everybody uses
    manifests: dict[str, list[str]] = field(default_factory=dict)  # Go module -> folders of it that hold YAML files

    @property
    def folder(self) -> Path:
        """Where the programs belong; the pinned sources and the machine are part of the name."""
        pins = (MODULES / self.name / "go.sum").read_bytes() + (MODULES / self.name / "go.mod").read_bytes()
        own = (path.read_bytes() for path in sorted((MODULES / self.name).rglob("*.go")) if "_test" not in path.name)
        mark = hashlib.sha256(b"".join((pins, self.ldflags.encode(), *own))).hexdigest()[:12]
        system, machine = host()
        return cache_dir() / "tools" / f"{self.name}-{self.version}-{system}-{machine}-{mark}"

    def programs(self) -> dict[str, Path]:
        """Program name to file."""
        return {program: self.folder / program for program in self.packages}

    @property
    def manifests_folder(self) -> Path:
        """Where the module's own YAML files (its CRDs) were copied to."""
        return self.folder / "manifests"

    def ready(self) -> bool:
        """Whether every program is there (a folder appears only when it is whole)."""
        return all(path.exists() for path in self.programs().values()) and (
            not self.manifests or self.manifests_folder.is_dir()
        )


def host() -> tuple[str, str]:
    """Operating system and machine in Go's words, e.g. ("linux", "amd64").

    Raises:
        ToolError: the project does not run on this machine.
    """
    machine = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}.get(
        platform.machine().lower()
    )
    if sys.platform not in ("linux", "darwin") or machine is None:
        raise ToolError(
            f"Clusters run on Linux and macOS, amd64 and arm64; not on {sys.platform} {platform.machine()}.\n"
            "On Windows, use WSL2."
        )
    return sys.platform, machine


def catalog(group: str = CLUSTER) -> tuple[Tool, ...]:
    """The tools of one group, in the order of tools.toml."""
    return tuple(tool for tool in everything() if tool.group == group)


@cache
def everything() -> tuple[Tool, ...]:
    """All tools of tools.toml."""
    data = tomllib.loads((MODULES / "tools.toml").read_text())
    return tuple(
        Tool(
            name=name,
            version=entry["version"],
            packages=entry["packages"],
            ldflags=entry.get("ldflags", ""),
            releases=entry.get("releases", {}),
            checksums=entry.get("checksums", ""),
            group=entry.get("group", CLUSTER),
            manifests=entry.get("manifests", {}),
        )
        for name, entry in data.items()
    )
