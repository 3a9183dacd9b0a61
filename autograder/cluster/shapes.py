"""The map keys of lists, from the API server's own OpenAPI (`/openapi/v3`).

A group version's document is large and never changes under its hash, so what matters of it is kept in the user's
cache (AUTOGRADER_CACHE, else ~/.cache/autograder), one small file a hash.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from autograder.cluster.client import Cluster
from autograder.errors import ApiError, Forbidden
from autograder.match.shape import UNKNOWN, Shape

Schemas = Mapping[str, Any]
"""Pruned: by name `{"p": {field: schema}, "i": items, "r": name, "k": [keys], "g": [[group, version, kind]]}`."""


@dataclass(frozen=True)
class OpenApiShape:
    """One value's schema in the pruned document."""

    schemas: Schemas
    schema: Mapping[str, Any]

    @property
    def keys(self) -> tuple[str, ...]:
        """See Shape."""
        return tuple(self._resolved().get("k", ()))

    def field(self, name: str) -> Shape:
        """See Shape."""
        return self._child(self._resolved().get("p", {}).get(name))

    def item(self) -> Shape:
        """See Shape."""
        return self._child(self._resolved().get("i"))

    def _child(self, schema: Mapping[str, Any] | None) -> Shape:
        return UNKNOWN if schema is None else OpenApiShape(self.schemas, schema)

    def _resolved(self) -> Mapping[str, Any]:
        schema = self.schema
        while "r" in schema:
            schema = self.schemas.get(schema["r"], {})
        return schema


class Shapes:
    """The shapes of one cluster's kinds, asked for when a partial tree holds a list of mappings."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._index: Mapping[str, Any] | None = None
        self._groups: dict[str, Schemas] = {}

    def of(self, tree: Mapping[str, Any]) -> Shape:
        """The shape of the tree's kind; UNKNOWN if the tree needs none or the server does not say."""
        if not _has_list_of_mappings(tree):
            return UNKNOWN
        api_version, kind = tree["apiVersion"], tree["kind"]
        if api_version not in self._groups:
            self._groups[api_version] = self._load(api_version)
        group, _, version = api_version.rpartition("/")
        schemas = self._groups[api_version]
        for schema in schemas.values():
            if [group, version, kind] in schema.get("g", ()):
                return OpenApiShape(schemas, schema)
        return UNKNOWN

    def _load(self, api_version: str) -> Schemas:
        try:
            if self._index is None:
                self._index = self._cluster.request("get", "/openapi/v3")["paths"]
            entry = self._index.get(f"apis/{api_version}" if "/" in api_version else f"api/{api_version}")
            if entry is None:
                return {}
            url = entry["serverRelativeURL"]
            digest = parse_qs(urlsplit(url).query).get("hash", [""])[0]
            if cached := _read(digest):
                return cached
            document = self._cluster.request("get", urlsplit(url).path)
        except (ApiError, Forbidden):
            return {}
        schemas = {name: _prune(schema) for name, schema in document["components"]["schemas"].items()}
        _write(digest, schemas)
        return schemas


def _has_list_of_mappings(tree: Any) -> bool:
    if isinstance(tree, Mapping):
        return any(_has_list_of_mappings(value) for value in tree.values())
    if isinstance(tree, (list, tuple)):
        return any(isinstance(item, Mapping) for item in tree)
    return False


def _prune(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Only what leads to list map keys."""
    reference = schema.get("$ref") or next((part.get("$ref") for part in schema.get("allOf", ())), None)
    if reference:
        return {"r": reference.rsplit("/", 1)[-1]}
    pruned: dict[str, Any] = {}
    if fields := {name: _prune(field) for name, field in schema.get("properties", {}).items()}:
        pruned["p"] = {name: field for name, field in fields.items() if field}
    if "items" in schema and (items := _prune(schema["items"])):
        pruned["i"] = items
    if keys := schema.get("x-kubernetes-list-map-keys"):
        pruned["k"] = keys
    if kinds := schema.get("x-kubernetes-group-version-kind"):
        pruned["g"] = [[kind["group"], kind["version"], kind["kind"]] for kind in kinds]
    return pruned


def _folder() -> Path:
    return Path(os.environ.get("AUTOGRADER_CACHE") or Path.home() / ".cache" / "autograder") / "openapi"


def _read(digest: str) -> Schemas | None:
    try:
        loaded: Schemas = json.loads((_folder() / f"{digest}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return loaded


def _write(digest: str, schemas: Schemas) -> None:
    """Keep it, whole or not at all; a cache that cannot be written is only slower."""
    if not digest.isalnum():
        return
    try:
        _folder().mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=_folder(), delete=False, encoding="utf-8") as file:
            json.dump(schemas, file)
        Path(file.name).replace(_folder() / f"{digest}.json")
    except OSError:
        return
