"""What is remembered of a kind cluster beside it (kind.json): enough to find, stop and remove all that it took."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from labcluster.errors import ProviderError
from labcluster.paths import write_private
from labcluster.providers.kind.engine import Engine

FILE = "kind.json"
# kind adds `-control-plane`, and a host name has at most 63 characters.
LONGEST = 30


@dataclass(frozen=True)
class Record:
    """One cluster: its name for kind (and of its network), its engine, image, port and limits."""

    kind_name: str
    program: str
    place: dict[str, str]
    image: str
    port: int
    memory_mib: int
    cpus: float

    @property
    def engine(self) -> Engine:
        """The engine on which it lives, whatever the environment says by now."""
        return Engine(self.program, self.place)

    @property
    def node(self) -> str:
        """The one node container, and the node's name."""
        return f"{self.kind_name}-control-plane"

    def write(self, folder: Path) -> None:
        """Remember it, whole or not at all."""
        scratch = folder / f"{FILE}.new"
        write_private(scratch, json.dumps(dataclasses.asdict(self), indent=1))
        scratch.replace(folder / FILE)


def read(folder: Path) -> Record:
    """The record of the cluster in this folder.

    Raises:
        ProviderError: it is damaged.
    """
    try:
        return Record(**json.loads((folder / FILE).read_text()))
    except (OSError, ValueError, TypeError) as cause:
        raise ProviderError(f"{folder / FILE} cannot be read: {cause}") from cause


def kind_name(name: str, folder: Path) -> str:
    """A name that no other cluster on a shared engine has: of another user, or in another state folder."""
    key = f"{os.uname().nodename}/{os.getuid()}/{folder}"
    return f"lab-{name[:LONGEST].rstrip('-')}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"
