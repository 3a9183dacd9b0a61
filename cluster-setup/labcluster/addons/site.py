"""What an add-on's step gets to work with, and what an add-on says of itself."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labcluster.api import Api
    from labcluster.providers.base import Capability


@dataclass(frozen=True)
class Site:
    """A running cluster: its folder on this machine, and the administrator's credential."""

    name: str
    folder: Path
    admin: Path
    simulated: bool

    @cached_property
    def api(self) -> Api:
        """The cluster's API, as its administrator."""
        from labcluster.api import Api

        return Api(self.admin)

    def home(self, addon: str) -> Path:
        """The add-on's own folder (0700), made if it is not there."""
        folder = self.folder / "addons" / addon
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder


@dataclass(frozen=True)
class AddOn:
    """Something that a cluster can have beyond what every cluster has.

    `install` may be repeated: it brings the cluster to the wanted state, whatever it finds. `hosted` says that it runs
    programs on this machine, which end with the cluster and are started again with it. `put_away` removes what was
    brought with any but these arguments; it is there where one lab's would spoil another's, which counts its GPUs.
    """

    name: str
    summary: str
    cost: str
    install: Callable[[Site, str], None]
    hosted: bool = False
    in_cluster: bool = False  # beside real nodes it is a pod of the cluster's own instead
    brings: frozenset[Capability] = frozenset()  # what the cluster can do with it that it could not without
    put_away: Callable[[Site, Collection[str]], None] | None = None
    argument: str = ""  # what its argument is, e.g. "a pool file"; "" if it takes none
