"""What the register says of a school, from which day on, and the area in which the authority places it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs

from siprecruit.core.commands import Given, Rejected, command
from siprecruit.core.decider import Stage
from siprecruit.core.events import event
from siprecruit.core.ids import Code, Kept, Urn, stream_id
from siprecruit.core.schools import School


@command("school.record", "placement", begins=True)
@attrs.frozen(kw_only=True)
class RecordSchool:
    """What the register says of the school whose URN the stream names, as at the envelope's ``on``.

    The codes are those of the DfE's register in words (``phase`` such as primary, ``type`` such as community
    or academy, ``type_group`` such as maintained, ``status`` such as open); ``opened`` is the first day,
    ``closed`` the last one, ahead or past; ``age_from`` and ``age_to`` are years; ``easting`` and
    ``northing`` metres on the national grid. Sent again with other content it is a change from that day on:
    so a school is closed, too.
    """

    name: str
    la_code: Code
    phase: Code
    type: Code
    type_group: Code
    status: Code = Code("open")
    opened: dt.date | None = None
    closed: dt.date | None = None
    age_from: int | None = None
    age_to: int | None = None
    postcode: str = ""
    town: str = ""
    district: str = ""
    religion: str = ""
    easting: int | None = None
    northing: int | None = None


@command("school.place_in_area", "placement")
@attrs.frozen(kw_only=True)
class PlaceInArea:
    """The school belongs to an area of the authority from the envelope's ``on``.

    ``area`` is the programme's code.
    """

    area: Code


@event("school.recorded", dated=False)
@attrs.frozen(kw_only=True)
class SchoolRecorded:
    """A school came into the record. It describes the school for every day before it, too."""

    urn: Urn
    la_code: Code
    phase: Code
    type: Code
    type_group: Code
    status: Code = Code("open")
    opened: dt.date | None = None
    closed: dt.date | None = None
    age_from: int | None = None
    age_to: int | None = None
    easting: int | None = None
    northing: int | None = None
    name: Kept = None
    postcode: Kept = None
    town: Kept = None
    district: Kept = None
    religion: Kept = None


@event("school.changed")
@attrs.frozen(kw_only=True)
class SchoolChanged:
    """From that day on the register says something else of the school; it is given in full."""

    urn: Urn
    la_code: Code
    phase: Code
    type: Code
    type_group: Code
    status: Code = Code("open")
    opened: dt.date | None = None
    closed: dt.date | None = None
    age_from: int | None = None
    age_to: int | None = None
    easting: int | None = None
    northing: int | None = None
    name: Kept = None
    postcode: Kept = None
    town: Kept = None
    district: Kept = None
    religion: Kept = None


@event("school.placed_in_area")
@attrs.frozen(kw_only=True)
class SchoolPlacedInArea:
    """The school belongs to an area from that day on."""

    area: Code


@attrs.frozen(kw_only=True)
class Entry:
    """What the register said of a school as at a day; it holds until the next entry."""

    on: dt.date
    school: School


@attrs.frozen(kw_only=True)
class SchoolRecord:
    """A school's entries and areas, each in the order of their days."""

    entries: tuple[Entry, ...] = ()
    areas: tuple[tuple[dt.date, Code], ...] = ()


def school_on(record: SchoolRecord, day: dt.date) -> School | None:
    """The school as the record describes it on a day: by the first entry before any other.

    None without one.
    """
    if not record.entries:
        return None
    before = [each for each in record.entries if each.on <= day]
    return (before[-1] if before else record.entries[0]).school


def area_on(record: SchoolRecord, day: dt.date) -> Code | None:
    """The area in which the school is placed on a day, or None."""
    return next((area for on, area in reversed(record.areas) if on <= day), None)


def _record(what: RecordSchool, state: SchoolRecord, given: Given) -> tuple[Any, ...]:
    urn = Urn(stream_id(given.stream))
    texts = ("name", "postcode", "town", "district", "religion")
    values = {field: value for field, value in _values(what).items() if field not in texts}
    values |= {field: getattr(what, field) or None for field in texts}
    if not state.entries:
        return (SchoolRecorded(urn=urn, **values),)
    changed = SchoolChanged(urn=urn, **values)
    return () if school_on(state, given.on) == _school(changed) else (changed,)


def _judge_recorded(happened: SchoolRecorded | SchoolChanged, _state: SchoolRecord, given: Given) -> None:
    urn = stream_id(given.stream)
    if not (urn.isascii() and urn.isdigit()) or happened.urn != urn:
        raise Rejected("bad_urn", f"a school is known by its URN, which is digits alone: {urn} can't be one")
    if happened.opened and happened.closed and happened.closed < happened.opened:
        raise Rejected("closes_early", f"the school {urn} would close before it opens")


def _place(what: PlaceInArea, state: SchoolRecord, given: Given) -> tuple[Any, ...]:
    return () if area_on(state, given.on) == what.area else (SchoolPlacedInArea(area=what.area),)


def _judge_placed(happened: SchoolPlacedInArea, _state: SchoolRecord, given: Given) -> None:
    if all(area.code != happened.area for area in given.programme.areas):
        raise Rejected("unknown_area", f"the programme has no area {happened.area}")


def _described(state: SchoolRecord, happened: SchoolRecorded | SchoolChanged, on: dt.date) -> SchoolRecord:
    entry = Entry(on=on, school=_school(happened))
    entries = (*state.entries, entry)
    if state.entries and on < state.entries[-1].on:
        entries = tuple(sorted(entries, key=lambda one: one.on))
    return SchoolRecord(entries=entries, areas=state.areas)


def _changed(state: SchoolRecord, happened: SchoolChanged, on: dt.date) -> SchoolRecord:
    if not state.entries:
        raise Rejected("does_not_follow", f"the school {happened.urn} had not been recorded")
    return _described(state, happened, on)


def _placed(state: SchoolRecord, happened: SchoolPlacedInArea, on: dt.date) -> SchoolRecord:
    areas = sorted((*state.areas, (on, happened.area)), key=lambda one: one[0])
    return SchoolRecord(entries=state.entries, areas=tuple(areas))


def _school(happened: SchoolRecorded | SchoolChanged) -> School:
    return School(
        urn=happened.urn,
        name=happened.name or "",
        la_code=happened.la_code,
        phase=happened.phase,
        type=happened.type,
        type_group=happened.type_group,
        status=happened.status,
        opened=happened.opened,
        closed=happened.closed,
        age_from=happened.age_from,
        age_to=happened.age_to,
        postcode=happened.postcode or "",
        town=happened.town or "",
        district=happened.district or "",
        religion=happened.religion or "",
        easting=happened.easting,
        northing=happened.northing,
    )


def _values(what: RecordSchool) -> dict[str, Any]:
    return {field.name: getattr(what, field.name) for field in attrs.fields(RecordSchool)}


STAGE = Stage(
    name="school",
    initial=SchoolRecord(),
    decide={RecordSchool: _record, PlaceInArea: _place},
    evolve={SchoolRecorded: _described, SchoolChanged: _changed, SchoolPlacedInArea: _placed},
    check={
        SchoolRecorded: _judge_recorded,
        SchoolChanged: _judge_recorded,
        SchoolPlacedInArea: _judge_placed,
    },
)
