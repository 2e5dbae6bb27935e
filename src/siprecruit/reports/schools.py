"""Everything about one school: who covers it and since when, who else is named, its adviser, what it said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import attrs

from siprecruit.core.allocation import serving
from siprecruit.core.coverage import heard, responsible, why_uncovered
from siprecruit.core.ids import stream_id
from siprecruit.core.placement import Placement
from siprecruit.core.school_record import area_on, school_on
from siprecruit.core.schools import School
from siprecruit.record.rows import of_placement
from siprecruit.reports.history import Entry, entries
from siprecruit.reports.scene import Scene


@attrs.frozen(kw_only=True)
class Named:
    """Somebody who is, was or will be named for the school: ``permanent``, ``temporary`` or ``cda``."""

    kind: str
    person: str
    name: str
    starts: dt.date
    until: dt.date | None
    reason: str | None
    introduced_on: dt.date | None


@attrs.frozen(kw_only=True)
class SchoolDossier:
    """A school on a day. ``covered_by`` is who is responsible, ``uncovered`` the codes of why nobody is.

    ``heard`` is whether the school has heard from its permanent partner, None where nothing was said.
    """

    stream: str
    as_at: dt.date
    urn: str
    school: School | None
    area: str | None
    in_scope: bool
    covered_by: Named | None
    uncovered: tuple[str, ...]
    heard: bool | None
    cda: Named | None
    named: tuple[Named, ...]
    history: tuple[Entry, ...]


def school_dossier(scene: Scene, stream: str) -> SchoolDossier:
    """What the record says of a school on the scene's day."""
    placement: Placement = scene.state(stream)
    day, urn = scene.today, stream_id(stream)
    named = tuple(_named(scene, urn, placement))
    pool = scene.pool({each.person for each in named})
    found = responsible(placement, pool, day)
    covers = found and (found.kind, found.person)
    permanent = serving(placement.allocation.permanents, day)
    school = school_on(placement.school, day)
    return SchoolDossier(
        stream=stream,
        as_at=day,
        urn=urn,
        school=school,
        area=area_on(placement.school, day),
        in_scope=school is not None and scene.programme.in_scope(school, day),
        covered_by=next((one for one in _on(named, day) if (one.kind, one.person) == covers), None),
        uncovered=tuple(dict.fromkeys(each.code for each in why_uncovered(placement, pool, day))),
        heard=heard(placement.allocation, permanent, day) if permanent else None,
        cda=next((one for one in _on(named, day) if one.kind == "cda"), None),
        named=named,
        history=entries(stream, scene.histories[stream], day),
    )


def _on(named: tuple[Named, ...], day: dt.date) -> Iterator[Named]:
    return (one for one in named if one.starts <= day and (one.until is None or day <= one.until))


def _named(scene: Scene, urn: str, placement: Placement) -> Iterator[Named]:
    for row in of_placement(urn, placement):
        yield Named(
            kind=row["kind"],
            person=row["person"],
            name=_name(scene, row["person"]),
            starts=dt.date.fromisoformat(row["starts"]),
            until=row["until"] and dt.date.fromisoformat(row["until"]),
            reason=row["reason"],
            introduced_on=row["introduced_on"] and dt.date.fromisoformat(row["introduced_on"]),
        )


def _name(scene: Scene, person: str) -> str:
    said: Any = scene.person(person).particulars.recorded
    if said is None:
        said = next((each.response.said for each in scene.applications(person) if each.response.said), None)
    return f"{getattr(said, 'first_name', None) or ''} {getattr(said, 'last_name', None) or ''}".strip()
