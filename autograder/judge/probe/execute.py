"""A command in one of the student's containers."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from typing import Any

from autograder.cluster.execute import TooSlow, execute
from autograder.cluster.objects import Objects
from autograder.errors import Mismatch, ProbeError
from autograder.i18n import _
from autograder.judge.probe.pods import present, running
from autograder.judge.scene import Scene
from autograder.spec.model import Exec

GONE = "container not found"
"""The kubelet's words for a container that has just ended."""


def ask(way: Exec, scene: Scene, objects: Objects) -> dict[str, Any]:
    """`exit_code`, `stdout` and `stderr`, and the `pod` that was asked."""
    pod, container = running(present(way.pods, objects), way.container)
    name = pod["metadata"]["name"]
    try:
        done = execute(scene.cluster, pod, container, way.command, way.timeout)
    except TooSlow as error:
        sentence = _("the command was still running after {seconds:g} s: {command}")
        message = sentence.format(seconds=way.timeout, command=shlex.join(way.command))
        raise Mismatch(message, path=f"Pod {name}") from error
    except ProbeError as error:
        if GONE not in str(error):
            raise
        # It was running when we looked, and is being restarted now: a matter of time, not a failure of the cluster.
        sentence = _("container {name} is not running").format(name=container)
        raise Mismatch(sentence, path=f"Pod {name}", expected="running", found=GONE) from error
    return {**asdict(done), "pod": name}
