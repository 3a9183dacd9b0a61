"""How the API server finds metrics-server: as a part of its own API (`metrics.k8s.io`), behind a Service."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from labcluster.api import Object

NAMESPACE = "labcluster-metrics"
NAME = "metrics-server"
HOST = f"{NAME}.{NAMESPACE}.svc"  # the name that its certificate must have
GROUP, VERSION = "metrics.k8s.io", "v1beta1"
API = f"/apis/{GROUP}/{VERSION}"
REGISTRATION = f"/apis/apiregistration.k8s.io/v1/apiservices/{VERSION}.{GROUP}"


def on_loopback(port: int) -> Object:
    """A Service whose other end is a process of this machine, for an API server that is one too."""
    spec = {"type": "ExternalName", "externalName": "localhost", "ports": [{"port": port, "protocol": "TCP"}]}
    return _service(spec)


def of_pods(port: int) -> Object:
    """A Service in front of the pod."""
    spec = {"selector": {"app": NAME}, "ports": [{"port": port, "targetPort": port, "protocol": "TCP"}]}
    return _service(spec)


def _service(spec: dict[str, Any]) -> Object:
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": NAME, "namespace": NAMESPACE}, "spec": spec}


def registration(port: int, authority: Path) -> Object:
    """The registration of `metrics.k8s.io`; who answers must have a certificate of this authority."""
    return {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": f"{VERSION}.{GROUP}"},
        "spec": {
            "group": GROUP,
            "version": VERSION,
            "groupPriorityMinimum": 100,
            "versionPriority": 100,
            "caBundle": base64.b64encode(authority.read_bytes()).decode(),
            "service": {"namespace": NAMESPACE, "name": NAME, "port": port},
        },
    }
