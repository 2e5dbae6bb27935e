"""People as messages name and reach them: by what was told of each last, on the day that it is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

import attrs

from siprecruit.core.contacts import contact_on
from siprecruit.core.events import Recorded, standing
from siprecruit.core.ids import PersonId
from siprecruit.core.particulars import PersonRecorded
from siprecruit.core.purposes import purposes_on
from siprecruit.core.references import RefereeNamed
from siprecruit.core.responses import ResponseDrafted, ResponseSubmitted
from siprecruit.core.school_record import area_on, school_on
from siprecruit.deliver.writing.cases import Case
from siprecruit.record.desk import Desk

_TELL: Final = (PersonRecorded, ResponseSubmitted, ResponseDrafted)
"""The events that tell how somebody is reached."""


@attrs.frozen(kw_only=True)
class Somebody:
    """Somebody who may be written to or rung, with all that is known of where. ``id`` is ours."""

    id: str
    name: str
    email: str = ""
    phone: str = ""
    post: str = ""


def person(desk: Desk, who: str, streams: Iterable[str] | None = None) -> Somebody:
    """A person by what was told of them last, in any of their streams, or in these."""
    told = _told(desk, desk.streams_of(who) if streams is None else streams)
    first, last = _latest(told, "first_name"), _latest(told, "last_name")
    return Somebody(
        id=who,
        name=f"{first} {last}".strip(),
        email=_latest(told, "email"),
        phone=_latest(told, "phone"),
    )


def applicant(case: Case) -> Somebody | None:
    """Whose application it is, by that application and their own particulars: not by another application."""
    who = case.state.person
    if who is None:
        return None
    own = [f"person/{each}" for each in case.desk.group(str(who))]
    return person(case.desk, str(who), [case.row.stream, *own])


def referee(case: Case, named: RefereeNamed) -> Somebody:
    """A referee as named; one of our officers is reached by what was told of themselves."""
    written = Somebody(
        id=str(named.person or f"{case.id}/{named.referee}"), name=named.name or "", email=named.email or ""
    )
    if named.person is None:
        return written
    officer = person(case.desk, str(named.person))
    return attrs.evolve(
        written,
        name=written.name or officer.name,
        email=officer.email or written.email,
        phone=officer.phone,
    )


def deputy_of(case: Case, officer: PersonId, day: dt.date) -> PersonId | None:
    """Who answers in an officer's place on a day, by their offer to be the authority's referee."""
    for offer in (one for each in case.rounds for one in case.desk.state(each).adverts.offers.values()):
        told = offer.offered
        stands = offer.starts <= day and (offer.until is None or day <= offer.until)
        away = told.away_from is not None and told.away_from <= day <= (told.away_until or dt.date.max)
        if told.officer == officer and stands and away:
            return PersonId(told.deputy) if told.deputy else None
    return None


def at_school(case: Case, urn: str) -> tuple[Somebody, ...]:
    """Whom to write to at a school, in the programme's order of purposes: so the headteacher first."""
    placement = case.desk.state(f"placement/{urn}")
    school = school_on(placement.school, case.desk.today)
    post = "\n".join(each for each in (school.name, school.town, school.postcode) if each) if school else ""
    found = []
    for purpose in (each for each in case.programme.purposes if each.of == "school"):
        contact: Any = contact_on(placement.contacts, purpose.code, case.desk.today)
        told = contact.told if contact else None
        name = (told.name if told else "") or purpose.title
        found.append(
            Somebody(
                id=urn,
                name=name,
                email=(told.email if told else "") or "",
                phone=(told.phone if told else "") or "",
                post=f"{name}\n{post}" if post and school and school.postcode else "",
            )
        )
    return tuple(found)


def answering_for(case: Case, purpose: str | None) -> Somebody | None:
    """The officer who is rung about something: for the school's own area before one for all of them."""
    day, area = case.desk.today, None
    if case.urn:
        area = area_on(case.desk.state(f"placement/{case.urn}").school, day)
    for wanted in dict.fromkeys((area, None)):
        for stream in case.officers:
            if (purpose, wanted) in purposes_on(case.desk.state(stream).purposes, day):
                return person(case.desk, stream.partition("/")[2], [stream])
    return None


def _told(desk: Desk, streams: Iterable[str]) -> list[Recorded]:
    """The last word of each stream, the latest of them last: particulars are told whole each time."""
    words = []
    for stream in streams:
        told = [one for one in standing(desk.histories[stream]) if isinstance(one.event, _TELL)]
        words += told[-1:]
    return sorted(words, key=lambda one: one.recorded_at)


def _latest(told: list[Recorded], field: str) -> str:
    """What was told last of a field, where anything was."""
    return next((text for one in reversed(told) if (text := getattr(one.event, field, None))), "")
