"""From ``field=value``, as somebody types it, to the values of a correction."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import msgspec

from siprecruit.record.codec import shape


class NotSaid(Exception):  # noqa: N818 - says what it is
    """What was typed is no ``field=value``."""


def values_told(event: Any | None, words: Iterable[str]) -> dict[str, Any]:
    """The values by field. Nothing after ``=`` empties the field.

    Text is text where the field holds text, however much it looks like a number; elsewhere it is read as
    JSON. What the event can't hold is left to the judging of the correction. Raises NotSaid.
    """
    types = shape(type(event)).types if event is not None else {}
    told = {}
    for word in words:
        field, equals, text = word.partition("=")
        if not equals or not field.isidentifier():
            raise NotSaid(f"{word[:60]!r} is no field=value")
        told[field] = text if field == "on" else _value(text, types.get(field, str))
    return told


def _value(text: str, wanted: Any) -> Any:
    if text == "":
        return None
    try:
        msgspec.convert(text, wanted)
    except msgspec.ValidationError:
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text
