"""Writing the views: what people look at follows from the streams, whole rows at a time."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from siprecruit.core.ids import stream_id, stream_kind
from siprecruit.core.programme import Programme
from siprecruit.record import likenesses, made_for, notices, rows, tasks, undelivered
from siprecruit.record.desk import Desk
from siprecruit.record.reading import Reader
from siprecruit.record.tables import streams
from siprecruit.record.tasks import Written
from siprecruit.record.view_statements import delete, questions, upsert
from siprecruit.record.views import (
    VIEWS,
    applicants,
    people,
    placements,
    reference_tasks,
    schools,
    todo_changes,
)
from siprecruit.record.writing import Writer

CHUNK = 1000
"""How many streams are read at a time when all views are made anew."""


def project(desk: Desk, writer: Writer, touched: Collection[str]) -> None:
    """Write the rows of every view that ``touched`` streams have a part in.

    A row follows from several streams, of which a decision has locked only some: so one at a time projects,
    and looks anew at who is joined to whom. Where another programme made the views, all of them are made
    anew: else the first row by its values would stand among others that are right no longer.
    """
    writer.lock_views()
    if writer.connection.execute(sa.select(made_for.another_programme(desk.programme))).scalar():
        deque(rebuild(writer, desk.programme, desk.today), maxlen=0)
        return
    desk.forget_people()
    _project(desk, writer, touched)


def _project(desk: Desk, writer: Writer, touched: Collection[str], *, schools_too: bool = True) -> None:
    of: dict[str, set[str]] = {kind: set() for kind in ("round", *_KINDS)}
    for stream in touched:
        of.setdefault(stream_kind(stream), set()).add(stream_id(stream))
    applications = set(of["application"])
    served: set[str] = set()
    if of["placement"]:
        before = _known_urns(writer, of["placement"])
        served = _project_placements(desk, writer, of["placement"])
        applications |= _whose_schools_became_known(writer, of["placement"], before)
    if of["round"]:
        applications |= _in_front_of_panels(writer)
    compared = likenesses.compared(writer, of["application"])
    persons = _project_people(desk, writer, of["person"], applications)
    written = _project_applications(desk, writer, applications, persons | served)
    anew = {row["application"] for row in written.rows if row["person"] in persons}
    likenesses.write(desk, writer, compared, of["application"], anew)
    # An application that was taken out has no row, and what it said of its person says nothing any more.
    told_of = {desk.whose(f"application/{code}") for code in of["application"]}
    people_too = persons | served | told_of | {row["person"] for row in written.rows}
    tasks.write(desk, writer, written, people_too, of["placement"], schools_too=schools_too)


_KINDS = ("placement", "person", "application")


def _in_front_of_panels(writer: Writer) -> set[str]:
    """The applications that a panel has seen and not decided on: who scores them is told by their round."""
    seen = sa.select(applicants.c.application).where(applicants.c.stage == "decision")
    return set(writer.connection.execute(seen).scalars())


def refresh(writer: Writer, programme: Programme, today: dt.date) -> int:
    """Write anew what time alone has changed by ``today``: applications, and tasks about people and schools.

    Or everything, where another programme made the views. How many there were.
    """
    if not writer.connection.execute(sa.select(stale_by(today, programme))).scalar():
        return 0
    writer.lock_views()
    stale, parts = _stale(writer.connection, today), tasks.changed_by(writer.connection, today)
    of_another = sa.or_(made_for.a_later_day(today), made_for.another_programme(programme))
    anew = writer.connection.execute(sa.select(of_another)).scalar()
    made_for.note_day(writer, today)
    if anew or tasks.EVERYTHING in parts:
        return max(rebuild(writer, programme, today), default=0)
    desk = Desk(writer, programme, today)
    written = _project_applications(desk, writer, stale, set())
    people_too = {stream_id(part) for part in parts if stream_kind(part) == "person"}
    urns = {stream_id(part) for part in parts if stream_kind(part) == "placement"}
    tasks.write(desk, writer, written, people_too, urns)
    return len(stale) + len(parts)


def is_stale(connection: sa.Connection, today: dt.date) -> bool:
    """Whether there is anything that time alone has changed."""
    return bool(connection.execute(sa.select(stale_by(today))).scalar())


def stale_by(today: dt.date, programme: Programme | None = None) -> sa.ColumnElement[bool]:
    """Whether there is anything that time alone, or another ``programme``, has changed, for a statement."""
    due = today.isoformat()
    changed = (
        sa.exists().where(applicants.c.changes_on <= due),
        sa.exists().where(todo_changes.c.changes_on <= due),
        made_for.a_later_day(today),
    )
    return sa.or_(*changed, *([made_for.another_programme(programme)] if programme else []))


def _stale(connection: sa.Connection, today: dt.date) -> set[str]:
    due = sa.select(applicants.c.application).where(applicants.c.changes_on <= today.isoformat())
    return set(connection.execute(due).scalars())


def rebuild(writer: Writer, programme: Programme, today: dt.date) -> Iterator[int]:
    """Make all views anew from the record, and say after each step how many streams are done."""
    writer.lock_views()
    made_for.note_programme(writer, programme)
    for view in VIEWS:
        writer.connection.execute(sa.delete(view))
    done = 0
    # Schools and people first: an application's position looks at both.
    for kind in _KINDS:
        names = writer.connection.execute(
            sa.select(streams.c.stream)
            .where(streams.c.stream >= f"{kind}/", streams.c.stream < f"{kind}0")
            .order_by(streams.c.stream)
        )
        everything = list(names.scalars())
        for first in range(0, len(everything), CHUNK):
            part = everything[first : first + CHUNK]
            desk = Desk(writer, programme, today)
            desk.fetch(part)
            # A school's tasks look at people and applications: they come last.
            _project(desk, writer, part, schools_too=False)
            done += len(part)
            yield done
    every = list(writer.connection.execute(sa.select(schools.c.urn).order_by(schools.c.urn)).scalars())
    for first in range(0, len(every), CHUNK):
        urns = every[first : first + CHUNK]
        tasks.write(Desk(writer, programme, today), writer, Written(), (), urns)
    undelivered.show_all(writer, programme)
    notices.show_all(writer, programme)


# -- schools and who is named for them ----------------------------------------


def _project_placements(desk: Desk, writer: Writer, urns: set[str]) -> set[str]:
    """Write the schools and their placements; the people who are, or were until now, named for them."""
    before = {person for (person,) in writer.rows(questions(writer.dialect).named, urns=urns)}
    states = [(urn, desk.state(f"placement/{urn}")) for urn in sorted(urns)]
    school_rows = [row for urn, state in states if (row := rows.of_school(urn, state, desk.today))]
    placement_rows = [row for urn, state in states for row in rows.of_placement(urn, state)]
    _replace(writer, schools, schools.c.urn, urns, school_rows)
    if before or placement_rows:
        writer.run(delete(placements.c.urn, writer.dialect), gone=urns)
        _put(writer, placements, placement_rows)
    return before | {row["person"] for row in placement_rows if row["kind"] != "cda"}


def _known_urns(writer: Writer, urns: set[str]) -> set[str]:
    return {urn for (urn,) in writer.rows(questions(writer.dialect).known, urns=urns)}


def _whose_schools_became_known(writer: Writer, urns: set[str], before: set[str]) -> set[str]:
    """The applications whose flags change because a school is new or was taken out.

    An unknown school is known now; or, with the very first schools, every other one becomes unknown.
    """
    after = _known_urns(writer, urns)
    if after == before:
        return set()
    ((others,),) = writer.rows(questions(writer.dialect).others, urns=after - before)
    flagged = sa.select(applicants.c.application)
    if before <= after and others:
        flagged = flagged.where(applicants.c.flags.contains("unknown_school"))
    return set(writer.connection.execute(flagged).scalars())


# -- people -------------------------------------------------------------------


def _project_people(desk: Desk, writer: Writer, persons: set[str], applications: set[str]) -> set[str]:
    """Write the people told of in their own streams or in applications; whose position may have changed."""
    applicants_too = {desk.whose(f"application/{code}") for code in applications}
    desk.meet(persons | applicants_too)
    ties: dict[str, set[str]] = {}
    for group in (group for person in persons for group in groups_around(desk, person)):
        for one in group:
            # A merging stands in one stream alone: seen from the other side the group may look smaller.
            ties.setdefault(one, set()).update(group)
    met = set(ties)
    written = {*_components(ties), *(desk.group(one) for one in applicants_too - met)}
    desk.fetch(stream for group in written for person in group for stream in desk.streams_of(person))
    everybody = {person: group for group in written for person in group}
    known = [row for person, group in everybody.items() if (row := rows.of_person(desk, person, group))]
    _replace(writer, people, people.c.person, everybody.keys(), known)
    if persons:
        desk.forget_people()
    return met


def groups_around(desk: Desk, person: str) -> list[tuple[str, ...]]:
    """The groups that a person and whoever was joined to them make now, by what their own streams say."""
    everybody = set(desk.group(person))
    while True:
        desk.fetch(f"person/{each}" for each in everybody)
        ties = {each: set(desk.state(f"person/{each}").particulars.joined) for each in everybody}
        reached = everybody.union(
            *ties.values(), *(desk.group(other) for tie in ties.values() for other in tie)
        )
        if reached == everybody:
            return _components(ties)
        everybody = reached


def _components(ties: dict[str, set[str]]) -> list[tuple[str, ...]]:
    groups: list[set[str]] = []
    for one, others in ties.items():
        mine = {one, *others}
        apart = []
        for group in groups:
            if group & mine:
                mine |= group
            else:
                apart.append(group)
        groups = [*apart, mine]
    return [tuple(sorted(group)) for group in groups]


# -- applications -------------------------------------------------------------


def _project_applications(desk: Desk, writer: Writer, codes: set[str], persons: set[str]) -> Written:
    """Write these applications and those of these people, but for their tasks."""
    desk.meet(persons)
    owned = {stream for person in persons for stream in desk.streams_of(person)}
    wanted = {f"application/{code}" for code in codes} | {
        stream for stream in owned if stream_kind(stream) == "application"
    }
    if not wanted:
        return Written()
    desk.fetch(wanted)
    whose = {stream: str(desk.state(stream).person) for stream in wanted if desk.state(stream).person}
    desk.meet(whose.values())
    desk.fetch(stream for person in set(whose.values()) for stream in desk.streams_of(person))
    asked = {each for person in whose.values() for each in desk.group(person)}
    serving = tasks.serving(writer, asked)
    known = known_schools(writer, (desk.state(stream) for stream in whose))
    done = [
        rows.of_application(
            desk, stream, [one for each in desk.group(person) for one in serving.get(each, ())], known
        )
        for stream, person in sorted(whose.items())
    ]
    names = {stream_id(stream) for stream in wanted}
    _replace(writer, applicants, applicants.c.application, names, done)
    queue = [row for stream in sorted(whose) for row in rows.of_references(desk, stream)]
    _replace(writer, reference_tasks, reference_tasks.c.application, names, queue, clear=True)
    return Written(rows=done, codes=frozenset(names), serving=serving, asked=frozenset(asked))


def known_schools(reader: Reader, states: Iterable[Any]) -> frozenset[str] | None:
    """The schools in the record among those that these applications name; None where there is none at all."""
    named = {urn for state in states for urn in rows.schools_named(state)}
    found = {urn for (urn,) in reader.rows(questions(reader.dialect).known_or_any, urns=named)}
    return None if None in found else frozenset(found)


# -- writing ------------------------------------------------------------------


def _replace(
    writer: Writer,
    table: sa.Table,
    key: sa.Column[str],
    names: Collection[str],
    new: Sequence[dict[str, Any]],
    *,
    clear: bool = False,
) -> None:
    """Write the rows for ``names``, and take away those that there are no longer."""
    kept = {row[key.name] for row in new}
    gone = names if clear else set(names) - kept
    if gone:
        writer.run(delete(key, writer.dialect), gone=gone)
    _put(writer, table, new)


def _put(writer: Writer, table: sa.Table, new: Sequence[dict[str, Any]]) -> None:
    statement = upsert(table, writer.dialect)
    writer.add(statement, statement.each(new))
