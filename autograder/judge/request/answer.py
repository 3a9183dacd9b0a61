"""One request, and who refused it: told apart by the API server's own sentences (Kubernetes 1.36)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.cluster.client import MERGE, Object
from autograder.errors import ApiError, Forbidden
from autograder.judge.scene import Scene
from autograder.spec.model import Attempt

_USER = re.compile(r" is forbidden: User \"([^\"]*)\" cannot ")
# The first that fits. A policy's sentence holds words of a student's own: it comes before those it could imitate.
_SIGNS = (
    ("policy", re.compile(r"ValidatingAdmissionPolicy '[^']*' with binding '[^']*' denied request")),
    ("webhook", re.compile(r"admission webhook \"")),
    ("pod-security", re.compile(r"violates PodSecurity \"")),
    ("quota", re.compile(r"(exceeded|failed) quota: |status unknown for quota: ")),
    ("rbac", _USER),
    ("limits", re.compile(r"(maximum|minimum) \S+ usage per |max limit to request ratio per ")),
)
NAMES = {
    "rbac": "RBAC",
    "quota": "ResourceQuota",
    "limits": "LimitRange",
    "pod-security": "Pod Security",
    "policy": "ValidatingAdmissionPolicy",
}
"""What the reader knows each of the model's REFUSERS as."""
_DECIDED = (403, 404, 409, 422)
"""Statuses by which a server decides. Any other one is trouble: too busy, broken, a request that it does not know."""


@dataclass(frozen=True)
class Answer:
    """`refused_by` is one of the model's REFUSERS, `webhook`, or `other`; "" if the request is allowed.

    `said` is the server's sentence; `stored` the object as the server would store it.
    """

    refused_by: str = ""
    said: str = ""
    stored: Mapping[str, Any] = field(default_factory=dict)

    @property
    def allowed(self) -> bool:
        """Whether the server would do it."""
        return not self.refused_by

    def holds(self, pattern: str) -> bool:
        """Whether the sentence holds this regular expression."""
        return re.search(pattern, self.said) is not None


def answer(attempt: Attempt, scene: Scene) -> Answer:
    """Send it.

    Raises ClusterError where the server did not decide, or refused the checker and not the account.
    """
    user = f"system:serviceaccount:{scene.lab.namespace}:{attempt.account}" if attempt.account else None
    try:
        return Answer(stored=_send(attempt, scene, user))
    except Forbidden as error:
        who = refused_by(error.said)
        if who == "rbac" and _USER.findall(error.said)[:1] != [user]:
            raise  # the checker itself, which may not do this, or may not impersonate the account
        return Answer(who, error.said)
    except ApiError as error:
        who = refused_by(str(error))
        if error.status not in _DECIDED and who != "policy":
            raise
        return Answer(who, str(error))


def refused_by(sentence: str) -> str:
    """Whose sentence it is."""
    return next((who for who, sign in _SIGNS if sign.search(sentence)), "other")


def _send(attempt: Attempt, scene: Scene, user: str | None) -> Object:
    tree, cluster = attempt.tree, scene.cluster
    metadata = dict(tree.get("metadata") or {})
    resource = cluster.resource(tree["apiVersion"], tree["kind"])
    space = metadata.get("namespace") or tree.get("namespace") or scene.lab.namespace
    if attempt.verb == "create":
        # A name that is made up cannot be taken already.
        metadata = {"generateName": "try-"} | metadata | ({"namespace": space} if resource.namespaced else {})
        return cluster.request("post", resource.path(space), {**tree, "metadata": metadata}, user=user, dry_run=True)
    path = resource.path(space, tree.get("name"))
    if attempt.verb == "patch":
        return cluster.request("patch", path, tree["merge"], MERGE, user=user, dry_run=True)
    if attempt.verb == "delete":
        return cluster.request("delete", path, {}, user=user, dry_run=True)
    return cluster.request("get", path, user=user)
