"""What needed doing on another day, from the streams themselves: the list that the view has, but slower."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import attrs
import sqlalchemy as sa

from siprecruit.core.ids import stream_id, stream_kind
from siprecruit.core.position import Serving
from siprecruit.core.programme import Programme
from siprecruit.core.todo import Candidate
from siprecruit.record import likenesses, notices, tasks, undelivered
from siprecruit.record.reading import Reader
from siprecruit.record.rows import of_person, of_placement, of_school
from siprecruit.record.tables import kept_messages, streams
from siprecruit.record.view_statements import LIKENESS
from siprecruit.reports.applicants import rows_of
from siprecruit.reports.covering import covered_by, uncovered
from siprecruit.reports.listing import Page, cut
from siprecruit.reports.scene import Scene
from siprecruit.reports.todo import ORDER, Doing, Wanted, doings

if TYPE_CHECKING:
    from siprecruit.record.desk import Desk

Row = dict[str, Any]


@attrs.frozen(kw_only=True)
class _Views:
    """What the views would say on the scene's day, by their keys."""

    scene: Scene
    applicants: Mapping[str, Row]
    people: Mapping[str, Row]
    schools: Mapping[str, Row]
    serving: Mapping[str, Sequence[Serving]]

    @property
    def desk(self) -> Desk:
        """A scene stands in for a desk: it answers the same questions about another day."""
        return cast("Desk", self.scene)


def listed_as_at(reader: Reader, programme: Programme, wanted: Wanted, as_at: dt.date) -> Page[Doing]:
    """What needed doing on a day, which may lie ahead, by what is known now: five statements.

    Of messages that got stuck until then those are listed that still are: no event says when one was settled.
    """
    views = _views(_scene(reader, programme, as_at))
    who = [tasks.candidate(views.desk, root, views.serving) for root in sorted(_roots(views.scene))]
    stuck, reasons = _stuck(reader, programme, as_at)
    rows = [row for row in (*_rows(views, who), *stuck) if _fits(row, wanted, views)]
    page = cut(sorted(rows, key=lambda row: [row[name] for name in ORDER]), wanted.page, wanted.size)
    told = [row | _beside(row, views) | {"kept": reasons.get(row["detail"])} for row in page.rows]
    asked = uncovered(told, as_at)
    everybody = [
        attrs.evolve(one, name=views.people.get(one.person, {}).get("name", ""))
        for one in (tasks.available_of(views.desk, who) if asked else ())
    ]
    cover = covered_by(asked, everybody, {urn: _named(views, urn) for urn in asked})
    rows_of_page = doings(told, cover, as_at)
    return Page(rows=rows_of_page, page=page.page, size=page.size, total=page.total)


def _stuck(reader: Reader, programme: Programme, as_at: dt.date) -> tuple[list[Row], dict[str, str]]:
    """The tasks about messages, and what is kept of each of these."""
    rows = list(undelivered.tasks_of(undelivered.stuck(reader), programme))
    rows += notices.rows_of(reader, programme)
    until = [row for row in rows if row["since"] <= as_at.isoformat()]
    texts = sa.select(kept_messages.c.key, kept_messages.c.texts).where(
        kept_messages.c.key.in_([row["detail"] for row in until])
    )
    return until, {key: kept for key, kept in (reader.select(texts) if until else ())}  # noqa: C416


def _scene(reader: Reader, programme: Programme, as_at: dt.date) -> Scene:
    """Everything there is, with its texts: the list tells people and schools by their names."""
    names = [name for (name,) in reader.select(sa.select(streams.c.stream))]
    told = [name for name in names if stream_kind(name) in ("application", "person", "placement", "round")]
    histories = reader.histories(told, texts=True)
    return Scene(programme=programme, today=as_at, histories=histories, as_at=as_at)


def _views(scene: Scene) -> _Views:
    placements = scene.placements().items()
    schools = {str(urn): row for urn, state in placements if (row := of_school(urn, state, scene.today))}
    known = attrs.evolve(scene, known_schools=frozenset(schools) or None, states=scene.states)
    desk = cast("Desk", known)
    ids = {each for root in _roots(known) for each in known.group(root)}
    people = {each: row for each in ids if (row := of_person(desk, each, known.group(each)))}
    applicants = {row["application"]: row for row in rows_of(known)}
    return _Views(scene=known, applicants=applicants, people=people, schools=schools, serving=known.serving())


def _roots(scene: Scene) -> set[str]:
    """Everybody there is, by the id under which they are known."""
    own = (stream_id(stream) for stream in scene.of_kind("person"))
    applied = (scene.state(stream).person for stream in scene.of_kind("application"))
    return {min(scene.group(each)) for each in (*own, *applied) if each is not None}


def _rows(views: _Views, who: Sequence[Candidate]) -> Iterator[Row]:
    """The rows that the view would hold."""
    desk = views.desk
    for told in views.applicants.values():
        yield from tasks.rows_of_application(desk, told, views.serving)
    for each in who:
        yield from tasks.rows_of_person(desk, each, [])
    yield from tasks.rows_of_schools(desk, [stream_id(each) for each in views.scene.of_kind("placement")], [])
    found = likenesses.told_by([row[column.name] for column in LIKENESS] for row in views.applicants.values())
    yield from likenesses.rows_of_likenesses(desk, found)


def _fits(row: Row, wanted: Wanted, views: _Views) -> bool:
    if wanted.person is None:
        return wanted.role in (None, row["role"])
    ids = views.scene.group(wanted.person)
    if row["whose"] is not None:
        return row["whose"] in ids
    return any(row["role"] in _roles(views.people.get(each), views.scene.today) for each in ids)


def _roles(person: Row | None, day: dt.date) -> set[str]:
    told = json.loads(person["roles"]) if person else []
    on = day.isoformat()
    return {role for role, _area, starts, ends in told if starts <= on and (ends is None or on < ends)}


def _beside(row: Row, views: _Views) -> Row:
    """What stands beside a row on the page: names, and of what phase a school is."""
    school = views.schools.get(row["urn"] or "", {})
    about, applicant = (
        views.people.get(row["about"] or "", {}),
        views.applicants.get(row["application"] or ""),
    )
    whose, other = (views.people.get(row[name] or "", {}) for name in ("whose", "other"))
    named = next((each for each in (school or None, applicant, about) if each is not None), {})
    return {
        "name": named.get("name", ""),
        "whose_name": whose.get("name"),
        "other_name": other.get("name"),
        "phase": school.get("phase"),
        "type_group": school.get("type_group"),
    }


def _named(views: _Views, urn: str) -> set[str]:
    """Who is named for a school on the day or later, each under the id that they are known by."""
    scene = views.scene
    day = scene.today.isoformat()
    return {
        min(scene.group(row["person"]))
        for row in of_placement(urn, scene.state(f"placement/{urn}"))
        if (row["until"] is None or row["until"] >= day)
        and not (row["kind"] == "cda" and scene.programme.cda_may_be_sip)
    }
