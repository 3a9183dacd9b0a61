"""The student's credential, and the namespaces in which it may work."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from labcluster.addons import nodes
from labcluster.addons.course import LabNeeds
from labcluster.addons.guard import GROUP as POLICIES
from labcluster.addons.guard import add_guard
from labcluster.addons.wipe import after_policies, wipe, wipe_kinds
from labcluster.api import Api, NotFoundError, Object

Rules = Sequence[Mapping[str, object]]
SYSTEM = "labcluster"
SUBJECT = {"kind": "ServiceAccount", "name": "student", "namespace": SYSTEM}
RBAC = "rbac.authorization.k8s.io"
EMPTY: Mapping[str, str] = {}
ENFORCE = "pod-security.kubernetes.io/enforce"
POD_SECURITY = "baseline"  # a privileged pod would own the node, and on a real one the machine
VOLUME_SECONDS = 10
CONTROLLER_SECONDS = 120  # two on a quiet machine; a class starting at one moment on two cores took more than a minute
TOKEN_SECONDS = 365 * 24 * 3600  # a term and its resits


def add_student(api: Api, info: dict[str, str]) -> None:
    """The student's account, what all students may see, and what the cluster says of itself (kube-public)."""
    add_guard(api)
    see = [{"apiGroups": [""], "resources": ["nodes", "namespaces"], "verbs": ["get", "list", "watch"]}]
    read = [{"apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["labcluster"], "verbs": ["get"]}]
    for body in [
        _namespace(SYSTEM),
        _account(SYSTEM),
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "student", "namespace": SYSTEM}},
        *_grant("labcluster-student", see, None),
        *_grant("labcluster-info", read, "kube-public"),
    ]:
        api.apply(body)
    tell(api, info)


def tell(api: Api, info: dict[str, str]) -> None:
    """What the cluster says of itself."""
    meta = {"name": "labcluster", "namespace": "kube-public"}
    api.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": info})


def add_lab(api: Api, needs: LabNeeds, *, beside_real: bool = False) -> None:
    """The lab's namespace, `edit` in it for the student, and what the lab declares besides.

    `beside_real`: the cluster has real nodes too, so a lab on simulated nodes must say so.
    """
    space = needs.namespace
    labels = {"lab": needs.lab, ENFORCE: POD_SECURITY}
    if (raised := _pod_security(api, space).get(ENFORCE)) == "restricted":
        labels[ENFORCE] = raised  # by the student, in a lab that asks for it: not to be undone by a resume
    annotations = nodes.PLACEMENT[needs.nodes] if beside_real else {}
    bodies = [
        _namespace(space, labels, annotations),
        _account(space),
        _bind("student-edit", space, "ClusterRole", "edit"),
    ]
    if needs.rules:
        bodies += _grant("student-lab", needs.rules, space)
    if needs.cluster_rules:
        bodies += _grant(f"student-{needs.lab}", needs.cluster_rules, None)
    for body in [*bodies, *needs.given]:
        api.apply(body)


def wait_for_controllers(api: Api, labs: list[LabNeeds]) -> None:
    """Wait until the controllers work: one of them publishes the cluster's certificate in every namespace."""
    wanted = {needs.namespace for needs in labs}

    def all_there() -> bool:
        published = api.call("GET", "/api/v1/configmaps", fieldSelector="metadata.name=kube-root-ca.crt")["items"]
        return wanted <= {item["metadata"]["namespace"] for item in published}

    api.wait("the controllers to start", all_there, CONTROLLER_SECONDS)


def reset_lab(api: Api, needs: LabNeeds, *, beside_real: bool = False) -> None:
    """Empty the lab: all objects of its namespace, cluster-wide objects labelled with the lab's name, and those of the
    cluster-wide kinds that the lab lets its student create. The namespace is as `add_lab` makes it."""
    removed = _wipe_rules(api, needs, policies=True)  # first: they may refuse what follows, never their own removal

    def rest() -> None:
        _restore_labels(api, needs)
        _empty(api, needs)
        add_lab(api, needs, beside_real=beside_real)

    after_policies(api, removed, rest)


def _empty(api: Api, needs: LabNeeds) -> None:
    volumes = _volumes(api, needs)
    for volume in volumes:  # one in use would wait for its claim, and a released one serves nobody
        api.merge(f"/api/v1/persistentvolumes/{volume['metadata']['name']}", {"metadata": {"finalizers": None}})
    api.call("DELETE", "/api/v1/persistentvolumes", labelSelector=f"lab={needs.lab}")
    wipe(api, needs.namespace)
    old = {volume["metadata"]["uid"] for volume in volumes}
    api.wait(
        "the lab's volumes to be gone",
        lambda: not old & {volume["metadata"]["uid"] for volume in _volumes(api, needs)},
        VOLUME_SECONDS,
    )
    _wipe_rules(api, needs, policies=False)


def _wipe_rules(api: Api, needs: LabNeeds, *, policies: bool) -> int:
    """Remove what is of the kinds that the student may create: admission policies, or all the others; how many."""
    return sum(
        wipe_kinds(api, needs.lab, rule["apiGroups"], rule["resources"])
        for rule in needs.cluster_rules
        if "create" in rule.get("verbs", ()) and policies == (POLICIES in rule["apiGroups"])
    )


def _restore_labels(api: Api, needs: LabNeeds) -> None:
    """Take away the Pod Security labels that the student set beside ours, which `add_lab` sets anew."""
    labels: dict[str, str | None] = dict.fromkeys(_pod_security(api, needs.namespace))
    if labels:
        labels[ENFORCE] = POD_SECURITY
        api.merge(f"/api/v1/namespaces/{needs.namespace}", {"metadata": {"labels": labels}})


def _pod_security(api: Api, namespace: str) -> dict[str, str]:
    """The namespace's Pod Security labels; none where it is not there yet."""
    try:
        labels = api.call("GET", f"/api/v1/namespaces/{namespace}")["metadata"].get("labels", {})
    except NotFoundError:
        return {}
    return {name: value for name, value in labels.items() if name.startswith("pod-security.kubernetes.io/")}


def _volumes(api: Api, needs: LabNeeds) -> list[Object]:
    found: list[Object] = api.call("GET", "/api/v1/persistentvolumes", labelSelector=f"lab={needs.lab}")["items"]
    return found


def write_kubeconfig(api: Api, target: Path, admin: Path, labs: list[LabNeeds]) -> None:
    """Write the student's kubeconfig (0600): one context a lab, the first one current."""
    if not target.exists():
        path = f"/api/v1/namespaces/{SYSTEM}/serviceaccounts/student/token"
        asked = {
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "TokenRequest",
            "spec": {"expirationSeconds": TOKEN_SECONDS},
        }
        token = api.call("POST", path, asked)["status"]["token"]
    else:
        token = yaml.safe_load(target.read_text())["users"][0]["user"]["token"]
    cluster = yaml.safe_load(admin.read_text())["clusters"][0]["cluster"]
    contexts = [
        {"name": n.lab, "context": {"cluster": "lab", "user": "student", "namespace": n.namespace}} for n in labs
    ]
    whole: Object = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "lab", "cluster": cluster}],
        "users": [{"name": "student", "user": {"token": token}}],
        "contexts": contexts or [{"name": "lab", "context": {"cluster": "lab", "user": "student"}}],
        "current-context": contexts[0]["name"] if contexts else "lab",
    }
    scratch = target.with_suffix(".new")
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        yaml.safe_dump(whole, file, sort_keys=False)
    scratch.replace(target)


def _namespace(name: str, labels: Mapping[str, str] = EMPTY, annotations: Mapping[str, str] = EMPTY) -> Object:
    meta = {"name": name, "labels": dict(labels), "annotations": dict(annotations)}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": meta}


def _account(namespace: str) -> Object:
    """Pods cannot be made before this account is there, and its controller starts a second after the API server."""
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": namespace}}


def _grant(name: str, rules: Rules, namespace: str | None) -> list[Object]:
    kind = "Role" if namespace else "ClusterRole"
    meta = {"name": name} | ({"namespace": namespace} if namespace else {})
    role = {"apiVersion": f"{RBAC}/v1", "kind": kind, "metadata": meta, "rules": rules}
    return [role, _bind(name, namespace, kind, name)]


def _bind(name: str, namespace: str | None, role_kind: str, role: str) -> Object:
    meta = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "RoleBinding" if namespace else "ClusterRoleBinding",
        "metadata": meta,
        "roleRef": {"apiGroup": RBAC, "kind": role_kind, "name": role},
        "subjects": [SUBJECT],
    }
