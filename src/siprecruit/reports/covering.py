"""Who could cover the schools on a page: how many, and the first three of them by name."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import attrs
import sqlalchemy as sa

from siprecruit.core.gates import phase_by
from siprecruit.core.intervals import Interval
from siprecruit.core.programme import Programme
from siprecruit.core.todo import Available, could_cover, ready_for
from siprecruit.record.reading import Reader
from siprecruit.record.views import people, placements, pool

UNCOVERED: Final = ("cover_missing", "school_to_allocate")
"""The kinds of task that say that nobody is responsible for a school."""

NAMED_AT_MOST: Final = 3


@attrs.frozen(kw_only=True)
class Free:
    """Somebody who could cover a school. ``free`` is for how many more schools they have room."""

    person: str
    name: str
    free: int


@attrs.frozen(kw_only=True)
class CouldCover:
    """How many people could cover a school, and the ``first`` of them: those with the most room."""

    people: int
    first: tuple[Free, ...]


@attrs.frozen(kw_only=True)
class Asked:
    """A school without cover, of that phase, from that day on."""

    phase: str
    day: dt.date


def uncovered(rows: Iterable[Mapping[str, Any]], today: dt.date) -> dict[str, Asked]:
    """The schools among the rows of tasks that nobody covers, by URN; a day that is past is today."""
    return {
        row["urn"]: Asked(
            phase=phase_by(row["phase"] or "", row["type_group"] or ""),
            day=max(today, dt.date.fromisoformat(row["due"]) if row["due"] else today),
        )
        for row in rows
        if row["kind"] in UNCOVERED
    }


def covered_by(
    asked: Mapping[str, Asked], everybody: Collection[Available], named: Mapping[str, Collection[str]]
) -> dict[str, CouldCover]:
    """Who could cover each of the schools; ``named`` are those who serve it already, by URN."""
    ready = {one: ready_for(one.phase, one.day, everybody) for one in set(asked.values())}
    found = {}
    for urn, school in asked.items():
        able = could_cover(urn, school.day, ready[school], named.get(urn, ()))
        first = tuple(Free(person=one.person, name=one.name, free=one.free) for one in able[:NAMED_AT_MOST])
        found[urn] = CouldCover(people=len(able), first=first)
    return found


def read_pool(
    reader: Reader, programme: Programme, urns: Collection[str], today: dt.date
) -> tuple[list[Available], dict[str, set[str]]]:
    """Everybody who may be deployed, and who is named for the schools today or later: one statement."""
    serves = _serves(programme, urns, today)
    query = (
        sa.select(pool, people.c.name, serves.c.urns)
        .join(people, people.c.person == pool.c.person)
        .outerjoin(serves, serves.c.known_as == pool.c.person)
    )
    everybody, named = [], dict[str, set[str]]()
    for row in reader.select(query):
        everybody.append(_available(row))
        for urn in (row.urns or "").split():
            named.setdefault(urn, set()).add(row.person)
    return everybody, named


def _serves(programme: Programme, urns: Collection[str], today: dt.date) -> sa.Subquery:
    """Who serves which of the schools today or later, each under the id that they are known by."""
    to_come = sa.or_(placements.c.until.is_(None), placements.c.until >= today.isoformat())
    query = (
        sa.select(
            people.c.joined_to.label("known_as"),
            sa.func.aggregate_strings(placements.c.urn, " ").label("urns"),
        )
        .join(people, people.c.person == placements.c.person)
        .where(placements.c.urn.in_(sorted(urns)), to_come)
        .group_by(people.c.joined_to)
    )
    if programme.cda_may_be_sip:
        query = query.where(placements.c.kind != "cda")
    return query.subquery()


def _available(row: Any) -> Available:
    ready = {
        phase: [
            Interval(starts=dt.date.fromisoformat(starts), ends=ends and dt.date.fromisoformat(ends))
            for starts, ends in held
        ]
        for phase, held in json.loads(row.ready).items()
    }
    ties = {urn: ends and dt.date.fromisoformat(ends) for urn, ends in json.loads(row.ties).items()}
    return Available(person=row.person, name=row.name, ready=ready, ties=ties, free=row.free)
