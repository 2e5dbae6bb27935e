"""How the schools in scope are covered on a day, by what was known at an instant: from the streams."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from siprecruit.core import coverage as core
from siprecruit.core.coverage import Report
from siprecruit.core.ids import stream_kind
from siprecruit.core.programme import Programme
from siprecruit.record.reading import Reader
from siprecruit.record.views import people, schools
from siprecruit.reports.scene import Scene, named_for


def coverage(
    reader: Reader, programme: Programme, as_at: dt.date, known_at: dt.datetime | None = None
) -> Report:
    """The coverage on ``as_at``, which may lie ahead: four statements."""
    scene = scene_of_schools(reader, programme, as_at, known_at)
    placements = scene.placements()
    return core.coverage(placements, scene.pool(named_for(placements)), as_at)


def scene_of_schools(
    reader: Reader, programme: Programme, as_at: dt.date, known_at: dt.datetime | None
) -> Scene:
    """All schools and people, and the applications of those who were ever named for a school."""
    histories = dict(reader.replay(["placement", "person"], known_at=known_at))
    told = Scene(programme=programme, today=as_at, histories=histories, as_at=as_at)
    everybody = {one for each in named_for(told.placements()) for one in told.group(each)}
    owned = reader.owned([f"person/{each}" for each in sorted(everybody)])
    applications = [
        stream for mine in owned.values() for stream in mine if stream_kind(stream) == "application"
    ]
    return told.with_streams(reader.histories(applications, known_at=known_at))


def as_document(report: Report) -> dict[str, Any]:
    """The report as JSON. It doesn't say what was known when: the same coverage is the same document."""
    return {
        "as_at": report.as_at.isoformat(),
        "in_scope": report.in_scope,
        "covered": report.covered,
        "permanent": report.permanent,
        "temporary": report.temporary,
        "uncovered": [
            {
                "urn": each.urn,
                "reasons": [
                    {"code": reason.code, "kind": reason.kind, "person": reason.person}
                    for reason in each.reasons
                ],
            }
            for each in report.uncovered
        ],
    }


def names(reader: Reader, urns: Iterable[str], persons: Iterable[str]) -> dict[str, str]:
    """What schools and people are called, by URN and by id: one statement."""
    of_schools = sa.select(schools.c.urn, schools.c.name).where(schools.c.urn.in_(sorted(set(urns))))
    of_people = sa.select(people.c.person, people.c.name).where(people.c.person.in_(sorted(set(persons))))
    found = reader.connection.execute(sa.union_all(of_schools, of_people))
    return {row[0]: row[1] for row in found}
