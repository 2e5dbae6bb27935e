"""What a run queues of itself: until when it can be recalled, and who gets it as things stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

import attrs

from siprecruit.deliver.office import Office
from siprecruit.deliver.outgoing import noting
from siprecruit.deliver.reminders.ledger import add
from siprecruit.deliver.writing.addressing import Missing, as_addressed, recipients
from siprecruit.plugins.types import Recipient
from siprecruit.record.outbox import Row
from siprecruit.record.reading import Reader
from siprecruit.record.writing import Message, Writer


class Queued(Protocol):
    """What has a row of the outbox."""

    @property
    def message(self) -> Message:
        """The row."""


Thing = TypeVar("Thing", bound=Queued)


def queue(office: Office, find: Callable[[Writer], Sequence[Thing]]) -> tuple[Thing, ...]:
    """Queue what is found; those that were really queued, as the ledger had not.

    One at a time does so, by the views as they stand then: whoever changes anything meanwhile comes before or
    after.
    """

    def write(writer: Writer) -> tuple[Thing, ...]:
        writer.lock_views()
        found = find(writer)
        added = add(writer, [recallable(one.message, office) for one in found])
        return tuple(one for one in found if one.message.key in added)

    return noting.written(office, write)


def recallable(message: Message, office: Office) -> Message:
    """A batch can be recalled for some minutes before it goes out."""
    return attrs.evolve(message, due_at=message.due_at + office.service.recall)


def rows_of(office: Office, found: Iterable[Queued]) -> list[Row]:
    """The rows that these would be in the outbox."""
    return [_row(recallable(one.message, office)) for one in found]


def gets(office: Office, reader: Reader, found: Sequence[Queued]) -> dict[str, str]:
    """Who gets each of these, by its key, as a letter is addressed: ``Jo Doe <jo@example.org>``."""
    rows = [_row(one.message) for one in found]
    to = recipients(office, reader, rows, "email")
    return {row.key: _addressed(who) for row, who in zip(rows, to, strict=True)}


def _row(message: Message) -> Row:
    return Row(**{**attrs.asdict(message), "status": "queued"})


def _addressed(who: Recipient | Missing) -> str:
    return who.sentence if isinstance(who, Missing) else as_addressed(who)
