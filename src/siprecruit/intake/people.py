"""A sheet of people who never answered an advert (partners, advisers, officers) to rows of days and codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

import attrs

from siprecruit.core.particulars import ROLES
from siprecruit.core.programme import Area, Programme
from siprecruit.core.text import fold
from siprecruit.intake.kinds import INTEREST
from siprecruit.intake.progress import read_checks
from siprecruit.intake.reading import Reading

#: A year has no more days than these.
_MOST_DAYS: Final = 366
_PARTNER: Final = ("sip", "sips", "sip_short")
"""The programme's own words for a partner: who is called so belongs to the pool and has no other role."""


@attrs.frozen(kw_only=True)
class PersonRow:
    """What a row says of one person."""

    number: int
    person: str
    first_name: str
    last_name: str
    email: str
    phone: str
    category: str | None
    appointed_on: dt.date | None
    appointed_until: dt.date | None
    role: str | None
    area: str | None
    role_from: dt.date | None
    role_until: dt.date | None
    phase: str | None
    accredited_on: dt.date | None
    accredited_until: dt.date | None
    accreditation_number: str
    #: the day of the induction, which may lie ahead
    inducted_on: dt.date | None
    #: by requirement the day on which it was found clear
    checks: Mapping[str, dt.date]
    #: by kind of interest the schools
    interests: Mapping[str, tuple[str, ...]]
    days_available: int | None
    present: frozenset[str]

    @property
    def name(self) -> str:
        """First and last name in one."""
        return f"{self.first_name} {self.last_name}".strip()


def read_person(reading: Reading) -> PersonRow:
    """What a row says; what has to be mended first stands in ``reading.faults``."""
    programme = reading.programme
    first, last = reading.name()
    if not (first or last or reading.text("person")):
        reading.fault("missing_name", "last_name", "There is neither a name nor a code.")
    category = reading.named("category", programme.category_named, "category", programme.categories)
    role = reading.named("role", lambda text: role_named(text, programme), "role")
    area = reading.named("area", lambda text: area_named(text, programme), "area", programme.areas)
    phase = reading.named("accreditation_phase", programme.phase_named, "phase", programme.phases)
    kinds = (each.code for each in programme.interests)
    row = PersonRow(
        number=reading.number,
        person=reading.text("person"),
        first_name=first,
        last_name=last,
        email=reading.text("email"),
        phone=reading.text("phone"),
        category=category.code if category else None,
        appointed_on=reading.day("appointed_on"),
        appointed_until=reading.day("appointed_until", ahead=True),
        role=None if role in _PARTNER else role,
        area=area.code if area else None,
        role_from=reading.day("role_from"),
        role_until=reading.day("role_until", ahead=True),
        phase=phase.code if phase else None,
        accredited_on=reading.day("accredited_on"),
        accredited_until=reading.day("accredited_until", ahead=True),
        accreditation_number=reading.text("accreditation_number"),
        inducted_on=reading.day("inducted_on", ahead=True),
        checks=read_checks(reading),
        interests={kind: urns for kind in kinds if (urns := reading.urns(f"{INTEREST}{kind}"))},
        days_available=reading.whole("days_available", lowest=0, highest=_MOST_DAYS),
        present=reading.present,
    )
    _see_what_is_missing(row, reading)
    return row


def _see_what_is_missing(row: PersonRow, reading: Reading) -> None:
    if row.appointed_on and row.category is None and not reading.text("category"):
        reading.fault("missing_category", "category", "It is not said what the person is by profession.")


def role_named(text: str, programme: Programme) -> str | None:
    """The role that people call by this code or by the programme's words for it, or None."""
    wanted = fold(text)
    called = {fold(code): code for code in ROLES}
    for code, words in programme.vocabulary.items():
        called |= {fold(code): code, fold(words): code}
    return called.get(wanted)


def area_named(text: str, programme: Programme) -> Area | None:
    """The area that people call by this code or title, or None."""
    wanted = fold(text).removesuffix(" area")
    return next((one for one in programme.areas if wanted in (fold(one.code), fold(one.title))), None)
