"""The objects of one moment: each kind is listed at most once, and chosen from here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from autograder.cluster.client import Cluster, Object
from autograder.spec.model import Target


class Objects(Protocol):
    """Anything that knows the objects of a kind at one moment."""

    def of(self, api_version: str, kind: str, namespace: str | None = None) -> Sequence[Object]:
        """All objects of this kind in the namespace (the lab's if None), by name."""


class Snapshot:
    """The cluster now, kind by kind as they are asked for."""

    def __init__(self, cluster: Cluster, namespace: str) -> None:
        self.cluster = cluster
        self.namespace = namespace
        self._lists: dict[tuple[str, str, str], list[Object]] = {}

    def of(self, api_version: str, kind: str, namespace: str | None = None) -> Sequence[Object]:
        """See Objects."""
        key = (api_version, kind, namespace or self.namespace)
        if key not in self._lists:
            self._lists[key] = self.cluster.list(*key)[0]
        return self._lists[key]

    def seen(self) -> Mapping[tuple[str, str, str], Sequence[Object]]:
        """Everything that was asked for so far, by apiVersion, kind and namespace."""
        return self._lists


def select(target: Target, objects: Objects) -> list[Object]:
    """The objects that a target means: with a name none or one, else all that carry its labels."""
    items = objects.of(target.api_version, target.kind, target.namespace)
    return list(chosen(target, items))


def chosen(target: Target, items: Iterable[Object]) -> Iterable[Object]:
    """Those of the items that the target means."""
    for item in items:
        if target.name is not None and item["metadata"]["name"] != str(target.name):
            continue
        if carries(item, target.labels or {}):
            yield item


def carries(item: Mapping[str, Any], labels: Mapping[str, Any]) -> bool:
    """Whether an object carries all these labels."""
    own = item["metadata"].get("labels") or {}
    return all(own.get(name) == str(value) for name, value in labels.items())
