"""What is known of a person beside accreditation and induction, and what that says of a day."""

from __future__ import annotations

import datetime as dt

import attrs

from siprecruit.core.ids import Code, PersonId, Urn
from siprecruit.core.intervals import ALWAYS, Interval, Turn, covers, latest, merge, spells, through, within
from siprecruit.core.particulars.events import BaseSet, PersonRecorded


@attrs.frozen(kw_only=True)
class Role:
    """A role taken on, or given up where ``holds`` is false, on a day."""

    on: dt.date
    role: Code
    area: Code | None
    holds: bool
    until: dt.date | None = None


@attrs.frozen(kw_only=True)
class Appointment:
    """A place in the pool, given on a day without an advert."""

    on: dt.date
    category: Code
    by: Code | None = None
    until: dt.date | None = None


@attrs.frozen(kw_only=True)
class Leaving:
    """A day on which the person left the pool, or came back to it where ``reason`` is None."""

    on: dt.date
    reason: Code | None


@attrs.frozen(kw_only=True)
class Interest:
    """A tie to a school; ``starts`` and ``until`` both belong to it."""

    on: dt.date
    urn: Urn
    kind: Code
    starts: dt.date | None = None
    until: dt.date | None = None


@attrs.frozen(kw_only=True)
class Availability:
    """Days a year, as told on a day; ``starts`` and ``until`` both belong to it."""

    on: dt.date
    days: int
    starts: dt.date | None = None
    until: dt.date | None = None


@attrs.frozen(kw_only=True)
class Particulars:
    """What is known of a person beside their accreditation and induction.

    ``recorded`` is None where only an application names the person; its texts are None where they were not
    asked for. ``joined`` are the other ids of the same person.
    """

    recorded: PersonRecorded | None = None
    roles: tuple[Role, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    leavings: tuple[Leaving, ...] = ()
    interests: tuple[Interest, ...] = ()
    availability: tuple[Availability, ...] = ()
    base: BaseSet | None = None
    joined: frozenset[PersonId] = frozenset()
    kept_apart: frozenset[PersonId] = frozenset()


def role_intervals(state: Particulars, role: str, area: str | None = None) -> tuple[Interval, ...]:
    """When the person has a role, for an area where the role is for one."""
    return spells(
        [
            Turn(on=each.on, holds=each.holds, until=each.until)
            for each in state.roles
            if (each.role, each.area) == (role, area)
        ]
    )


def roles_on(state: Particulars, day: dt.date) -> tuple[tuple[Code, Code | None], ...]:
    """The roles that the person has on a day, each with its area, in order."""
    known = {(each.role, each.area) for each in state.roles}
    held = (one for one in known if covers(role_intervals(state, *one), day))
    return tuple(sorted(held, key=lambda one: (one[0], one[1] or "")))


def present_intervals(state: Particulars) -> tuple[Interval, ...]:
    """When the person hasn't left the pool: always, but for the days from a leaving to a return."""
    turns = [Turn(on=each.on, holds=each.reason is None) for each in state.leavings]
    return spells([Turn(on=ALWAYS.starts, holds=True), *turns])


def has_left(state: Particulars, day: dt.date) -> bool:
    """Whether the person has left the pool by that day and hasn't come back."""
    return not covers(present_intervals(state), day)


def appointment_intervals(state: Particulars) -> tuple[Interval, ...]:
    """When an appointment without an advert holds, whether or not the person has left."""
    stretches = (through(each.on, each.until) for each in state.appointments)
    return merge(each for each in stretches if each is not None)


def appointed_without_advert(state: Particulars, day: dt.date) -> bool:
    """Whether an appointment without an advert holds on that day."""
    return any(within(day, each.on, each.until) for each in state.appointments)


def interests_on(state: Particulars, day: dt.date) -> tuple[Interest, ...]:
    """The ties that the person has on a day."""
    return tuple(each for each in state.interests if within(day, each.starts, each.until))


def days_available(state: Particulars, day: dt.date) -> int | None:
    """The days a year that the person gives then, as told last; None where nothing was said."""
    said = latest([each for each in state.availability if within(day, each.starts, each.until)])
    return None if said is None else said.days
