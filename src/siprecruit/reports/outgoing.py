"""What is to be delivered, is on its way or was sent: the outbox as people look at it."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, Final

import attrs
import sqlalchemy as sa

from siprecruit.core import streams
from siprecruit.record.reading import Reader
from siprecruit.record.tables import attempts, kept_messages, outbox
from siprecruit.reports.listing import Page, read_page

STATUSES: Final = (
    "queued",
    "sending",
    "awaiting",
    "sent",
    "recalled",
    "not_wanted",
    "refused",
    "unknown",
    "failed",
    "bounced",
    "overdue",
    "settled",
)
"""What may become of a message, as the outbox says it."""


@attrs.frozen(kw_only=True)
class Outgoing:
    """One message: its key, what it is, about what, to whom by role, and what became of it.

    Instants are in UTC, as the record writes them. ``step`` of a reminder is the days since asking.
    """

    key: str
    kind: str
    message: str
    about: str
    to: str
    status: str
    due_at: str
    created_at: str
    settled_at: str | None
    provider: str | None
    attempts: int
    step: int


@attrs.frozen(kw_only=True)
class Tried:
    """One attempt: who was called, when, and what they answered in a word."""

    began_at: str
    provider: str
    answer: str
    code: str | None
    took_ms: int


@attrs.frozen(kw_only=True)
class Story:
    """A message with all attempts, and what is kept of it.

    ``told`` has ``to``, ``address``, ``subject``, ``text``, ``html`` where something was sent, ``before``
    whom it may have reached until an address was put right, ``trying`` the same of tries of which nothing
    has come back, ``reason`` why it was not sent, and ``settled`` what somebody said of it; it is empty where
    nothing was kept, or no longer.
    """

    outgoing: Outgoing
    tried: tuple[Tried, ...]
    told: dict[str, Any]


_COLUMNS: Final = (
    outbox.c.key,
    outbox.c.kind,
    outbox.c.template.label("message"),
    outbox.c.stream.label("about"),
    outbox.c.recipient.label("to"),
    outbox.c.status,
    outbox.c.due_at,
    outbox.c.created_at,
    outbox.c.settled_at,
    outbox.c.provider,
    outbox.c.attempts,
    outbox.c.step,
)


def outgoing(
    reader: Reader, *, statuses: Collection[str] = (), about: str | None = None, page: int = 1, size: int = 25
) -> Page[Outgoing]:
    """Messages, the one due last first; of these statuses, or about one stream."""
    wanted = sa.select(*_COLUMNS)
    if statuses:
        wanted = wanted.where(outbox.c.status.in_(sorted(statuses)))
    if about is not None:
        wanted = wanted.where(outbox.c.stream.in_(streams.meant(about)))
    wanted = wanted.order_by(outbox.c.due_at.desc(), outbox.c.key)
    rows, total, more_than = read_page(reader, wanted, page, size)
    return Page(rows=tuple(map(_of, rows)), page=page, size=size, total=total, more_than=more_than)


def story(reader: Reader, key: str) -> Story | None:
    """All about the message of that key, or None."""
    rows = reader.select(sa.select(*_COLUMNS).where(outbox.c.key == key))
    if not rows:
        return None
    tries = sa.select(*(attempts.c[field.name] for field in attrs.fields(Tried))).where(attempts.c.key == key)
    texts = reader.select(sa.select(kept_messages.c.texts).where(kept_messages.c.key == key))
    return Story(
        outgoing=_of(rows[0]),
        tried=tuple(
            Tried(**one._mapping)  # noqa: SLF001 - SQLAlchemy's own
            for one in reader.select(tries.order_by(attempts.c.attempt, attempts.c.began_at))
        ),
        told=json.loads(texts[0][0]) if texts else {},
    )


def _of(row: Any) -> Outgoing:
    return Outgoing(**row._mapping)  # noqa: SLF001 - SQLAlchemy's own
