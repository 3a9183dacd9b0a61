"""One look: is the criterion true now? If not, a Mismatch says why."""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping, Sequence
from typing import Any

from autograder.cluster.client import Object
from autograder.cluster.objects import Objects, select
from autograder.errors import Mismatch
from autograder.i18n import _, current
from autograder.judge.probe import ask
from autograder.judge.python import call
from autograder.judge.request import judge_request
from autograder.judge.scene import Scene
from autograder.judge.words import describe, describe_tree
from autograder.match.cel import CelError, evaluate
from autograder.match.shape import UNKNOWN, Shape
from autograder.match.tree import ABSENT, Difference, differences
from autograder.spec.model import Absent, Cel, Count, Expect, Judgement, Probe, Python, Request


def judge(judgement: Judgement, scene: Scene, objects: Objects | None) -> None:
    """Return if the judgement holds on these objects (None: no cluster), else raise Mismatch."""
    if isinstance(judgement, Python):
        call(judgement, scene)
        return
    if objects is None:
        objects = scene.snapshot()
    if isinstance(judgement, Cel):
        judge_cel(judgement, objects)
        return
    if isinstance(judgement, Probe):
        judge_cel(judgement.cel, objects, {"result": ask(judgement.way, scene, objects)})
        return
    if isinstance(judgement, Request):
        judge_request(judgement, scene, objects)
        return
    tree = judgement.of if isinstance(judgement, Count) else judgement.tree
    shape = scene.shapes.of(tree) if scene.shapes else UNKNOWN
    if isinstance(judgement, Expect):
        _expect(tree, objects, shape)
    elif isinstance(judgement, Absent):
        _absent(tree, objects, shape)
    else:
        _count(judgement, objects, shape)


def _expect(tree: Mapping[str, Any], objects: Objects, shape: Shape) -> None:
    found, rivals = _matching(tree, objects, shape)
    if found:
        return
    if not rivals:
        raise Mismatch(_("{what} does not exist").format(what=describe_tree(tree)), expected=_brief(tree), found=ABSENT)
    # The closest object is the one that the reader most likely meant.
    item, missing = min(rivals, key=lambda rival: len(rival[1]))
    first = missing[0]
    raise Mismatch(
        _more(len(missing) - 1),
        path=f"{tree['kind']} {item['metadata']['name']}: {first.path}",
        expected=first.expected,
        found=first.found,
    )


def _absent(tree: Mapping[str, Any], objects: Objects, shape: Shape) -> None:
    found, _rivals = _matching(tree, objects, shape)
    if found:
        raise Mismatch(
            _("this should not exist (any more)"),
            path=f"{tree['kind']} {found[0]['metadata']['name']}",
            expected=ABSENT,
            found=[item["metadata"]["name"] for item in found],
        )


def _count(count: Count, objects: Objects, shape: Shape) -> None:
    found = len(_matching(count.of, objects, shape)[0])
    for wanted, holds, sentence in (
        (count.equals, operator.eq, _("exactly {n}")),
        (count.at_least, operator.ge, _("at least {n}")),
        (count.at_most, operator.le, _("at most {n}")),
    ):
        if wanted is not None and not holds(found, int(wanted)):
            raise Mismatch(path=describe_tree(count.of), expected=sentence.format(n=wanted), found=found)


def judge_cel(cel: Cel, objects: Objects, known: Mapping[str, Any] | None = None) -> None:
    """Return if the expression is true over the objects (and what is `known` besides), else raise Mismatch."""
    names = {**(known or {}), **_names(cel, objects)}
    expected = cel.expected[current()] if cel.expected else cel.expression
    try:
        value = evaluate(cel.expression, names)
    except CelError as error:
        raise _no_value(cel, names, expected, error) from error
    if value is not True:
        raise Mismatch(expected=expected, found=_found(cel, names, value))


def holds(expression: str, cel: Cel, objects: Objects) -> bool:
    """Whether another expression over what `cel` asks for is true; one without a value is not."""
    try:
        return evaluate(expression, _names(cel, objects)) is True
    except CelError:
        return False


def _names(cel: Cel, objects: Objects) -> dict[str, Any]:
    names: dict[str, Any] = {}
    for name, target in cel.objects.items():
        items = select(target, objects)
        names[name] = (items[0] if items else None) if target.name is not None else items
    return names


def _no_value(cel: Cel, names: Mapping[str, Any], expected: str, error: CelError) -> Mismatch:
    for name, target in cel.objects.items():
        if target.name is not None and names[name] is None:
            sentence = _("{what} does not exist").format(what=describe(target))
            return Mismatch(sentence, expected=expected, found=ABSENT)
    found = _found(cel, names, ABSENT)
    message = _("not there yet: {reason}").format(reason=_reason(error)) if found is ABSENT else ""
    return Mismatch(message, path=error.where or None, expected=expected, found=found)


def _reason(error: CelError) -> str:
    """The usual evaluation errors in the reader's language; a rare one as the library says it."""
    if field := re.match(r"no such member in mapping: '(.*)'", str(error)):
        return _("the field {name} is not set").format(name=field[1])
    if str(error) == "no such key":
        return _("the field {name} is not set").format(name=error.where)
    if str(error) == "invalid_argument":
        return _("the list has no such item")
    return str(error)


def _found(cel: Cel, names: Mapping[str, Any], otherwise: Any) -> Any:
    """The value of `found:`; without it a probe's result, else the other one."""
    if cel.found is None:
        return names.get("result", otherwise)
    try:
        return evaluate(cel.found, names)
    except CelError:
        return ABSENT


def _matching(
    tree: Mapping[str, Any], objects: Objects, shape: Shape
) -> tuple[list[Object], list[tuple[Object, list[Difference]]]]:
    """The objects that match, and those that do not with what is different."""
    metadata = tree.get("metadata") or {}
    name, namespace = metadata.get("name"), metadata.get("namespace")
    items: Sequence[Object] = objects.of(tree["apiVersion"], tree["kind"], namespace)
    if name is not None and not isinstance(name, Mapping):
        items = [item for item in items if item["metadata"]["name"] == str(name)]
    found, rivals = [], []
    for item in items:
        missing = differences(tree, item, shape)
        if missing:
            rivals.append((item, missing))
        else:
            found.append(item)
    return found, rivals


def _brief(tree: Mapping[str, Any]) -> Any:
    """The tree without what its description says already; just its description if nothing is left."""
    rest = {key: value for key, value in tree.items() if key not in ("apiVersion", "kind", "metadata")}
    return rest or describe_tree(tree)


def _more(number: int) -> str:
    return _("{n} more differences").format(n=number) if number > 0 else ""
