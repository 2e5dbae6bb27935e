"""Writing what needs doing: the tasks that follow from applications, people and schools; who could cover."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs
import msgspec
import sqlalchemy as sa

from siprecruit.core.coverage import Pool
from siprecruit.core.ids import ApplicationCode, PersonId, Urn
from siprecruit.core.panel import DecisionMade, scorers
from siprecruit.core.position import Serving
from siprecruit.core.todo import (
    RANK,
    Available,
    Candidate,
    Subject,
    Task,
    available,
    tasks_of_application,
    tasks_of_person,
    tasks_of_school,
)
from siprecruit.record.desk import Desk
from siprecruit.record.view_statements import delete, questions, upsert
from siprecruit.record.views import pool, todo, todo_changes
from siprecruit.record.writing import Writer

Row = dict[str, Any]
EVERYTHING: Final = "*"
"""In ``todo_changes``: a revision of the tables has made views that are still to be written."""


@attrs.frozen(kw_only=True)
class Written:
    """What was written of applications: their rows, all ``codes`` looked at, and who serves which schools.

    ``asked`` are the people whose schools were asked for.
    """

    rows: Sequence[Row] = ()
    codes: frozenset[str] = frozenset()
    serving: Mapping[str, Sequence[Serving]] = attrs.field(factory=dict)
    asked: frozenset[str] = frozenset()


def write(
    desk: Desk,
    writer: Writer,
    written: Written,
    people: Collection[str],
    urns: Collection[str],
    *,
    schools_too: bool = True,
) -> None:
    """Write anew the tasks of these applications, people and schools, and of the schools that they serve.

    ``schools_too`` is false while not everything is there that a school's tasks look at.
    """
    desk.meet(people)
    everybody = {each for person in people for each in desk.group(person)}
    named = {**written.serving}
    if not everybody <= written.asked:
        named |= serving(writer, everybody)
    desk.fetch(stream for person in everybody for stream in desk.streams_of(person))
    schools = {*urns, *(one.urn for each in everybody for one in named.get(each, ()))} if schools_too else ()
    gone = {f"application/{code}" for code in written.codes} | {f"placement/{urn}" for urn in schools}
    wakes: list[Row] = []
    who = [candidate(desk, root, named) for root in sorted(_roots(desk, everybody))]
    rows = [row for told in written.rows for row in rows_of_application(desk, told, named)]
    rows += (row for each in who for row in rows_of_person(desk, each, wakes))
    if schools:
        _fetch_schools(desk, schools)
        rows += rows_of_schools(desk, schools, wakes)
    _replace(writer, {*gone, *(f"person/{person}" for person in everybody)}, rows, wakes)
    if any(_may_have_been_chosen(desk, each) for each in everybody):
        _replace_pool(writer, everybody, available_of(desk, who))


def _roots(desk: Desk, everybody: Iterable[str]) -> set[str]:
    """The ids by which people who were merged are known."""
    return {min(desk.group(person)) for person in everybody}


def serving(writer: Writer, persons: Collection[str]) -> dict[str, list[Serving]]:
    """The schools for which these people are or were named, by the id under which they were."""
    found: dict[str, list[Serving]] = {}
    rows = writer.rows(questions(writer.dialect).serving, persons=persons, but="cda")
    for person, urn, kind, starts, until, introduced_on in rows:
        one = Serving(
            urn=urn,
            kind=kind,
            starts=dt.date.fromisoformat(starts),
            until=until and dt.date.fromisoformat(until),
            introduced_on=introduced_on and dt.date.fromisoformat(introduced_on),
        )
        found.setdefault(person, []).append(one)
    return found


def changed_by(connection: sa.Connection, today: dt.date) -> set[str]:
    """The people and schools of which time alone may have changed what is to be done."""
    due = sa.select(todo_changes.c.part).where(todo_changes.c.changes_on <= today.isoformat())
    return set(connection.execute(due).scalars())


# -- applications, people, schools --------------------------------------------


def rows_of_application(desk: Desk, told: Row, named: Mapping[str, Sequence[Serving]]) -> Iterator[Row]:
    """The tasks about an application, whose row is ``told``; ``named`` is who serves which schools."""
    code, person = told["application"], told["person"]
    state, day = desk.state(f"application/{code}"), desk.today
    mine = [one for each in desk.group(person) for one in named.get(each, ())]
    subject = Subject(
        application=state,
        stage=told["stage"],
        flags=msgspec.json.decode(told["flags"]),
        scorers=_scorers(desk, told, state),
        hangs=len({one.urn for one in mine if one.until is None or one.until >= day}),
    )
    for task in tasks_of_application(subject, desk.programme, day):
        referee = state.references.referees.get(task.referee)
        name = referee.named.name if referee else None
        yield row_of(f"application/{code}", task, application=code, about=person, referee_name=name)


def _scorers(desk: Desk, told: Row, state: Any) -> tuple[str, ...]:
    """Who is to score an application at its latest interview, as its round has planned the panel."""
    interview = state.panel.interview
    if interview is None or interview.held_on is None or told["stage"] != "decision" or not told["round"]:
        return ()
    planned = desk.state(f"round/{told['round']}").panels.planned.get(interview.panel)
    return scorers(planned, ApplicationCode(told["application"])) if planned else ()


def candidate(desk: Desk, root: str, named: Mapping[str, Sequence[Serving]]) -> Candidate:
    """Somebody by the id that they are known by, with all that is theirs."""
    return Candidate(
        id=root,
        person=desk.person(root),
        applications=desk.applications(root),
        serving=[one for each in desk.group(root) for one in named.get(each, ())],
    )


def rows_of_person(desk: Desk, who: Candidate, wakes: list[Row]) -> Iterator[Row]:
    """The tasks about a person, to whom it is noted in ``wakes`` when time alone may change them."""
    tasks, changes_on = tasks_of_person(who, desk.programme, desk.today)
    part = f"person/{who.id}"
    _wake(wakes, part, changes_on)
    return (row_of(part, task, about=who.id) for task in tasks)


def _fetch_schools(desk: Desk, urns: Collection[str]) -> None:
    desk.fetch(f"placement/{urn}" for urn in urns)
    named = _named_for(desk, urns)
    desk.meet(named)
    desk.fetch(stream for person in named for stream in desk.streams_of(person))


def _named_for(desk: Desk, urns: Collection[str]) -> set[str]:
    held = [desk.state(f"placement/{urn}").allocation for urn in urns]
    return {str(each.person) for one in held for each in (*one.permanents, *one.temporaries)}


def rows_of_schools(desk: Desk, urns: Collection[str], wakes: list[Row]) -> Iterator[Row]:
    """The tasks about schools, for which it is noted in ``wakes`` when time alone may change them."""
    ids = [PersonId(each) for each in sorted(_named_for(desk, urns))]
    everybody = Pool(
        people={each: desk.person(each) for each in ids},
        applications={each: desk.applications(each) for each in ids},
        programme=desk.programme,
    )
    for urn in sorted(urns):
        state = desk.state(f"placement/{urn}")
        tasks, changes_on = tasks_of_school(Urn(urn), state, everybody, desk.today)
        _wake(wakes, f"placement/{urn}", changes_on)
        yield from (row_of(f"placement/{urn}", task, urn=urn) for task in tasks)


def _wake(wakes: list[Row], part: str, changes_on: dt.date | None) -> None:
    if changes_on is not None:
        wakes.append({"part": part, "changes_on": changes_on.isoformat()})


def row_of(
    part: str,
    task: Task,
    *,
    application: str | None = None,
    urn: str | None = None,
    about: str | None = None,
    referee_name: str | None = None,
) -> Row:
    """A task as the view holds it. ``part`` is what it follows from (see ``views.todo``)."""
    return {
        "part": part,
        "kind": task.kind,
        "detail": task.detail,
        "urgency": 0 if task.at_once else 1 if task.due else 2,
        "due": task.due.isoformat() if task.due else "",
        "rank": RANK[task.kind],
        "since": task.since.isoformat(),
        "role": task.role,
        "whose": task.person,
        "application": application,
        "urn": urn,
        "about": about,
        "other": task.other,
        "hangs": task.hangs,
        "codes": _json(task.codes),
        "referee_name": referee_name or None,
    }


def _replace(writer: Writer, gone: Collection[str], rows: Sequence[Row], wakes: Sequence[Row]) -> None:
    for table, new in ((todo, rows), (todo_changes, wakes)):
        writer.run(delete(table.c.part, writer.dialect), gone=gone)
        put = upsert(table, writer.dialect)
        writer.add(put, put.each(new))


# -- who could cover ----------------------------------------------------------


def available_of(desk: Desk, who: Sequence[Candidate]) -> list[Available]:
    """Those of these people who may be deployed today or later."""
    found = (available(each, desk.programme, desk.today) for each in who)
    return [one for one in found if one is not None]


def _may_have_been_chosen(desk: Desk, person: str) -> bool:
    """Whether a person may be in the pool, or may have been: who has only applied so far never was."""
    if desk.histories[f"person/{person}"]:
        return True
    mine = (desk.histories[stream] for stream in desk.streams_of(person))
    return any(isinstance(each.event, DecisionMade) for history in mine for each in history)


def _replace_pool(writer: Writer, everybody: Collection[str], found: Sequence[Available]) -> None:
    writer.run(delete(pool.c.person, writer.dialect), gone=everybody)
    put = upsert(pool, writer.dialect)
    writer.add(put, put.each([_row_of_pool(one) for one in found]))


def _row_of_pool(one: Available) -> Row:
    ready = {phase: [[each.starts, each.ends] for each in held] for phase, held in one.ready.items()}
    return {"person": one.person, "ready": _json(ready), "ties": _json(one.ties), "free": one.free}


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
