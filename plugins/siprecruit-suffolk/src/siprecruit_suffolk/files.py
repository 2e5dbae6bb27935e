"""The files that are dropped: JSON with one or more responses, or a sheet as csv with a row for each."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

import attrs
from siprecruit.api import Item

from siprecruit_suffolk.forms import Unreadable, command_of

LARGEST: Final = 5_000_000
"""The most bytes that a file may have."""

MOST: Final = 1000
"""The most responses in one file."""

_REFEREE: Final = re.compile(r"referee([1-9])_(name|email|role|from_la)")


@attrs.frozen(kw_only=True)
class Read:
    """What a file holds: responses that can be taken, and what is wrong with the rest, by their place."""

    items: tuple[Item, ...] = ()
    wrong: Mapping[int, str] = attrs.field(factory=dict)


def read(name: str, content: bytes, *, advert: str, day: dt.date) -> Read:
    """Read a file. A receipt comes from what one response says, so that dropped twice it is taken once.

    So a sheet can be dropped again when some of its rows were put right. Places count from 1; the first row
    of a sheet holds the headings. Raises Unreadable.
    """
    if len(content) > LARGEST:
        raise Unreadable(f"it has more than {LARGEST // 1_000_000} megabytes")
    told = list(_rows(content) if name.lower().endswith(".csv") else _objects(content))
    if len(told) > MOST:
        raise Unreadable(f"it holds more than {MOST} responses: make several files of it")
    if not told:
        raise Unreadable("it holds no response")
    items: dict[str, Item] = {}
    wrong: dict[int, str] = {}
    for place, one in told:
        try:
            command = command_of(one, advert=advert, day=day)
        except Unreadable as error:
            wrong[place] = str(error)
        else:
            receipt = sha256(json.dumps(one, sort_keys=True).encode()).hexdigest()[:32]
            items[receipt] = Item(receipt=receipt, commands=(command,))
    return Read(items=tuple(items.values()), wrong=wrong)


def _objects(content: bytes) -> Iterator[tuple[int, Any]]:
    try:
        told = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Unreadable("it can't be read as JSON in UTF-8") from None
    yield from enumerate(told if isinstance(told, list) else [told], start=1)


def _rows(content: bytes) -> Iterator[tuple[int, Any]]:
    """The rows of a sheet that aren't blank, by their number in it."""
    reader = csv.reader(io.StringIO(_text(content), newline=""), strict=True)
    try:
        rows = list(reader)
    except csv.Error:
        raise Unreadable("it can't be read as a sheet: a quotation mark isn't closed, or the like") from None
    heads = [" ".join(each.split()).casefold().replace(" ", "_") for each in rows[0]] if rows else []
    if len(set(heads)) < len(heads):
        raise Unreadable("a heading stands twice")
    for number, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            yield number, _nested(dict(zip(heads, row, strict=False))) if len(row) <= len(heads) else None


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")  # as a spreadsheet program saves it


def _nested(row: Mapping[str, str]) -> dict[str, Any]:
    """A row with its columns ``referee1_name`` and the like gathered."""
    referees: dict[str, dict[str, str]] = {}
    plain: dict[str, Any] = {}
    for head, cell in row.items():
        found = _REFEREE.fullmatch(head)
        if found is None:
            plain[head] = cell.strip()
        elif cell.strip():
            referees.setdefault(found[1], {})[found[2]] = cell
    return {**plain, "referees": [referees[place] for place in sorted(referees)]}
