"""To whom a message goes, and to which of their addresses, by what the record says on the day it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal

import attrs

from siprecruit.core.adverts import la_referee_on
from siprecruit.core.allocation import (
    AdviserAllocated,
    AdviserEnded,
    PermanentEnded,
    PermanentNamed,
    TemporaryEnded,
    TemporaryNamed,
    serving,
)
from siprecruit.core.particulars import roles_on
from siprecruit.core.school_record import area_on
from siprecruit.core.text import is_address
from siprecruit.deliver.office import Office
from siprecruit.deliver.writing.cases import Case, cases
from siprecruit.deliver.writing.somebody import Somebody, applicant, at_school, deputy_of, person, referee
from siprecruit.plugins.types import Recipient
from siprecruit.record.outbox import Row
from siprecruit.record.reading import Reader

AddressKind = Literal["email", "sms", "post", "webhook"]

_WORDS: Final = {"email": "e-mail address", "sms": "telephone number", "post": "postal address"}
_FEWEST_DIGITS: Final = 7


@attrs.frozen(kw_only=True)
class Missing:
    """There is nobody to send it to, or no address of theirs: a sentence, without any address in it.

    ``wanted`` is false where the message is for nobody by what stands now, so that no one has to look.
    """

    sentence: str
    wanted: bool = True


def as_addressed(to: Recipient) -> str:
    """Who it goes to, as a letter is addressed: ``Jo Doe <jo@example.org>``."""
    return f"{to.name} <{to.address}>".strip()


def recipients(
    office: Office, reader: Reader, rows: Sequence[Row], kind: AddressKind
) -> list[Recipient | Missing]:
    """Who gets each of these rows, in their order, all read in a few statements."""
    return [recipient(case, kind) for case in cases(office, reader, rows)]


def recipient(case: Case, kind: AddressKind) -> Recipient | Missing:
    """Who gets it, with their one address of that kind, or what is missing."""
    found = _WHO[case.row.recipient](case) if case.row.recipient in _WHO else ()
    if isinstance(found, Missing):
        return found
    if kind == "webhook":
        # Its own settings say where it leads: nobody's address goes there.
        return next((Recipient(id=one.id, name=one.name, address="") for one in found), _nobody(case, kind))
    for one in found:
        address = _address(one, kind)
        if _usable(address, kind):
            return Recipient(id=one.id, name=one.name, address=address)
    written = any(_address(one, kind) for one in found)
    return _nobody(case, kind, written=written)


def _nobody(case: Case, kind: AddressKind, *, written: bool = False) -> Missing:
    who = f"{_ROLES.get(case.row.recipient, case.row.recipient)} ({case.row.stream})"
    what = _WORDS.get(kind, kind)
    if written:
        return Missing(sentence=f"what is written as the {what} of the {who} can't be one: correct it")
    return Missing(sentence=f"no {what} of the {who} is in the record")


def _address(one: Somebody, kind: AddressKind) -> str:
    return {"email": one.email, "sms": one.phone, "post": one.post}.get(kind, "").strip()


def _usable(address: str, kind: AddressKind) -> bool:
    if kind == "email":
        return is_address(address)
    if kind == "sms":
        return sum(each.isdigit() for each in address) >= _FEWEST_DIGITS
    return bool(address)


# -- who, by the role that the outbox names -----------------------------------

Found = Sequence[Somebody] | Missing
_ROLES: Final = {
    "la_referee": "authority's referee",
    "cda": "development adviser",
    "senior_adviser": "area's adviser",
}


def _applicant(case: Case) -> Found:
    if case.kind == "person":
        return [person(case.desk, case.id)]
    found = applicant(case) if case.kind == "application" else None
    return [found] if found else ()


def _referee(case: Case) -> Found:
    """The referee, or while one of our officers is away whoever answers in their place."""
    named = case.referee
    if named is None:
        return ()
    deputy = deputy_of(case, named.person, case.desk.today) if named.person else None
    return [person(case.desk, deputy)] if deputy else [referee(case, named.named)]


def _la_referee(case: Case) -> Found:
    """The authority's referee: the one of this applicant, or else the officer who offers to be it."""
    if case.kind != "application":
        return ()
    named = case.referee
    if named is not None and named.from_la:
        return _referee(case)
    day, category = case.desk.today, case.state.response.category
    scopes = [category, *(["headteachers"] if category == "headteacher" else [])]
    rounds = [case.desk.state(each).adverts for each in case.rounds]
    officers = [la_referee_on(each, day, scope) for each in rounds for scope in scopes if scope]
    return [person(case.desk, officer) for officer in officers if officer]


def _school(case: Case) -> Found:
    return at_school(case, case.urn) if case.urn else ()


def _partner(case: Case) -> Found:
    happened = case.event
    if case.kind == "person":
        return [person(case.desk, case.id)]
    if isinstance(happened, TemporaryEnded):
        if happened.successor is None:
            return Missing(
                sentence="the cover ended without a successor: there is nobody to tell", wanted=False
            )
        return [person(case.desk, happened.successor)]
    return _held(case, (PermanentNamed, PermanentEnded), "permanents")


def _temporary(case: Case) -> Found:
    return _held(case, (TemporaryNamed, TemporaryEnded), "temporaries")


def _adviser(case: Case) -> Found:
    return _held(case, (AdviserAllocated, AdviserEnded), "advisers")


def _held(case: Case, by_event: tuple[type[Any], ...], tenures: str) -> Found:
    """Who is named in the event itself, or else whoever holds the post today."""
    if case.kind != "placement":
        return ()
    happened = case.event
    if isinstance(happened, by_event):
        return [person(case.desk, str(happened.person))]
    held = serving(getattr(case.state.allocation, tenures), case.desk.today)
    return [person(case.desk, held.person)] if held else ()


def _area_adviser(case: Case) -> Found:
    """The senior advisers of the school's area: the first of them who has an address gets it."""
    if not case.urn:
        return ()
    day = case.desk.today
    area = area_on(case.desk.state(f"placement/{case.urn}").school, day)
    return [
        person(case.desk, who)
        for who in case.advisers
        if ("senior_adviser", area) in roles_on(case.desk.person(who).particulars, day)
    ]


def _office(case: Case) -> Found:
    letterhead = case.office.letterhead
    return [
        Somebody(
            id="office",
            name=letterhead.name,
            email=letterhead.email,
            phone=letterhead.telephone,
            post="\n".join((letterhead.name, *letterhead.address)) if letterhead.address else "",
        )
    ]


_WHO: Final[Mapping[str, Callable[[Case], Found]]] = {
    "applicant": _applicant,
    "referee": _referee,
    "la_referee": _la_referee,
    "school": _school,
    "partner": _partner,
    "temporary": _temporary,
    "cda": _adviser,
    "senior_adviser": _area_adviser,
    "office": _office,
}
