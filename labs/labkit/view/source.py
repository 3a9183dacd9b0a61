"""Where the view's state comes from: one list, then watches in background threads, with the student's credential."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from kubernetes import client, config, watch
from kubernetes.client.exceptions import ApiException
from kubernetes.config.config_exception import ConfigException
from urllib3.exceptions import HTTPError

from labkit.view.state import State, node_of, pod_of

WATCH_SECONDS = 60  # a watch is renewed after that, so that a restarted API server is noticed
FAILURES = (ApiException, HTTPError, ConfigException, OSError, ValueError)


class ClusterUnreachableError(Exception):
    """The API server did not answer; the message is its reason."""


def _api() -> client.CoreV1Api:
    settings = client.Configuration()
    config.load_kube_config(client_configuration=settings, persist_config=False)
    settings.retries = 0
    return client.CoreV1Api(client.ApiClient(settings))


def look_once(namespace: str) -> State:
    """The cluster now.

    Raises:
        ClusterUnreachableError: it does not answer.
    """
    try:
        api = _api()
        plain = api.api_client.sanitize_for_serialization
        nodes = plain(api.list_node(_request_timeout=5))["items"]
        pods = plain(api.list_namespaced_pod(namespace, _request_timeout=5))["items"]
    except FAILURES as cause:
        raise ClusterUnreachableError(str(cause)) from cause
    state = State(namespace)
    state.nodes = {body["metadata"]["name"]: node_of(body) for body in nodes}
    state.pods = {body["metadata"]["name"]: pod_of(body) for body in pods}
    return state


class Watcher:
    """Keeps a state current until stopped; calls back (from its threads) after each change."""

    def __init__(self, state: State, changed: Callable[[], None]) -> None:
        self.state = state
        self.changed = changed
        self.lock = threading.Lock()
        self.stopped = threading.Event()
        self.lost = False

    def start(self) -> None:
        """Begin to watch nodes and pods, each in a daemon thread (a kernel that ends is not held up)."""
        for kind in ("nodes", "pods"):
            threading.Thread(target=self._follow, args=(kind,), daemon=True, name=f"labkit-{kind}").start()

    def stop(self) -> None:
        """Let the threads end."""
        self.stopped.set()

    def _follow(self, kind: str) -> None:
        while not self.stopped.is_set():
            try:
                self._renew(kind)
                self._set_lost(False)
                self._watch(kind)
            except (*FAILURES, ClusterUnreachableError):
                self._set_lost(True)
                self.stopped.wait(1)  # the API server may be restarting: ask again in a second

    def _renew(self, kind: str) -> None:
        fresh = look_once(self.state.namespace)
        with self.lock:
            setattr(self.state, kind, getattr(fresh, kind))
        self.changed()

    def _watch(self, kind: str) -> None:
        api = _api()
        call: Callable[..., Any] = api.list_node if kind == "nodes" else api.list_namespaced_pod
        where = () if kind == "nodes" else (self.state.namespace,)
        for event in watch.Watch().stream(call, *where, timeout_seconds=WATCH_SECONDS):
            if self.stopped.is_set():
                return
            self._take(kind, event["type"], event["raw_object"])

    def _take(self, kind: str, what: str, body: dict[str, Any]) -> None:
        records: dict[str, Any] = getattr(self.state, kind)
        make: Callable[[dict[str, Any]], Any] = node_of if kind == "nodes" else pod_of
        with self.lock:
            if what == "DELETED":
                records.pop(body["metadata"]["name"], None)
            elif what in ("ADDED", "MODIFIED"):
                records[body["metadata"]["name"]] = make(body)
        self.changed()

    def _set_lost(self, lost: bool) -> None:
        if lost != self.lost:
            self.lost = lost
            self.changed()
