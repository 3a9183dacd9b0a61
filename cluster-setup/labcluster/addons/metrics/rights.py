"""What the add-on's two programs may do in the cluster: what they were seen to need, and no more."""

from __future__ import annotations

from labcluster.addons.accounts import rule

SERVER = [
    rule("core", "nodes pods", "get list watch"),
    rule("core", "nodes/metrics", "get"),
    # How an API server behind another one learns who asks, and asks back whether they may.
    rule("core", "configmaps", "get list watch") | {"resourceNames": ["extension-apiserver-authentication"]},
    rule("authentication.k8s.io", "tokenreviews", "create"),
    rule("authorization.k8s.io", "subjectaccessreviews", "create"),
]

USAGE = [
    rule("core", "nodes pods services", "get list watch"),
    rule("core", "services/status", "patch"),
]

# Whoever may see pods may see what they use: part of the built-in roles view, edit and admin.
READERS = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRole",
    "metadata": {
        "name": "system:aggregated-metrics-reader",
        "labels": {f"rbac.authorization.k8s.io/aggregate-to-{role}": "true" for role in ("view", "edit", "admin")},
    },
    "rules": [rule("metrics.k8s.io", "pods", "get list")],
}
