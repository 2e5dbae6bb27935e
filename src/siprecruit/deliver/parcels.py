"""One deliverer at work on the rows that it has claimed: what it may still call, and what it hands over."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final

import attrs

from siprecruit.deliver import keys
from siprecruit.deliver.calling import Called, Callers, Provider, called, provider_named
from siprecruit.deliver.claiming import Parcel
from siprecruit.deliver.keys import Under, own_key
from siprecruit.deliver.noting import Ended, failures_in_a_row, written
from siprecruit.deliver.office import Office
from siprecruit.deliver.outcomes import FAILURES, Held, Lost, NotSent
from siprecruit.deliver.rendering import Undeliverable, Written
from siprecruit.plugins.types import Attachment, Delivery
from siprecruit.record import delivered, outbox
from siprecruit.record.delivered import Attempt
from siprecruit.record.outbox import Row
from siprecruit.record.writing import Writer

NOT_IN_USE: Final = "no plugin that is in use gives {name}"
RESTS: Final = "{name} has failed too often and rests"


@attrs.define(kw_only=True)
class Work:
    """The work on one parcel. ``failures`` goes on from what was so when it was claimed.

    ``is_ending`` says whether the deliverer is to end: then it calls nobody any more.
    """

    office: Office
    callers: Callers
    parcel: Parcel
    is_ending: Callable[[], bool] = lambda: False
    failures: dict[str, int] = attrs.field(init=False)
    _failed: set[str] = attrs.field(init=False, factory=set)

    def __attrs_post_init__(self) -> None:
        self.failures = dict(self.parcel.failures)

    def may_call(self, provider: Provider) -> bool:
        """Whether it hasn't failed too often, and there is time before others take the rows for lost."""
        if provider.name in self._failed and self.failures.get(provider.name, 0) >= FAILURES:
            return False
        if self.is_ending():
            return False
        return self.office.service.clock() + provider.timeout < self.parcel.lease.until

    def hand_over(self, provider: Provider, rows: Iterable[Row]) -> bool:
        """Note that the rows are about to be handed over, where that can't be done twice.

        False where they are ours no longer: then it must not be done at all.
        """
        if provider.idempotent:
            return True
        of = [row.key for row in rows]

        def note(writer: Writer) -> bool:
            return outbox.hand_over(writer, of, self.parcel.lease, self.office.service.clock())

        return written(self.office, note)

    def call(self, provider: Provider, method: str, *args: object) -> Called:
        """Call a function of a provider, and count its failures in a row."""
        done = called(self.office, self.callers, provider, method, *args)
        self.failures = failures_in_a_row(self.failures, [done.attempt])
        if self.failures.get(provider.name):
            self._failed.add(provider.name)
        return done

    def delivery(self, provider: Provider, row: Row, key: str | None = None) -> Delivery:
        """What goes along with a task: the key, the same on every attempt; ``key`` where it isn't its own."""
        return Delivery(
            key=key or own_key(row),
            attempt=row.tries + 1,
            deadline=self.office.service.clock() + provider.timeout,
        )

    def notifier(self, message: str, rows: Iterable[Row]) -> Provider | Held | Lost:
        """Who sends the message of that name about these rows, or why nobody does now.

        Who may have sent it before sends it again, whoever is chosen since: nobody else knows its key. Where
        they are in use no longer, a person decides.
        """
        before = self._before([row.key for row in rows if row.tries])
        name = before or f"notifiers/{self.office.choices.notifier_of(message)}"
        found = provider_named(self.office, name)
        if found is None:
            return Lost(how="lapsed") if before else Held(reason=NOT_IN_USE.format(name=name))
        if name in self.parcel.resting or not self.may_call(found):
            return Held(reason=RESTS.format(name=name))
        return found

    def _before(self, of: Collection[str]) -> str | None:
        """The notifier that may have sent these rows, of those that were tried before."""
        if not of:
            return None
        with self.office.service.record.reading() as reader:
            return delivered.may_have_sent(reader, of)


@attrs.frozen(kw_only=True)
class Letter:
    """A message, and the rows that it tells of; ``digest`` is the key of several that are told in one.

    ``before`` are the attempts that led to it: a channel's, which left the sending to the notifier.
    """

    rows: tuple[Row, ...]
    message: Written
    attachments: tuple[Attachment, ...] = ()
    before: tuple[Attempt, ...] = ()
    digest: str | None = None


def post(work: Work, notifier: Provider, letter: Letter) -> tuple[Ended, ...] | None:
    """Have a message sent; None where its rows are ours no longer."""
    under = _under(work, letter)
    rows = _noted(work, letter, under)
    if rows is None or not work.hand_over(notifier, rows):
        return None
    message = letter.message
    delivery = work.delivery(notifier, rows[0], under.key)
    notification = message.notification(delivery, letter.attachments)
    done = work.call(notifier, "send", notification)
    common = {
        "answer": done.value,
        "idempotent": notifier.idempotent,
        "kept": {**message.as_kept, **under.kept},
    }
    return tuple(Ended(row=row, attempts=(*letter.before, done.attempt), **common) for row in rows)


def _under(work: Work, letter: Letter) -> Under:
    """The key of a message by what its first row has so far, and whom that may have reached."""
    row = letter.rows[0]
    kept: Mapping[str, Any] = {}
    if row.attempts:
        with work.office.service.record.reading() as reader:
            kept = delivered.kept(reader, [row.key]).get(row.key, {})
    return keys.under(row, letter.digest or own_key(row), letter.message.to, kept)


def _noted(work: Work, letter: Letter, under: Under) -> tuple[Row, ...] | None:
    """The rows of a message as they go out; None where another key is wanted and they are ours no longer."""
    if under.key == (letter.digest or own_key(letter.rows[0])):
        return letter.rows
    lease, words = work.parcel.lease, letter.message.as_kept
    if not written(work.office, lambda writer: keys.note(writer, letter.rows, lease, under, words)):
        return None
    return tuple(attrs.evolve(row, sent_as=under.key) for row in letter.rows)


def unsent(row: Row, why: Undeliverable, before: tuple[Attempt, ...] = ()) -> Ended:
    """What becomes of a row that comes to no provider."""
    answer = NotSent(status="refused" if why.wanted else "not_wanted", reason=why.sentence)
    return Ended(row=row, answer=answer, idempotent=True, attempts=before)
