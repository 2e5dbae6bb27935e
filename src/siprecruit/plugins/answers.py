"""What a provider's functions may answer, by the types that they are declared with."""

from __future__ import annotations

import datetime as dt
import math
import types
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import attrs

from siprecruit.plugins.types import (
    AccreditationLookup,
    Collected,
    Deferred,
    Finding,
    Inbox,
    Notifier,
    ReferenceChannel,
    ReferenceDeclined,
    Refused,
)

PROVIDERS: Final[Mapping[str, type]] = {
    "notifiers": Notifier,
    "reference_channels": ReferenceChannel,
    "accreditation_lookups": AccreditationLookup,
    "inboxes": Inbox,
}
"""The hooks that give providers, without what the names of all hooks begin with."""

Value = TypeVar("Value")
_FIELDS: Final[dict[type, tuple[tuple[str, Any], ...]]] = {}
_UNIONS: Final = (Union, types.UnionType)


@cache
def answer_of(hook: str, method: str) -> Any:
    """The type that a provider's function answers with. Raises KeyError where a provider has none."""
    declared = get_type_hints(PROVIDERS[hook])[method]
    for one in (declared, *get_args(declared)):
        if get_origin(one) is Callable:
            return get_args(one)[-1]
    raise KeyError(method)


def wrong(value: object, declared: Any) -> str | None:
    """What is wrong with a value by its declared type, never saying the value; None where nothing is.

    Stricter than Python: a truth value is no number, an instant is no day and says its offset.
    """
    origin, inner = get_origin(declared), get_args(declared)
    if declared in (Any, object):
        return None
    if origin in _UNIONS:
        return _wrong_in_all(value, inner)
    if origin is Literal:
        return None if value in inner else f"is none of {', '.join(map(str, inner))}"
    if origin is Callable:
        return None if callable(value) else f"is {_kind(value)}, not a function"
    if origin is not None:
        return _wrong_collection(value, origin, inner)
    return _wrong_plain(value, declared)


def _wrong_in_all(value: object, allowed: tuple[Any, ...]) -> str | None:
    found = {one: wrong(value, one) for one in allowed}
    if None in found.values():
        return None
    # Of its own class what is wrong within it says more than that it is none of the others.
    near = [said for one, said in found.items() if one is type(value)]
    return near[0] if near else f"is {_kind(value)}, not {' or '.join(map(_name, allowed))}"


def _wrong_collection(value: object, origin: type, inner: tuple[Any, ...]) -> str | None:
    if not isinstance(value, origin):
        return f"is {_kind(value)}, not a {_name(origin)}"
    if isinstance(value, Mapping):
        parts = [(f"the key of an entry {said}") for key in value if (said := wrong(key, inner[0]))]
        parts += [f"an entry {said}" for one in value.values() if (said := wrong(one, inner[1]))]
        return parts[0] if parts else None
    members: Any = value
    return next((f"an item {said}" for one in members if (said := wrong(one, inner[0]))), None)


def _wrong_plain(value: object, declared: Any) -> str | None:
    if declared in (None, type(None)):
        return None if value is None else f"is {_kind(value)}, not None"
    if declared is float and type(value) in (int, float):
        return None if isinstance(value, (int, float)) and math.isfinite(value) else "is no finite number"
    # Texts and paths have kinds of their own that serve as well.
    if type(value) is not declared and not (declared in (str, Path) and isinstance(value, declared)):
        return f"is {_kind(value)}, not {_article(declared)}"
    if isinstance(value, dt.datetime) and value.utcoffset() is None:
        return "is an instant without its offset from UTC"
    return _wrong_field(value) if attrs.has(declared) else None


def _wrong_field(value: Any) -> str | None:
    for name, declared in _fields(type(value)):
        # A class whose __init__ was gone round has fields that are not there.
        said = wrong(getattr(value, name), declared) if hasattr(value, name) else "is missing"
        if said:
            return f"has a {name} that {said}"
    return None


def _fields(cls: type) -> tuple[tuple[str, Any], ...]:
    if cls not in _FIELDS:
        hints = get_type_hints(cls)
        fields = attrs.fields(cast("type[attrs.AttrsInstance]", cls))
        _FIELDS[cls] = tuple((field.name, hints[field.name]) for field in fields)
    return _FIELDS[cls]


def _name(declared: Any) -> str:
    return str(getattr(declared, "__name__", declared))


def _article(declared: Any) -> str:
    name = _name(declared)
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _kind(value: object) -> str:
    return "None" if value is None else _article(type(value))


def told(value: Value, secrets: tuple[str, ...]) -> Value:
    """An answer with three asterisks for each secret in the words that people read of it.

    These are reasons and evidence. A cursor, a receipt, answers and commands stay as they are, since the
    plugin, or the record, is given them again: one letter changed there, and a page is collected for ever.
    """
    result: Any = value
    match value:
        case Deferred(reason=str()) | Refused(reason=str()) | ReferenceDeclined(reason=str()):
            result = attrs.evolve(value, reason=redacted(value.reason, secrets))
        case Finding(evidence=str()):
            result = attrs.evolve(value, evidence=redacted(value.evidence, secrets))
        case Collected(replies=tuple()):
            result = attrs.evolve(value, replies=told(value.replies, secrets))
        case tuple():
            result = tuple(told(one, secrets) for one in value)
        case Mapping():
            result = {key: told(one, secrets) for key, one in value.items()}
    checked: Value = result
    return checked


def redacted(text: str, secrets: tuple[str, ...]) -> str:
    """The text with three asterisks in the place of each secret."""
    for secret in secrets:
        text = text.replace(secret, "***")
    return text
