"""Requests without a cluster: how they are read, and whose refusal a sentence is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder import load_lab
from autograder.errors import CourseError
from autograder.judge.request import title
from autograder.judge.request.answer import NAMES, refused_by
from autograder.judge.settled import EFFECT_S, Quiet
from autograder.spec.model import REFUSERS, Attempt, Request
from autograder.spec.validate import schema

Write = Callable[..., Path]
EXPECT = "expect: {apiVersion: v1, kind: Pod, metadata: {name: web}}"
WEB = "{apiVersion: v1, kind: Pod, name: web}"


def read(write: Write, text: str) -> Request:
    """The first criterion's judgement with this text in place of its expect."""
    found = load_lab(write({EXPECT: f"request: {text}"}), "one").tasks[0].criteria[0].judgement
    assert isinstance(found, Request)
    return found


def test_each_refuser_has_its_name_and_its_sign() -> None:
    """The schema's words, the names that readers see, and the sentences that are told apart are the same five."""
    allowed = schema("checks")["definitions"]["attempt"]["properties"]["refused"]["enum"]
    assert tuple(allowed) == REFUSERS == tuple(NAMES)
    assert set(REFUSERS) <= set(SENTENCES.values())


def test_attempts_are_read(write: Write) -> None:
    """Verb, object, account and answer of each, in their order."""
    found = read(write, f"[{{as: robot, delete: {WEB}, refused: rbac, says: web}}, {{get: {WEB}, allowed: true}}]")
    web = {"apiVersion": "v1", "kind": "Pod", "name": "web"}
    first = Attempt("delete", web, "robot", "rbac", "web")
    assert found == Request((first, Attempt("get", web)))
    assert [title(attempt) for attempt in found.attempts] == ["robot: delete Pod web", "get Pod web"]


MISTAKES = {
    "no verb": ("[{allowed: true}]", "request[0]: exactly one of create, patch, delete, get, list"),
    "two verbs": (f"[{{get: {WEB}, delete: {WEB}, allowed: true}}]", "but delete, get are"),
    "no answer": (f"[{{get: {WEB}}}]", "exactly one of allowed, refused must be given, but none is"),
    "says of an allowed one": (
        f"[{{get: {WEB}, allowed: true, says: a}}]",
        "says belongs to a request that must be refused",
    ),
    "gives of a refused one": (
        f"[{{as: a, get: {WEB}, refused: rbac, gives: {{a: b}}}}]",
        "gives belongs to a request that must be allowed",
    ),
    "the checker's rights": (f"[{{get: {WEB}, refused: rbac}}]", "rbac refuses an account: say which one with as"),
    "a stranger": (f"[{{get: {WEB}, refused: rback}}]", "did you mean 'rbac'?"),
    "no expression": (f"[{{as: a, get: {WEB}, refused: rbac, says: '('}}]", "this is no regular expression"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_an_authors_mistake_is_named(write: Write, name: str) -> None:
    """Each says what is wrong, and where."""
    text, message = MISTAKES[name]
    with pytest.raises(CourseError) as raised:
        read(write, text)
    assert message in str(raised.value)
    assert "checks.yaml:15:" in str(raised.value)


SENTENCES = {
    'pods is forbidden: User "system:serviceaccount:a:robot" cannot list resource "pods" in API group "" in the '
    'namespace "a"': "rbac",
    'pods "a" is forbidden: exceeded quota: team, requested: pods=1, used: pods=4, limited: pods=4': "quota",
    'pods "a" is forbidden: failed quota: team: must specify limits.cpu for: main': "quota",
    'pods "a" is forbidden: status unknown for quota: team, resources: pods': "quota",
    'pods "a" is forbidden: maximum cpu usage per Container is 1, but limit is 2': "limits",
    'pods "a" is forbidden: [minimum cpu usage per Container is 10m, but request is 1m, maximum memory usage per '
    "Container is 1Gi, but limit is 2Gi]": "limits",
    'pods "a" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true': "pod-security",
    "pods \"a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: by digest": "policy",
    # A policy's sentence is a student's own, and may imitate any other.
    "pods 'a' is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed quota: x": "policy",
    'admission webhook "x.example" denied the request: exceeded quota: x': "webhook",
    'pods "a" is forbidden: error looking up service account a/b: serviceaccount "b" not found': "other",
    'Pod "a" is invalid: spec.containers[0].image: Required value': "other",
}


@pytest.mark.parametrize("sentence", SENTENCES)
def test_whose_refusal_it_is(sentence: str) -> None:
    """By the API server's own sentences."""
    assert refused_by(sentence) == SENTENCES[sentence]


class Rules:
    """A namespace with one old and quiet rule, or a young one."""

    def __init__(self, time: str) -> None:
        meta = {"uid": "u", "name": "q", "resourceVersion": "1", "creationTimestamp": "2026-01-01T00:00:00Z"}
        meta |= {"managedFields": [{"manager": "kubectl", "time": time}]}  # type: ignore[dict-item]
        self.rule = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": meta}

    def of(self, _api_version: str, _kind: str, _namespace: str | None = None) -> list[dict[str, object]]:
        """No workloads."""
        return []

    def seen(self) -> dict[tuple[str, str, str], list[dict[str, object]]]:
        """The rule."""
        return {("v1", "ResourceQuota", "n"): [self.rule]}


def test_a_young_rule_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The API server obeys a rule a moment after it stores it: till then nothing has settled."""
    clock = 0.0
    monkeypatch.setattr("autograder.judge.settled.time.monotonic", lambda: clock)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert EFFECT_S > 1
    for time, settled in ((now, False), ("2026-01-01T00:00:00Z", True)):
        quiet, rules = Quiet(), Rules(time)
        quiet.settled(rules)
        clock += 10
        assert quiet.settled(rules) is settled
