"""Simulates the start of parallel programs: `peers.py SETTINGS.json`, with the standard library alone.

A pod with the label `parallel-job` is a rank of that job (within its namespace); its annotation `labcluster.dev/ranks`
says how many there must be. When so many run at the same time, each gets the annotation `labcluster.dev/peers: here`,
and only then does the time of its `labcluster.dev/run-for` begin (see the KWOK stages). Until then it does what an MPI
rank does whose peers are missing: it waits, and keeps its node and its GPUs.
"""

from __future__ import annotations

import base64
import http.client
import json
import ssl
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

LABEL = "parallel-job"
RANKS = "labcluster.dev/ranks"
PEERS = "labcluster.dev/peers"
PODS = f"/api/v1/pods?labelSelector={quote(LABEL)}"
WATCH_SECONDS = 300

Pod = dict[str, Any]


class Server:
    """The API server, with the add-on's own credential."""

    def __init__(self, settings: Path) -> None:
        data = json.loads(settings.read_text())
        authority = data["cluster"].get("certificate-authority-data")
        self._tls = ssl.create_default_context(
            cafile=data["cluster"].get("certificate-authority"),
            cadata=base64.b64decode(authority).decode() if authority else None,
        )
        self._where = urlsplit(data["cluster"]["server"])
        self._token = data["token"]

    def ask(self, method: str, path: str, body: object = None) -> http.client.HTTPResponse:
        """One request on a connection of its own.

        Raises:
            OSError: not reachable, or refused.
        """
        connection = http.client.HTTPSConnection(
            str(self._where.hostname), self._where.port, context=self._tls, timeout=WATCH_SECONDS + 30
        )
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/merge-patch+json"}
        connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        if answer.status >= 300 and answer.status != 404:  # a pod may be gone by now
            raise OSError(f"{method} {path}: {answer.status} {answer.reason}")
        return answer


def follow(server: Server) -> Iterator[dict[str, Pod]]:
    """All ranks by uid, whenever something has changed, until the watch ends."""
    listed = json.load(server.ask("GET", PODS))
    ranks = {pod["metadata"]["uid"]: pod for pod in listed["items"]}
    yield ranks
    version = listed["metadata"]["resourceVersion"]
    path = f"{PODS}&watch=true&timeoutSeconds={WATCH_SECONDS}&resourceVersion={version}"
    for line in server.ask("GET", path):
        event = json.loads(line)
        if event["type"] == "ERROR":
            return
        uid = event["object"]["metadata"]["uid"]
        if event["type"] == "DELETED":
            ranks.pop(uid, None)
        else:
            ranks[uid] = event["object"]
        yield ranks


def complete(ranks: dict[str, Pod]) -> list[Pod]:
    """The ranks that may begin: all of their peers run, and they have not been told yet."""
    jobs: dict[tuple[str, str], list[Pod]] = {}
    for pod in ranks.values():
        meta = pod["metadata"]
        if pod.get("status", {}).get("phase") == "Running" and not meta.get("deletionTimestamp"):
            jobs.setdefault((meta["namespace"], meta["labels"][LABEL]), []).append(pod)
    found = []
    for running in jobs.values():
        if len(running) >= max(needed(pod) for pod in running):
            found += [pod for pod in running if PEERS not in pod["metadata"].get("annotations", {})]
    return found


def needed(pod: Pod) -> int:
    """How many ranks the pod's job has; 1 where that is not said, or not a number."""
    text = pod["metadata"].get("annotations", {}).get(RANKS, "1")
    return int(text) if text.isdecimal() else 1


def main(settings: Path) -> None:
    """Follow the ranks for ever; the API server may be gone for a while."""
    server = Server(settings)
    while True:
        try:
            for ranks in follow(server):
                for pod in complete(ranks):
                    meta = pod["metadata"]
                    meta.setdefault("annotations", {})[PEERS] = "here"
                    path = f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}"
                    server.ask("PATCH", path, {"metadata": {"annotations": {PEERS: "here"}}}).read()
        except (OSError, ValueError, http.client.HTTPException) as problem:
            print(f"{problem}; asking again", flush=True)  # noqa: T201 - its log
            time.sleep(0.5)  # the API server may be starting


if __name__ == "__main__":
    main(Path(sys.argv[1]))
