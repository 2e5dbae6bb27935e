"""What can be told about a person, beside accreditation and induction."""

from __future__ import annotations

import datetime as dt

import attrs

from siprecruit.core.commands import command
from siprecruit.core.ids import Code, PersonId, Urn


@command("person.record", "person", begins=True)
@attrs.frozen(kw_only=True)
class RecordPerson:
    """A person the authority works with, and how to reach them; told again, all of it is replaced.

    Panel members, officers and advisers come in so; an applicant's particulars stand in the application.
    """

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""


@command("person.take_role", "person", begins=True)
@attrs.frozen(kw_only=True)
class TakeRole:
    """The person takes on a role from the envelope's day, through ``until`` where a last day is known.

    ``role`` is a code such as ``cda`` or ``panel_member``, or another one of the programme's vocabulary;
    ``area`` is the code of the area that it is for.
    """

    role: Code
    area: Code | None = None
    until: dt.date | None = None


@command("person.leave_role", "person")
@attrs.frozen(kw_only=True)
class LeaveRole:
    """The person has the role no longer; the envelope's day is the first one without."""

    role: Code
    area: Code | None = None


@command("person.appoint", "person", begins=True)
@attrs.frozen(kw_only=True)
class AppointPerson:
    """The person belongs to the pool from the envelope's day, without having answered an advert of ours.

    So a pool is taken over from before. ``category`` is one of the programme's; ``by`` the code of who
    appointed them; ``until`` the last day, where there is one.
    """

    category: Code
    by: Code | None = None
    until: dt.date | None = None


@command("person.leave", "person", begins=True)
@attrs.frozen(kw_only=True)
class LeavePool:
    """The person leaves the pool; the envelope's day is the first one without. ``reason`` is a code."""

    reason: Code


@command("person.return", "person")
@attrs.frozen(kw_only=True)
class ReturnToPool:
    """The person, who had left, is in the pool again from the envelope's day on."""


@command("interest.declare", "person", begins=True)
@attrs.frozen(kw_only=True)
class DeclareInterest:
    """The person declares a tie to a school; ``kind`` is one of the programme's interests (``employer``).

    ``starts`` and ``until`` are the first and last day of the tie, None where unknown or not over. Declared
    again with the same ``starts``, another ``until`` takes the place of the former.
    """

    urn: Urn
    kind: Code
    starts: dt.date | None = None
    until: dt.date | None = None


@command("availability.set", "person", begins=True)
@attrs.frozen(kw_only=True)
class SetAvailability:
    """The days a year (0 to 366) that the person can give, from ``starts`` through ``until``."""

    days: int
    starts: dt.date | None = None
    until: dt.date | None = None


@command("base.set", "person", begins=True)
@attrs.frozen(kw_only=True)
class SetBase:
    """Where the person sets out from: metres on the Ordnance Survey's grid, and the postcode if told."""

    easting: int
    northing: int
    postcode: str = ""


@command("person.merge", "person", begins=True, reads={"other": "person"})
@attrs.frozen(kw_only=True)
class MergePerson:
    """Two people in the record are one: what is known of ``other`` is known of this person too."""

    other: PersonId


@command("person.keep", "person", begins=True, reads={"other": "person"})
@attrs.frozen(kw_only=True)
class KeepApart:
    """A possible duplicate was looked at: ``other`` is another person."""

    other: PersonId
