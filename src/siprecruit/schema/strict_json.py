"""Reads JSON strictly: a key given twice, NaN, and characters that no database keeps are refused."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

# Up to here a float is one whole number and no other.
_EXACT = 2**53
# NUL (PostgreSQL keeps none) and half of a surrogate pair (has no UTF-8).
_UNUSABLE = re.compile("[\x00\ud800-\udfff]")


class BadJson(Exception):  # noqa: N818 - says what it is
    """A text is no JSON that we take. `code`: `not_json`, `key_twice` or `unusable_character`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def loads_strict(text: str) -> Any:
    """What a JSON text holds. Raises BadJson."""
    try:
        read = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant, parse_float=_number)
        # Only an escape or the character itself can bring one in, so most texts need no walk.
        unusable = ("\\u" in text or _UNUSABLE.search(text)) and any(map(_UNUSABLE.search, _texts(read)))
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BadJson("not_json", f"This is not JSON: it can't be read at {where}.") from None
    except RecursionError:
        raise BadJson("not_json", "This JSON is nested too deeply.") from None
    except ValueError:
        raise BadJson("not_json", "This JSON holds a number that is too long.") from None
    if unusable:
        message = "This JSON holds a character that can't be kept (NUL or half of a pair)."
        raise BadJson("unusable_character", message)
    return read


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for place, key in enumerate(keys) if key in keys[:place])
        raise BadJson("key_twice", f'This JSON has the key "{twice[:60]}" twice in one object.')
    return read


def _no_constant(name: str) -> None:
    raise BadJson("not_json", f"{name} is not a number in JSON.")


def _number(text: str) -> float:
    """A number with a point or an exponent: a whole one where it is one, as JSON has one kind of number."""
    read = float(text)
    if math.isinf(read):
        raise BadJson("not_json", "This JSON holds a number that is too large.")
    return int(read) if read.is_integer() and abs(read) < _EXACT else read


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from (text for pair in value.items() for part in pair for text in _texts(part))
        case list():
            yield from (text for part in value for text in _texts(part))
