"""Labs of one criterion or a few, each in a fresh namespace of a real (embedded) cluster."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder import LabReport, check_lab, load_lab
from autograder.cluster.client import Cluster
from autograder.errors import ApiError
from labcluster.factory import ScratchCluster

_numbers = itertools.count()
Tree = dict[str, Any]


def text(words: str) -> dict[str, str]:
    """The same words in both languages."""
    return {"pt-BR": words, "en": words}


def criterion(name: str = "it", **what: Any) -> Tree:
    """One criterion of one point."""
    return {"id": name, "points": 1, "title": text(f"title of {name}"), "hint": text("a hint"), **what}


@dataclass
class Field:
    """One namespace, and a course whose only lab lives in it."""

    course: Path
    kubeconfig: Path
    namespace: str
    client: Cluster
    told: list[str] = field(default_factory=list)

    def write(self, *criteria: Tree, python: str = "", values: Tree | None = None) -> None:
        """Write the lab: one task with these criteria, and its checks.py."""
        task = {"id": "task", "points": sum(item["points"] for item in criteria), "title": text("Task")}
        lab = {"lab": "one", "title": text("One"), "values": values or {}}
        checks = {**lab, "tasks": [{**task, "criteria": list(criteria)}]}
        (self.course / "one" / "checks.py").write_text(python)
        (self.course / "one" / "checks.yaml").write_text(yaml.safe_dump(checks, allow_unicode=True))

    def check(self, *criteria: Tree, python: str = "", **more: Any) -> LabReport:
        """Write the lab and judge it."""
        if criteria:
            self.write(*criteria, python=python)
        kubeconfig = more.pop("kubeconfig", self.kubeconfig)
        lab = load_lab(self.course, "one", more.pop("private", None))
        return check_lab(lab, kubeconfig=kubeconfig, student="ana", lang="en", announce=self.told.append, **more)

    def create(self, tree: Tree) -> Tree:
        """Create an object in the namespace."""
        return self.client.create({**tree, "metadata": {**tree["metadata"], "namespace": self.namespace}})

    def get(self, api_version: str, kind: str, name: str) -> Tree | None:
        """An object of the namespace."""
        return self.client.get(api_version, kind, name, self.namespace)

    def pods(self) -> list[Tree]:
        """The pods of the namespace that are not on their way out."""
        found = self.client.list("v1", "Pod", self.namespace)[0]
        return [pod for pod in found if not pod["metadata"].get("deletionTimestamp")]


@pytest.fixture
def field_(cluster: ScratchCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Field]:
    """A fresh namespace with its course; the OpenAPI cache is the test's own."""
    yield from lay_field(cluster, tmp_path, monkeypatch)


def lay_field(cluster: ScratchCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Field]:
    """The same, on any cluster."""
    monkeypatch.setenv("AUTOGRADER_CACHE", str(tmp_path / "cache"))
    namespace = f"check-{next(_numbers)}"
    client = Cluster(cluster.checker_kubeconfig)
    made = client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    course = tmp_path / "course"
    (course / "one").mkdir(parents=True)
    (course / "course.yaml").write_text(
        yaml.safe_dump({"id": "tiny", "title": text("T"), "grading": {"provider": "embedded"}, "labs": ["one"]})
    )
    (course / "one" / "cluster.yaml").write_text(f"namespace: {namespace}\n")
    # Pods cannot be made before this account is there.
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": namespace}}
    with suppress(ApiError):
        client.create(account)
    yield Field(course, cluster.checker_kubeconfig, namespace, client)
    client.delete(made)


@pytest.fixture
def pod() -> Callable[..., Tree]:
    """A maker of pods; a pod becomes Ready about a second after its creation."""

    def make(name: str = "web", image: str = "nginx:1.27", **labels: str) -> Tree:
        containers = [
            {"name": "web", "image": image, "ports": [{"containerPort": 80}]},
            {"name": "log", "image": "busybox:1.37"},
        ]
        metadata = {"name": name, "labels": labels}
        return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": containers}}

    return make


@pytest.fixture
def deployment() -> Callable[..., Tree]:
    """A maker of Deployments of `app: <name>`."""

    def make(name: str = "web", replicas: int = 2, **spec: Any) -> Tree:
        labels = {"app": name}
        template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "web", "image": "nginx:1.27"}]}}
        return {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": name},
            "spec": {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template, **spec},
        }

    return make
