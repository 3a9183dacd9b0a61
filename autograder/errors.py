"""The errors of autograder. Each message is for the reader: what happened, where, what to do next.

AutograderError
├── CourseError          a file of the course is not as it should be
│   └── UnknownName      there is no lab, task or language of that name
├── ClusterError         the cluster cannot be asked
│   ├── KubeconfigError  no usable kubeconfig, or the cluster does not know its credential
│   ├── Unreachable      nothing answers at the kubeconfig's address
│   ├── Forbidden        the credential may not do that
│   ├── UnknownKind      the cluster does not serve that kind
│   ├── ProbeError       a probe could not be run in the cluster
│   └── ApiError         any other refusal of the API server
├── CheckError           a check itself is broken (a bug in the course, never the student's fault)
├── BuildError           notebooks cannot be built
├── ProofError           a lab's proof cannot be run
└── GradingError         a submission cannot be graded

`Mismatch` stands outside the tree: it is not a failure of ours, but what a check says of the cluster.
Names follow Kubernetes' own reasons (Forbidden, Unreachable), hence without the suffix Error.
"""

from __future__ import annotations

from typing import Any


class AutograderError(Exception):
    """Anything that autograder tells its user instead of a traceback."""


class CourseError(AutograderError):
    """A file of the course is not as it should be; the message names file, line and field."""


class UnknownName(CourseError):  # noqa: N818
    """There is no lab, task or language of that name; the message lists the known ones."""


class ClusterError(AutograderError):
    """The cluster cannot be asked."""


class KubeconfigError(ClusterError):
    """There is no usable kubeconfig, or the cluster does not accept its credential."""


class Unreachable(ClusterError):  # noqa: N818
    """Nothing answers at the kubeconfig's address."""


class Forbidden(ClusterError):  # noqa: N818
    """The credential may not do that; `said` is the API server's own sentence."""

    def __init__(self, message: str, said: str = "") -> None:
        super().__init__(message)
        self.said = said


class UnknownKind(ClusterError):  # noqa: N818
    """The cluster does not serve that kind of object."""


class ProbeError(ClusterError):
    """A probe could not be run in the cluster: nothing is known of what it should have asked."""


class ApiError(ClusterError):
    """Any other refusal of the API server; `status` is its HTTP status."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class CheckError(AutograderError):
    """A check itself is broken: a bug in the course, which costs the student nothing."""


class BuildError(AutograderError):
    """Notebooks cannot be built from a lab's source."""


class ProofError(AutograderError):
    """A lab's proof cannot be run."""


class GradingError(AutograderError):
    """A submission cannot be graded."""


class Mismatch(Exception):  # noqa: N818 (a verdict, not an error)
    """What a check says when the cluster is not as asked. Python checks raise it.

    `path` is where (`spec.replicas`), `expected` and `found` are values of any JSON shape or sentences,
    `message` one sentence for the reader; `fraction` (0..1) is the part of the points earned all the same.
    """

    def __init__(
        self,
        message: str = "",
        *,
        path: str | None = None,
        expected: Any = None,
        found: Any = None,
        fraction: float = 0.0,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.expected = expected
        self.found = found
        self.fraction = fraction


class Violated(Mismatch):
    """Something that must hold throughout did not, for a moment at least: waiting longer does not undo it."""


class Nobody(Mismatch):
    """There is nobody who could be asked: unlike an answer, that changes only with the objects."""
