"""A lab's checks as typed data. Texts map a language (`pt-BR`, `en`) to what the reader sees.

Durations are seconds. `Tree` is a JSON object; strings in it may hold `${value}` until `for_student` fills them in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from autograder.variants import Variant, values

Text = Mapping[str, str]
Tree = Mapping[str, Any]

LANGUAGES = ("pt-BR", "en")
VERBS = ("create", "patch", "delete", "get", "list")
REFUSERS = ("rbac", "quota", "limits", "pod-security", "policy")
CAPABILITIES = frozenset({"schedule", "logs", "exec", "network", "images", "metrics"})


@dataclass(frozen=True)
class Target:
    """Which objects: one by name, or those that carry all `labels`, in the lab's namespace unless said otherwise."""

    api_version: str
    kind: str
    name: str | None = None
    namespace: str | None = None
    labels: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Expect:
    """An object matches this partial tree (if it has no name: any object of its kind)."""

    tree: Tree


@dataclass(frozen=True)
class Absent:
    """No object matches this partial tree."""

    tree: Tree


@dataclass(frozen=True)
class Count:
    """So many objects match this partial tree."""

    of: Tree
    equals: int | None = None
    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True)
class Cel:
    """A CEL expression over objects is true. `found` is a CEL expression whose value is shown when it is not.

    Once `final` is true, nothing that the cluster does by itself makes the expression true: waiting is over.
    """

    objects: Mapping[str, Target]
    expression: str
    expected: Text | None = None
    found: str | None = None
    final: str | None = None


@dataclass(frozen=True)
class Python:
    """`function(ctx)` in `file` returns None (or a fraction of the points), or raises autograder.Mismatch."""

    file: Path
    function: str


@dataclass(frozen=True)
class Http:
    """`requests` requests (20 if None) to `url` from a pod inside the cluster, at most `rate` a second.

    A host without a dot is a Service of the lab's namespace. `timeout` is in seconds, of one request.
    """

    url: str
    requests: Any = None
    rate: Any = None
    timeout: float = 2.0
    keepalive: bool = False


@dataclass(frozen=True)
class Exec:
    """A command in a container (the only one if None) of the first of these pods that runs."""

    pods: Target
    container: str | None
    command: tuple[str, ...]
    timeout: float = 10.0


@dataclass(frozen=True)
class Logs:
    """What a container (the only one if None) of these pods wrote: its last `tail` lines, all if None."""

    pods: Target
    container: str | None
    tail: int | None = None
    previous: bool = False


@dataclass(frozen=True)
class Probe:
    """Asks running containers; the answer is `result` in the expression, beside its objects."""

    way: Http | Exec | Logs
    cel: Cel

    @property
    def requires(self) -> str:
        """The capability without which nothing can be asked."""
        return {Http: "network", Exec: "exec", Logs: "logs"}[type(self.way)]


@dataclass(frozen=True)
class Attempt:
    """One request that changes nothing: `verb` is create, patch, delete (by dry run), get or list (which only read).

    `tree` is what is created (whole), or names the object (apiVersion, kind, name, namespace; `merge`: the patch).
    `account` is a ServiceAccount of the lab's namespace; None: the checker itself. `refused` says who must refuse it
    (one of REFUSERS), None that it must be allowed. `says` is a regular expression that the refusal's sentence holds;
    `gives` a partial tree of the object as it would be stored.
    """

    verb: str
    tree: Tree
    account: str | None = None
    refused: str | None = None
    says: str | None = None
    gives: Tree | None = None


@dataclass(frozen=True)
class Request:
    """The API server answers each of these as said."""

    attempts: tuple[Attempt, ...]


Judgement = Expect | Absent | Count | Cel | Probe | Request | Python


@dataclass(frozen=True)
class Delete:
    """Delete `take` of these objects (all if None)."""

    target: Target
    take: int | None = None


@dataclass(frozen=True)
class Scale:
    """Set `spec.replicas`."""

    target: Target
    replicas: Any


@dataclass(frozen=True)
class Patch:
    """Merge this tree into the object, as `kubectl patch` does."""

    target: Target
    merge: Tree


@dataclass(frozen=True)
class Drain:
    """Cordon a node (by name, or the one of the first pod found) and evict the lab's pods from it."""

    node: str | None = None
    node_of: Target | None = None


Act = Delete | Scale | Patch | Drain


@dataclass(frozen=True)
class Load:
    """Traffic from before the act to the verdict, for `least` seconds or longer; `cel` judges its `result`."""

    http: Http
    cel: Cel
    least: float = 3.0


@dataclass(frozen=True)
class Criterion:
    """One thing that is judged. `during` names the criterion during whose act it is, if it has none of its own; `line`
    is where it stands in its checks.yaml."""

    id: str
    points: float
    title: Text
    judgement: Judgement
    hints: Mapping[str, tuple[str, ...]]
    within: float = 0.0
    holds_for: float = 0.0
    requires: frozenset[str] = frozenset()
    needs: tuple[str, ...] = ()
    act: Act | None = None
    during: str | None = None
    load: Load | None = None
    throughout: Cel | None = None
    hidden: bool = False
    line: int = 0

    @property
    def before(self) -> tuple[str, ...]:
        """The criteria that must be judged, and right, before it can be."""
        return (*self.needs, self.during) if self.during else self.needs

    @property
    def asks_cluster(self) -> bool:
        """Whether a cluster is needed for sure (a Python check may do with the submission's folder)."""
        return not isinstance(self.judgement, Python) or any((self.act, self.during, self.load, self.throughout))


@dataclass(frozen=True)
class Task:
    """One task: a test cell of the notebook whose grade_id is `id`."""

    id: str
    title: Text
    points: float
    criteria: tuple[Criterion, ...]
    line: int = 0


@dataclass(frozen=True)
class Lab:
    """One lab as its checks.yaml (and the private one, if given) says.

    `folder` is the lab's folder, `private` the instructor's folder of this lab (`$COURSE_PRIVATE/<lab>`) or None.
    """

    id: str
    course_id: str
    folder: Path
    private: Path | None
    namespace: str
    title: Text
    variants: Mapping[str, Variant]
    tasks: tuple[Task, ...]
    addons: tuple[str, ...] = ()  # what the lab's cluster has beyond every other one

    @property
    def points(self) -> float:
        """The sum over the tasks."""
        return sum(task.points for task in self.tasks)

    @property
    def asks_cluster(self) -> bool:
        """Whether a criterion needs a cluster for sure."""
        return any(criterion.asks_cluster for task in self.tasks for criterion in task.criteria)

    def values(self, student: str) -> dict[str, Any]:
        """The student's own values."""
        return values(self.course_id, self, student)

    def for_student(self, student: str) -> Lab:
        """This lab with `${value}` filled in everywhere."""
        filled: Lab = replace(self, tasks=fill(self.tasks, self.values(student)))
        return filled


@dataclass(frozen=True)
class Course:
    """course.yaml: the labs in their order, and the provider that grades a class."""

    id: str
    title: Text
    provider: str
    labs: tuple[str, ...]
    folder: Path


def fill(node: Any, known: Mapping[str, Any]) -> Any:
    """A copy of any model or JSON value with `${name}` replaced in all strings (a lone one keeps its type)."""
    from autograder.spec.substitute import substitute

    if isinstance(node, str):
        return substitute(node, known)
    if isinstance(node, Mapping):
        return {key: fill(value, known) for key, value in node.items()}
    if isinstance(node, (list, tuple)):
        return type(node)(fill(item, known) for item in node)
    if is_dataclass(node) and not isinstance(node, type):
        return replace(node, **{f.name: fill(getattr(node, f.name), known) for f in fields(node)})
    return node
