"""What a message is about: the event that caused it, as it stands now, and the streams around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs
import sqlalchemy as sa

from siprecruit.core.application import Application
from siprecruit.core.corrections import place
from siprecruit.core.events import KINDS, Recorded, standing
from siprecruit.core.ids import stream_id, stream_kind
from siprecruit.core.programme import Message, Programme
from siprecruit.core.references import Referee, Task
from siprecruit.deliver.office import Office
from siprecruit.deliver.reminders.unintroduced import Unintroduced, schools_of, unintroduced
from siprecruit.record.desk import Desk
from siprecruit.record.outbox import Row
from siprecruit.record.reading import Reader
from siprecruit.record.tables import events
from siprecruit.record.views import people


@attrs.frozen(kw_only=True)
class Case:
    """One row of the outbox with what it is about. ``told`` is None where its event was taken out since.

    ``officers`` are the streams of those who answer for a purpose of the authority, ``advisers`` the ids of
    those who have ever been an area's senior adviser (read where one is written to), ``schools`` the URNs of
    those whose permanent partner a person is or was (read where they are written to of what is overdue).
    Several cases share a ``desk``, on which everything that they need lies already.
    """

    office: Office
    row: Row
    told: Recorded | None
    desk: Desk = attrs.field(repr=False)
    officers: tuple[str, ...] = ()
    advisers: tuple[str, ...] = ()
    schools: tuple[str, ...] = ()

    @property
    def programme(self) -> Programme:
        """The authority's programme."""
        return self.office.programme

    @property
    def kind(self) -> str:
        """The kind of its stream: ``application``, ``person`` or ``placement``."""
        return stream_kind(self.row.stream)

    @property
    def id(self) -> str:
        """The id of its stream: a code, a person's id or a URN."""
        return stream_id(self.row.stream)

    @property
    def event(self) -> Any:
        """What has happened, in the words that stand; None where it was taken out."""
        return self.told.event if self.told else None

    @property
    def state(self) -> Any:
        """The state of its stream, with its texts."""
        return self.desk.state(self.row.stream)

    @property
    def message(self) -> Message | None:
        """The message of the programme that it is: after a correction the one which the event causes now."""
        named = [each for each in self.programme.messages if each.to == self.row.recipient]
        mine = next((each for each in named if each.name == self.row.template), None)
        if mine is None or mine.event is None or self.told is None or mine.caused_by(self.event):
            return mine
        kind = KINDS[type(self.event)].name
        return next(
            (each for each in named if each.on and each.event == kind and each.caused_by(self.event)), None
        )

    @property
    def is_overdue(self) -> bool:
        """Whether it tells of what is overdue, and of no event."""
        return self.message is not None and self.message.when == "overdue"

    @property
    def unintroduced(self) -> tuple[Unintroduced, ...]:
        """To which schools the partner whom it is about should have introduced themselves by now."""
        return unintroduced(self.desk, self.id, self.schools) if self.is_overdue else ()

    @property
    def task(self) -> Task | None:
        """The reference that it is about: the event's own, or what we asked of the event's referee."""
        if self.kind != "application":
            return None
        application: Application = self.state
        tasks = application.references.tasks
        code = getattr(self.event, "reference", None)
        if code is not None:
            return tasks.get(code)
        referee = getattr(self.event, "referee", None)
        return next(
            (each for each in tasks.values() if each.referee == referee and each.asked_by is None), None
        )

    @property
    def referee(self) -> Referee | None:
        """The referee whom it concerns."""
        if self.kind != "application":
            return None
        code = getattr(self.event, "referee", None) or (self.task.referee if self.task else None)
        application: Application = self.state
        return application.references.referees.get(code) if code else None

    @property
    def rounds(self) -> list[str]:
        """The streams of the rounds, in which the offers to be the authority's referee stand."""
        return sorted(each for each in self.desk.histories if stream_kind(each) == "round")

    @property
    def urn(self) -> str | None:
        """The school that it is about."""
        return self.id if self.kind == "placement" else getattr(self.event, "urn", None)


def cases(office: Office, reader: Reader, rows: Sequence[Row]) -> tuple[Case, ...]:
    """What each row is about, read in a few statements, however many rows there are."""
    desk = Desk(reader, office.programme, office.service.today())
    officers = _officers(reader)
    # The officers' offers stand in the rounds: whoever is away is answered for.
    rounds = [f"round/{each.id}" for each in office.programme.rounds]
    desk.fetch([*(row.stream for row in rows), *officers, *rounds])
    advisers = _advisers(reader) if any(row.recipient == "senior_adviser" for row in rows) else ()
    found = tuple(
        Case(office=office, row=row, told=_told(desk, row), desk=desk, officers=officers, advisers=advisers)
        for row in rows
    )
    persons = {person for case in found for person in _persons(case)}.union(advisers)
    desk.meet(persons)
    theirs = [stream for person in sorted(persons) for stream in desk.streams_of(person)]
    served = schools_of(desk, [case.id for case in found if case.is_overdue])
    schools = {*(case.urn for case in found if case.urn), *(urn for each in served.values() for urn in each)}
    desk.fetch([*theirs, *(f"placement/{urn}" for urn in schools)])
    return tuple(attrs.evolve(case, schools=served.get(case.id, ())) for case in found) if served else found


def _officers(reader: Reader) -> tuple[str, ...]:
    told = sa.select(events.c.stream).where(events.c.kind == "purpose.taken").distinct()
    return tuple(sorted(stream for (stream,) in reader.select(told)))


def _advisers(reader: Reader) -> tuple[str, ...]:
    has = people.c.roles.contains('"senior_adviser"', autoescape=True)
    return tuple(
        str(who) for (who,) in reader.select(sa.select(people.c.person).where(has).order_by(people.c.person))
    )


def _told(desk: Desk, row: Row) -> Recorded | None:
    stands = standing(desk.histories[row.stream])
    return next((one for one in stands if place(one) == row.version), None)


def _persons(case: Case) -> Iterator[str]:
    """The ids of everybody whose name or address it may take."""
    yield from _named(case.event, ("person", "successor"))
    if case.kind == "person":
        yield case.id
    elif case.kind == "placement":
        held = case.state.allocation
        yield from (str(one.person) for one in (*held.permanents, *held.temporaries, *held.advisers))
    elif case.kind == "application":
        yield from _named(case.state, ("person",))
        yield from _named(case.referee, ("person",))
        for round_ in case.rounds:
            for offer in case.desk.state(round_).adverts.offers.values():
                yield from _named(offer.offered, ("officer", "deputy"))


def _named(value: Any, fields: Iterable[str]) -> Iterator[str]:
    yield from (str(name) for field in fields if (name := getattr(value, field, None)))
