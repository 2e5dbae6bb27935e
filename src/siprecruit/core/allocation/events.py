"""The events of a school's allocation."""

from __future__ import annotations

import datetime as dt

import attrs

from siprecruit.core.allocation.commands import READS, Teller
from siprecruit.core.events import event
from siprecruit.core.ids import Code, Kept, PersonId


@event("permanent.named", reads=READS)
@attrs.frozen(kw_only=True)
class PermanentNamed:
    """A person was named as the school's permanent partner, whether or not they are ready to start."""

    person: PersonId
    starts: dt.date
    until: dt.date | None = None
    reason: Code | None = None
    plan: Code | None = None
    remark: Kept = None


@event("permanent.ended")
@attrs.frozen(kw_only=True)
class PermanentEnded:
    """A person is the permanent partner through ``until`` and no longer (None.

    Through the day before the event's).
    """

    person: PersonId
    until: dt.date | None = None
    reason: Code | None = None
    remark: Kept = None


@event("temporary.named", reads=READS)
@attrs.frozen(kw_only=True)
class TemporaryNamed:
    """A person was named to cover the school for a time."""

    person: PersonId
    starts: dt.date
    reason: Code
    until: dt.date | None = None
    introductory_visit: bool = False
    remark: Kept = None


@event("temporary.ended", reads={"successor": "person"})
@attrs.frozen(kw_only=True)
class TemporaryEnded:
    """A person's cover ended; with a ``successor`` it was handed over to the permanent partner of that id.

    ``until`` is the last day; None means the day before the event's.
    """

    person: PersonId
    until: dt.date | None = None
    successor: PersonId | None = None
    reason: Code | None = None
    remark: Kept = None


@event("permanent.introduced")
@attrs.frozen(kw_only=True)
class PermanentIntroduced:
    """The permanent partner introduced themselves to the school; ``told_by`` says who told us."""

    person: PersonId
    told_by: Teller


@event("school.heard")
@attrs.frozen(kw_only=True)
class SchoolHeard:
    """The school said whether it has heard from its partner."""

    heard: bool


@event("cda.allocated", reads=READS)
@attrs.frozen(kw_only=True)
class AdviserAllocated:
    """A person is the school's development adviser from ``starts``."""

    person: PersonId
    starts: dt.date
    until: dt.date | None = None


@event("cda.ended")
@attrs.frozen(kw_only=True)
class AdviserEnded:
    """A person is the school's development adviser through ``until`` (None.

    Through the day before the event's).
    """

    person: PersonId
    until: dt.date | None = None
    reason: Code | None = None
