"""Everything about one application and its person: both tracks, what blocks them, references, schools."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

import attrs

from siprecruit.core import gates
from siprecruit.core.accreditation import accredited_intervals
from siprecruit.core.application import Application
from siprecruit.core.ids import stream_id
from siprecruit.core.particulars import days_available, interests_on, roles_on
from siprecruit.core.person import Person
from siprecruit.core.school_record import school_on
from siprecruit.record.rows import of_references
from siprecruit.reports.applicants import Applicant, applicants_in
from siprecruit.reports.beside import files
from siprecruit.reports.history import Entry, entries
from siprecruit.reports.scene import Scene
from siprecruit.reports.tracks import Fact, accreditors_track, authoritys_track

if TYPE_CHECKING:
    from siprecruit.record.desk import Desk


@attrs.frozen(kw_only=True)
class Readiness:
    """Whether a person may be deployed in a phase that day, and the codes of what keeps them from it."""

    phase: str
    deployable: bool
    blocks: tuple[str, ...]
    accredited: tuple[tuple[dt.date, dt.date | None], ...]


@attrs.frozen(kw_only=True)
class Reference:
    """One reference task: who, until when, what became of it. What it says stands nowhere here.

    ``files`` are the ids of those that were attached to it, such as the scan of one that came on paper.
    """

    reference: str
    referee: str
    referee_name: str
    from_la: bool
    asked_by: str | None
    asked_on: str
    due: str | None
    state: str
    received_on: str | None
    files: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class ServedSchool:
    """A school for which the person is or was named."""

    urn: str
    name: str
    kind: str
    starts: dt.date
    until: dt.date | None
    introduced_on: dt.date | None


@attrs.frozen(kw_only=True)
class Dossier:
    """A person with all their applications, or one of these. ``merged`` are the person's other ids."""

    stream: str
    as_at: dt.date
    person: str
    merged: tuple[str, ...]
    name: str
    email: str
    phone: str
    roles: tuple[tuple[str, str | None], ...]
    days_available: int | None
    interests: tuple[str, ...]
    applications: tuple[Applicant, ...]
    authority: tuple[Fact, ...]
    accreditor: tuple[Fact, ...]
    readiness: tuple[Readiness, ...]
    references: tuple[Reference, ...]
    schools: tuple[ServedSchool, ...]
    history: tuple[Entry, ...]


def dossier(scene: Scene, stream: str) -> Dossier:
    """What the record says of an application, or of a person, on the scene's day."""
    person, mine = _whose(scene, stream)
    shown = [stream, *(each for each in _streams(scene, person) if each != stream)]
    particulars = scene.person(person).particulars
    first, last, email, phone = _told(scene, person, stream)
    return Dossier(
        stream=stream,
        as_at=scene.today,
        person=person,
        merged=tuple(each for each in scene.group(person) if each != person),
        name=f"{first} {last}".strip(),
        email=email,
        phone=phone,
        roles=roles_on(particulars, scene.today),
        days_available=days_available(particulars, scene.today),
        interests=tuple(f"{each.kind} {each.urn}" for each in interests_on(particulars, scene.today)),
        applications=tuple(one for one in applicants_in(scene) if f"application/{one.application}" in mine),
        authority=tuple(authoritys_track(scene, person, mine)),
        accreditor=tuple(accreditors_track(scene.person(person))),
        readiness=tuple(_readiness(scene, person)),
        references=tuple(one for each in mine for one in _references(scene, each)),
        schools=tuple(_schools(scene, person)),
        history=tuple(one for each in shown for one in entries(each, scene.histories[each], scene.today)),
    )


def _whose(scene: Scene, stream: str) -> tuple[str, list[str]]:
    """The person, and the applications that are looked at: the one that is named, or all of the person's."""
    if stream.startswith("application/"):
        return str(scene.state(stream).person or stream_id(stream)), [stream]
    return stream_id(stream), scene.streams_of(stream_id(stream))


def _streams(scene: Scene, person: str) -> list[str]:
    own = [f"person/{each}" for each in scene.group(person)]
    return [stream for stream in (*own, *scene.streams_of(person)) if scene.histories.get(stream)]


def _told(scene: Scene, person: str, stream: str) -> tuple[str, ...]:
    recorded: Any = scene.person(person).particulars.recorded
    fields = ("first_name", "last_name", "email", "phone")
    if recorded is None:
        beginnings = [
            scene.state(each).response.said
            for each in (stream, *scene.streams_of(person))[:2]
            if each.startswith("application/")
        ]
        recorded = next((each for each in beginnings if each is not None), None)
    return tuple(getattr(recorded, field, None) or "" for field in fields)


def _readiness(scene: Scene, person: str) -> Iterator[Readiness]:
    joined: Person = scene.person(person)
    applications: tuple[Application, ...] = scene.applications(person)
    programme = scene.programme
    for phase in (each.code for each in programme.phases):
        found = gates.why_not_deployable(joined, applications, programme, phase, scene.today)
        yield Readiness(
            phase=phase,
            deployable=not found,
            blocks=tuple(each.code for each in found),
            accredited=tuple(
                (each.starts, each.until) for each in accredited_intervals(joined.accreditation, phase)
            ),
        )


def _references(scene: Scene, stream: str) -> Iterator[Reference]:
    # A scene stands in for a desk: it answers the same questions about another day.
    attached = files({stream: scene.histories.get(stream, ())})
    for row in of_references(cast("Desk", scene), stream):
        told: dict[str, Any] = {field.name: row.get(field.name) for field in attrs.fields(Reference)}
        told["from_la"] = bool(row["from_la"])
        told["files"] = tuple(one.file for one in attached if one.about == f"reference:{row['reference']}")
        yield Reference(**told)


def _schools(scene: Scene, person: str) -> Iterator[ServedSchool]:
    serving = scene.serving()
    for each in (one for other in scene.group(person) for one in serving.get(other, ())):
        school = school_on(scene.state(f"placement/{each.urn}").school, scene.today)
        yield ServedSchool(
            urn=each.urn,
            name=school.name if school else "",
            kind=each.kind,
            starts=each.starts,
            until=each.until,
            introduced_on=each.introduced_on,
        )
