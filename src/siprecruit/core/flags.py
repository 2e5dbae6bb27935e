"""What a person should look at in a response: computed from its details and the programme, never stored."""

from __future__ import annotations

import datetime as dt

import attrs

from siprecruit.core.programme import Programme
from siprecruit.core.text import fold_address, is_address


@attrs.frozen(kw_only=True)
class WrittenReferee:
    """A referee as a sheet or form has them, perhaps nobody; `from_la` is None where nobody said."""

    name: str = ""
    email: str = ""
    role: str = ""
    from_la: bool | None = None

    @property
    def is_named(self) -> bool:
        """Whether there is anybody to ask: a role or a tick alone, as a form leaves them, is nobody."""
        return bool(self.name or self.email)


@attrs.frozen(kw_only=True)
class Details:
    """What a response says, as far as eligibility and completeness go."""

    #: the code of the advert that it answers
    advert: str
    received_on: dt.date
    first_name: str
    last_name: str
    email: str
    #: a code of the programme's categories; None where the text is none of them
    category: str | None
    #: days a year, 0 to 366; None where nothing of the kind was said
    days_available: int | None
    #: all URNs that it names, of the employer and of declared interests
    schools: tuple[str, ...]
    #: something stands where a URN should and isn't one
    school_unclear: bool = False
    pen_portrait: str = ""
    #: those in the form's places, some of whom may be nobody
    referees: tuple[WrittenReferee, ...] = ()


def flags(details: Details, programme: Programme, known_urns: frozenset[str] | None) -> tuple[str, ...]:
    """The codes of all that a person should look at, in the order in which they are listed here.

    no_email, bad_email, ineligible_category, days_unknown, before_publication, after_closing, unknown_school,
    too_few_referees, no_la_referee, same_referee_twice, referee_is_applicant, pen_portrait_too_long,
    name_incomplete.
    `known_urns` are the schools in the record; None or none at all: nothing can be said about schools.
    """
    referees = tuple(referee for referee in details.referees if referee.is_named)
    addresses = _addresses(referees)
    found = {
        "no_email": not details.email,
        "bad_email": bool(details.email) and not is_address(details.email),
        "ineligible_category": not _is_eligible(details.category, programme),
        "days_unknown": details.days_available is None,
        "before_publication": _is_before_publication(details, programme),
        "after_closing": _is_after_closing(details, programme),
        "unknown_school": _names_unknown_school(details, known_urns),
        "too_few_referees": len(referees) < programme.references.minimum,
        "no_la_referee": _lacks_la_referee(referees, programme),
        "same_referee_twice": len(set(addresses)) < len(addresses),
        "referee_is_applicant": bool(details.email) and fold_address(details.email) in addresses,
        "pen_portrait_too_long": _is_too_long(details.pen_portrait, programme),
        "name_incomplete": not (details.first_name and details.last_name),
    }
    return tuple(code for code, holds in found.items() if holds)


def _is_eligible(category: str | None, programme: Programme) -> bool:
    known = programme.category(category) if category else None
    return known is not None and known.eligible


def _is_before_publication(details: Details, programme: Programme) -> bool:
    # Nobody answers what has not stood in the paper: a day, a year or the advert was mistaken.
    advert = programme.advert(details.advert)
    return advert is not None and details.received_on < advert.published


def _is_after_closing(details: Details, programme: Programme) -> bool:
    advert = programme.advert(details.advert)
    return advert is not None and advert.closes is not None and details.received_on > advert.closes


def _names_unknown_school(details: Details, known_urns: frozenset[str] | None) -> bool:
    if not known_urns:
        return False
    return details.school_unclear or not known_urns.issuperset(details.schools)


def _lacks_la_referee(referees: tuple[WrittenReferee, ...], programme: Programme) -> bool:
    return programme.references.la_referee_required and not any(referee.from_la for referee in referees)


def _addresses(referees: tuple[WrittenReferee, ...]) -> list[str]:
    # What is no address ("by post") may stand twice and is still no sign of one person.
    return [fold_address(referee.email) for referee in referees if is_address(referee.email)]


def _is_too_long(text: str, programme: Programme) -> bool:
    limit = programme.pen_portrait
    if len(text) > limit.characters:
        return True
    # So short a text can't have more words; most are.
    return len(text) > 2 * limit.words - 1 and len(text.split()) > limit.words
