"""Probes: what only running containers can answer. Each module asks in one way and returns JSON for `result`."""

from __future__ import annotations

from typing import Any

from autograder.cluster.objects import Objects
from autograder.judge.probe import execute, http, logs
from autograder.judge.scene import Scene
from autograder.spec.model import Exec, Http, Logs


def ask(way: Http | Exec | Logs, scene: Scene, objects: Objects) -> dict[str, Any]:
    """The answer now.

    Raises Mismatch where what should answer is not there, ProbeError where the cluster could not be made to ask.
    """
    if isinstance(way, Http):
        return http.ask(way, scene, objects)
    if isinstance(way, Exec):
        return execute.ask(way, scene, objects)
    return logs.ask(way, scene, objects)
