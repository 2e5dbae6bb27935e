"""Introductions that are overdue: their partners are told, each once for all schools of one due day.

The ledger is the outbox, as it is for reminders: of several due days only the latest is told, and never one
that is earlier than one which was told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs
import sqlalchemy as sa

from siprecruit.core.corrections import place
from siprecruit.core.events import standing
from siprecruit.core.ids import stream_id
from siprecruit.core.induction import BriefingGiven
from siprecruit.core.programme import Message as Kind
from siprecruit.core.programme import Programme
from siprecruit.core.todo import INTRODUCTION, late_after
from siprecruit.deliver.office import Office
from siprecruit.deliver.reminders import queued
from siprecruit.deliver.reminders.queued import rows_of
from siprecruit.deliver.reminders.unintroduced import Unintroduced, schools_of, unintroduced
from siprecruit.record import projection
from siprecruit.record.desk import Desk
from siprecruit.record.outbox import Row
from siprecruit.record.reading import Reader, instant_text
from siprecruit.record.tables import outbox
from siprecruit.record.views import placements, todo, todo_changes
from siprecruit.record.writing import Message, Writer

_REACHED: Final = ("sent", "awaiting", "unknown", "overdue")
"""What became of a message that has reached whom it went to, or may have."""

_A_WHILE: Final = dt.timedelta(days=2)


@attrs.frozen(kw_only=True)
class Introduction:
    """What one partner is told: to which schools they have not introduced themselves, all of them overdue.

    ``due`` is the latest day by which one of them was due; ``message`` is its row of the outbox.
    """

    person: str
    schools: tuple[str, ...]
    due: dt.date
    message: Message

    @property
    def key(self) -> str:
        """Its key in the outbox."""
        return self.message.key


def overdue(
    reader: Reader, programme: Programme, now: dt.datetime, today: dt.date, *, again: bool = False
) -> tuple[Introduction, ...]:
    """What partners are to be told and the ledger has not, in the order of their ids; with ``again`` all.

    ``today`` is the day of ``now`` in the programme's time zone. Partners are written to in their own name,
    not at a school: they are told in the holidays, too.
    """
    kind = told_of_introductions(programme)
    if kind is None:
        return ()
    desk = Desk(reader, programme, today)
    suspects = _suspects(reader, today)
    desk.meet(suspects)
    roots = sorted({desk.group(person)[0] for person in suspects})
    told = {} if again else _told(reader, desk, roots, kind)
    asked = [root for root in roots if _may_be_due(root, desk, suspects, told)]
    schools = _fetch(desk, asked)
    late = {root: unintroduced(desk, root, schools.get(root, ())) for root in asked}
    unheard = frozenset() if again else _unheard(reader, [one for each in late.values() for one in each], now)
    found = []
    for root, open_ in late.items():
        last = max((one.due for one in open_ if one.urn not in unheard), default=dt.date.min)
        if last > told.get(root, dt.date.min):
            found.append(_introduction(desk, root, open_, last, kind, now))
    return tuple(found)


def queue(office: Office) -> tuple[Introduction, ...]:
    """Queue what partners are to be told; those that were really queued.

    Whoever records an introduction meanwhile comes before or after.
    """
    service, programme = office.service, office.programme

    def find(writer: Writer) -> tuple[Introduction, ...]:
        projection.refresh(writer, programme, service.today())
        return overdue(writer, programme, service.clock(), service.today())

    return queued.queue(office, find) if told_of_introductions(programme) else ()


def would_queue(office: Office, reader: Reader) -> list[Row]:
    """The rows that a round would queue."""
    service = office.service
    return rows_of(office, overdue(reader, office.programme, service.clock(), service.today()))


def told_of_introductions(programme: Programme) -> Kind | None:
    """The message by which partners are told, where the programme has one and it is on."""
    return next(
        (each for each in programme.messages if each.on and each.when == "overdue" and each.to == "partner"),
        None,
    )


def as_document(one: Introduction, to: Mapping[str, str]) -> dict[str, Any]:
    """It as ``remind --json`` has it, among the reminders; ``to`` says by its key who gets it."""
    return {
        "key": one.key,
        "application": None,
        "referee": None,
        "step": None,
        "to": to[one.key],
        "person": one.person,
        "schools": list(one.schools),
        "due": one.due.isoformat(),
    }


# -- who may be late ----------------------------------------------------------


def _suspects(reader: Reader, today: dt.date) -> dict[str, dt.date]:
    """Who may be late, and since which day: by the to-do list, or as it may have changed since.

    What time alone has changed since the list was written is asked for anew.
    """
    found: dict[str, dt.date] = {}
    listed = sa.select(todo.c.whose, todo.c.since, todo.c.due).where(
        todo.c.kind == INTRODUCTION, todo.c.due != "", todo.c.due < today.isoformat()
    )
    stale = (
        sa.select(placements.c.person)
        .join(todo_changes, todo_changes.c.part == "placement/" + placements.c.urn)
        .where(placements.c.kind == "permanent", todo_changes.c.changes_on <= today.isoformat())
    )
    for person, since, due in reader.select(listed):
        last = late_after(dt.date.fromisoformat(since), dt.date.fromisoformat(due))
        if last < today:
            found[person] = max(last, found.get(person, last))
    return found | dict.fromkeys((person for (person,) in reader.select(stale)), dt.date.max)


def _told(reader: Reader, desk: Desk, roots: Sequence[str], kind: Kind) -> dict[str, dt.date]:
    """The latest due day of which each was told, under whichever of their ids."""
    of = {f"person/{each}": root for root in roots for each in desk.group(root)}
    rows = reader.select(
        sa.select(outbox.c.stream, outbox.c.key).where(
            outbox.c.stream.in_(sorted(of)), outbox.c.template == kind.name
        )
    )
    found: dict[str, dt.date] = {}
    for stream, key in rows:
        day = dt.date.fromisoformat(key.rpartition("/")[2])
        found[of[stream]] = max(day, found.get(of[stream], dt.date.min))
    return found


def _may_be_due(root: str, desk: Desk, suspects: Mapping[str, dt.date], told: Mapping[str, dt.date]) -> bool:
    """Whether anything may be overdue of which they were not told: else nothing more need be read."""
    latest = max(suspects.get(each, dt.date.min) for each in desk.group(root))
    return latest > told.get(root, dt.date.min)


def _fetch(desk: Desk, roots: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Lay on the desk what must be known of these people; the URNs of the schools of each."""
    schools = schools_of(desk, roots)
    people = [stream for root in roots for stream in desk.streams_of(root)]
    desk.fetch([*people, *(f"placement/{urn}" for mine in schools.values() for urn in mine)])
    return schools


def _unheard(reader: Reader, late: Collection[Unintroduced], now: dt.datetime) -> frozenset[str]:
    """The schools of which their partners have not heard from us, or only just: nobody is late for these.

    Where the outbox has no word of it, they were told otherwise.
    """
    named = {f"placement/{one.urn}": one for one in late}
    a_while_ago = instant_text(now - _A_WHILE)
    word = sa.select(outbox.c.stream, outbox.c.version, outbox.c.status, outbox.c.settled_at).where(
        outbox.c.stream.in_(sorted(named)), outbox.c.recipient == "partner"
    )
    return frozenset(
        named[stream].urn
        for stream, version, status, settled_at in (reader.select(word) if named else ())
        if version == named[stream].named and (status not in _REACHED or (settled_at or "") > a_while_ago)
    )


# -- rows ---------------------------------------------------------------------


def _introduction(
    desk: Desk, root: str, open_: Sequence[Unintroduced], due: dt.date, kind: Kind, now: dt.datetime
) -> Introduction:
    stream, version = next(_briefings(desk, root, [one.urn for one in open_]))
    message = Message(
        key=f"person/{root}/introductions/{due.isoformat()}",
        kind="message",
        template=kind.name,
        stream=stream,
        version=version,
        recipient=kind.to,
        due_at=now,
        created_at=now,
    )
    return Introduction(
        person=stream_id(stream), schools=tuple(one.urn for one in open_), due=due, message=message
    )


def _briefings(desk: Desk, root: str, urns: Sequence[str]) -> Iterator[tuple[str, int]]:
    """By which events they were briefed about these schools: nobody may start at one without that."""
    for urn in urns:
        for each in desk.group(root):
            for one in standing(desk.histories[f"person/{each}"]):
                if isinstance(one.event, BriefingGiven) and one.event.urn == urn:
                    yield one.stream, place(one)
