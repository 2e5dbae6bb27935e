"""An office for tests: one service over one record, whose clock only moves when it is told to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import attrs
import sqlalchemy as sa

from core.pool import day
from siprecruit.core.accreditation import RecordAccreditation
from siprecruit.core.commands import Command
from siprecruit.core.events import Recorded
from siprecruit.core.ids import Code, PersonId
from siprecruit.core.induction import AttendInduction, ClearRequirement, GiveBriefing
from siprecruit.core.particulars import AppointPerson
from siprecruit.core.programme import Programme
from siprecruit.core.responses import NamedReferee, SubmitResponse
from siprecruit.core.school_record import RecordSchool
from siprecruit.programmes import load
from siprecruit.record import projection
from siprecruit.record.store import Record, open_record
from siprecruit.record.tables import outbox
from siprecruit.record.views import VIEWS
from siprecruit.service import Result, Service

NORFOLK = load("norfolk-2008")
URN = "120777"
SCHOOL = f"placement/{URN}"


@attrs.define(kw_only=True)
class Clock:
    """An instant that is a second later each time it is looked at, and the programme's day."""

    now: dt.datetime = dt.datetime(2008, 3, 3, 9, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        """The instant."""
        self.now += dt.timedelta(seconds=1)
        return self.now

    def today(self) -> dt.date:
        """The day."""
        return self.now.date()


@attrs.define(kw_only=True)
class Office:
    """One service over one record."""

    record: Record
    clock: Clock
    programme: Programme = NORFOLK
    sent: int = 0

    @property
    def service(self) -> Service:
        """The only writer."""
        return Service(record=self.record, programme=self.programme, clock=self.clock, today=self.clock.today)

    def command(self, stream: str, what: Any, on: str | dt.date = "2008-03-01", *, id: str = "") -> Command:  # noqa: A002
        """A command in its envelope."""
        self.sent += 1
        when = on if isinstance(on, dt.date) else day(on)
        return Command(id=id or f"c{self.sent}", stream=stream, on=when, what=what)

    def tell(self, stream: str, what: Any, on: str | dt.date = "2008-03-01", *, id: str = "") -> Result:  # noqa: A002
        """Send a command and give its result back."""
        return self.service.handle(self.command(stream, what, on, id=id))

    def done(self, stream: str, what: Any, on: str | dt.date = "2008-03-01", *, id: str = "") -> Result:  # noqa: A002
        """Send a command that must be done."""
        result = self.tell(stream, what, on, id=id)
        assert result.outcome == "done", result
        return result

    def history(self, stream: str) -> list[Recorded]:
        """What the record holds of a stream, texts included."""
        with self.record.reading() as reader:
            return reader.histories([stream], texts=True)[stream]

    def views(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every view."""
        with self.record.reading() as reader:
            return {
                view.name: [tuple(row) for row in reader.select(sa.select(view).order_by(*view.primary_key))]
                for view in VIEWS
            }

    def view(self, name: str, key: str) -> dict[str, Any] | None:
        """The row of a view with that first key."""
        table = next(view for view in VIEWS if view.name == name)
        with self.record.reading() as reader:
            rows = reader.select(sa.select(table).where(next(iter(table.primary_key)) == key))
        return dict(rows[0]._mapping) if rows else None

    def rebuild(self) -> None:
        """Make all views anew."""
        with self.record.writing() as writer:
            for _ in projection.rebuild(writer, self.programme, self.clock.today()):
                pass

    def refresh(self) -> int:
        """Write anew what time alone has changed."""
        with self.record.writing() as writer:
            return projection.refresh(writer, self.programme, self.clock.today())

    def messages(self) -> list[tuple[str, str]]:
        """The key and the status of all that is to be sent."""
        with self.record.reading() as reader:
            rows = reader.select(sa.select(outbox.c.key, outbox.c.status).order_by(outbox.c.key))
        return [(key, status) for key, status in rows]


@contextmanager
def opened(url: str, *, create: bool = False, clock: Clock | None = None) -> Iterator[Office]:
    """An office over the record at ``url``."""
    record = open_record(url, create=create)
    try:
        yield Office(record=record, clock=clock or Clock())
    finally:
        record.close()


def answer(person: str | None = None, **other: Any) -> SubmitResponse:
    """A headteacher's answer to the advert of May, with two referees."""
    values: dict[str, Any] = {
        "advert": Code("tes-2007-05"),
        "person": PersonId(person) if person else None,
        "first_name": "Niamh",
        "last_name": "O’Brien",
        "email": "niamh@example.org",
        "category": Code("headteacher"),
        "phases": (Code("primary"),),
        "days_available": 12,
        "referees": (NamedReferee(name="A referee"), NamedReferee(name="The authority’s", from_la=True)),
    }
    return SubmitResponse(**{**values, **other})


def apply(office: Office, code: str = "A7K4P", **other: Any) -> Result:
    """Somebody has answered the advert of May."""
    return office.done(f"application/{code}", answer(**other), "2007-05-20")


def record_school(office: Office, urn: str = URN) -> Result:
    """A maintained primary school comes into the record."""
    school = RecordSchool(
        name="Aldborough Primary School",
        la_code=Code("926"),
        phase=Code("primary"),
        type=Code("community"),
        type_group=Code("maintained"),
    )
    return office.done(f"placement/{urn}", school, "2007-09-01")


def appoint(office: Office, person: str) -> None:
    """Somebody is in the pool, without an advert of ours."""
    office.done(f"person/{person}", AppointPerson(category=Code("consultant")), "2007-11-01")


def make_ready(office: Office, person: str, urn: str = URN) -> None:
    """Somebody is appointed, accredited, inducted, checked and briefed."""
    appoint(office, person)
    stream = f"person/{person}"
    office.done(stream, RecordAccreditation(phase=Code("primary"), source=Code("ncsl")), "2007-12-01")
    office.done(
        stream,
        ClearRequirement(requirement=Code("enhanced_disclosure"), outcome="clear"),
        "2008-01-05",
    )
    office.done(stream, AttendInduction(), "2008-01-10")
    office.done(stream, GiveBriefing(urn=urn), "2008-02-01")  # type: ignore[arg-type]


def post_once(url: str) -> Result:
    """Post one form over a record and a service of one's own, as another worker does."""
    with opened(url) as office:
        return office.tell("application/A7K4P", answer(), "2007-05-20", id="form-1")
