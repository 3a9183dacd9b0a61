"""What no right can say and an admission policy can: how a lab's namespace may be changed by those who may label it.

A lab may let its student raise the Pod Security level of its own namespace. By the same right they could lower it, and
a privileged pod on a real node owns the machine. So a policy of ours admits, from any service account outside
kube-system, only changes of the Pod Security labels that keep `enforce` at `baseline` or above, in its newest version.

Policies of students' own cannot be watched over in this way: Kubernetes exempts the kinds of admission configuration
from all admission, so that a cluster can always be mended. They are bounded by names (RBAC: no update, no deletion of
anybody else's) and removed first by a reset.
"""

from __future__ import annotations

from labcluster.api import Api, Object

NAME = "labcluster-namespaces"
OURS = {"app.kubernetes.io/managed-by": "labcluster"}
"""The label of admission policies that a reset leaves alone."""
GROUP = "admissionregistration.k8s.io"

_LABS = {"matchExpressions": [{"key": "lab", "operator": "Exists"}]}
_LEVEL = "pod-security.kubernetes.io/"
_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_STRANGERS = (
    "request.userInfo.groups.exists(g, g == 'system:serviceaccounts')"
    " && !request.userInfo.groups.exists(g, g == 'system:serviceaccounts:kube-system')"
)


def add_guard(api: Api) -> None:
    """Bring the policy and its binding into the cluster; safe to repeat."""
    metadata: Object = {"name": NAME, "labels": OURS}
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["UPDATE"], "resources": ["namespaces"]}
    api.apply(
        {
            "apiVersion": f"{GROUP}/v1",
            "kind": "ValidatingAdmissionPolicy",
            "metadata": metadata,
            "spec": {
                "failurePolicy": "Fail",
                "matchConstraints": {"resourceRules": [rule], "objectSelector": _LABS},
                "matchConditions": [{"name": "strangers", "expression": _STRANGERS}],
                "variables": [
                    {"name": f"{name}{field}", "expression": _map(source, field)}
                    for name, source in (("old", "oldObject"), ("new", "object"))
                    for field in ("labels", "annotations")
                ],
                "validations": [
                    {"expression": _LEVEL_KEPT, "message": "a lab's namespace enforces baseline or restricted, latest"},
                    {"expression": _same("labels", f"k.startsWith('{_LEVEL}')"), "message": _ONLY},
                    {"expression": _same("annotations", f"k == '{_APPLIED}'"), "message": _ONLY},
                ],
            },
        }
    )
    api.apply(
        {
            "apiVersion": f"{GROUP}/v1",
            "kind": "ValidatingAdmissionPolicyBinding",
            "metadata": metadata,
            "spec": {"policyName": NAME, "validationActions": ["Deny"]},
        }
    )


_ONLY = "of a lab's namespace only the Pod Security labels may be changed"
_LEVEL_KEPT = (
    f"'{_LEVEL}enforce' in variables.newlabels && variables.newlabels['{_LEVEL}enforce'] in ['baseline', 'restricted']"
    f" && (!('{_LEVEL}enforce-version' in variables.newlabels)"
    f" || variables.newlabels['{_LEVEL}enforce-version'] == 'latest')"
)


def _map(source: str, field: str) -> str:
    """The field as a map, empty where it is not set."""
    return f"has({source}.metadata.{field}) ? {source}.metadata.{field} : {{}}"


def _same(field: str, free: str) -> str:
    """Old and new agree in every key that is not free."""
    old, new = f"variables.old{field}", f"variables.new{field}"
    return f"{old}.all(k, {free} || (k in {new} && {new}[k] == {old}[k])) && {new}.all(k, {free} || k in {old})"
