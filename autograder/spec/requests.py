"""From a validated document to requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograder.spec.document import Document, Where
from autograder.spec.model import VERBS, Attempt, Request


def request(document: Document, where: Where, data: Sequence[Mapping[str, Any]]) -> Request:
    """`request:` of a criterion."""
    return Request(tuple(_attempt(document, (*where, index), item) for index, item in enumerate(data)))


def _attempt(document: Document, where: Where, data: Mapping[str, Any]) -> Attempt:
    verb = _one_of(document, where, data, VERBS)
    answer = _one_of(document, where, data, ("allowed", "refused"))
    for field, belongs in (("says", "refused"), ("gives", "allowed")):
        if field in data and answer != belongs:
            raise document.error((*where, field), f"{field} belongs to a request that must be {belongs}")
    if data.get("refused") == "rbac" and "as" not in data:
        raise document.error((*where, "refused"), "rbac refuses an account: say which one with as")
    return Attempt(verb, data[verb], data.get("as"), data.get("refused"), data.get("says"), data.get("gives"))


def _one_of(document: Document, where: Where, data: Mapping[str, Any], names: Sequence[str]) -> str:
    given = [name for name in names if name in data]
    if len(given) != 1:
        told = f"{', '.join(given)} are" if given else "none is"
        raise document.error(where, f"exactly one of {', '.join(names)} must be given, but {told}")
    return given[0]
