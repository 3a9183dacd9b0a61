"""A plan: manifests kept as files, which `%%kube plan NAME` writes and `lab.play(...)` submits all at once.

What is written in one cell after the other is submitted at one moment, in a fixed order, so that the parts of a plan
compete for the site in the same way whether a student works slowly or a grader runs the notebook from top to bottom.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from labkit import kube
from labkit.messages import _

FOLDER = Path("plan")  # beside the notebook
PLAYED = ".played.yaml"  # what is in the cluster because of the last play
PACE = 0.5
SECONDS = 75.0
ENDED = ("Succeeded", "Failed")


def write(words: Sequence[str], text: str) -> str:
    """Keep a manifest as a file of the plan (`%%kube plan NAME`); what to tell the reader.

    Raises:
        KubeError: no name, or one that is no file's; YAML that kubectl cannot read, in its words.
    """
    if len(words) != 1 or not words[0].replace("-", "").isalnum():
        raise kube.KubeError(_("%%kube plan wants one name, such as: %%kube plan sweep"))
    path = FOLDER / f"{words[0]}.yaml"
    if not text:
        path.unlink(missing_ok=True)
        return _("Nothing to plan yet: write your YAML in this cell.")
    FOLDER.mkdir(exist_ok=True)
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
    named = kube.run(["create", "--dry-run=client", "-o", "name", "-f", "-"], text).split()
    return _("{path} now holds: {objects}").format(path=path, objects=", ".join(named))


def play(names: Sequence[str], seconds: float = SECONDS) -> None:
    """Remove what the last play left, submit these files in this order, and wait until all Pods that end have ended.

    Raises:
        KubeError: Kubernetes refused, in its words.
    """
    _clear()
    here = [name for name in names if (FOLDER / f"{name}.yaml").is_file()]
    for name in names:
        if name not in here:
            print(_("{name} is not in the plan yet.").format(name=name))
    if not here:
        return
    body = "---\n".join((FOLDER / f"{name}.yaml").read_text(encoding="utf-8") for name in here)
    (FOLDER / PLAYED).write_text(body, encoding="utf-8")
    print(kube.run(["apply", "-f", "-"], body), end="")
    print(_follow(seconds))


def _clear() -> None:
    """Delete what was played, and wait until its Pods are gone too: their records would be read as this play's."""
    played = FOLDER / PLAYED
    if played.is_file():
        kube.run(
            ["delete", "--ignore-not-found", "--cascade=foreground", "-f", "-"], played.read_text(encoding="utf-8")
        )
        played.unlink()


def _follow(seconds: float) -> str:
    """Wait until the Pods that end by themselves have ended, and sum up."""
    end = time.monotonic() + seconds
    quiet = 0
    while True:
        pods = finite(json.loads(kube.run(["get", "pods", "-o", "json"]))["items"])
        busy = [pod for pod in pods if pod.get("status", {}).get("phase") not in ENDED]
        # Controllers make the next Pod a moment after the last one has ended.
        quiet = quiet + 1 if pods and not busy else 0
        if quiet > 3 or time.monotonic() > end:
            break
        time.sleep(PACE)  # the pace of looking
    if busy:
        return _("{n} of {all} Pods had not ended after {seconds:.0f} s.").format(
            n=len(busy), all=len(pods), seconds=seconds
        )
    return _("{n} Pods have ended.").format(n=len(pods))


def finite(pods: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The Pods that end by themselves: not those of services."""
    return [pod for pod in pods if pod["spec"].get("restartPolicy", "Always") != "Always"]
