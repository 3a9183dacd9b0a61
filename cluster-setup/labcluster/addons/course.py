"""What each lab needs of a cluster, from its cluster.yaml: a namespace, and what the student may do there."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from labcluster.errors import DataError

REAL = "real"
# Where a lab's pods run on a cluster that has real and simulated nodes: `real` (also if nothing is said), `simulated`
# (all of them), or `mixed` (on real nodes if they fit there, else on simulated ones).
NODES = (REAL, "simulated", "mixed")
FIELDS = {"namespace", "nodes", "student", "addons", "given"}
GIVEN = ("StorageClass", "PersistentVolume")  # what a lab may be given: a student could not make these safely


@dataclass(frozen=True)
class LabNeeds:
    """One lab's cluster.yaml."""

    lab: str
    namespace: str
    rules: list[dict[str, Any]] = field(default_factory=list)
    cluster_rules: list[dict[str, Any]] = field(default_factory=list)
    nodes: str = REAL  # one of NODES
    addons: tuple[tuple[str, str], ...] = ()  # name and argument ("" for none) of each add-on
    given: list[dict[str, Any]] = field(default_factory=list)  # cluster-wide objects that the site has for this lab


def read_course(course: Path) -> list[LabNeeds]:
    """The needs of every lab of the course that has a cluster.yaml, in order of name.

    Raises:
        DataError: a file is not YAML, lacks its namespace, grants a status subresource, or has unknown fields.
    """
    return [_read(path) for path in sorted(course.glob("*/cluster.yaml"))]


def _read(path: Path) -> LabNeeds:
    try:
        data = yaml.safe_load(path.read_text()) or {}
    except yaml.YAMLError as cause:
        raise DataError(f"{path} is not valid YAML: {cause}") from cause
    student = data.get("student") or {}
    unknown = (set(data) - FIELDS) | (set(student) - {"rules", "clusterRules"})
    if unknown:
        raise DataError(
            f"{path}: unknown field {', '.join(sorted(unknown))}.\n"
            "Known: namespace, nodes, addons, given, student.rules, student.clusterRules."
        )
    if data.get("nodes", REAL) not in NODES:
        raise DataError(f"{path}: nodes is {data['nodes']!r}; it can be {', '.join(NODES)} (or be left out).")
    if not isinstance(data.get("namespace"), str):
        raise DataError(f"{path}: field namespace is missing (a name such as lab-02-pods).")
    rules, cluster_rules = student.get("rules") or [], student.get("clusterRules") or []
    for rule in [*rules, *cluster_rules]:
        if any(r == "*" or r.endswith("/status") for r in rule.get("resources", [])):
            raise DataError(f"{path}: a student never gets a status subresource nor all resources: {rule}")
    addons = _addons(path, data.get("addons") or [])
    given = [_given(path, body) for body in data.get("given") or []]
    nodes = data.get("nodes", REAL)
    return LabNeeds(path.parent.name, data["namespace"], rules, cluster_rules, nodes, addons, given)


def _addons(path: Path, entries: Any) -> tuple[tuple[str, str], ...]:
    """Entries are names, or `{name: file of the lab}`."""
    found = []
    for entry in entries if isinstance(entries, list) else [None]:
        if isinstance(entry, str):
            found.append((entry, ""))
        elif isinstance(entry, dict) and len(entry) == 1 and all(isinstance(v, str) for v in entry.values()):
            found += [(name, str(path.parent / file)) for name, file in entry.items()]
        else:
            raise DataError(f"{path}: addons is a list of names, or of name: file (found: {entries}).")
    return tuple(found)


def _given(path: Path, body: dict[str, Any]) -> dict[str, Any]:
    """An object that the set-up makes, with the label by which a reset finds it."""
    if body.get("kind") not in GIVEN or not (body.get("metadata") or {}).get("name"):
        raise DataError(f"{path}: each object of given has a name, and its kind is one of: {', '.join(GIVEN)}.")
    meta = body["metadata"]
    return body | {"metadata": meta | {"labels": meta.get("labels", {}) | {"lab": path.parent.name}}}
