"""Clusters for one run: the protocol that whoever makes clusters fulfils, and the entry point that finds it.

autograder never imports the package that makes clusters: `prove`, `grade` and Rehearse ask
`cluster_factory()`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol, cast

from autograder.errors import ClusterError

GROUP = "autograder.clusters"


class ScratchCluster(Protocol):
    """A cluster of its own for one run; it is deleted when its context ends."""

    @property
    def checker_kubeconfig(self) -> Path:
        """The checker's credential (may look at and change everything)."""

    @property
    def student_kubeconfig(self) -> Path:
        """The student's credential, one context per lab."""

    @property
    def provider(self) -> str:
        """The provider's name, e.g. `embedded`."""

    @property
    def capabilities(self) -> frozenset[str]:
        """Of `schedule logs exec network images metrics`."""

    @property
    def tools(self) -> tuple[Path, ...]:
        """Folders of its programs (kubectl first of all), for the PATH of kernels."""

    def reset(self, lab: str) -> None:
        """Empty the lab's namespace, as a new cluster has it."""


class ClusterFactory(Protocol):
    """Makes scratch clusters: `with factory("prove-02", course=Path("labs")) as cluster: ...`."""

    def __call__(
        self, name: str, *, course: Path, provider: str = "auto", lab: str | None = None
    ) -> AbstractContextManager[ScratchCluster]:
        """A context whose value is a ready cluster with what `lab` needs; leaving it deletes the cluster."""


def cluster_factory() -> ClusterFactory:
    """The installed factory; what it raises while it makes a cluster becomes a ClusterError.

    Raises ClusterError where no package offers one.
    """
    for entry_point in entry_points(group=GROUP):
        return _with_our_errors(cast(ClusterFactory, entry_point.load()))
    raise ClusterError(f"no installed package makes clusters (entry point group {GROUP!r}); run `make setup`")


def _with_our_errors(make: ClusterFactory) -> ClusterFactory:
    @contextmanager
    def factory(name: str, *, course: Path, provider: str = "auto", lab: str | None = None) -> Iterator[ScratchCluster]:
        with ExitStack() as stack:
            try:
                cluster = stack.enter_context(make(name, course=course, provider=provider, lab=lab))
            except Exception as error:  # the errors of the package that makes clusters are its own
                raise ClusterError(f"no cluster could be made: {error}") from error
            yield cluster

    return factory
