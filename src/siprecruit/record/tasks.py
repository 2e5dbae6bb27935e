"""Writing what needs doing: the tasks that follow from applications, people, schools, and likenesses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

import attrs
import msgspec
import sqlalchemy as sa

from siprecruit.core.coverage import Pool
from siprecruit.core.duplicates import Likeness, likeness, possible_duplicates
from siprecruit.core.ids import ApplicationCode, PersonId, Urn
from siprecruit.core.panel import scorers
from siprecruit.core.position import Serving
from siprecruit.core.todo import (
    RANK,
    Candidate,
    Subject,
    Task,
    tasks_of_application,
    tasks_of_person,
    tasks_of_school,
)
from siprecruit.core.todo.kinds import standing
from siprecruit.record.desk import Desk
from siprecruit.record.view_statements import delete, questions, upsert
from siprecruit.record.views import todo, todo_changes
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
    rows = [row for told in written.rows for row in _of_application(desk, told, named)]
    rows += (row for root in _roots(desk, everybody) for row in _of_person(desk, root, named, wakes))
    rows += _of_schools(desk, schools, wakes) if schools else ()
    _replace(writer, {*gone, *(f"person/{person}" for person in everybody)}, rows, wakes)


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


def _of_application(desk: Desk, told: Row, named: Mapping[str, Sequence[Serving]]) -> Iterator[Row]:
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
        yield _row(f"application/{code}", task, application=code, about=person)


def _scorers(desk: Desk, told: Row, state: Any) -> tuple[str, ...]:
    """Who is to score an application at its latest interview, as its round has planned the panel."""
    interview = state.panel.interview
    if interview is None or interview.held_on is None or told["stage"] != "decision" or not told["round"]:
        return ()
    planned = desk.state(f"round/{told['round']}").panels.planned.get(interview.panel)
    return scorers(planned, ApplicationCode(told["application"])) if planned else ()


def _of_person(
    desk: Desk, root: str, named: Mapping[str, Sequence[Serving]], wakes: list[Row]
) -> Iterator[Row]:
    who = Candidate(
        id=root,
        person=desk.person(root),
        applications=desk.applications(root),
        serving=[one for each in desk.group(root) for one in named.get(each, ())],
    )
    tasks, changes_on = tasks_of_person(who, desk.programme, desk.today)
    part = f"person/{root}"
    _wake(wakes, part, changes_on)
    return (_row(part, task, about=root) for task in tasks)


def _of_schools(desk: Desk, urns: Collection[str], wakes: list[Row]) -> Iterator[Row]:
    desk.fetch(f"placement/{urn}" for urn in urns)
    states = {urn: desk.state(f"placement/{urn}") for urn in sorted(urns)}
    held = [state.allocation for state in states.values()]
    named = {str(each.person) for one in held for each in (*one.permanents, *one.temporaries)}
    desk.meet(named)
    desk.fetch(stream for person in named for stream in desk.streams_of(person))
    ids = [PersonId(each) for each in sorted(named)]
    pool = Pool(
        people={each: desk.person(each) for each in ids},
        applications={each: desk.applications(each) for each in ids},
        programme=desk.programme,
    )
    for urn, state in states.items():
        tasks, changes_on = tasks_of_school(Urn(urn), state, pool, desk.today)
        _wake(wakes, f"placement/{urn}", changes_on)
        yield from (_row(f"placement/{urn}", task, urn=urn) for task in tasks)


def _wake(wakes: list[Row], part: str, changes_on: dt.date | None) -> None:
    if changes_on is not None:
        wakes.append({"part": part, "changes_on": changes_on.isoformat()})


def _row(
    part: str, task: Task, *, application: str | None = None, urn: str | None = None, about: str | None = None
) -> Row:
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
        "codes": msgspec.json.encode(task.codes).decode(),
    }


def _replace(writer: Writer, gone: Collection[str], rows: Sequence[Row], wakes: Sequence[Row]) -> None:
    for table, new in ((todo, rows), (todo_changes, wakes)):
        writer.run(delete(table.c.part, writer.dialect), gone=gone)
        put = upsert(table, writer.dialect)
        writer.add(put, put.each(new))


# -- likeness -----------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Compared:
    """What an application is compared with others by. A draft, or one made elsewhere, is with none."""

    application: str
    person: str
    counts: bool
    received_on: str
    name: str
    email: str
    phone: str

    @cached_property
    def likeness(self) -> Likeness[str]:
        """As the rule wants it; it is looked at several times."""
        return likeness(self.application, name=self.name, email=self.email, phone=self.phone)


def compared(writer: Writer, codes: Collection[str]) -> dict[str, Compared]:
    """What these applications are compared with others by, as the view has it."""
    return _compared(writer.rows(questions(writer.dialect).likenesses, codes=codes)) if codes else {}


def _compared(rows: Iterable[Any]) -> dict[str, Compared]:
    return {
        row[0]: Compared(
            application=row[0],
            person=row[1],
            counts=row[2] not in ("draft", "elsewhere"),
            received_on=row[3] or "",
            name=row[4],
            email=row[5],
            phone=row[6],
        )
        for row in rows
    }


def write_likenesses(
    desk: Desk, writer: Writer, before: Mapping[str, Compared], codes: Collection[str], anew: Collection[str]
) -> None:
    """Write who may be whom: for ``anew``, and for those of ``codes`` that are told otherwise than before."""
    now = compared(writer, {*codes, *anew})
    changed = {code for code in {*codes, *anew} if code in anew or before.get(code) != now.get(code)}
    if not changed:
        return
    seeds = [one for code in changed for one in (before.get(code), now.get(code)) if one is not None]
    found = _all_alike(writer, seeds)
    ordered = sorted(found.values(), key=lambda one: (one.received_on, one.application))
    pairs = possible_duplicates([one.likeness for one in ordered if one.counts])
    desk.meet({one.person for one in found.values()})
    rows = [
        _likeness_row(desk, found[first], found[later])
        for first, later in pairs
        if _open(desk, found[first], found[later])
    ]
    gone = {f"alike/{code}" for code in {*found, *changed}}
    writer.run(delete(todo.c.part, writer.dialect), gone=gone)
    put = upsert(todo, writer.dialect)
    writer.add(put, put.each(rows))


def _all_alike(writer: Writer, seeds: Sequence[Compared]) -> dict[str, Compared]:
    """Everybody who shares an address or a name with these, and with those whom that brings along."""
    found: dict[str, Compared] = {}
    asked: set[tuple[str, str]] = set()
    wanted = _keys(seeds)
    while wanted - asked:
        asked |= wanted
        addresses = [text for kind, text in wanted if kind == "address"]
        names = [text for kind, text in wanted if kind == "name"]
        rows = writer.rows(questions(writer.dialect).alike, addresses=addresses, names=names)
        found |= _compared(rows)
        wanted = _keys(found.values()) - asked
    return found


def _keys(some: Iterable[Compared]) -> set[tuple[str, str]]:
    keys: set[tuple[str, str]] = set()
    for one in some:
        told = one.likeness
        if told.address:
            keys.add(("address", told.address))
        if told.name_and_phone:
            keys.add(("name", told.name_and_phone[0]))
    return keys


def _open(desk: Desk, first: Compared, later: Compared) -> bool:
    """Whether nobody has said yet that the two are one, or that they are two."""
    mine, others = desk.group(later.person), desk.group(first.person)
    if mine == others:
        return False
    return not (_keeps_apart(desk, mine, others) or _keeps_apart(desk, others, mine))


def _keeps_apart(desk: Desk, some: Sequence[str], others: Sequence[str]) -> bool:
    return any(desk.state(f"person/{one}").particulars.kept_apart & set(others) for one in some)


def _likeness_row(desk: Desk, first: Compared, later: Compared) -> Row:
    since = dt.date.fromisoformat(later.received_on)
    task = standing(
        "duplicate_to_settle", since, desk.programme, detail=first.application, other=first.person
    )
    part = f"alike/{later.application}"
    return _row(part, task, application=later.application, about=later.person)
