"""Requests that change nothing: what the API server itself answers, its whole admission chain included, is judged.

Create, patch and delete are sent as dry runs; get and list only read. An account is impersonated: rights and admission
are those of its name, and nothing is learnt of its token. What is judged is therefore whether the server would do it.
"""

from __future__ import annotations

from autograder.cluster.objects import Objects
from autograder.errors import Mismatch
from autograder.i18n import _
from autograder.judge.request.answer import NAMES, Answer, answer
from autograder.judge.scene import Scene
from autograder.judge.settled import TAKING_EFFECT
from autograder.match.shape import UNKNOWN
from autograder.match.tree import ABSENT, differences
from autograder.spec.model import Attempt, Request

__all__ = ["judge_request", "title"]


def judge_request(request: Request, scene: Scene, objects: Objects) -> None:
    """Return if every request is answered as said, else raise Mismatch for the first that is not.

    Raises ClusterError where the server gave no answer, or the checker's own credential was refused.
    """
    for api_version, kind in TAKING_EFFECT:
        # Looked at, so that a change of theirs counts as movement while the criterion waits.
        objects.of(api_version, kind)
    for attempt in request.attempts:
        _judge(attempt, scene, objects)


def _judge(attempt: Attempt, scene: Scene, objects: Objects) -> None:
    if attempt.account is not None:
        _must_exist(attempt.account, objects)
    where, found = title(attempt), answer(attempt, scene)
    if attempt.refused is None:
        _allowed(attempt, where, found, scene)
    else:
        _refused(attempt, where, found)


def _must_exist(account: str, objects: Objects) -> None:
    """A name that no account has may be impersonated too, which would prove nothing."""
    if all(item["metadata"]["name"] != account for item in objects.of("v1", "ServiceAccount")):
        what = f"ServiceAccount {account}"
        raise Mismatch(_("{what} does not exist").format(what=what), expected=what, found=ABSENT)


def _allowed(attempt: Attempt, where: str, found: Answer, scene: Scene) -> None:
    if not found.allowed:
        raise Mismatch(path=where, expected=_("allowed"), found=found.said)
    tree = attempt.gives
    if tree is None:
        return
    kind = {"apiVersion": attempt.tree["apiVersion"], "kind": attempt.tree["kind"]}
    shape = scene.shapes.of({**tree, **kind}) if scene.shapes else UNKNOWN
    if missing := differences(tree, found.stored, shape):
        first = missing[0]
        raise Mismatch(path=f"{where}: {first.path}", expected=first.expected, found=first.found)


def _refused(attempt: Attempt, where: str, found: Answer) -> None:
    expected = _("refused by {who}").format(who=NAMES[str(attempt.refused)])
    if found.allowed:
        raise Mismatch(path=where, expected=expected, found=_("allowed"))
    if found.refused_by != attempt.refused:
        raise Mismatch(_("something else refused it"), path=where, expected=expected, found=found.said)
    if attempt.says and not found.holds(attempt.says):
        sentence = _("a sentence that matches {pattern}").format(pattern=attempt.says)
        raise Mismatch(_("refused, but for another reason"), path=where, expected=sentence, found=found.said)


def title(attempt: Attempt) -> str:
    """`robot: delete Deployment web`, or `create Pod`."""
    tree = attempt.tree
    name = tree.get("name") or (tree.get("metadata") or {}).get("name")
    space = tree.get("namespace") or (tree.get("metadata") or {}).get("namespace")
    words = [attempt.verb, tree["kind"], *([str(name)] if name else []), *([f"-n {space}"] if space else [])]
    return (f"{attempt.account}: " if attempt.account else "") + " ".join(words)
