"""Simulates the start of parallel programs: `peers.py SETTINGS.json`, with the standard library alone.

A pod with the label `parallel-job` is a rank of that job (within its namespace); its annotation `labcluster.dev/ranks`
says how many there must be. When so many run at the same time, each gets the annotation `labcluster.dev/peers: here`,
and only then does the time of its `labcluster.dev/run-for` begin (see the KWOK stages). Until then it does what an MPI
rank does whose peers are missing: it waits, and keeps its node and its GPUs.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parents[3]))  # it is started alone (-I -S)

from labcluster.hosted.apiserver import FAILURES, Server

LABEL = "parallel-job"
RANKS = "labcluster.dev/ranks"
PEERS = "labcluster.dev/peers"
PODS = f"/api/v1/pods?labelSelector={quote(LABEL)}"

Pod = dict[str, Any]


def follow(server: Server) -> Iterator[dict[str, Pod]]:
    """All ranks by uid, whenever something has changed, until the watch ends."""
    listed = json.load(server.ask("GET", PODS))
    ranks = {pod["metadata"]["uid"]: pod for pod in listed["items"]}
    yield ranks
    for event in server.watch(f"{PODS}&resourceVersion={listed['metadata']['resourceVersion']}"):
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
    server = Server(json.loads(settings.read_text()))
    while True:
        try:
            for ranks in follow(server):
                for pod in complete(ranks):
                    meta = pod["metadata"]
                    meta.setdefault("annotations", {})[PEERS] = "here"
                    path = f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}"
                    server.ask("PATCH", path, {"metadata": {"annotations": {PEERS: "here"}}}).read()
        except FAILURES as problem:
            print(f"{problem}; asking again", flush=True)  # noqa: T201 - its log
            time.sleep(0.5)  # the API server may be starting


if __name__ == "__main__":
    main(Path(sys.argv[1]))
