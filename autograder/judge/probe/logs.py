"""What the student's containers wrote to their standard output and error."""

from __future__ import annotations

from typing import Any

from autograder.cluster.objects import Objects
from autograder.errors import ApiError, Mismatch
from autograder.judge.probe.pods import container_of, present
from autograder.judge.scene import Scene
from autograder.spec.model import Logs

MOST_PODS, MOST_BYTES = 20, 256 * 1024


def ask(way: Logs, scene: Scene, objects: Objects) -> dict[str, Any]:
    """`by_pod` (name to lines), `lines` of all pods and their `text`; of the first MOST_PODS, MOST_BYTES of each."""
    by_pod: dict[str, list[str]] = {}
    for pod in present(way.pods, objects)[:MOST_PODS]:
        name = pod["metadata"]["name"]
        query = {"container": container_of(pod, way.container), "limitBytes": str(MOST_BYTES)}
        if way.tail is not None:
            query["tailLines"] = str(way.tail)
        if way.previous:
            query["previous"] = "true"
        try:
            by_pod[name] = scene.cluster.logs(pod, **query).splitlines()
        except ApiError as error:
            # 400: its container has not started, or has no earlier run; 404: the pod has gone meanwhile.
            if error.status not in (400, 404):
                raise
            raise Mismatch(str(error), path=f"Pod {name}") from error
    lines = [line for found in by_pod.values() for line in found]
    return {"by_pod": by_pod, "lines": lines, "text": "\n".join(lines)}
