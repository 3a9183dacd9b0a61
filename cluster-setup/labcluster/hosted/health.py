"""An add-on's keeper answers who asks whether its programs run: through an object in the cluster, when it is asked.

Whoever judges what a cluster became has to know whether the parts that should have made it so were at work. They write
a word of their own into `asked` of the ConfigMap; the keeper, which watches it, writes the word into `answered`, and
with it what runs and how often something had to be started again. Nobody answers: the keeper is gone. No clock is
compared, and nothing is written while nobody asks. (With the standard library alone: see keeper.py.)
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from labcluster.hosted.apiserver import FAILURES, Server

SETTINGS = "health.json"  # in the add-on's folder; without it nobody is answered
NAMESPACE = "labcluster"
PACE = 0.5  # seconds before an API server that is away is tried again

Look = Callable[[], Mapping[str, str]]
"""What is said now: `programs` (`name=running` or `name=ended`, comma-separated) and `restarts`."""


def serve(home: Path, look: Look) -> None:
    """Answer from now on, in a thread of its own."""
    settings = home / SETTINGS
    if settings.is_file():
        read = json.loads(settings.read_text())
        threading.Thread(target=_serve, args=(Server(read), read["name"], look), daemon=True, name="health").start()


def _serve(server: Server, name: str, look: Look) -> None:
    collection = f"/api/v1/namespaces/{NAMESPACE}/configmaps"
    while True:
        try:
            for event in server.watch(f"{collection}?fieldSelector={quote(f'metadata.name={name}')}"):
                if (answer := _answer(event, look)) is not None:
                    server.ask("PATCH", f"{collection}/{name}", {"data": answer}).read()
        except FAILURES:
            time.sleep(PACE)  # the API server may be starting


def _answer(event: Mapping[str, Any], look: Look) -> dict[str, str] | None:
    """What to write, or None where nobody waits for an answer."""
    data = event["object"].get("data") or {}
    if event["type"] == "DELETED" or not data.get("asked") or data.get("answered") == data["asked"]:
        return None
    return {**look(), "answered": data["asked"]}
