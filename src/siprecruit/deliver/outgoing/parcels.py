"""One deliverer at work on the rows that it has claimed: what it may still call, and what it hands over."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final

import attrs

from siprecruit.deliver.calling import Called, Callers, Provider, called, provider_named
from siprecruit.deliver.office import Office
from siprecruit.deliver.outgoing import keys
from siprecruit.deliver.outgoing.claiming import Parcel
from siprecruit.deliver.outgoing.keys import Going, Under, key_beside, own_key
from siprecruit.deliver.outgoing.noting import Ended, failures_in_a_row, written
from siprecruit.deliver.outgoing.outcomes import FAILURES, Held, Lost, NotSent
from siprecruit.deliver.writing.rendering import Undeliverable, Written
from siprecruit.plugins.types import Attachment, Delivery, Recipient
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
    _before: Mapping[str, Mapping[str, Any]] | None = attrs.field(init=False, default=None, repr=False)
    _noted: dict[str, Going] = attrs.field(init=False, factory=dict, repr=False)

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
        before = self._sent_by([row.key for row in rows if row.tries])
        name = before or f"notifiers/{self.office.choices.notifier_of(message)}"
        found = provider_named(self.office, name)
        if found is None:
            return Lost(how="lapsed") if before else Held(reason=NOT_IN_USE.format(name=name))
        if name in self.parcel.resting or not self.may_call(found):
            return Held(reason=RESTS.format(name=name))
        return found

    def going(self, rows: Sequence[Row], to: Recipient, digest: str | None = None) -> Going:
        """Rows as they go to somebody: the key follows from the first, and whom that may have reached."""
        first = rows[0]
        present = digest or own_key(first)
        return Going(rows=tuple(rows), under=keys.under(first, present, to, self._kept().get(first.key, {})))

    def note(self, provider: Provider, going: Iterable[Going]) -> None:
        """Note to whom rows are about to go, in one transaction, where their key will be recognised."""
        new = [one for one in going if self._is_to_be_noted(provider, one)]
        if new:
            ours = written(self.office, lambda writer: keys.note(writer, new, self.parcel.lease))
            self._noted |= {row.key: one for one in new for row in one.rows if row.key in ours}

    def may_go(self, provider: Provider, going: Going) -> bool:
        """Whether rows are noted as they are about to go; false where they are ours no longer."""
        self.note(provider, [going])
        return not self._is_to_be_noted(provider, going)

    def _is_to_be_noted(self, provider: Provider, going: Going) -> bool:
        if not provider.idempotent and not going.is_under_another_key:
            return False
        noted = [self._noted.get(row.key) for row in going.rows]
        return any(one is None or one.under.now != going.under.now for one in noted)

    def forget(self, writer: Writer, of: Collection[str]) -> None:
        """Take back that these rows were about to go, as they were not tried."""
        noted = {key: self._noted[key].under for key in of if key in self._noted}
        keys.forget(writer, noted, self.parcel.lease)

    def _kept(self) -> Mapping[str, Mapping[str, Any]]:
        """What was kept of the rows that were tried before, as it was when this work began."""
        if self._before is None:
            tried = [row.key for row in self.parcel.rows if row.attempts]
            self._before = {}
            if tried:
                with self.office.service.record.reading() as reader:
                    self._before = delivered.kept(reader, tried)
        return self._before

    def _sent_by(self, of: Collection[str]) -> str | None:
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

    def going(self, work: Work) -> Going:
        """Its rows as they go to whom it is for."""
        return work.going(self.rows, self.message.to, self.digest)


def post(work: Work, notifier: Provider, letter: Letter) -> tuple[Ended, ...] | None:
    """Have a message sent; None where its rows are ours no longer."""
    going = letter.going(work)
    if not work.may_go(notifier, going) or not work.hand_over(notifier, letter.rows):
        return None
    message, under = letter.message, going.under
    delivery = work.delivery(notifier, letter.rows[0], under.key)
    done = work.call(notifier, "send", message.notification(delivery, letter.attachments))
    common = {
        "answer": done.value,
        "idempotent": notifier.idempotent,
        "kept": {**message.as_kept, **under.kept},
    }
    rows = sent_under(letter.rows, under)
    return tuple(Ended(row=row, attempts=(*letter.before, done.attempt), **common) for row in rows)


def sent_under(rows: Sequence[Row], under: Under) -> tuple[Row, ...]:
    """The rows as they are once they went out."""
    return tuple(
        row if key_beside(row) == under.key else attrs.evolve(row, sent_as=under.key) for row in rows
    )


def unsent(row: Row, why: Undeliverable, before: tuple[Attempt, ...] = ()) -> Ended:
    """What becomes of a row that comes to no provider."""
    if why.template is not None:
        # A template is mended once for all that need it: they wait, and nobody settles each by hand.
        held = Held(reason=why.sentence)
        return Ended(row=row, answer=held, idempotent=True, attempts=before, unwritten=why.template)
    answer = NotSent(status="refused" if why.wanted else "not_wanted", reason=why.sentence)
    return Ended(row=row, answer=answer, idempotent=True, attempts=before)
