"""Names of objects as the reader sees them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograder.i18n import _
from autograder.spec.model import Target


def describe(target: Target) -> str:
    """`Pod web`, or `Pod with app=web`."""
    return _describe(target.kind, target.name, target.labels)


def describe_tree(tree: Mapping[str, Any]) -> str:
    """The same, of a partial tree."""
    metadata = tree.get("metadata") or {}
    return _describe(tree["kind"], metadata.get("name"), metadata.get("labels"))


def _describe(kind: str, name: Any, labels: Mapping[str, Any] | None) -> str:
    if name is not None:
        return f"{kind} {name}"
    if labels:
        return _("{kind} with {labels}").format(
            kind=kind, labels=", ".join(f"{key}={value}" for key, value in labels.items())
        )
    return kind
