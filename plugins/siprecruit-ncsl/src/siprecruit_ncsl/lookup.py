"""What the college's register says of a person's accreditation: evidence, never more than it says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast, get_args
from urllib.parse import quote

import attrs
from siprecruit.api import Context, Deferred, Finding, Found, LookupQuery, Refused, Verdict

from siprecruit_ncsl.college import Question, Said, ask
from siprecruit_ncsl.naming import folded

SOURCE: Final = "ncsl"
TIMEOUT_SECONDS: Final = 60.0
MOST_AT_ONCE: Final = 100
"""After so many people the register may be asked at once, says its contract."""

_PAGES: Final = 20
_STATUSES: Final = frozenset(get_args(Verdict)) - {"unknown", "ambiguous"}
_UNREADABLE: Final = Deferred(reason="The register gave an answer that is not as its contract says.")


@attrs.frozen(kw_only=True)
class Accreditation:
    """What the register says of one phase."""

    phase: str
    status: Verdict
    accredited_on: dt.date | None
    expires_on: dt.date | None


@attrs.frozen(kw_only=True)
class Entry:
    """One person in the register, as at a day; ``read_at`` is when that was so."""

    number: str
    name: str
    accreditations: tuple[Accreditation, ...]
    read_at: dt.datetime


def find(context: Context, query: LookupQuery) -> Found:
    """Ask after one person: by number, else by name."""
    if not query.number:
        return find_many(context, (query,))[query.person]
    question = Question(
        path=f"/v1/accreditations/{quote(query.number, safe='')}", params={"as_at": query.as_at.isoformat()}
    )
    said = ask(context, question)
    if not isinstance(said, Said):
        return said
    if said.code == "person_not_known":
        return _unknown("The register has nobody with that number.")
    if said.code:
        return Refused(reason=f"The register doesn't take the question ({said.status} {said.code}).")
    try:
        return _judged((_entry(said.body),), query)
    except (KeyError, TypeError, ValueError):
        return _UNREADABLE


def find_many(context: Context, queries: tuple[LookupQuery, ...]) -> Mapping[str, Found]:
    """Ask after many people, a hundred at a time; whom an outage leaves out is asked after again later."""
    found: dict[str, Found] = {}
    for start in range(0, len(queries), MOST_AT_ONCE):
        found |= _found_of(context, queries[start : start + MOST_AT_ONCE])
    return found


def _found_of(context: Context, queries: Sequence[LookupQuery]) -> dict[str, Found]:
    found: dict[str, Found] = {}
    asked: dict[str, LookupQuery] = {}
    for position, query in enumerate(queries):
        if query.number or (query.name and context.settings.by_name):
            asked[str(position)] = query
        else:
            found[query.person] = _unknown("There is no number to look up by, and `by_name` is off.")
    missing: Found = Deferred(reason="The register left this person out of its answer.")
    for page in _pages(context, asked):
        if isinstance(page, (Deferred, Refused)):
            missing = page
            break
        found |= {asked[key].person: one for key, one in _answers(page, asked)}
    return {**{query.person: missing for query in asked.values()}, **found}


def _pages(context: Context, asked: Mapping[str, LookupQuery]) -> Iterator[Said | Deferred | Refused]:
    """The pages of the register's answer; the last is none where something went wrong."""
    people = [_person(key, query) for key, query in asked.items()]
    cursor: object = ""
    for _ in range(_PAGES if people else 0):
        body = {"people": people, **({"cursor": cursor} if cursor else {})}
        said = ask(context, Question(method="POST", path="/v1/accreditations/find", body=body))
        if isinstance(said, Said) and said.code:
            said = Refused(reason=f"The register doesn't take the question ({said.status} {said.code}).")
        if isinstance(said, Said) and not isinstance(said.body.get("results"), list):
            said = _UNREADABLE
        yield said
        cursor = said.body.get("next") if isinstance(said, Said) else None
        if not isinstance(cursor, str) or not cursor:
            return


def _person(key: str, query: LookupQuery) -> dict[str, str]:
    """No more of a person than is needed to find them: a name goes out only where there is no number."""
    who = {"number": query.number} if query.number else {"name": query.name}
    return {"key": key, **who, "as_at": query.as_at.isoformat()}


def _answers(page: Said, asked: Mapping[str, LookupQuery]) -> Iterator[tuple[str, Found]]:
    for result in page.body["results"]:
        key = result.get("key") if isinstance(result, dict) else None
        if not isinstance(key, str) or key not in asked:
            continue
        try:
            yield key, _judged(tuple(map(_entry, result["entries"])), asked[key])
        except (KeyError, TypeError, ValueError, AttributeError):
            yield key, _UNREADABLE


# -- reading ------------------------------------------------------------------


def _entry(told: Mapping[str, Any]) -> Entry:
    """Raises KeyError, TypeError or ValueError where it isn't as the contract says."""
    read_at = dt.datetime.fromisoformat(told["read_at"])
    if read_at.tzinfo is None:
        raise ValueError("read_at")
    return Entry(
        number=_text(told["number"]),
        name=_text(told["name"]),
        accreditations=tuple(map(_accreditation, told["accreditations"])),
        read_at=read_at.astimezone(dt.UTC),
    )


def _accreditation(told: Mapping[str, Any]) -> Accreditation:
    if told["status"] not in _STATUSES:
        raise ValueError("status")
    return Accreditation(
        phase=_text(told["phase"]),
        status=cast("Verdict", told["status"]),
        accredited_on=_day(told.get("accredited_on")),
        expires_on=_day(told.get("expires_on")),
    )


def _text(told: object) -> str:
    # A number that came as one has lost its zeros: that is no answer.
    if not isinstance(told, str) or not told or len(told) > 200:  # noqa: PLR2004 - far longer than any name
        raise TypeError("text")
    return told


def _day(told: object) -> dt.date | None:
    return None if told is None else dt.date.fromisoformat(_text(told))


# -- judging ------------------------------------------------------------------


def _judged(entries: tuple[Entry, ...], query: LookupQuery) -> Finding:
    """What follows for the phase and the day that were asked after; where there is any doubt, nothing."""
    if not entries:
        return _unknown("The register has nobody of that number or name.")
    if doubt := _doubt(entries, query):
        return _ambiguous(doubt)
    about = next((one for one in entries[0].accreditations if one.phase == query.phase), None)
    if about is None:
        return _unknown(f"The register has them, and says nothing of the phase {query.phase}.")
    if not _holds_together(about, query.as_at):
        return _ambiguous(f"The register says {about.status}, and its days say otherwise.")
    return _finding(entries[0], about, query)


def _doubt(entries: tuple[Entry, ...], query: LookupQuery) -> str:
    """Why it may be somebody else; empty where nothing speaks for that."""
    if len(entries) > 1:
        return f"The register has {len(entries)} people of that name."
    if query.number and entries[0].number != query.number:
        return "The register answered with another number than was asked after."
    if not _same(entries[0].name, query):
        return "The register has that number under another name."
    return ""


def _finding(entry: Entry, about: Accreditation, query: LookupQuery) -> Finding:
    # A finding has one pair of days: other phases belong in it only where theirs are the same.
    alike = {one.phase for one in entry.accreditations if attrs.evolve(one, phase=about.phase) == about}
    by = "number" if query.number else "name alone"
    since = f" since {about.accredited_on}" if about.accredited_on else ""
    return Finding(
        verdict=about.status,
        source=SOURCE,
        phases=frozenset(alike),
        number=entry.number,
        accredited_on=about.accredited_on,
        expires_on=about.expires_on,
        seen_at=entry.read_at,
        evidence=f"Found by {by}: {about.status.replace('_', ' ')} for {about.phase}{since}.",
    )


def _same(name: str, query: LookupQuery) -> bool:
    """By name it has to be the whole one; beside a number the surname will do, to notice a slip in it."""
    theirs, ours = folded(name), folded(query.name)
    if not query.number:
        return theirs == ours
    return not ours or not theirs or theirs[-1] == ours[-1]


def _holds_together(about: Accreditation, as_at: dt.date) -> bool:
    """Whether what it says of a day agrees with its own days."""
    starts, ends = about.accredited_on, about.expires_on
    if starts and ends and ends < starts:
        return False
    if about.status == "accredited":
        return (starts is None or starts <= as_at) and (ends is None or as_at <= ends)
    return about.status != "expired" or ends is None or ends < as_at


def _unknown(why: str) -> Finding:
    return Finding(verdict="unknown", source=SOURCE, evidence=why)


def _ambiguous(why: str) -> Finding:
    return Finding(verdict="ambiguous", source=SOURCE, evidence=why)
