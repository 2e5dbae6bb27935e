"""A sheet of whom to ring about what, at schools and at the authority, to rows."""

from __future__ import annotations

import datetime as dt

import attrs

from siprecruit.intake.people import area_named
from siprecruit.intake.reading import Reading


@attrs.frozen(kw_only=True)
class ContactRow:
    """One contact: a school's where ``urn`` or ``school`` is told, else an officer of the authority."""

    number: int
    urn: str
    school: str
    town: str
    #: the code of the programme's purpose
    purpose: str
    of_school: bool
    area: str | None
    person: str
    first_name: str
    last_name: str
    email: str
    phone: str
    starts: dt.date | None
    until: dt.date | None
    present: frozenset[str]

    @property
    def name(self) -> str:
        """First and last name in one."""
        return f"{self.first_name} {self.last_name}".strip()


def read_contact(reading: Reading) -> ContactRow:
    """What a row says; what has to be mended first stands in ``reading.faults``."""
    purpose = reading.named("purpose", reading.programme.purpose_named, "purpose")
    if purpose is None and not reading.text("purpose"):
        reading.fault("unknown_purpose", "purpose", "It is not said what the contact is for.")
    programme = reading.programme
    area = reading.named("area", lambda text: area_named(text, programme), "area", programme.areas)
    first, last = reading.name()
    urns = reading.urns("urn")
    if len(urns) > 1:
        reading.fault("bad_urn", "urn", "A contact belongs to one school: give each a row of its own.")
    row = ContactRow(
        number=reading.number,
        urn=urns[0] if urns else "",
        school=reading.text("school"),
        town=reading.text("town"),
        purpose=purpose.code if purpose else "",
        of_school=purpose is not None and purpose.of == "school",
        area=area.code if area else None,
        person=reading.text("person"),
        first_name=first,
        last_name=last,
        email=reading.text("email"),
        phone=reading.text("phone"),
        starts=reading.day("starts"),
        until=reading.day("until", ahead=True),
        present=reading.present,
    )
    if purpose is not None:
        _see_whose_it_is(row, reading, purpose.title)
    return row


def _see_whose_it_is(row: ContactRow, reading: Reading, title: str) -> None:
    if row.of_school and not (row.urn or row.school):
        reading.fault("unknown_school", "school", f"{title} is somebody at a school: say at which.")
    elif not row.of_school and (row.urn or row.school):
        reading.fault(
            "unknown_purpose", "purpose", f"{title} is an officer of the authority, not somebody at a school."
        )
    if row.of_school and not (row.name or row.email or row.phone):
        reading.fault("missing_name", "name", "There is neither a name nor a way to reach anybody.")
    elif not row.of_school and not (row.name or row.person or row.email):
        reading.fault("missing_name", "name", "It is not said who the officer is.")
