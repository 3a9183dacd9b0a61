"""The JSON Schemas, and their violations as sentences for a course author.

`fastjsonschema` says in milliseconds that a file is right. Only a wrong one waits for `jsonschema` (whose import takes
a second), which finds every violation.
"""

from __future__ import annotations

import copy
import difflib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import fastjsonschema

from autograder.errors import CourseError
from autograder.spec.document import Document, Where, show_path

KINDS = ("expect", "absent", "count", "cel", "probe", "request", "python")
_FOLDER = Path(__file__).parent


@cache
def schema(name: str) -> dict[str, Any]:
    """The schema `checks`, `private` or `course`. The private one shares the definitions of `checks`."""
    text = (_FOLDER / f"{name}.schema.json").read_text(encoding="utf-8")
    loaded = cast(dict[str, Any], json.loads(text))
    if name == "private":
        loaded["definitions"] = schema("checks")["definitions"]
    return loaded


@cache
def _quick(name: str) -> Any:
    # A copy: compiling rewrites the schema's references in place, and `private` shares the definitions of `checks`.
    return fastjsonschema.compile(copy.deepcopy(schema(name)))


def validate(document: Document, name: str) -> None:
    """Raise one CourseError that lists every violation of the schema, in the order of the file."""
    try:
        _quick(name)(document.data)
    except fastjsonschema.JsonSchemaValueException as error:
        raise CourseError("\n".join(_violations(document, name))) from error


def _violations(document: Document, name: str) -> list[str]:
    import jsonschema

    validator = jsonschema.Draft7Validator(schema(name))
    found: dict[str, int] = {}
    for violation in validator.iter_errors(document.data):
        for where, sentence in _explain(violation):
            found[str(document.error(where, sentence))] = document.line(where)
    return sorted(found, key=lambda sentence: found[sentence])


def _explain(violation: Any) -> Iterator[tuple[Where, str]]:
    """Where and why, from one violation of jsonschema."""
    where: Where = tuple(violation.absolute_path)
    rule, wanted, value = violation.validator, violation.validator_value, violation.instance
    if rule == "additionalProperties" and wanted is False:
        allowed = list(violation.schema["properties"])
        for field in sorted(set(value) - set(allowed), key=str):
            yield (*where, field), _unknown(str(field), allowed)
    elif rule == "required":
        missing = [field for field in wanted if field not in value]
        yield where, f"{', '.join(missing)} must be given{_language_note(missing)}"
    elif rule == "type":
        kinds = [wanted] if isinstance(wanted, str) else wanted
        yield (
            where,
            f"must be {' or '.join(map(_article, kinds))}, not {json.dumps(value, ensure_ascii=False)}",
        )
    elif rule == "enum":
        yield where, f"{value!r} is not one of {', '.join(map(str, wanted))}{_suggest(str(value), wanted)}"
    elif rule == "pattern":
        yield where, f"{value!r} is not of the form asked for: {_form(wanted)}"
    elif rule in ("minProperties", "maxProperties"):
        yield where, f"exactly one of {', '.join(violation.schema['properties'])} must be given"
    else:
        yield where, str(violation.message)


def _unknown(field: str, allowed: list[str]) -> str:
    return f"unknown field{_suggest(field, allowed)}; allowed here: {', '.join(allowed)}"


def _suggest(word: str, known: list[str]) -> str:
    close = difflib.get_close_matches(word, [str(item) for item in known], n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _language_note(missing: list[str]) -> str:
    return " (every text stands in both languages)" if set(missing) & {"pt-BR", "en"} else ""


def _article(kind: str) -> str:
    names = {"object": "a mapping", "array": "a list", "integer": "a whole number", "string": "a text"}
    return names.get(kind, f"a {kind}")


def _form(pattern: str) -> str:
    if "ms|s|m" in pattern:
        return "a duration such as 500ms, 10s or 2m"
    if ":" in pattern:
        return "checks:function"
    return "lower-case letters, digits and hyphens" if "-" in pattern else "lower-case letters, digits and _"


def suggestion(word: str, known: list[str]) -> str:
    """`; did you mean 'x'?`, or nothing."""
    return _suggest(word, known)


__all__ = ["KINDS", "schema", "show_path", "suggestion", "validate"]
