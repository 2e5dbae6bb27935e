"""How the stand-in is told what happens at the college: no part of the college's contract."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import unquote

import attrs

from siprecruit_ncsl.register.answering import Answer, Asked
from siprecruit_ncsl.register.book import Book, entry, new_number, plain
from siprecruit_ncsl.register.contract import document, faults

PREFIX: Final = "/stand-in"
LAST_STAGE: Final = "residential"
STAGES: Final = ("application", "online_assessment", "self_assessment", LAST_STAGE)
_RESULTS: Final = ("passed", "deferred", "not_accredited")


class Misunderstood(ValueError):  # noqa: N818 - the reader is a person at a keyboard
    """What the stand-in was told makes no sense; its text says why."""


@attrs.frozen(kw_only=True)
class Callback:
    """A reply that is to be told at once, besides being there to collect."""

    body: Mapping[str, Any]


def stage(book: Book, asked: Asked) -> tuple[Answer, Callback | None]:
    """Do as told; a reply comes along where one was given."""
    try:
        answer, reply = _staged(book, asked)
    except (Misunderstood, KeyError, TypeError, ValueError) as error:
        said = str(error) if isinstance(error, Misunderstood) else f"That can't be read: {error}."
        return Answer(status=400, body={"title": said}), None
    if asked.method != "GET":
        book.save()
    return answer, reply


def _staged(book: Book, asked: Asked) -> tuple[Answer, Callback | None]:
    told = asked.json() if asked.body else {}
    if not isinstance(told, dict):
        raise Misunderstood("Say a JSON object.")
    parts = [unquote(part) for part in asked.path.removeprefix(PREFIX).split("/") if part]
    match asked.method, parts:
        case "GET", []:
            return Answer(status=200, body=plain(book)), None
        case "POST", ["people"]:
            return _add_person(book, told), None
        case "POST", ["people", number, "stages" | "accreditations" as what]:
            return _tell(book, number, _WORDS[what](book, told)), None
        case "POST", ["references", "answers"]:
            return _answer_reference(book, told)
        case "PUT", ["clock"]:
            now = dt.datetime.fromisoformat(told["now"])
            fixed = now if now.tzinfo else now.replace(tzinfo=dt.UTC)
            book.clock = lambda: fixed
            return Answer(status=200, body={"now": fixed.isoformat()}), None
        case _:
            return Answer(status=404, body={"title": "The stand-in can't be told that."}), None


def _add_person(book: Book, told: Mapping[str, Any]) -> Answer:
    number = told.get("number") or new_number(book)
    if faults("Number", number) or not isinstance(told.get("name"), str) or not told["name"].strip():
        raise Misunderstood("Say the person's name, and a number as a text if it isn't to be the next one.")
    if number in book.people:
        raise Misunderstood("Somebody has that number already.")
    book.people[number] = {"name": told["name"], "told": []}
    return Answer(status=201, body={"number": number})


def _tell(book: Book, number: str, word: dict[str, Any]) -> Answer:
    if number not in book.people:
        raise Misunderstood("Nobody has that number: add the person first.")
    book.people[number]["told"].append(word)
    return Answer(status=200, body=entry(book, number, dt.date.fromisoformat(word["on"])))


def _of_stage(book: Book, told: Mapping[str, Any]) -> dict[str, Any]:
    """The last stage passed accredits; another one passed leaves it pending."""
    stage_, result = told.get("stage"), told.get("result", "passed")
    if stage_ not in STAGES or result not in _RESULTS:
        raise Misunderstood(f"A stage is one of {', '.join(STAGES)}; a result one of {', '.join(_RESULTS)}.")
    passed = "accredited" if stage_ == LAST_STAGE else "pending"
    return _word(book, told, passed if result == "passed" else result)


def _of_status(book: Book, told: Mapping[str, Any]) -> dict[str, Any]:
    return _word(book, told, told.get("status"))


_WORDS: Final[Mapping[str, Callable[[Book, Mapping[str, Any]], dict[str, Any]]]] = {
    "stages": _of_stage,
    "accreditations": _of_status,
}


def _word(book: Book, told: Mapping[str, Any], status: object) -> dict[str, Any]:
    for name, value in (("Phase", told.get("phase")), ("Status", status)):
        if faults(name, value):
            known = document()["components"]["schemas"][name]["enum"]
            raise Misunderstood(f"A {name.lower()} is one of {', '.join(known)}.")
    on = dt.date.fromisoformat(told["on"]) if told.get("on") else book.clock().date()
    ends = dt.date.fromisoformat(told["expires_on"]).isoformat() if told.get("expires_on") else None
    return {"on": on.isoformat(), "phase": told["phase"], "status": status, "expires_on": ends}


def _answer_reference(book: Book, told: Mapping[str, Any]) -> tuple[Answer, Callback]:
    """A referee answers, declines, or can't be reached."""
    reference = book.references.get(str(told.get("task")))
    if reference is None:
        raise Misunderstood("No such reference was asked for.")
    reply = {
        "receipt": f"{book.id}-reply-{len(book.replies) + 1}",
        "task": reference["task"],
        "outcome": told.get("outcome", "given"),
    }
    if reply["outcome"] == "given":
        received_at = told.get("received_at") or book.clock().isoformat()
        reply |= {
            "answers": told.get("answers", {}),
            "in_confidence": told.get("in_confidence"),
            "received_at": received_at,
        }
    elif reply["outcome"] == "declined":
        reply["reason"] = told.get("reason", "")
    if faults("Reply", reply):
        raise Misunderstood("An outcome is given (with `answers`), declined (with a `reason`) or bounced.")
    reference["state"] = "answered"
    book.replies.append(reply)
    return Answer(status=201, body={"receipt": reply["receipt"]}), Callback(body={"replies": [reply]})
