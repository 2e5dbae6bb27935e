"""Whom to ring about what on a day: the authority's officers by purpose, and a school's own contacts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import attrs
import sqlalchemy as sa

from siprecruit.core.contacts import contacts_on
from siprecruit.core.ids import stream_id
from siprecruit.core.programme import Programme
from siprecruit.core.purposes import purpose_intervals, purposes_on
from siprecruit.core.school_record import area_on
from siprecruit.record.reading import Reader, instant_text
from siprecruit.record.tables import events
from siprecruit.reports.scene import Scene


@attrs.frozen(kw_only=True)
class Contact:
    """Somebody to ring about a purpose, through ``until`` where a last day is known.

    An officer has a ``person`` id and perhaps an ``area``; somebody at a school has neither.
    """

    purpose: str
    title: str
    of: str
    person: str | None
    area: str | None
    name: str
    email: str
    phone: str
    since: dt.date
    until: dt.date | None


def contacts(
    reader: Reader,
    programme: Programme,
    as_at: dt.date,
    *,
    urn: str | None = None,
    known_at: dt.datetime | None = None,
) -> tuple[Contact, ...]:
    """Whom to ring on a day, in the programme's order of purposes.

    For one school: its own contacts, and the officers for its area and for all.
    """
    officers = _officers(reader, known_at)
    wanted = [*officers, *([f"placement/{urn}"] if urn else [])]
    histories = reader.histories(wanted, known_at=known_at, texts=True)
    scene = Scene(programme=programme, today=as_at, histories=histories, as_at=as_at)
    found = [one for stream in officers for one in _of_officer(scene, stream, as_at)]
    if urn:
        school = scene.state(f"placement/{urn}")
        area = area_on(school.school, as_at)
        found = [one for one in found if one.area in (None, area)]
        found += _of_school(school, as_at, programme)
    order = {each.code: place for place, each in enumerate(programme.purposes)}
    return tuple(
        sorted(found, key=lambda one: (order.get(one.purpose, len(order)), one.area or "", one.name))
    )


def as_document(found: tuple[Contact, ...]) -> list[dict[str, Any]]:
    """The contacts as JSON has them."""
    return [
        {
            **attrs.asdict(each),
            "since": each.since.isoformat(),
            "until": each.until.isoformat() if each.until else None,
        }
        for each in found
    ]


def _officers(reader: Reader, known_at: dt.datetime | None) -> list[str]:
    """The streams of everybody who ever answered for a purpose."""
    told = sa.select(events.c.stream).where(events.c.kind == "purpose.taken").distinct()
    if known_at is not None:
        told = told.where(events.c.recorded_at <= instant_text(known_at))
    return sorted(stream for (stream,) in reader.select(told))


def _of_officer(scene: Scene, stream: str, day: dt.date) -> Iterator[Contact]:
    state = scene.state(stream)
    said: Any = state.particulars.recorded
    for purpose, area in purposes_on(state.purposes, day):
        held = next(one for one in purpose_intervals(state.purposes, purpose, area) if day in one)
        yield Contact(
            purpose=purpose,
            title=_title(purpose, scene.programme),
            of="authority",
            person=stream_id(stream),
            area=area,
            name=f"{getattr(said, 'first_name', '') or ''} {getattr(said, 'last_name', '') or ''}".strip(),
            email=getattr(said, "email", None) or "",
            phone=getattr(said, "phone", None) or "",
            since=held.starts,
            until=held.until,
        )


def _of_school(school: Any, day: dt.date, programme: Programme) -> Iterator[Contact]:
    for each in contacts_on(school.contacts, day):
        told: Any = each.told
        yield Contact(
            purpose=told.purpose,
            title=_title(told.purpose, programme),
            of="school",
            person=None,
            area=None,
            name=told.name or "",
            email=told.email or "",
            phone=told.phone or "",
            since=each.on,
            until=told.until,
        )


def _title(code: str, programme: Programme) -> str:
    return next((each.title for each in programme.purposes if each.code == code), code)
