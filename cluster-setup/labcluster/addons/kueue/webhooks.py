"""Kueue's admission: Jobs that name a queue are suspended when they are made, and its own kinds are validated.

Other Jobs are not sent to it, so that a lab without Kueue never depends on it.
"""

from __future__ import annotations

from pathlib import Path

from labcluster.addons import loopback
from labcluster.api import Object

GROUP = "kueue.x-k8s.io"
OF_QUEUES = {"objectSelector": {"matchExpressions": [{"key": f"{GROUP}/queue-name", "operator": "Exists"}]}}
NEW = ["CREATE"]
BOTH = ["CREATE", "UPDATE"]
JOBS = ("batch", "v1", "jobs")
MUTATING = {
    "/mutate-batch-v1-job": (*JOBS, NEW),
    "/mutate-kueue-x-k8s-io-v1beta1-clusterqueue": (GROUP, "v1beta1", "clusterqueues", NEW),
    "/mutate-kueue-x-k8s-io-v1beta1-resourceflavor": (GROUP, "v1beta1", "resourceflavors", NEW),
    "/mutate-kueue-x-k8s-io-v1beta1-workload": (GROUP, "v1beta1", "workloads", NEW),
}
VALIDATING = {
    "/validate-batch-v1-job": (*JOBS, BOTH),
    "/validate-kueue-x-k8s-io-v1beta1-clusterqueue": (GROUP, "v1beta1", "clusterqueues", BOTH),
    "/validate-kueue-x-k8s-io-v1beta1-resourceflavor": (GROUP, "v1beta1", "resourceflavors", BOTH),
    "/validate-kueue-x-k8s-io-v1beta1-workload": (GROUP, "v1beta1", "workloads", BOTH),
}


def configurations(home: Path, port: int) -> list[Object]:
    """The webhook configurations under the names that its rotation of certificates looks for."""
    return [
        loopback.configuration(kind, f"kueue-{kind.lower()}-webhook-configuration", [
            _webhook(path, port, home / "ca.crt") for path in paths])
        for kind, paths in (("Mutating", MUTATING), ("Validating", VALIDATING))
    ]  # fmt: skip


def _webhook(path: str, port: int, bundle: Path) -> Object:
    group, version, resource, operations = (MUTATING | VALIDATING)[path]
    rule = {"apiGroups": [group], "apiVersions": [version], "operations": operations, "resources": [resource]}
    name = f"{path[1]}{resource[:-1]}.{GROUP}"
    others = OF_QUEUES if resource == "jobs" else {}
    return loopback.webhook(name, f"https://{loopback.ADDRESS}:{port}{path}", bundle, rule, **others)
