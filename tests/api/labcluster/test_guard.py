"""What lab 10 lends its student stays within bounds, and a reset takes all of it back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from labcluster import service
from labcluster.addons.guard import NAME
from labcluster.api import Api
from labcluster.errors import ProviderError
from labcluster.factory import ScratchCluster

LAB, SPACE = "10-security", "lab-10-security"
NAMESPACE = f"/api/v1/namespaces/{SPACE}"
RBAC, POLICIES = "rbac.authorization.k8s.io/v1", "admissionregistration.k8s.io/v1"
ROLES = f"/apis/{RBAC}/namespaces/{SPACE}"
ENFORCE = "pod-security.kubernetes.io/enforce"
ANY = {"apiGroups": ["*"], "apiVersions": ["*"], "operations": ["*"], "resources": ["*"]}


@pytest.fixture(
    params=[
        pytest.param("cluster", id="embedded", marks=pytest.mark.needs_cluster),
        pytest.param("kind_cluster", id="kind", marks=[pytest.mark.needs_kind, pytest.mark.timeout(900)]),
    ]
)
def lent(request: pytest.FixtureRequest) -> ScratchCluster:
    """The cluster whose rights are lent. With real nodes it is more than the student's marks that are at stake."""
    return cast(ScratchCluster, request.getfixturevalue(request.param))


@pytest.fixture
def admin(lent: ScratchCluster) -> Iterator[Api]:
    """The administrator; the lab is reset afterwards."""
    yield Api(lent.checker_kubeconfig)
    lent.reset(LAB)


@pytest.fixture
def student(lent: ScratchCluster, admin: Api) -> Api:
    """The student, in a lab that nobody has touched."""
    del admin
    return Api(lent.student_kubeconfig)


def labelled(api: Api, **labels: str | None) -> dict[str, Any]:
    """Change Pod Security labels of the lab's namespace; the labels afterwards."""
    changed = {f"pod-security.kubernetes.io/{name.replace('_', '-')}": value for name, value in labels.items()}
    return dict(api.merge(NAMESPACE, {"metadata": {"labels": changed}})["metadata"]["labels"])


def test_the_level_can_be_raised_and_lowered_again(student: Api) -> None:
    """Between baseline, where every lab begins, and restricted; warnings and audits as one likes."""
    assert labelled(student, enforce="restricted", enforce_version="latest", warn="restricted")[ENFORCE] == "restricted"
    assert labelled(student, enforce="baseline", warn=None)[ENFORCE] == "baseline"


FORBIDDEN: dict[str, dict[str, Any]] = {
    "privileged": {"labels": {ENFORCE: "privileged"}},
    "no level": {"labels": {ENFORCE: None}},
    "an old version": {"labels": {f"{ENFORCE}-version": "v1.20"}},
    "another lab's": {"labels": {"lab": "02-pods"}},
    "no lab's": {"labels": {"lab": None, ENFORCE: "privileged"}},
    "a label": {"labels": {"team": "mine"}},
    "real nodes": {"annotations": {"scheduler.alpha.kubernetes.io/node-selector": ""}},
}


@pytest.mark.parametrize("change", FORBIDDEN)
def test_nothing_else_of_the_namespace_can_be_changed(student: Api, change: str) -> None:
    """A privileged pod would own a real node, so the level never falls below baseline."""
    with pytest.raises(ProviderError, match=NAME):
        student.merge(NAMESPACE, {"metadata": FORBIDDEN[change]})


def role(*rules: dict[str, Any], name: str = "robot") -> dict[str, Any]:
    """A Role with these rules."""
    return {"apiVersion": RBAC, "kind": "Role", "metadata": {"name": name, "namespace": SPACE}, "rules": list(rules)}


def binding(kind: str, name: str) -> dict[str, Any]:
    """A RoleBinding of the account robot to a role."""
    return {
        "apiVersion": RBAC,
        "kind": "RoleBinding",
        "metadata": {"name": "robot", "namespace": SPACE},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name},
        "subjects": [{"kind": "ServiceAccount", "name": "robot", "namespace": SPACE}],
    }


def test_a_student_grants_what_they_have_and_no_more(student: Api) -> None:
    """RBAC refuses every way up: a rule, another's role, and the bindings that hold the student's own rights."""
    student.call("POST", f"{ROLES}/roles", role({"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}))
    everything = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}
    for method, path, body in (
        ("POST", f"{ROLES}/roles", role(everything, name="all")),
        ("POST", f"{ROLES}/rolebindings", binding("ClusterRole", "cluster-admin")),
        ("POST", f"{ROLES}/rolebindings", binding("ClusterRole", "admin")),
        ("DELETE", f"{ROLES}/rolebindings/student-edit", None),
        ("DELETE", f"/apis/{POLICIES}/validatingadmissionpolicies/{NAME}", None),
        ("DELETE", f"/apis/{POLICIES}/validatingadmissionpolicybindings/{NAME}", None),
    ):
        with pytest.raises(ProviderError, match="forbidden"):
            student.call(method, path, body)


def test_a_policy_that_refuses_everything_is_taken_back(lent: ScratchCluster, student: Api, admin: Api) -> None:
    """In every namespace, deletions included: a reset removes it first, and the other labs go on."""
    student.call("POST", f"{NAMESPACE}/configmaps", {"metadata": {"name": "mine"}})
    student.call("POST", f"{ROLES}/roles", role())
    labelled(student, enforce="restricted", audit="restricted")
    meta = {"metadata": {"name": "images-by-digest"}}
    spec = {"matchConstraints": {"resourceRules": [ANY]}, "validations": [{"expression": "false"}]}
    path = f"/apis/{POLICIES}/validatingadmissionpolicies"
    student.call("POST", path, {**meta, "spec": spec})
    everywhere = {"policyName": "images-by-digest", "validationActions": ["Deny"]}
    student.call("POST", path.replace("policies", "policybindings"), {**meta, "spec": everywhere})

    def refused() -> bool:
        try:
            admin.call("POST", "/api/v1/namespaces/lab-02-pods/configmaps", {"metadata": {"name": "x"}}, dryRun="All")
        except ProviderError:
            return True
        return False

    admin.wait("the policy to be obeyed", refused, 20)
    lent.reset(LAB)
    assert [item["metadata"]["name"] for item in admin.call("GET", path)["items"]] == [NAME]
    assert [item["metadata"]["name"] for item in admin.call("GET", f"{ROLES}/roles")["items"]] == ["student-lab"]
    labels = admin.call("GET", NAMESPACE)["metadata"]["labels"]
    assert {k: v for k, v in labels.items() if k.startswith("pod-security")} == {ENFORCE: "baseline"}
    student.call("POST", "/api/v1/namespaces/lab-02-pods/configmaps", {"metadata": {"name": "x"}}, dryRun="All")
    labelled(student, enforce="restricted")


def test_a_resume_does_not_undo_the_students_label(lent: ScratchCluster, student: Api, course: Path) -> None:
    """What `up` does to a cluster that is there already keeps the level that was raised."""
    labelled(student, enforce="restricted")
    service.up(lent.name, course)
    assert student.call("GET", NAMESPACE)["metadata"]["labels"][ENFORCE] == "restricted"
