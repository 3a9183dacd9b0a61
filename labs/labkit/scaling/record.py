"""Records a ride by watches: each change of the load, of the autoscaler's metric and of the replicas, in its time."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from labkit import kube

Object = Mapping[str, Any]
LOAD = "labcluster.dev/load"
RUN = "labcluster.dev/load-run"
SAID = re.compile(r"offered (\d+)/s, served (\d+)/s")
LOST = "labcluster.dev/Lost"


@dataclass
class Ride:
    """What was seen. Each series is a list of (seconds since the beginning, value), one entry for each change."""

    service: str
    seconds: float
    target: int  # percent of the request
    series: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    def note(self, name: str, at: float, value: float | None) -> None:
        """Add a value, if it is one and another than the last."""
        known = self.series.setdefault(name, [])
        if value is not None and (not known or known[-1][1] != value):
            known.append((at, value))

    def last(self, name: str) -> float:
        """The series' last value; 0 if there is none."""
        return self.series[name][-1][1] if self.series.get(name) else 0.0

    def highest(self, name: str) -> float:
        """The series' highest value; 0 if there is none."""
        return max((value for _at, value in self.series.get(name, [])), default=0.0)

    @property
    def pod_seconds(self) -> float:
        """What was paid for: replicas times the seconds that they were there."""
        steps = self.series.get("replicas", [])
        ends = [*steps[1:], (self.seconds, 0.0)]
        return sum(value * (end - at) for (at, value), (end, _next) in zip(steps, ends, strict=False))


def record(namespace: str, service: str, deployment: str, phases: Sequence[tuple[float, float]]) -> Ride:
    """Drive the load through its phases, and return what the watches saw meanwhile.

    Raises:
        labkit.kube.KubeError: one of the objects is not there, or Kubernetes refused.
    """
    kinds = {"services": service, "deployments.apps": deployment, "horizontalpodautoscalers.autoscaling": deployment}
    first = {kind: json.loads(kube.run(["get", kind, name, "-o", "json"])) for kind, name in kinds.items()}
    seconds = sum(lasts for _load, lasts in phases)
    made = Ride(service, seconds, target_of(first["horizontalpodautoscalers.autoscaling"]))
    began = time.monotonic()
    for found in first.values():
        read(made, 0.0, found)
    watches = [
        threading.Thread(target=_watch, args=(made, began, namespace, found), daemon=True) for found in first.values()
    ]
    for watch in watches:
        watch.start()
    run = str(time.time_ns())  # the simulation's counts begin anew with it
    ends = began
    for load, lasts in phases:
        kube.run(["annotate", "service", service, "--overwrite", f"{LOAD}={load:g}", f"{RUN}={run}"])
        ends += lasts
        time.sleep(max(0.0, ends - time.monotonic()))  # the phase itself
    for watch in watches:
        watch.join(timeout=2)
    return made


def _watch(made: Ride, began: float, namespace: str, first: Object) -> None:
    """Follow one object until the ride is over."""
    from kubernetes.client.exceptions import ApiException
    from urllib3.exceptions import HTTPError

    while (left := made.seconds - (time.monotonic() - began)) > 0:
        try:
            for found in _events(namespace, first, max(1, round(left))):
                read(made, time.monotonic() - began, found)
        except (ApiException, HTTPError, OSError):
            time.sleep(0.2)  # asks again: the server may be busy


def _events(namespace: str, first: Object, seconds: int) -> Iterator[Object]:
    """The object after each change, as the API server tells of it."""
    from kubernetes import watch

    listing = _listing(first["kind"])
    name = f"metadata.name={first['metadata']['name']}"
    for event in watch.Watch().stream(listing, namespace, field_selector=name, timeout_seconds=seconds):
        yield event["raw_object"]


def _listing(kind: str) -> Callable[..., Any]:
    import os

    from kubernetes import client, config

    api = config.new_client_from_config(os.environ["KUBECONFIG"], persist_config=False)
    calls: dict[str, Callable[..., Any]] = {
        "Service": client.CoreV1Api(api).list_namespaced_service,
        "Deployment": client.AppsV1Api(api).list_namespaced_deployment,
        "HorizontalPodAutoscaler": client.AutoscalingV2Api(api).list_namespaced_horizontal_pod_autoscaler,
    }
    return calls[kind]


def read(made: Ride, at: float, found: Object) -> None:
    """Note what an object says at that moment."""
    status = found.get("status", {})
    if found["kind"] == "Deployment":
        made.note("replicas", at, float(found["spec"]["replicas"]))
        made.note("ready", at, float(status.get("readyReplicas", 0)))
    elif found["kind"] == "HorizontalPodAutoscaler":
        made.note("utilisation", at, utilisation_of(found))
    else:
        said = {c["type"]: c["message"] for c in status.get("conditions", [])}
        if match := SAID.search(said.get("labcluster.dev/Load", "")):
            made.note("offered", at, float(match[1]))
            made.note("served", at, float(match[2]))
            made.note("lost", at, float(said.get(LOST, "0")))


def target_of(autoscaler: Object) -> int:
    """The autoscaler's target for CPU, in percent of the request; 0 if it has none."""
    for metric in autoscaler["spec"].get("metrics", []):
        if metric.get("resource", {}).get("name") == "cpu":
            return int(metric["resource"]["target"].get("averageUtilization", 0))
    return 0


def utilisation_of(autoscaler: Object) -> float | None:
    """What the autoscaler measured, in percent of the request; None before it has."""
    for metric in autoscaler.get("status", {}).get("currentMetrics") or []:
        current = (metric.get("resource") or {}).get("current", {})
        if "averageUtilization" in current:
            return float(current["averageUtilization"])
    return None
