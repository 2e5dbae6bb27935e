"""What the college's service answers, by the contract of ``openapi.json``."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import unquote

import attrs

from siprecruit_ncsl.register.book import Book, entry, numbers_of
from siprecruit_ncsl.register.contract import faults

RESULTS_A_PAGE: Final = 40


@attrs.frozen(kw_only=True)
class Asked:
    """A question as it came in; header names in small letters."""

    method: str
    path: str
    query: Mapping[str, str] = attrs.field(factory=dict)
    headers: Mapping[str, str] = attrs.field(factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        """The body, None where it isn't JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@attrs.frozen(kw_only=True)
class Answer:
    """What is said. ``headers`` besides what every answer has."""

    status: int
    body: Any
    headers: Mapping[str, str] = attrs.field(factory=dict)


def problem(status: int, code: str, title: str) -> Answer:
    """What the college has against a question."""
    return Answer(status=status, body={"title": title, "status": status, "code": code})


def _not_as_agreed(where: str) -> Answer:
    return problem(400, "not_as_agreed", f"This is not as agreed at {where}.")


def answer(book: Book, asked: Asked, key: str = "") -> Answer:
    """Answer one question; with a ``key`` only who has it."""
    given = asked.headers.get("authorization", "")
    if not given.startswith("Bearer ") or (key and given != f"Bearer {key}"):
        return problem(401, "key_not_known", "Say the authority's key.")
    if asked.method == "GET" and asked.path.startswith("/v1/accreditations/"):
        return _one(book, asked)
    if asked.method == "GET" and asked.path == "/v1/reference-replies":
        return _replies(book, asked)
    if asked.method == "POST" and asked.path == "/v1/accreditations/find":
        return _many(book, asked)
    if asked.method == "POST" and asked.path in _CHANGES:
        return _once(book, asked)
    return problem(404, "no_such_page", "There is nothing here.")


# -- the register -------------------------------------------------------------


def _one(book: Book, asked: Asked) -> Answer:
    number = unquote(asked.path.rpartition("/")[2])
    try:
        as_at = _day(book, asked.query.get("as_at"))
    except ValueError:
        return _not_as_agreed("/as_at")
    if number not in book.people:
        return problem(404, "person_not_known", "Nobody has that number.")
    return Answer(status=200, body=entry(book, number, as_at))


def _many(book: Book, asked: Asked) -> Answer:
    told = asked.json()
    if wrong := faults("Search", told):
        return _not_as_agreed(wrong[0])
    cursor = told.get("cursor", "0")
    if not (cursor.isascii() and cursor.isdecimal()):
        return _not_as_agreed("/cursor")
    start, people = int(cursor), told["people"]
    end = start + RESULTS_A_PAGE
    results = [{"key": sought["key"], "entries": _found(book, sought)} for sought in people[start:end]]
    return Answer(status=200, body={"results": results, "next": str(end) if end < len(people) else None})


def _found(book: Book, sought: Mapping[str, str]) -> list[dict[str, Any]]:
    as_at = _day(book, sought.get("as_at"))
    if "number" in sought:
        numbers = [sought["number"]] if sought["number"] in book.people else []
    else:
        numbers = list(numbers_of(book, sought["name"]))
    return [entry(book, number, as_at) for number in numbers]


def _day(book: Book, told: str | None) -> dt.date:
    return dt.date.fromisoformat(told) if told else book.clock().date()


# -- references ---------------------------------------------------------------


def _once(book: Book, asked: Asked) -> Answer:
    """Do it once for each key; the first answer is given again."""
    once = asked.headers.get("idempotency-key", "")
    if not once:
        return _not_as_agreed("the header Idempotency-Key")
    if once in book.done:
        return Answer(**book.done[once])
    name, change = _CHANGES[asked.path]
    told = asked.json()
    if wrong := faults(name, told):
        return _not_as_agreed(wrong[0])
    said = change(book, told)
    if said.status == 201:  # noqa: PLR2004 - it was done
        book.done[once] = {"status": said.status, "body": said.body}
        book.save()
    return said


def _ask(book: Book, told: Mapping[str, Any]) -> Answer:
    if "@" not in told["referee"]["email"]:
        return problem(422, "referee_not_usable", "There is no such address.")
    before = book.references.get(told["task"])
    receipt = before["receipt"] if before else f"{book.id}-request-{len(book.references) + 1}"
    book.references[told["task"]] = {**told, "receipt": receipt, "state": "asked", "reminders": []}
    return _taken(receipt, told)


def _remind(book: Book, told: Mapping[str, Any]) -> Answer:
    reference = book.references.get(told["task"])
    if reference is None or reference["state"] == "withdrawn":
        return problem(404, "reference_not_known", "No such reference was asked for.")
    if reference["state"] == "answered":
        return problem(409, "reference_already_answered", "The reply is there to collect.")
    reference["reminders"].append(told["step"])
    return _taken(f"{reference['receipt']}-reminder-{len(reference['reminders'])}", told)


def _withdraw(book: Book, told: Mapping[str, Any]) -> Answer:
    reference = book.references.get(told["task"])
    if reference is None:
        return problem(404, "reference_not_known", "No such reference was asked for.")
    if reference["state"] == "asked":
        reference["state"] = "withdrawn"
    return _taken(f"{reference['receipt']}-withdrawn", told)


def _taken(receipt: str, told: Mapping[str, Any]) -> Answer:
    return Answer(status=201, body={"receipt": receipt, "task": told["task"]})


_CHANGES: Final[Mapping[str, tuple[str, Callable[[Book, Mapping[str, Any]], Answer]]]] = {
    "/v1/references": ("Request", _ask),
    "/v1/reference-reminders": ("Reminder", _remind),
    "/v1/reference-withdrawals": ("Withdrawal", _withdraw),
}


def _replies(book: Book, asked: Asked) -> Answer:
    limit = asked.query.get("limit", "100")
    if not (limit.isascii() and limit.isdecimal()):
        return _not_as_agreed("/limit")
    of, _, told = asked.query.get("after", "").rpartition(":")
    # Another book's cursor says nothing of this one: from the beginning, and the receipts tell what is new.
    start = int(told) if of == book.id and told.isascii() and told.isdecimal() else 0
    found = book.replies[start : start + min(max(int(limit), 1), 100)]
    return Answer(status=200, body={"replies": found, "cursor": f"{book.id}:{start + len(found)}"})
