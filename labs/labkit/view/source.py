"""Where the view's state comes from: a list, then watches in background threads, with the student's credential."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from kubernetes import client, config
from kubernetes.client.exceptions import ApiException
from kubernetes.config.config_exception import ConfigException
from urllib3.exceptions import HTTPError
from yaml import YAMLError

from labkit import connection
from labkit.view.state import State, node_of, pod_of

WATCH_SECONDS = 60  # a watch is renewed after that, so that nothing is missed for long
LIST_TIMEOUT = (3, 30)  # seconds to connect, to read
WATCH_TIMEOUT = (3, WATCH_SECONDS + 10)
FAILURES = (ApiException, HTTPError, ConfigException, YAMLError, OSError, ValueError, AttributeError)
MAKE: dict[str, Callable[[dict[str, Any]], Any]] = {"nodes": node_of, "pods": pod_of}


class ClusterUnreachableError(Exception):
    """The API server did not answer; the message is its reason."""


class Source:
    """Reads the nodes, and the pods of one namespace, as records by name."""

    def __init__(self, namespace: str) -> None:
        """Read the kubeconfig.

        Raises:
            ClusterUnreachableError: there is none, or it cannot be used.
        """
        if not connection.files():
            raise ClusterUnreachableError(connection.trouble())
        settings = client.Configuration()
        try:
            config.load_kube_config(os.environ["KUBECONFIG"], client_configuration=settings, persist_config=False)
        except FAILURES as cause:
            raise ClusterUnreachableError(str(cause)) from cause
        settings.retries = False  # whether to ask again is decided here, and urllib3 would warn into the notebook
        if urlsplit(settings.host).hostname in ("127.0.0.1", "localhost"):
            settings.proxy = None
        api = client.CoreV1Api(client.ApiClient(settings))
        self._calls: dict[str, tuple[Callable[..., Any], tuple[str, ...]]] = {
            "nodes": (api.list_node, ()),
            "pods": (api.list_namespaced_pod, (namespace,)),
        }

    def get(self, kind: str) -> tuple[dict[str, Any], str]:
        """All records of that kind, and the version from which a watch goes on."""
        call, where = self._calls[kind]
        body = json.loads(call(*where, _preload_content=False, _request_timeout=LIST_TIMEOUT).data)
        records = {item["metadata"]["name"]: MAKE[kind](item) for item in body["items"]}
        return records, body["metadata"]["resourceVersion"]

    def watch(self, kind: str, version: str) -> Any:
        """The answer whose lines are the events after that version."""
        call, where = self._calls[kind]
        return call(
            *where,
            watch=True,
            resource_version=version,
            timeout_seconds=WATCH_SECONDS,
            _preload_content=False,
            _request_timeout=WATCH_TIMEOUT,
        )


def look_once(namespace: str) -> State:
    """The cluster now.

    Raises:
        ClusterUnreachableError: it does not answer.
    """
    source = Source(namespace)
    try:
        return State(namespace, nodes=source.get("nodes")[0], pods=source.get("pods")[0])
    except FAILURES as cause:
        raise ClusterUnreachableError(str(cause)) from cause


class Watcher:
    """Keeps a state current until stopped; calls back (from its threads) after each change."""

    def __init__(self, state: State, changed: Callable[[], None]) -> None:
        self.state = state
        self.changed = changed
        self.lock = threading.Lock()
        self.stopped = threading.Event()
        self.threads: list[threading.Thread] = []
        self._lost: set[str] = set()
        self._answers: dict[str, Any] = {}

    @property
    def lost(self) -> bool:
        """Whether the API server does not answer now."""
        return bool(self._lost)

    def start(self) -> None:
        """Begin to watch nodes and pods, each in a daemon thread (a kernel that ends is not held up)."""
        for kind in MAKE:
            thread = threading.Thread(target=self._follow, args=(kind,), daemon=True, name=f"labkit-{kind}")
            self.threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Let the threads end: also those that wait for an event."""
        self.stopped.set()
        for answer in list(self._answers.values()):
            answer.shutdown()

    def _follow(self, kind: str) -> None:
        while not self.stopped.is_set():
            try:
                source = Source(self.state.namespace)  # read anew: a cluster that was made again has new keys
                records, version = source.get(kind)
                with self.lock:
                    setattr(self.state, kind, records)
                self._say(kind, lost=False)
                self._watch(kind, source.watch(kind, version))
            except (*FAILURES, ClusterUnreachableError):
                if not self.stopped.is_set():
                    self._say(kind, lost=True)
                self.stopped.wait(1)  # the API server may be restarting: ask again in a second

    def _watch(self, kind: str, answer: Any) -> None:
        self._answers[kind] = answer
        try:
            for line in answer:
                if self.stopped.is_set() or not self._take(kind, json.loads(line)):
                    return
        finally:
            self._answers.pop(kind, None)
            answer.close()

    def _take(self, kind: str, event: dict[str, Any]) -> bool:
        """Note one event; False if the watch has to begin anew (its version is too old)."""
        if event["type"] == "ERROR":
            return False
        records: dict[str, Any] = getattr(self.state, kind)
        name = event["object"]["metadata"]["name"]
        with self.lock:
            if event["type"] == "DELETED":
                records.pop(name, None)
            else:
                records[name] = MAKE[kind](event["object"])
        self.changed()
        return True

    def _say(self, kind: str, *, lost: bool) -> None:
        (self._lost.add if lost else self._lost.discard)(kind)
        self.changed()
