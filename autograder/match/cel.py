"""CEL through cel-python: compile once, evaluate over JSON, errors as sentences.

Fields that are not there make an evaluation error, which while polling means "not yet".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

import celpy
from celpy import celtypes
from celpy.adapter import CELJSONEncoder, json_to_cel
from celpy.celparser import CELParseError, tree_dump
from celpy.evaluation import CELEvalError

_MACROS = frozenset({"all", "exists", "exists_one", "map", "filter", "reduce", "min"})
_TYPES = frozenset({"int", "uint", "double", "bool", "string", "bytes", "list", "map", "type", "null_type", "google"})


class CelError(Exception):
    """An expression has no value now, or is no CEL. `where` is the part of the expression, if known."""

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(message)
        self.where = where


@cache
def _environment() -> Any:
    return celpy.Environment()


@cache
def _program(expression: str) -> Any:
    try:
        return _environment().program(_environment().compile(expression))
    except CELParseError as error:
        raise CelError(f"this is no CEL: {_parse_problem(error)}", expression) from error


def compile_check(expression: str, names: Collection[str]) -> None:
    """Raise CelError if the expression does not compile, or uses a name that is neither given nor bound in it."""
    try:
        tree = _environment().compile(expression)
    except CELParseError as error:
        raise CelError(f"this is no CEL: {_parse_problem(error)}", expression) from error
    bound = set(names) | _TYPES | _bound(tree)
    used = {str(node.children[0]) for node in tree.find_data("ident")}
    if unknown := sorted(used - bound):
        raise CelError(f"unknown name {unknown[0]!r}; there are: {', '.join(sorted(names))}", unknown[0])


def evaluate(expression: str, names: Mapping[str, Any]) -> Any:
    """The expression's value over JSON values, as JSON (bool, int, float, str, None, list, dict).

    Raises CelError where it has no value, e.g. a field is not there.
    """
    try:
        activation = {name: convert(value) for name, value in names.items()}
        return to_json(_program(expression).evaluate(activation))
    except CELEvalError as error:
        raise CelError(*_eval_problem(error)) from error
    except (ValueError, TypeError, KeyError, ArithmeticError) as error:
        raise CelError(str(error), expression) from error


def convert(value: Any) -> Any:
    """JSON to CEL; what is converted already stays."""
    if isinstance(value, (celtypes.MapType, celtypes.ListType, celtypes.StringType, celtypes.IntType)):
        return value
    if isinstance(value, tuple):
        return json_to_cel(list(value))
    return json_to_cel(value)


def to_json(value: Any) -> Any:
    """CEL to JSON; what JSON cannot say becomes text."""
    plain = CELJSONEncoder.to_python(value)
    if isinstance(plain, dict):
        return {str(key): to_json(item) for key, item in plain.items()}
    if isinstance(plain, list):
        return [to_json(item) for item in plain]
    if plain is None or isinstance(plain, bool):
        return plain
    if isinstance(plain, int):
        return int(plain)
    return float(plain) if isinstance(plain, float) else str(plain)


def _bound(tree: Any) -> set[str]:
    """Variables that macros bind: the first argument of `.all(x, ...)` and its like."""
    names: set[str] = set()
    for node in tree.find_data("member_dot_arg"):
        if str(node.children[1]) in _MACROS and len(node.children) > 2:
            first = next(iter(node.children[2].children), None)
            names |= {str(ident.children[0]) for ident in first.find_data("ident")} if first else set()
    return names


def _parse_problem(error: Any) -> str:
    return " ".join(str(error).split()) or "syntax error"


def _eval_problem(error: Any) -> tuple[str, str]:
    message = str(error.args[0]) if error.args else str(error)
    if message.startswith("undeclared reference"):
        message = message.split(" (in activation")[0]
    return message, _where(getattr(error, "tree", None))


def _where(tree: Any) -> str:
    """The part of the expression, "" where the library cannot write it down (its dump knows no `a ? b : c`)."""
    try:
        return "" if tree is None else "".join(tree_dump(tree).split())
    except IndexError:
        return ""
