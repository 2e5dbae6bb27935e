"""What has happened to a person, beside accreditation and induction."""

from __future__ import annotations

import datetime as dt

import attrs

from siprecruit.core.events import event
from siprecruit.core.ids import Code, Kept, PersonId, Urn


@event("person.recorded", dated=False)
@attrs.frozen(kw_only=True)
class PersonRecorded:
    """A person's particulars, all of them, as told last."""

    first_name: Kept = None
    last_name: Kept = None
    email: Kept = None
    phone: Kept = None


@event("person.role_taken")
@attrs.frozen(kw_only=True)
class RoleTaken:
    """A person took on a role, through ``until`` where a last day was known."""

    role: Code
    area: Code | None = None
    until: dt.date | None = None


@event("person.role_left")
@attrs.frozen(kw_only=True)
class RoleLeft:
    """A person had a role no longer; that day is the first one without."""

    role: Code
    area: Code | None = None


@event("person.appointed")
@attrs.frozen(kw_only=True)
class PersonAppointed:
    """A person belonged to the pool without an advert of ours."""

    category: Code
    by: Code | None = None
    until: dt.date | None = None


@event("person.left")
@attrs.frozen(kw_only=True)
class PersonLeft:
    """A person left the pool; that day is the first one without them."""

    reason: Code


@event("person.returned")
@attrs.frozen(kw_only=True)
class PersonReturned:
    """A person who had left was in the pool again."""


@event("interest.declared")
@attrs.frozen(kw_only=True)
class InterestDeclared:
    """A person declared a tie to a school."""

    urn: Urn
    kind: Code
    starts: dt.date | None = None
    until: dt.date | None = None


@event("availability.set")
@attrs.frozen(kw_only=True)
class AvailabilitySet:
    """A person said how many days a year they can give."""

    days: int
    starts: dt.date | None = None
    until: dt.date | None = None


@event("base.set")
@attrs.frozen(kw_only=True)
class BaseSet:
    """A person said where they set out from."""

    easting: int
    northing: int
    postcode: Kept = None


@event("person.joined", dated=False, reads={"other": "person"})
@attrs.frozen(kw_only=True)
class PersonJoined:
    """Two people in the record were found to be one."""

    other: PersonId


@event("person.kept_apart", dated=False, reads={"other": "person"})
@attrs.frozen(kw_only=True)
class PersonKeptApart:
    """Two people in the record who look alike were found to be two."""

    other: PersonId
