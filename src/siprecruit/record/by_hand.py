"""What a person does about a message: recalls it, tries it anew, gives it to another provider, settles it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from siprecruit.core.programme import Programme
from siprecruit.record import delivered, outbox, undelivered
from siprecruit.record.errors import RecordError
from siprecruit.record.outbox import LOOK, REPLY, Row
from siprecruit.record.reading import Reader, instant_text
from siprecruit.record.tables import outbox as table
from siprecruit.record.writing import Writer


def found(reader: Reader, key: str) -> Row:
    """The row of that key. Raises RecordError ``no_message``."""
    row = outbox.by_key(reader, [key]).get(key)
    if row is None:
        raise RecordError("no_message", f"{key[:120]}: there is no message of that key")
    return row


def recall(writer: Writer, key: str, programme: Programme, now: dt.datetime) -> Row:
    """Take back a message that waits; ``again`` queues it once more. Raises RecordError."""
    row = _locked(writer, key, ("queued",), "can be recalled only while it waits")
    _change(writer, row, programme, status="recalled", settled_at=instant_text(now))
    return row


def again(writer: Writer, key: str, programme: Programme, now: dt.datetime) -> Row:
    """Have a message tried anew, at once, under the same key. Raises RecordError.

    Whoever does so where it may have been sent says that it may come twice. One that came back is known to
    have been sent under its key: a provider that recognises that is given another one.
    """
    statuses = ("queued", "recalled", "not_wanted", "settled", *LOOK)
    row = _locked(writer, key, statuses, "is on its way or was sent, and is not sent twice")
    if row.template == REPLY:
        raise RecordError("wrong_status", f"{key}: it is a reply that came in, and nothing that is sent")
    _change(
        writer,
        row,
        programme,
        status="queued",
        due_at=instant_text(now),
        begun_at_attempt=row.attempts,
        settled_at=None,
        receipt=None,
        sent_as=_key_of_the_next(row),
    )
    return row


def _key_of_the_next(row: Row) -> str | None:
    """The key of the next try; None where it goes out for the first time, in whatever company.

    Of a digest each row goes on by itself: in new company under a key that was used, the others would be
    taken for sent.
    """
    anew = f"{row.key}/again/{row.attempts}"
    if row.status in ("bounced", "overdue"):
        return anew
    if row.sent_as is None or row.sent_as.startswith(f"{row.key}/again/"):
        return row.sent_as
    return row.key


def release(writer: Writer, key: str, provider: str, programme: Programme, now: dt.datetime) -> Row:
    """Let another provider deliver a message that waits (``notifiers/file``); the row as it is then.

    One that the former may have sent doesn't wait any longer: the other knows nothing of it, so that a person
    says first what became of it. Raises RecordError, also for one that doesn't deliver rows of that kind.
    """
    row = _locked(writer, key, ("queued", "recalled", *LOOK), "can be given to another only while it waits")
    hook = outbox.HOOKS[row.kind]
    if provider.partition("/")[0] != hook:
        told = f"{key}: {provider[:120]} can't deliver it, as a {row.kind} is delivered by one of {hook}"
        raise RecordError("wrong_provider", told)
    values: dict[str, Any] = {"provider": provider}
    before = delivered.may_have_sent(writer, [key], provider.partition("/")[0])
    if row.status == "queued" and before not in (None, provider):
        values |= {"status": "unknown", "settled_at": instant_text(now)}
    _change(writer, row, programme, **values)
    return found(writer, key)


def settle(
    writer: Writer, key: str, programme: Programme, now: dt.datetime, *, sent: bool, reason: str = ""
) -> Row:
    """Say what became of a message, where the program can't know: it was sent, or it was not and won't be.

    Raises RecordError.
    """
    row = _locked(writer, key, (*LOOK, "awaiting"), "has nothing that is to be settled")
    # That it was not sent is said of all tries so far.
    values = {"status": "sent"} if sent else {"status": "settled", "begun_at_attempt": row.attempts}
    _change(writer, row, programme, **values, settled_at=instant_text(now))
    if reason:
        delivered.keep(writer, {key: {"settled": reason}})
    return row


def _locked(writer: Writer, key: str, statuses: tuple[str, ...], otherwise: str) -> Row:
    """The row of that key, which nobody else changes before the transaction ends."""
    writer.connection.execute(sa.select(table.c.key).where(table.c.key == key).with_for_update())
    row = found(writer, key)
    if row.status not in statuses:
        told = f"{key}: it {otherwise}; it is {row.status.replace('_', ' ')} now"
        raise RecordError("wrong_status", told)
    return row


def _change(writer: Writer, row: Row, programme: Programme, **values: Any) -> None:
    writer.connection.execute(sa.update(table).where(table.c.key == row.key).values(lease=None, **values))
    undelivered.show(writer, [row.key], programme)
