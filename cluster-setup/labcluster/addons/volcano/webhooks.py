"""Volcano's admission: who is asked about what.

Of its webhooks those that the labs need: each costs it a second at its start, by a constant of its own. Pods are not
sent to it, so that a lab without Volcano never depends on it.
"""

from __future__ import annotations

from pathlib import Path

from labcluster.addons import loopback
from labcluster.api import Object

PATHS = {
    "/jobs/mutate": ("batch.volcano.sh", "v1alpha1", "jobs", ["CREATE"]),
    "/jobs/validate": ("batch.volcano.sh", "v1alpha1", "jobs", ["CREATE", "UPDATE"]),
    "/queues/validate": ("scheduling.volcano.sh", "v1beta1", "queues", ["CREATE", "UPDATE", "DELETE"]),
}


def configurations(home: Path, port: int) -> list[Object]:
    """The webhook configurations, complete: the program finds nothing to change in them, and may change nothing."""
    return [_configuration(path, f"https://{loopback.ADDRESS}:{port}{path}", home / "tls.crt") for path in PATHS]


def _configuration(path: str, url: str, bundle: Path) -> Object:
    group, version, resource, operations = PATHS[path]
    changes = path.endswith("mutate")
    rule = {"apiGroups": [group], "apiVersions": [version], "operations": operations, "resources": [resource]}
    name = f"{'mutate' if changes else 'validate'}{resource[:-1]}.volcano.sh"
    hook = loopback.webhook(name, url, bundle, rule)
    whole = f"volcano-admission-service{path.replace('/', '-')}"
    return loopback.configuration("Mutating" if changes else "Validating", whole, [hook])
