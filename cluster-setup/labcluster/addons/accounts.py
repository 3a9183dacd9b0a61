"""Credentials for programs of add-ons: a service account each, with the rights that it needs and no others."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from labcluster.addons.site import Site
from labcluster.paths import write_private

SECONDS = 365 * 24 * 3600
RBAC = "rbac.authorization.k8s.io"
Rule = Mapping[str, object]


def rule(groups: str, resources: str, verbs: str) -> dict[str, list[str]]:
    """An RBAC rule from words; the core group is written `core`."""
    return {
        "apiGroups": ["" if group == "core" else group for group in groups.split()],
        "resources": resources.split(),
        "verbs": verbs.split(),
    }


def add_namespace(site: Site, name: str) -> None:
    """Make the add-on's own namespace, unless it is there."""
    site.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})


def add_account(site: Site, namespace: str, name: str, rules: Sequence[Rule], target: Path | None = None) -> None:
    """Make the account with these cluster-wide rights, and write its kubeconfig (0600) to `target`.

    Without `target` the account is for a pod, which has its credential from its node.
    """
    _apply(site, namespace, name, rules, wide=True)
    if target and not target.exists():
        whole = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "lab", "cluster": _cluster(site)}],
            "users": [{"name": name, "user": {"token": _token(site, namespace, name)}}],
            "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": name}}],
            "current-context": "lab",
        }
        write_private(target, yaml.safe_dump(whole, sort_keys=False))


def add_local_account(site: Site, namespace: str, name: str, rules: Sequence[Rule]) -> None:
    """Give an account of that namespace (made if it is not there) these rights there, and nowhere else."""
    _apply(site, namespace, name, rules, wide=False)


def write_settings(site: Site, namespace: str, account: str, target: Path, **more: str) -> None:
    """The account's credential for a program that has the standard library alone: JSON (0600), once."""
    if not target.exists():
        settings = {"cluster": _cluster(site), "token": _token(site, namespace, account), **more}
        write_private(target, json.dumps(settings))


def _apply(site: Site, namespace: str, name: str, rules: Sequence[Rule], *, wide: bool) -> None:
    """The account, a role of its name, and what binds them."""
    kind = "ClusterRole" if wide else "Role"
    account = {"name": name, "namespace": namespace}
    meta = {"name": name} if wide else account
    subjects = [{"kind": "ServiceAccount", **account}]
    role = {"apiGroup": RBAC, "kind": kind, "name": name}
    binding = {"kind": f"{kind}Binding", "metadata": meta, "roleRef": role, "subjects": subjects}
    site.api.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": account})
    site.api.apply({"apiVersion": f"{RBAC}/v1", "kind": kind, "metadata": meta, "rules": rules})
    site.api.apply({"apiVersion": f"{RBAC}/v1", **binding})


def _token(site: Site, namespace: str, name: str) -> str:
    asked = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {"expirationSeconds": SECONDS},
    }
    path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token"
    return str(site.api.call("POST", path, asked)["status"]["token"])


def _cluster(site: Site) -> object:
    return yaml.safe_load(site.admin.read_text())["clusters"][0]["cluster"]
