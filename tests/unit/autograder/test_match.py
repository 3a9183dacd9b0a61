"""Matching partial trees: what is asked counts, what is not asked does not, and order never does."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.match.cel import CelError, compile_check, evaluate
from autograder.match.tree import ABSENT, Difference, differences

NAMES = st.text(alphabet="abcdef", min_size=1, max_size=3)
SCALARS = st.one_of(st.integers(), st.booleans(), st.text(max_size=5), st.floats(allow_nan=False, allow_infinity=False))
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=15,
)


class Keyed:
    """Every list in this schema has the map key `name`."""

    keys = ("name",)

    def field(self, name: str) -> Keyed:
        """The same again."""
        del name
        return self

    def item(self) -> Keyed:
        """The same again."""
        return self


def _reversed(tree: Any) -> Any:
    if isinstance(tree, list):
        return [_reversed(item) for item in reversed(tree)]
    return {name: _reversed(value) for name, value in tree.items()} if isinstance(tree, dict) else tree


def _enriched(tree: Any) -> Any:
    """The tree with a field that nobody asks for in every mapping, and one more item in every list."""
    if isinstance(tree, list):
        return [*(_enriched(item) for item in tree), {"unrelated": 1}]
    if isinstance(tree, dict):
        return {**{name: _enriched(value) for name, value in tree.items()}, "UNRELATED": [1, {"x": None}]}
    return tree


@given(TREES)
def test_every_tree_matches_itself(tree: Any) -> None:
    """What is exactly as asked has no differences."""
    assert differences(tree, copy.deepcopy(tree)) == []


@given(TREES)
def test_unrelated_fields_never_matter(tree: Any) -> None:
    """Fields and items that nobody asks for change nothing."""
    assert differences(tree, _enriched(tree)) == []


@given(TREES)
def test_order_never_matters(tree: Any) -> None:
    """Every list may be found in any order."""
    assert differences(tree, _reversed(tree)) == []


@given(st.dictionaries(NAMES, SCALARS, min_size=1), st.data())
def test_a_changed_leaf_is_always_found(tree: dict[str, Any], data: st.DataObject) -> None:
    """One other value is one difference, at its path."""
    name = data.draw(st.sampled_from(sorted(tree)))
    found = {**tree, name: ["other"]}
    assert differences(tree, found) == [Difference(name, tree[name], ["other"])]


def test_lists_match_by_their_map_key() -> None:
    """The item with the same key is compared, wherever it stands; the path names it."""
    expected = {"containers": [{"name": "web", "image": "nginx"}]}
    found = {"containers": [{"name": "log", "image": "nginx"}, {"name": "web", "image": "apache"}]}
    assert differences(expected, found, Keyed()) == [Difference("containers[name=web].image", "nginx", "apache")]


def test_a_missing_key_lists_what_is_there() -> None:
    """If no item has the key, the reader sees the keys that there are."""
    (difference,) = differences({"c": [{"name": "web"}]}, {"c": [{"name": "db", "x": 1}]}, Keyed())
    assert difference.path == "c[name=web]"
    assert difference.found == [{"name": "db"}]


def test_the_closest_item_is_reported() -> None:
    """Without keys the item with the fewest differences is the one that the reader most likely meant."""
    expected = {"ports": [{"port": 80, "protocol": "TCP", "name": "web"}]}
    found = {"ports": [{"port": 53}, {"port": 80, "protocol": "TCP", "name": "wob"}]}
    assert differences(expected, found) == [Difference("ports[].name", "web", "wob")]


@pytest.mark.parametrize(
    ("expected", "found", "holds"),
    [
        ({"r": {"$cel": "self >= 3"}}, {"r": 3}, True),
        ({"r": {"$cel": "self >= 3"}}, {"r": 2}, False),
        ({"r": {"$cel": "self.x.y == 3"}}, {"r": 2}, False),
        ({"i": {"$matches": "^nginx:1"}}, {"i": "nginx:1.27"}, True),
        ({"i": {"$matches": "^nginx:1"}}, {}, False),
        ({"x": {"$exists": False}}, {}, True),
        ({"x": {"$exists": False}}, {"x": None}, True),
        ({"x": {"$exists": False}}, {"x": 0}, False),
        ({"x": {"$exists": True}}, {"x": 0}, True),
        ({"a": {"b": {"$exists": False}}}, {}, True),
        ({"n": 4}, {"n": "4"}, True),
        ({"n": "4"}, {"n": 4}, False),
        ({"n": 1}, {"n": True}, False),
        ({"n": None}, {}, True),
        ({"a": {"b": 1}}, {"a": None}, False),
        ({"a": [1]}, {"a": None}, False),
    ],
)
def test_operators_and_types(expected: Any, found: Any, holds: bool) -> None:
    """Operators, nulls and types: a null is nothing, True is not 1, a number equals the label that says it."""
    assert (differences(expected, found) == []) is holds


def test_a_null_on_the_way_is_a_mismatch_and_no_crash() -> None:
    """A null field where a mapping is asked for says the path of the leaf that is missing."""
    assert differences({"status": {"phase": "Running"}}, {"status": None}) == [
        Difference("status.phase", "Running", ABSENT)
    ]


def test_missing_fields_have_no_value() -> None:
    """A field that is not there is an error that says which; && and || still absorb it as CEL demands."""
    with pytest.raises(CelError, match="no such member in mapping: 'nope'") as caught:
        evaluate("d.spec.nope == 1", {"d": {"spec": {}}})
    assert caught.value.where == "d.spec.nope"
    assert evaluate("d.nope == 1 || true", {"d": {}}) is True


def test_expressions_see_json_and_give_json() -> None:
    """Values go in and come out as plain JSON, nested ones too."""
    assert evaluate("{'a': x.map(i, i * 2), 'b': null, 'c': 1.5}", {"x": [1, 2]}) == {"a": [2, 4], "b": None, "c": 1.5}


def test_names_bound_by_macros_are_known() -> None:
    """The variable of .all() and its like is no unknown name; a name used outside of it is."""
    compile_check("pods.all(p, p.spec.x.exists(c, c == p.name))", {"pods"})
    with pytest.raises(CelError, match="unknown name 'q'"):
        compile_check("pods.all(p, p.name == q)", {"pods"})


def test_a_conditional_without_a_value_is_told() -> None:
    """cel-python cannot write `a ? b : c` down; that a field of it is missing is told all the same, and is no crash."""
    with pytest.raises(CelError):
        evaluate("items.map(i, i.nope ? 1 : 0)", {"items": [{"a": 1}]})
