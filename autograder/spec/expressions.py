"""Everything in a checks.yaml that is compiled or filled in: `${names}`, CEL, regular expressions, numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from autograder.spec.document import Document, Where
from autograder.spec.substitute import names, substitute
from autograder.spec.validate import suggestion
from autograder.variants import Variant

_NUMBERS = ("equals", "at_least", "at_most", "replicas", "requests", "rate")


def check_expressions(document: Document, variants: Mapping[str, Variant]) -> None:
    """Raise CourseError for the first text that cannot be used, with file, line and field."""
    known = list(variants)
    sample = {name: variant.draw(0) for name, variant in variants.items()}
    for where, value in _values(document.data, ()):
        if isinstance(value, str):
            _check_names(document, where, value, known)
            _check_text(document, where, value, sample)
        elif isinstance(value, dict) and where[-1:] in (("cel",), ("throughout",), ("probe",), ("load",)):
            answer = {"result"} if where[-1] in ("probe", "load") else set()
            for field in ("expression", "found", "final"):
                if field in value:
                    _check_cel(document, (*where, field), value[field], {*value.get("objects", ()), *answer}, sample)


def _values(data: Any, where: Where) -> Iterator[tuple[Where, Any]]:
    """All values, the inner ones first: names are checked before the expressions that hold them."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield from _values(value, (*where, key))
    yield where, data


def _check_names(document: Document, where: Where, text: str, known: list[str]) -> None:
    for name in sorted(names(text) - set(known)):
        listed = ", ".join(known) if known else "none"
        raise document.error(
            where, f"${{{name}}} is not one of the lab's values{suggestion(name, known)}; it has: {listed}"
        )


def _check_text(document: Document, where: Where, text: str, sample: Mapping[str, Any]) -> None:
    field = where[-1] if where else ""
    if field == "$matches" or (field == "says" and where[-3:-2] == ("request",)):
        try:
            re.compile(str(substitute(text, sample)))
        except re.error as error:
            raise document.error(where, f"this is no regular expression: {error}") from error
    elif field == "$cel":
        _check_cel(document, where, text, {"self"}, sample)
    elif field in _NUMBERS and where[-2:-1] in (("count",), ("scale",), ("http",), ("load",)):
        found = substitute(text, sample)
        if isinstance(found, bool) or not isinstance(found, int):
            raise document.error(where, f"{text!r} must be a whole number, or the ${{name}} of one")


def _check_cel(document: Document, where: Where, text: str, known: set[str], sample: Mapping[str, Any]) -> None:
    # CEL's parser takes a tenth of a second to load, which a course without expressions need not wait for.
    from autograder.match.cel import CelError, compile_check

    try:
        compile_check(str(substitute(text, sample)), known)
    except CelError as error:
        raise document.error(where, str(error)) from error
