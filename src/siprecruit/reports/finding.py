"""From what somebody types (a code, an id, a URN) to the streams that tell of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import attrs
import sqlalchemy as sa

from siprecruit.core.ids import stream_id, stream_kind
from siprecruit.core.programme import Programme
from siprecruit.record.projection import known_schools
from siprecruit.record.reading import Reader
from siprecruit.record.tables import streams
from siprecruit.record.views import applicants, people, placements
from siprecruit.reports.scene import Scene

KINDS = ("application", "placement", "round", "person")


def find(reader: Reader, told: str) -> str | None:
    """The stream that somebody means by its name, or by its id alone; None where there is none.

    An applicant who was new has one id as a person and as an application: then the application is meant.
    """
    candidates = [told] if "/" in told else [f"{kind}/{told}" for kind in KINDS]
    if "/" not in told and told != told.upper():
        candidates.append(f"application/{told.upper()}")
    versions = reader.versions(candidates)
    found = next((stream for stream in candidates if versions[stream]), None)
    return found or _applicant(reader, candidates)


def _applicant(reader: Reader, candidates: Sequence[str]) -> str | None:
    """The person who is known by an application alone, and has no stream of their own yet."""
    ids = [stream_id(stream) for stream in candidates if stream_kind(stream) == "person"]
    known = reader.select(sa.select(people.c.person).where(people.c.person.in_(ids)))
    return f"person/{known[0][0]}" if known else None


def person_of(reader: Reader, stream: str) -> str | None:
    """The id of the person that a stream is about: their own, or that of their application."""
    name = stream_id(stream)
    match stream_kind(stream):
        case "person":
            return name
        case "application":
            rows = reader.select(sa.select(applicants.c.person).where(applicants.c.application == name))
            return rows[0].person if rows else None
    return None


def scene_around(
    reader: Reader,
    programme: Programme,
    stream: str,
    today: dt.date,
    *,
    as_at: dt.date | None = None,
    known_at: dt.datetime | None = None,
) -> Scene:
    """A stream with all streams that its position is derived from: at most five statements."""
    wanted = {stream, *_people_around(reader, stream)}
    if stream_kind(stream) in ("person", "application"):
        wanted |= _schools_of(reader, {stream_id(each) for each in wanted if stream_kind(each) == "person"})
    histories = reader.histories(sorted(wanted), known_at=known_at, texts=True)
    scene = Scene(programme=programme, today=as_at or today, histories=histories, as_at=as_at)
    applications = [scene.state(each) for each in scene.of_kind("application")]
    if not applications:
        return scene
    return attrs.evolve(scene, known_schools=known_schools(reader, applications), states=scene.states)


def _people_around(reader: Reader, stream: str) -> set[str]:
    """The streams of the people of a stream, of who is joined to them, and of all their applications."""
    name = stream_id(stream)
    match stream_kind(stream):
        case "person":
            told = sa.select(people.c.joined_to).where(people.c.person == name)
        case "application":
            whose = sa.select(applicants.c.person).where(applicants.c.application == name)
            told = sa.select(people.c.joined_to).where(people.c.person.in_(whose))
        case "placement":
            named = sa.select(placements.c.person).where(placements.c.urn == name)
            told = sa.select(people.c.joined_to).where(people.c.person.in_(named))
        case _:
            return set()
    owned = streams.c.owner == sa.literal("person/") + people.c.person
    query = sa.select(people.c.person, streams.c.stream).outerjoin(streams, owned)
    found: set[str] = set()
    for person, owned_stream in reader.select(query.where(people.c.joined_to.in_(told))):
        found |= {f"person/{person}", owned_stream or f"person/{person}"}
    return found


def _schools_of(reader: Reader, persons: Iterable[str]) -> set[str]:
    query = sa.select(placements.c.urn).where(placements.c.person.in_(sorted(persons))).distinct()
    return {f"placement/{urn}" for (urn,) in reader.select(query)}
