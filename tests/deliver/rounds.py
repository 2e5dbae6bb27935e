"""An office that delivers, for tests: its clock stands until it is moved, its providers do as told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import sqlalchemy as sa

from service.office import NORFOLK, answer
from siprecruit.core.commands import Command
from siprecruit.core.ids import Code
from siprecruit.core.references import AskReference
from siprecruit.core.responses import NamedReferee
from siprecruit.deliver.engine import Delivered, Deliverer, deliver_once
from siprecruit.deliver.office import Choices, Letterhead, Office
from siprecruit.plugins.answers import answer_of, wrong
from siprecruit.plugins.calling import Answered, Nonsense, Outcome, Raised, TimedOut
from siprecruit.plugins.loader import Given, Loaded
from siprecruit.plugins.types import (
    Accepted,
    AccreditationLookup,
    ByMessage,
    Notification,
    Notifier,
    ReferenceChannel,
    ReferenceTask,
)
from siprecruit.record import outbox
from siprecruit.record.delivered import kept
from siprecruit.record.outbox import Row
from siprecruit.record.store import Record, open_record
from siprecruit.record.tables import attempts
from siprecruit.service import Result, Service

NINE = dt.datetime(2007, 6, 4, 9, tzinfo=dt.UTC)
#: None, where a provider's answer is to be an outcome that no function can give.
HANG = "hang"


@attrs.define(kw_only=True)
class Clock:
    """An instant that stands until it is moved."""

    now: dt.datetime = NINE

    def __call__(self) -> dt.datetime:
        """The instant."""
        return self.now

    def today(self) -> dt.date:
        """The day."""
        return self.now.date()

    def advance(self, **by: float) -> None:
        """Move it on, by minutes, days ..."""
        self.now += dt.timedelta(**by)


class DroppedTheLine(Exception):  # noqa: N818
    """What a provider raises in a test."""


@attrs.define
class Provider:
    """A provider's function: it answers what it is told to, in turn, then the last for ever; it notes all."""

    answers: list[Any] = attrs.field(factory=lambda: [Accepted(receipt="taken")])
    seen: list[Any] = attrs.field(factory=list)

    def __call__(self, _context: Any, task: Any) -> Any:
        """Answer; an exception is raised, ``HANG`` is no answer at all."""
        self.seen.append(task)
        answered = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answered, BaseException):
            raise answered
        return answered(task) if callable(answered) else answered

    @property
    def keys(self) -> list[str]:
        """The keys under which it was called."""
        return [one.delivery.key for one in self.seen]


@attrs.define
class Callers:
    """Calls providers here, in the test's own process, and judges their answers as the real one does."""

    loaded: Loaded
    before: Callable[[], None] | None = None

    def call(
        self, _plugin: str, hook: str, provider: str, method: str, *args: object, timeout: float
    ) -> Outcome:
        """Call a function of a provider."""
        del timeout
        if self.before:
            self.before()
        names = {"notifiers": "notifiers", "reference_channels": "channels"}
        given = getattr(self.loaded, names.get(hook, "lookups"))[provider].provider
        try:
            value = getattr(given, method)(None, *args)
        except DroppedTheLine:
            return Raised(kind="DroppedTheLine", where="provider.py:7")
        if value == HANG:
            return TimedOut()
        fault = wrong(value, answer_of(hook, method))
        return Nonsense(what=f"what it answers {fault}") if fault else Answered(value=value)


@attrs.define(kw_only=True)
class Post:
    """An office with a notifier ``post`` and a channel ``form`` that leaves the sending to it."""

    record: Record
    home: Path
    clock: Clock = attrs.field(factory=Clock)
    send: Provider = attrs.field(factory=Provider)
    idempotent: bool = True
    channels: dict[str, ReferenceChannel] = attrs.field(factory=dict)
    notifiers: dict[str, Notifier] = attrs.field(factory=dict)
    lookups: dict[str, AccreditationLookup] = attrs.field(factory=dict)
    choices: Choices = attrs.field(factory=lambda: Choices(notifier="post"))
    before_call: Callable[[], None] | None = None
    sent: int = 0

    @property
    def office(self) -> Office:
        """The office as the engine wants it."""
        notifiers = {"post": self.notifier(), **self.notifiers}
        channels = {"form": form(), **self.channels}
        loaded = Loaded(
            notifiers={name: Given(plugin="test", provider=one) for name, one in notifiers.items()},
            channels={name: Given(plugin="test", provider=one) for name, one in channels.items()},
            lookups={name: Given(plugin="test", provider=one) for name, one in self.lookups.items()},
        )
        return Office(
            home=self.home,
            service=Service(record=self.record, programme=NORFOLK, clock=self.clock, today=self.clock.today),
            plugins=loaded,
            choices=self.choices,
            letterhead=Letterhead(name="Norfolk County Council", email="office@example.org"),
            web="https://sip.example.org",
            secret=b"s" * 32,
        )

    def notifier(self) -> Notifier:
        """The notifier that the test scripts."""
        return Notifier(name="post", address="email", send=self.send, idempotent=self.idempotent)

    def deliver(self, deliverer: str = "a") -> Delivered:
        """One round."""
        office = self.office
        return deliver_once(
            office, Callers(office.plugins, self.before_call), deliverer=Deliverer(name=deliverer)
        )

    def done(self, stream: str, what: Any, on: str = "2007-06-01", id_: str | None = None) -> Result:
        """Send a command that must be done."""
        self.sent += 1
        when = dt.date.fromisoformat(on)
        command = Command(id=id_ or f"c{self.sent}", stream=stream, on=when, what=what)
        result = self.office.service.handle(command)
        assert result.outcome == "done", result
        return result

    def apply(self, code: str = "A7K4P", **other: Any) -> str:
        """Somebody answers the advert, and is to be thanked for it; the key of that message."""
        referees = (
            NamedReferee(name="Jo Doe", email="jo@example.org", from_la=True),
            NamedReferee(name="Max Roe", email="max@example.org"),
        )
        self.done(
            f"application/{code}",
            answer(**{"email": f"{code.lower()}@example.org", "referees": referees, **other}),
            "2007-05-20",
        )
        return f"application/{code}/1/response.acknowledged"

    def ask(
        self, code: str = "A7K4P", reference: str = "r1", referee: str = "1", channel: str = "form"
    ) -> str:
        """A referee is to be asked; the key of that request."""
        what = AskReference(reference=Code(reference), referee=Code(referee), channel=Code(channel))
        result = self.done(f"application/{code}", what)
        assert result.versions is not None
        return f"application/{code}/{result.versions[0]}/reference.asked"

    def row(self, key: str) -> Row:
        """A row of the outbox."""
        with self.record.reading() as reader:
            return outbox.by_key(reader, [key])[key]

    def statuses(self) -> dict[str, str]:
        """What became of each row."""
        with self.record.reading() as reader:
            return {one.key: one.status for one in outbox.rows(reader)}

    def kept(self, key: str) -> Mapping[str, Any]:
        """What is kept of a row."""
        with self.record.reading() as reader:
            return kept(reader, [key]).get(key, {})

    def attempts(self, key: str) -> list[tuple[int, str, str]]:
        """Which provider answered what, by the number of the attempt."""
        wanted = (
            sa.select(attempts.c.attempt, attempts.c.provider, attempts.c.answer)
            .where(attempts.c.key == key)
            .order_by(attempts.c.attempt, attempts.c.began_at, attempts.c.provider.desc())
        )
        with self.record.reading() as reader:
            return [tuple(one) for one in reader.select(wanted)]


def form() -> ReferenceChannel:
    """A channel that leaves everything to the notifier, as the built-in one does."""

    def by_message(_context: Any, task: ReferenceTask) -> ByMessage:
        return ByMessage(template="reference.reminded" if task.step else "reference.asked")

    return ReferenceChannel(
        name="form",
        request=by_message,
        withdraw=lambda *_: ByMessage(template="reference.replaced"),
        idempotent=True,
    )


@contextmanager
def posting(url: str, home: Path, **values: Any) -> Iterator[Post]:
    """An office that delivers, over a new record at ``url``."""
    record = open_record(url, create=True)
    try:
        yield Post(record=record, home=home, **values)
    finally:
        record.close()


def to(notifications: list[Notification]) -> list[str]:
    """The addresses of what was sent."""
    return [one.to.address for one in notifications]
