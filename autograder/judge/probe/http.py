"""Requests to a Service (or to any address) from a pod inside the cluster, as any client there would send them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from autograder.cluster.objects import Objects
from autograder.judge.probe.sender import sender
from autograder.judge.scene import Scene
from autograder.spec.model import Http

REQUESTS = 20
MOST_S = 15.0
"""Where nothing answers, a probe ends after that long, with what it has counted."""


def ask(way: Http, scene: Scene, objects: Objects) -> dict[str, Any]:
    """What `load` counted: sent, ok, failed, statuses, errors, by_pod, by_version, latency_ms."""
    # Looked at, so that a change of theirs counts as movement while the criterion waits.
    objects.of("v1", "Service")
    objects.of("discovery.k8s.io/v1", "EndpointSlice")
    number = int(way.requests) if way.requests is not None else REQUESTS
    longest = MOST_S + (number / float(way.rate) if way.rate else 0.0)
    with sender(scene, [*arguments(way, scene), "--requests", str(number)], longest) as sending:
        return sending.wait_ended()


def arguments(way: Http, scene: Scene) -> list[str]:
    """The arguments of `load` that say what is asked, and how."""
    found = ["--url", address(way.url, scene.lab.namespace), "--timeout", f"{way.timeout:g}s"]
    if way.rate is not None:
        found += ["--rate", str(way.rate)]
    return [*found, "--keepalive"] if way.keepalive else found


def address(url: str, namespace: str) -> str:
    """The URL as the pod needs it: a host without a dot is a Service of the lab's namespace."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if "." in host or ":" in host or host == "localhost":
        return url
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit(parts._replace(netloc=f"{host}.{namespace}.svc{port}"))
