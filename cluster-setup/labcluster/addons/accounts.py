"""Credentials for programs of add-ons: a service account each, with the rights that it needs and no others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from labcluster.addons.site import Site
from labcluster.paths import write_private

SECONDS = 365 * 24 * 3600
RBAC = "rbac.authorization.k8s.io"


def rule(groups: str, resources: str, verbs: str) -> dict[str, list[str]]:
    """An RBAC rule from words; the core group is written `core`."""
    return {
        "apiGroups": ["" if group == "core" else group for group in groups.split()],
        "resources": resources.split(),
        "verbs": verbs.split(),
    }


def add_account(
    site: Site, namespace: str, name: str, rules: Sequence[Mapping[str, object]], target: Path | None = None
) -> None:
    """Make the account with these cluster-wide rights, and write its kubeconfig (0600) to `target`.

    Without `target` the account is for a pod, which has its credential from its node.
    """
    subject = {"kind": "ServiceAccount", "name": name, "namespace": namespace}
    role = {"apiGroup": RBAC, "kind": "ClusterRole", "name": name}
    for body in (
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": namespace}},
        {"apiVersion": f"{RBAC}/v1", "kind": "ClusterRole", "metadata": {"name": name}, "rules": rules},
        {
            "apiVersion": f"{RBAC}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": name},
            "roleRef": role,
            "subjects": [subject],
        },
    ):
        site.api.apply(body)
    if target is not None and not target.exists():
        _write_kubeconfig(site, namespace, name, target)


def _write_kubeconfig(site: Site, namespace: str, name: str, target: Path) -> None:
    asked = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {"expirationSeconds": SECONDS},
    }
    path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token"
    token = site.api.call("POST", path, asked)["status"]["token"]
    cluster = yaml.safe_load(site.admin.read_text())["clusters"][0]["cluster"]
    whole = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "lab", "cluster": cluster}],
        "users": [{"name": name, "user": {"token": token}}],
        "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": name}}],
        "current-context": "lab",
    }
    write_private(target, yaml.safe_dump(whole, sort_keys=False))
