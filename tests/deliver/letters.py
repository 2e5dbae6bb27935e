"""An office that writes letters, for tests: a record with a few people, schools and cases in it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import attrs
import sqlalchemy as sa

from core.pool import day
from service.office import URN, apply, make_ready, record_school
from service.office import Office as Desk
from siprecruit.core.contacts import SetContact
from siprecruit.core.ids import Code, PersonId
from siprecruit.core.particulars import RecordPerson
from siprecruit.core.programme import Programme
from siprecruit.core.purposes import TakePurpose
from siprecruit.core.references import AskReference
from siprecruit.core.responses import NamedReferee
from siprecruit.deliver.office import Choices, Letterhead, Office
from siprecruit.deliver.writing.addressing import Missing, recipients
from siprecruit.deliver.writing.cases import cases
from siprecruit.deliver.writing.rendering import Undeliverable, Written, written
from siprecruit.plugins.loader import Loaded
from siprecruit.plugins.types import Recipient
from siprecruit.record import outbox
from siprecruit.record.outbox import Row
from siprecruit.record.tables import outbox as table

APPLICATION = "application/A7K4P"
SECRET = bytes(range(32))
LETTERHEAD = Letterhead(
    name="Children’s Services",
    address=("County Hall", "Norwich"),
    telephone="01632 960000",
    email="sip@example.org",
    signatory="Ann Smith",
    signatory_title="SIP manager",
)
REFEREES = (
    NamedReferee(name="Ruth Referee", email="ruth@example.org"),
    NamedReferee(name="Lars Authority", email="lars@example.org", from_la=True),
)


@attrs.define(kw_only=True)
class Letters:
    """A record, and the office that writes about it."""

    desk: Desk
    home: Path
    letterhead: Letterhead = LETTERHEAD
    secret: bytes = SECRET
    packs: dict[str, Any] = attrs.field(factory=dict)

    @property
    def office(self) -> Office:
        """The office as it is today."""
        return Office(
            home=self.home,
            service=self.desk.service,
            plugins=Loaded(packs=self.packs),
            choices=Choices(),
            letterhead=self.letterhead,
            web="https://sip.example.org",
            secret=self.secret,
        )

    @property
    def programme(self) -> Programme:
        """The authority's programme."""
        return self.desk.programme

    def on(self, text: str) -> None:
        """Set the clock to nine in the morning of a day."""
        self.desk.clock.now = dt.datetime.combine(day(text), dt.time(9), dt.UTC)

    def rows(self, *templates: str) -> list[Row]:
        """What is to be delivered, in the order of being queued."""
        with self.desk.record.reading() as reader:
            found = outbox.rows(reader, table.c.status == "queued")
        ordered = sorted(found, key=lambda row: (row.stream, row.version, row.template))
        return [row for row in ordered if not templates or row.template in templates]

    def written(self, *templates: str) -> list[Written | Undeliverable]:
        """What goes out for the rows of these templates."""
        with self.desk.record.reading() as reader:
            return written(self.office, self.rows(*templates), reader)

    def one(self, template: str) -> Written:
        """The one message of a template, which goes out."""
        (found,) = self.written(template)
        assert isinstance(found, Written), found
        return found

    def none(self, template: str) -> Undeliverable:
        """Why the one message of a template doesn't go out."""
        (found,) = self.written(template)
        assert isinstance(found, Undeliverable), found
        return found

    def to(self, template: str, kind: Any = "email") -> Recipient | Missing:
        """Who gets the one message of a template."""
        with self.desk.record.reading() as reader:
            (found,) = recipients(self.office, reader, self.rows(template), kind)
        return found

    def cases(self, *templates: str) -> list[Any]:
        """The cases of these templates; their desk can be used no longer."""
        with self.desk.record.reading() as reader:
            return list(cases(self.office, reader, self.rows(*templates)))

    def done(self, stream: str, what: Any, on: str, **other: Any) -> None:
        """Send a command that must be done."""
        self.desk.done(stream, what, on, **other)

    # -- what there is ------------------------------------------------------

    def apply(self, code: str = "A7K4P", **other: Any) -> None:
        """Niamh O’Brien applies, with two referees."""
        apply(self.desk, code, **{"referees": REFEREES, **other})

    def ask(self, reference: str = "r1", referee: str = "1", on: str = "2007-06-01", **other: Any) -> None:
        """A referee is asked."""
        asked = AskReference(reference=Code(reference), referee=Code(referee), **other)
        self.done(APPLICATION, asked, on)

    def person(self, who: str, first: str, last: str, **other: str) -> None:
        """Somebody is in the record, with an address of their own."""
        told = {"email": f"{first.lower()}@example.org", **other}
        self.done(f"person/{who}", RecordPerson(first_name=first, last_name=last, **told), "2007-01-10")

    def officer(self, purpose: str = "recruitment", who: str = "olive") -> None:
        """Olive Officer answers for a purpose."""
        self.person(who, "Olive", "Officer", phone="01632 960009")
        self.done(f"person/{who}", TakePurpose(purpose=Code(purpose)), "2007-01-10")

    def school(self, **contacts: str) -> None:
        """Aldborough in March 2008, with an e-mail address for these purposes."""
        self.on("2008-03-03")
        record_school(self.desk)
        for purpose, email in contacts.items():
            told = SetContact(purpose=Code(purpose), name="Helen Head", email=email)
            self.done(f"placement/{URN}", told, "2007-09-01")

    def ready(self, who: str, first: str, last: str) -> PersonId:
        """Somebody who may serve Aldborough from March 2008."""
        self.on("2008-03-03")
        self.person(who, first, last, phone="01632 960011")
        make_ready(self.desk, who)
        return PersonId(who)


def queued(letters: Letters) -> int:
    """How many rows the outbox has."""
    with letters.desk.record.reading() as reader:
        return int(reader.select(sa.select(sa.func.count()).select_from(table))[0][0])
