"""What must hold at every change from the act to the verdict: watches, replayed in the order of etcd.

Each kind is watched in a thread of its own. Events are judged one by one, ordered by resourceVersion (one etcd counts
for all kinds), a moment after they came, so that a slower watch is not judged late.
"""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from autograder.cluster.client import Cluster, Object
from autograder.errors import Mismatch, Unreachable, Violated
from autograder.i18n import _
from autograder.judge.scene import Scene
from autograder.judge.verdict import judge_cel
from autograder.spec.model import Cel

LAG_S = 0.15
LIFE_S = 600

Key = tuple[str, str, str]
"""apiVersion, kind, namespace."""


class Watcher(threading.Thread):
    """Puts every event of one kind into a queue as (resourceVersion, arrival, key, type, object)."""

    def __init__(self, cluster: Cluster, key: Key, version: str, events: queue.Queue[Any]) -> None:
        super().__init__(name=f"watch {key[1]}", daemon=True)
        self._key, self._events = key, events
        path = cluster.resource(key[0], key[1]).path(key[2])
        self._response = cluster.watch(path, version, LIFE_S)
        self._stopped = False
        self.broken: str | None = None

    def run(self) -> None:
        """Until stop()."""
        rest = b""
        try:
            for chunk in self._response.stream(amt=None, decode_content=True):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    if line:
                        self._put(json.loads(line))
        except Exception as error:  # noqa: BLE001 (whatever ends a thread must reach the reader)
            self.broken = str(error)
        if not self._stopped and self.broken is None:
            self.broken = "the API server ended the watch"

    def _put(self, event: Any) -> None:
        item = event["object"]
        if event["type"] == "BOOKMARK":
            return
        if event["type"] == "ERROR":
            self.broken = str(item.get("message"))
            return
        item = {**item, "apiVersion": self._key[0], "kind": self._key[1]}
        version = int(item["metadata"]["resourceVersion"])
        self._events.put((version, time.monotonic(), self._key, event["type"], item))

    def stop(self) -> None:
        """End the watch."""
        self._stopped = True
        try:
            self._response.shutdown()
        except (OSError, ValueError, RuntimeError):
            # It has ended by itself.
            return


class Witness:
    """Knows the objects as the events tell, and judges after each."""

    def __init__(self, cel: Cel, scene: Scene) -> None:
        self._cel, self._namespace = cel, scene.lab.namespace
        self._events: queue.Queue[Any] = queue.Queue()
        self._waiting: list[Any] = []
        self._state: dict[Key, dict[str, Object]] = {}
        self.watchers: list[Watcher] = []
        for target in cel.objects.values():
            key = (target.api_version, target.kind, target.namespace or self._namespace)
            if key not in self._state:
                items, version = scene.cluster.list(*key)
                self._state[key] = {item["metadata"]["uid"]: item for item in items}
                self.watchers.append(Watcher(scene.cluster, key, version, self._events))

    def of(self, api_version: str, kind: str, namespace: str | None = None) -> Sequence[Object]:
        """See cluster.objects.Objects."""
        items = self._state[(api_version, kind, namespace or self._namespace)].values()
        return sorted(items, key=lambda item: item["metadata"]["name"])

    def judge_new(self) -> None:
        """Judge the events that came; Violated at the first moment at which the expression did not hold."""
        for watcher in self.watchers:
            if watcher.broken:
                raise Unreachable(f"watching the cluster broke off: {watcher.broken}")
        while not self._events.empty():
            self._waiting.append(self._events.get_nowait())
        ripe_before = time.monotonic() - LAG_S
        ripe = sorted((event for event in self._waiting if event[1] <= ripe_before), key=lambda e: e[0])
        self._waiting = [event for event in self._waiting if event[1] > ripe_before]
        for _version, _when, key, kind, item in ripe:
            if kind == "DELETED":
                self._state[key].pop(item["metadata"]["uid"], None)
            else:
                self._state[key][item["metadata"]["uid"]] = item
            self.judge_now()

    def judge_now(self) -> None:
        """Judge the present state; Violated if the expression does not hold."""
        try:
            judge_cel(self._cel, self)
        except Mismatch as error:
            sentence = _("this did not hold at every moment after the check acted")
            message = f"{sentence}. {error.message}".removesuffix(". ")
            raise Violated(message, path=error.path, expected=error.expected, found=error.found) from error

    def finish(self) -> None:
        """Judge what still arrives until the lag is over, then the last state."""
        end = time.monotonic() + 2 * LAG_S
        while time.monotonic() < end:
            self.judge_new()
            threading.Event().wait(LAG_S / 3)
        self.judge_new()
        self.judge_now()


@contextmanager
def witness(cel: Cel | None, scene: Scene) -> Iterator[Witness | None]:
    """A running Witness (None if nothing must hold throughout); its watches end with the context."""
    if cel is None:
        yield None
        return
    seen = Witness(cel, scene)
    for watcher in seen.watchers:
        watcher.start()
    try:
        yield seen
    finally:
        for watcher in seen.watchers:
            watcher.stop()
