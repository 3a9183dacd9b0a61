"""From a validated document to probes and load."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograder.spec.document import Document, Where
from autograder.spec.model import Exec, Http, Load, Logs, Probe, Target
from autograder.spec.read import cel, seconds

WAYS = ("http", "exec", "logs")


def probe(document: Document, where: Where, data: Mapping[str, Any]) -> Probe:
    """`probe:` of a criterion."""
    ways = [way for way in WAYS if way in data]
    if len(ways) != 1:
        given = f"{', '.join(ways)} are" if ways else "none is"
        raise document.error(where, f"exactly one of {', '.join(WAYS)} must be given, but {given}")
    return Probe(_way(ways[0], data[ways[0]]), cel(data))


def load(data: Mapping[str, Any]) -> Load:
    """`load:` of an act."""
    return Load(_http(data), cel(data), seconds(data.get("duration"), Load.least))


def _way(kind: str, data: Mapping[str, Any]) -> Http | Exec | Logs:
    if kind == "http":
        return _http(data)
    pods = Target("v1", "Pod", data.get("name"), None, data.get("labels"))
    if kind == "exec":
        timeout = seconds(data.get("timeout"), Exec.timeout)
        return Exec(pods, data.get("container"), tuple(data["command"]), timeout)
    return Logs(pods, data.get("container"), data.get("tail"), data.get("previous", False))


def _http(data: Mapping[str, Any]) -> Http:
    timeout = seconds(data.get("timeout"), Http.timeout)
    return Http(data["url"], data.get("requests"), data.get("rate"), timeout, data.get("keepalive", False))
