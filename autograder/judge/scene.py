"""What a criterion is judged on: a cluster (or none), a student, and the folder of the submission."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.cluster.client import Cluster, Object
from autograder.cluster.info import ClusterInfo
from autograder.cluster.objects import Snapshot
from autograder.cluster.shapes import Shapes
from autograder.errors import KubeconfigError
from autograder.judge.settled import Quiet
from autograder.spec.model import CAPABILITIES, Lab

if TYPE_CHECKING:
    from autograder.judge.parts import Parts  # which waits as criteria do, on a scene

NO_CLUSTER = ClusterInfo("", CAPABILITIES, simulated=False)


@dataclass(frozen=True)
class Scene:
    """Everything that judging needs besides the criterion. `lab` has the student's values filled in."""

    lab: Lab
    student: str
    values: dict[str, Any]
    lang: str
    folder: Path | None
    connection: Cluster | None
    info: ClusterInfo
    announce: Callable[[str], None]
    shapes: Shapes | None = None
    live: bool = False
    parts: Parts | None = None
    # Shared by all criteria: what has not changed since an earlier one need not be waited for again.
    quiet: Quiet = field(default_factory=Quiet)

    @property
    def cluster(self) -> Cluster:
        """The cluster; KubeconfigError where none was given."""
        if self.connection is None:
            raise KubeconfigError("this criterion looks at a cluster, but no kubeconfig was given")
        return self.connection

    def snapshot(self) -> Snapshot:
        """A fresh look at the cluster."""
        return Snapshot(self.cluster, self.lab.namespace)


class Context:
    """What a Python check gets: `function(ctx)`.

    `folder` is the submission's folder (or None), `private` the instructor's folder (COURSE_PRIVATE, or None),
    `student` the student's id, `values` the student's values, `lang` the report's language. `live` says that the
    student asks from the machine where they work (the Check button): only then may a check measure that machine.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.folder = scene.folder
        self.private = scene.lab.private.parent if scene.lab.private else None
        self.student = scene.student
        self.values = dict(scene.values)
        self.lang = scene.lang
        self.namespace = scene.lab.namespace
        self.live = scene.live

    def get(self, api_version: str, kind: str, name: str, namespace: str | None = None) -> Object | None:
        """The object now, or None; in the lab's namespace unless another is named."""
        return self._scene.cluster.get(api_version, kind, name, namespace or self.namespace)

    def list(self, api_version: str, kind: str, namespace: str | None = None) -> Sequence[Object]:
        """All objects of a kind now, by name."""
        return self._scene.cluster.list(api_version, kind, namespace or self.namespace)[0]
