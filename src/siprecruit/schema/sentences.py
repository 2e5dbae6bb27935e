"""Turns what a schema finds wrong into sentences for people, by place and keyword."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import attrs
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator

from siprecruit.schema.store import validator


@attrs.frozen(kw_only=True)
class Problem:
    """One thing that is wrong: where (an RFC 6901 pointer), by which keyword, and a sentence for people.

    The sentence never repeats a text of the document, which may be personal; it may name a key.
    """

    pointer: str
    keyword: str
    sentence: str


def problems(name: str, document: object) -> tuple[Problem, ...]:
    """All that is wrong with a document by the schema of that name; () if nothing.

    A piece of a schema may bring its own words as ``"x-sentences": {"pattern": "must be ..."}``.
    Raises NoSchema.
    """
    return problems_by(validator(name), document)


def problems_by(checked: Validator, document: object) -> tuple[Problem, ...]:
    """All that is wrong with a document by a schema that isn't ours, such as a plugin's of its settings."""
    found = [one for error in checked.iter_errors(document) for one in _told(error)]
    return tuple(dict.fromkeys(found))


def _told(error: ValidationError) -> Iterator[Problem]:
    meant = [] if _own_words(error) else _nearest(error)
    if meant:
        for inner in meant:
            yield from _told(inner)
        return
    path = list(error.absolute_path)
    for key, said in _sayings(error):
        yield Problem(
            pointer="".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path),
            keyword=str(error.validator),
            sentence=f"{_place(path if key is None else [*path, key])} {said}.",
        )


def _own_words(error: ValidationError) -> str | None:
    words = error.schema.get("x-sentences", {}) if isinstance(error.schema, Mapping) else {}
    own: str | None = words.get(error.validator)
    return own


def _nearest(error: ValidationError) -> list[ValidationError]:
    """The complaints of the one form of several that the writer seems to have meant; [] if none is nearer."""
    if error.validator not in {"anyOf", "oneOf"}:
        return []
    forms: dict[object, list[ValidationError]] = {}
    for inner in error.context:
        forms.setdefault(inner.schema_path[0], []).append(inner)
    possible = [found for found in forms.values() if not any(map(_rules_out, found))]
    return min(possible, key=len) if possible else []


def _rules_out(error: ValidationError) -> bool:
    """Whether another form was meant: the kind is wrong outermost, or a fixed word is another."""
    return error.validator == "const" or (error.validator == "type" and not error.path)


def _sayings(error: ValidationError) -> Iterator[tuple[str | None, str]]:
    """The key that an error is about, if it isn't about the place itself, and what to say of it."""
    found, wanted = error.instance, error.validator_value
    own = _own_words(error)
    if own:
        yield None, own
        return
    match error.validator:
        case "required":
            yield from ((key, "is missing") for key in wanted if key not in found)
        case "dependentRequired":
            for word, keys in wanted.items():
                missing = keys if word in found else ()
                yield from ((key, f"is missing beside {word}") for key in missing if key not in found)
        case "additionalProperties" | "unevaluatedProperties":
            known = _known(error.schema)
            yield from ((_short(key), f"is not known here{_meant(key, known)}") for key in _strange(error))
        case keyword:
            rule = _RULES.get(str(keyword))
            yield None, rule(wanted, found) if rule else "is not allowed here"


def _known(piece: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(piece.get("properties", ()))


def _strange(error: ValidationError) -> list[str]:
    patterns = error.schema.get("patternProperties", ())
    known = _known(error.schema)
    strange = [key for key in error.instance if key not in known]
    return [key for key in strange if not any(re.search(each, key) for each in patterns)]


def _meant(key: str, known: tuple[str, ...]) -> str:
    import difflib

    near = difflib.get_close_matches(key, known, n=1)
    return f"; {near[0]} may be meant" if near else ""


_FORMATS: Final = {
    "date": "a date such as 2007-06-15",
    "date-time": "an instant such as 2007-06-15T09:30:00Z",
    "email": "an e-mail address such as name@example.org",
    "uri": "an address such as https://example.org/page",
}
_KINDS: Final = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "nothing (null)",
}


def _format(wanted: str, found: object) -> str:
    if wanted == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", str(found)):
        return f"can't be {found}: there is no such day"
    return f"must be {_FORMATS.get(wanted, wanted)}"


def _kinds(wanted: str | Iterable[str]) -> str:
    kinds = [wanted] if isinstance(wanted, str) else list(wanted)
    return " or ".join(_KINDS[kind] for kind in kinds)


def _kind(found: object) -> str:
    match found:
        case bool():
            return _KINDS["boolean"]
        case int() | float():
            return _KINDS["number"]
        case str():
            return _KINDS["string"]
        case list():
            return _KINDS["array"]
        case dict():
            return _KINDS["object"]
        case _:
            return _KINDS["null"]


def _length(wanted: int, found: str) -> str:
    return f"must have at least {wanted} characters, not {len(found)}" if found else "must not be empty"


def _word(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


_RULES: Final[dict[str, Callable[[Any, Any], str]]] = {
    "type": lambda wanted, found: f"must be {_kinds(wanted)}, not {_kind(found)}",
    "enum": lambda wanted, _: f"must be one of {', '.join(map(_word, wanted))}",
    "const": lambda wanted, _: f"must be {_word(wanted)}",
    "format": _format,
    "pattern": lambda _, __: "is not written as it should be",
    "minLength": _length,
    "maxLength": lambda wanted, found: f"must have at most {wanted} characters, not {len(found)}",
    "minimum": lambda wanted, found: f"must be at least {wanted}, not {found}",
    "maximum": lambda wanted, found: f"must be at most {wanted}, not {found}",
    "exclusiveMinimum": lambda wanted, found: f"must be more than {wanted}, not {found}",
    "exclusiveMaximum": lambda wanted, found: f"must be less than {wanted}, not {found}",
    "multipleOf": lambda wanted, found: f"must be a multiple of {wanted}, not {found}",
    "minItems": lambda wanted, found: f"must hold at least {wanted}, not {len(found)}",
    "maxItems": lambda wanted, found: f"must hold at most {wanted}, not {len(found)}",
    "minProperties": lambda wanted, found: f"must hold at least {wanted}, not {len(found)}",
    "maxProperties": lambda wanted, found: f"must hold at most {wanted}, not {len(found)}",
    "uniqueItems": lambda _, __: "must not hold the same twice",
    "anyOf": lambda _, __: "fits none of the forms that are allowed here",
    "oneOf": lambda _, __: "fits none of the forms that are allowed here",
}


def _short(key: str, limit: int = 60) -> str:
    return key if len(key) <= limit else f"{key[:limit]}…"


def _place(path: list[str | int]) -> str:
    """``["rounds", 0, "adverts", 1, "closes"]`` is "In rounds, item 1, adverts, item 2: closes"."""
    words = [f"item {part + 1}" if isinstance(part, int) else part for part in path]
    if not words:
        return "The document"
    before, word = words[:-1], words[-1]
    if before:
        return f"In {', '.join(before)}: {word}"
    # A key is written as it must be typed.
    return word.capitalize() if isinstance(path[0], int) else word
