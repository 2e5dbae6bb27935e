"""Whom to ring at a school: its contacts by purpose, each with its dates."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs

from siprecruit.core.calendar import in_words
from siprecruit.core.commands import Given, Rejected, command
from siprecruit.core.decider import Stage
from siprecruit.core.events import event
from siprecruit.core.ids import Code, Kept
from siprecruit.core.intervals import latest, within


@command("contact.set", "placement")
@attrs.frozen(kw_only=True)
class SetContact:
    """Whom to ring at the school about something, from the envelope's ``on``; the one before is no longer it.

    ``purpose`` is one of the programme's purposes at a school, such as headteacher; ``until`` the last day
    where it is known. ``name``, ``email`` and ``phone`` are kept; at least one of them is told.
    """

    purpose: Code
    name: str = ""
    email: str = ""
    phone: str = ""
    until: dt.date | None = None


@command("contact.end", "placement")
@attrs.frozen(kw_only=True)
class EndContact:
    """The school has no contact for a purpose any longer; the envelope's day is the first without."""

    purpose: Code


@event("contact.set")
@attrs.frozen(kw_only=True)
class ContactSet:
    """A school's contact for a purpose, through ``until`` where a last day was known."""

    purpose: Code
    until: dt.date | None = None
    name: Kept = None
    email: Kept = None
    phone: Kept = None


@event("contact.ended")
@attrs.frozen(kw_only=True)
class ContactEnded:
    """A school had no contact for a purpose any longer; that day is the first one without."""

    purpose: Code


@attrs.frozen(kw_only=True)
class Contact:
    """A contact told on a day, or that there is none any longer (``told`` is a ``ContactEnded``)."""

    on: dt.date
    told: ContactSet | ContactEnded


@attrs.frozen(kw_only=True)
class Contacts:
    """All that was told of a school's contacts, in the order of being told."""

    told: tuple[Contact, ...] = ()


def contact_on(state: Contacts, purpose: str, day: dt.date) -> Contact | None:
    """The school's contact for a purpose on a day: as told last of those days, or None."""
    told = latest([each for each in state.told if each.told.purpose == purpose and each.on <= day])
    if told is None or isinstance(told.told, ContactEnded):
        return None
    return told if within(day, told.on, told.told.until) else None


def contacts_on(state: Contacts, day: dt.date) -> tuple[Contact, ...]:
    """The school's contacts on a day, by purpose."""
    purposes = sorted({each.told.purpose for each in state.told})
    return tuple(found for each in purposes if (found := contact_on(state, each, day)) is not None)


def _set(what: SetContact, state: Contacts, given: Given) -> tuple[Any, ...]:
    contact = ContactSet(
        purpose=what.purpose,
        until=what.until,
        name=what.name.strip() or None,
        email=what.email.strip() or None,
        phone=what.phone.strip() or None,
    )
    before = contact_on(state, what.purpose, given.on)
    return () if before is not None and before.told == contact else (contact,)


def _end(what: EndContact, state: Contacts, given: Given) -> tuple[Any, ...]:
    told = latest([each for each in state.told if each.told.purpose == what.purpose and each.on <= given.on])
    if told is not None and isinstance(told.told, ContactEnded):
        return ()
    return (ContactEnded(purpose=what.purpose),)


def _judge_set(happened: ContactSet, _state: Contacts, given: Given) -> None:
    known = [each.code for each in given.programme.purposes if each.of == "school"]
    if happened.purpose not in known:
        raise Rejected(
            "unknown_purpose", f"{happened.purpose} is no purpose at a school: they are {', '.join(known)}"
        )
    if not (happened.name or happened.email or happened.phone):
        raise Rejected("nobody_told", "a contact needs a name, an e-mail address or a telephone number")
    if happened.until is not None and happened.until < given.on:
        raise Rejected(
            "ends_before_it_starts",
            f"the last day, {in_words(happened.until)}, is before the first, {in_words(given.on)}",
        )


def _was_set(state: Contacts, happened: ContactSet, on: dt.date) -> Contacts:
    return Contacts(told=(*state.told, Contact(on=on, told=happened)))


def _was_ended(state: Contacts, happened: ContactEnded, on: dt.date) -> Contacts:
    if not any(
        isinstance(each.told, ContactSet) and each.told.purpose == happened.purpose and each.on <= on
        for each in state.told
    ):
        raise Rejected("does_not_follow", f"no contact for {happened.purpose} was told by {in_words(on)}")
    return Contacts(told=(*state.told, Contact(on=on, told=happened)))


STAGE = Stage(
    name="contacts",
    initial=Contacts(),
    decide={SetContact: _set, EndContact: _end},
    evolve={ContactSet: _was_set, ContactEnded: _was_ended},
    check={ContactSet: _judge_set},
)
