"""What the stand-in knows: people and what was told of each phase, references, replies."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import attrs

from siprecruit_ncsl.naming import folded

_KEPT: Final = ("id", "people", "references", "replies", "done")


@attrs.define(kw_only=True)
class Book:
    """All of it in plain values, so that a file can hold it.

    ``people`` by number: a name, and what was told (day, phase, status, last day), in the order of telling;
    ``references`` by task; ``done`` by idempotency key: the first answer. ``id`` is in each receipt and
    cursor, so that those of another book are known as such.
    """

    clock: Callable[[], dt.datetime]
    id: str = "book"
    file: Path | None = None
    people: dict[str, dict[str, Any]] = attrs.field(factory=dict)
    references: dict[str, dict[str, Any]] = attrs.field(factory=dict)
    replies: list[dict[str, Any]] = attrs.field(factory=list)
    done: dict[str, dict[str, Any]] = attrs.field(factory=dict)

    def save(self) -> None:
        """Write it to its file, if it has one; whole or not at all."""
        if self.file is not None:
            beside = self.file.with_suffix(".new")
            beside.write_text(json.dumps(plain(self), indent=1), "utf-8")
            beside.replace(self.file)


def opened(file: Path | None, clock: Callable[[], dt.datetime]) -> Book:
    """The book of a file, or an empty one. Raises ValueError where the file holds something else."""
    if file is None or not file.exists():
        return Book(clock=clock, file=file, id=secrets.token_hex(4))
    told = json.loads(file.read_bytes())
    if not isinstance(told, dict) or set(told) != set(_KEPT):
        raise ValueError(f"{file.name} was not written by this register")
    return Book(clock=clock, file=file, **told)


def plain(book: Book) -> dict[str, Any]:
    """All that it knows, as JSON."""
    return {name: getattr(book, name) for name in _KEPT}


def new_number(book: Book) -> str:
    """The next free number, with the zeros that the college's have."""
    return f"{max((int(number) for number in book.people if number.isdecimal()), default=0) + 1:07}"


def entry(book: Book, number: str, as_at: dt.date) -> dict[str, Any]:
    """A person's entry as at a day. Raises KeyError where there is none."""
    person = book.people[number]
    phases = sorted({told["phase"] for told in person["told"] if told["on"] <= as_at.isoformat()})
    return {
        "number": number,
        "name": person["name"],
        "accreditations": [_as_at(person["told"], phase, as_at.isoformat()) for phase in phases],
        "read_at": book.clock().isoformat(),
    }


def numbers_of(book: Book, name: str) -> Iterator[str]:
    """The numbers of all who have that name."""
    wanted = folded(name)
    return (number for number, person in sorted(book.people.items()) if folded(person["name"]) == wanted)


def _as_at(told: list[dict[str, Any]], phase: str, as_at: str) -> dict[str, Any]:
    """What stood on a day: the last word of the days until then, and of what was said of one day."""
    words = [one for one in told if one["phase"] == phase and one["on"] <= as_at]
    last = max(enumerate(words), key=lambda each: (each[1]["on"], each[0]))[1]
    yes = [one for one in words if one["status"] == "accredited" and one["on"] <= last["on"]]
    held = max(yes, key=lambda one: str(one["on"]), default=None)
    if held is None or last["status"] in ("pending", "deferred", "not_accredited"):
        return {"phase": phase, "status": last["status"], "accredited_on": None, "expires_on": None}
    ends = held["expires_on"]
    lapsed = last is held and ends is not None and ends < as_at
    return {
        "phase": phase,
        "status": "expired" if lapsed else last["status"],
        "accredited_on": held["on"],
        "expires_on": ends,
    }
