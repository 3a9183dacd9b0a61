"""Requests on a real API server: its own answers, told apart by who refused, and nothing is left behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.api.autograder.conftest import Field, criterion

pytestmark = pytest.mark.needs_cluster
Tree = dict[str, Any]
RBAC = "rbac.authorization.k8s.io"
POLICY = "admissionregistration.k8s.io/v1"
MAP = {"apiVersion": "v1", "kind": "ConfigMap"}
BARE = {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"name": "a", "image": "web:1"}]}}


@pytest.fixture
def robot(field_: Field) -> Field:
    """An account that may read and change the ConfigMap `mine`, and there is another one."""
    for name in ("mine", "other"):
        field_.create({**MAP, "metadata": {"name": name}})
    field_.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "robot"}})
    rules = [{"apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["mine"], "verbs": ["get", "patch"]}]
    field_.create({"apiVersion": f"{RBAC}/v1", "kind": "Role", "metadata": {"name": "robot"}, "rules": rules})
    binding = {"apiVersion": f"{RBAC}/v1", "kind": "RoleBinding", "metadata": {"name": "robot"}}
    subject = {"kind": "ServiceAccount", "name": "robot"}
    role = {"apiGroup": RBAC, "kind": "Role", "name": "robot"}
    field_.create({**binding, "roleRef": role, "subjects": [subject]})
    return field_


def judged(field_: Field, *attempts: Tree, within: str = "10s") -> Any:
    """The report of one criterion of these attempts."""
    return field_.check(criterion(request=list(attempts), within=within)).tasks[0].criteria[0]


def test_an_accounts_rights_are_tried(robot: Field) -> None:
    """It may what its role says and nothing else, and the server's own answer is what counts."""
    patch = {**MAP, "name": "mine", "merge": {"data": {"a": "b"}}}
    report = judged(
        robot,
        {"as": "robot", "get": {**MAP, "name": "mine"}, "allowed": True},
        {"as": "robot", "patch": patch, "allowed": True, "gives": {"data": {"a": "b"}}},
        {"as": "robot", "patch": {**patch, "name": "other"}, "refused": "rbac"},
        {"as": "robot", "delete": {**MAP, "name": "mine"}, "refused": "rbac"},
        {"as": "robot", "list": {"apiVersion": "v1", "kind": "Secret"}, "refused": "rbac"},
        {"as": "robot", "create": BARE, "refused": "rbac"},
    )
    assert report.outcome == "pass", report
    assert "data" not in (robot.get("v1", "ConfigMap", "mine") or {})


def test_what_should_be_refused_and_is_not(robot: Field) -> None:
    """The mismatch says who asked what, what was expected and what the server said."""
    report = judged(robot, {"as": "robot", "get": {**MAP, "name": "mine"}, "refused": "rbac"})
    assert (report.outcome, report.path, report.found) == ("mismatch", "robot: get ConfigMap mine", "allowed")
    assert report.expected == "refused by RBAC"
    report = judged(robot, {"as": "robot", "get": {**MAP, "name": "other"}, "allowed": True})
    assert report.outcome == "mismatch"
    assert "cannot get resource" in report.found


def test_an_account_that_is_not_there(field_: Field) -> None:
    """Any name can be impersonated; one that no account has is not judged as if it had."""
    report = judged(field_, {"as": "robot", "list": MAP, "refused": "rbac"})
    assert (report.outcome, report.message) == ("mismatch", "ServiceAccount robot does not exist")


def test_an_object_that_is_not_there_is_a_mismatch(field_: Field) -> None:
    """Neither allowed nor refused: the server's sentence says what is missing."""
    report = judged(field_, {"get": {**MAP, "name": "nope"}, "allowed": True})
    assert report.outcome == "mismatch"
    assert "not found" in report.found


def test_limits_quota_and_pod_security_are_told_apart(field_: Field) -> None:
    """Each refuses with its own voice, and defaults are seen in what would be stored."""
    limits = [{"type": "Container", "default": {"cpu": "1"}, "defaultRequest": {"cpu": "100m"}, "max": {"cpu": "2"}}]
    field_.create({"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "l"}, "spec": {"limits": limits}})
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}}
    field_.create({**quota, "spec": {"hard": {"requests.cpu": "1", "pods": "5"}}})

    def sized(cpu: str, number: int = 1) -> Tree:
        size = {"resources": {"requests": {"cpu": cpu}, "limits": {"cpu": cpu}}}
        return {**BARE, "spec": {"containers": [{"name": f"c{n}", "image": "a", **size} for n in range(number)]}}

    stored = {"spec": {"containers": [{"name": "a", "resources": {"requests": {"cpu": "100m"}, "limits": {"cpu": 1}}}]}}
    report = judged(
        field_,
        {"create": BARE, "allowed": True, "gives": stored},
        {"create": sized("3"), "refused": "limits", "says": "maximum cpu usage"},
        {"create": sized("1", 2), "refused": "quota", "says": "exceeded quota: q"},
    )
    assert report.outcome == "pass", report
    report = judged(field_, {"create": sized("3"), "refused": "quota"})
    assert (report.outcome, report.message) == ("mismatch", "something else refused it")
    label = {"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "restricted"}}}
    field_.client.patch({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": field_.namespace}}, label)
    report = judged(field_, {"create": BARE, "refused": "pod-security", "says": "runAsNonRoot"})
    assert report.outcome == "pass", report
    assert field_.pods() == []


def test_a_policy_takes_effect_while_it_is_waited_for(field_: Field) -> None:
    """Stored now, obeyed a moment later: the criterion waits for it, and its message is judged too."""
    name = f"demand-{field_.namespace}"
    rules = [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"]}]
    validation = {"expression": "has(object.data)", "message": "a ConfigMap has data"}
    policy = {"apiVersion": POLICY, "kind": "ValidatingAdmissionPolicy", "metadata": {"name": name}}
    spec = {"matchConstraints": {"resourceRules": rules}, "validations": [validation]}
    binding = {"apiVersion": POLICY, "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": name}}
    here = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": field_.namespace}}}
    made = [
        field_.client.create({**policy, "spec": spec}),
        field_.client.create(
            {**binding, "spec": {"policyName": name, "validationActions": ["Deny"], "matchResources": here}}
        ),
    ]
    try:
        report = judged(
            field_,
            {"create": MAP, "refused": "policy", "says": "a ConfigMap has data"},
            {"create": {**MAP, "data": {"a": "b"}}, "allowed": True},
            {"create": {**MAP, "metadata": {"namespace": "default"}}, "allowed": True},
            within="20s",
        )
        assert report.outcome == "pass", report
        report = judged(field_, {"create": MAP, "refused": "policy", "says": "digest"}, within="0s")
        assert (report.outcome, report.message) == ("mismatch", "refused, but for another reason")
    finally:
        for item in reversed(made):
            field_.client.delete(item)


def test_a_checker_that_may_not_impersonate_is_trouble(robot: Field, tmp_path: Path) -> None:
    """Its own credential was refused, so nothing is known of the account: no points are lost."""
    whole = yaml.safe_load(robot.kubeconfig.read_text())
    # A token of an account that may read what the check looks at, and may impersonate nobody.
    kind = {"apiVersion": f"{RBAC}/v1", "metadata": {"name": f"see-{robot.namespace}"}}
    role = {"apiGroup": RBAC, "kind": "ClusterRole", "name": f"see-{robot.namespace}"}
    subject = {"kind": "ServiceAccount", "name": "default", "namespace": robot.namespace}
    see = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch"]}]
    made = [
        robot.client.create({**kind, "kind": "ClusterRole", "rules": see}),
        robot.client.create({**kind, "kind": "ClusterRoleBinding", "roleRef": role, "subjects": [subject]}),
    ]
    path = f"/api/v1/namespaces/{robot.namespace}/serviceaccounts/default/token"
    asked = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 600}}
    whole["users"][0]["user"] = {"token": robot.client.request("post", path, asked)["status"]["token"]}
    mine = tmp_path / "default.kubeconfig"
    mine.write_text(yaml.safe_dump(whole))
    try:
        attempt = {"as": "robot", "list": {"apiVersion": "v1", "kind": "Secret"}, "refused": "rbac"}
        report = robot.check(criterion(request=[attempt]), kubeconfig=mine).tasks[0].criteria[0]
        assert report.outcome == "error"
        assert "impersonate" in report.message
    finally:
        for item in made:
            robot.client.delete(item)
