"""What the outbox has of each reference that was asked for: the request, and the steps that were told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any, Final

import attrs
import msgspec
import sqlalchemy as sa

from siprecruit.core.events import KINDS
from siprecruit.core.programme import Programme
from siprecruit.core.references import ReferenceAsked
from siprecruit.record.reading import Reader, instant, instant_text
from siprecruit.record.statements import QUEUED, Statement, insert_into, prepared
from siprecruit.record.statements import among as one_of
from siprecruit.record.tables import events, outbox
from siprecruit.record.writing import Message, Writer

_ASKED: Final = KINDS[ReferenceAsked].name
_WAITS: Final = ("queued", "sending")
_TAKEN_BACK: Final = ("recalled", "not_wanted")
_NOT_SENT: Final = ("refused", "failed", "bounced")


@attrs.frozen(kw_only=True)
class Told:
    """What a referee was told of one reference.

    ``steps`` are those of the reminders. ``waits`` is true while the request has not gone out, ``asked``
    where there is one at all, ``heard`` where it or a reminder went out; ``last_at`` is when the last of them
    did, or was queued where it has not; ``provider`` who has the request.
    """

    steps: frozenset[int] = frozenset()
    asked: bool = False
    heard: bool = False
    waits: bool = False
    last_at: dt.datetime | None = None
    provider: str | None = None


NOTHING: Final = Told()


def was_asked(told: Told) -> bool:
    """Whether the referee has heard of it from us, or is about to.

    Whose request was taken back, or could not be sent, has not. Where the outbox has no request, it was asked
    for without one.
    """
    return told.waits or told.heard or not told.asked


@attrs.frozen(kw_only=True)
class Ledger:
    """What was told, by stream and version of the event by which we asked; ``keys`` are those of all rows."""

    told: Mapping[tuple[str, int], Told] = attrs.field(factory=dict)
    versions: Mapping[tuple[str, str], int] = attrs.field(factory=dict)
    keys: frozenset[str] = frozenset()

    def of(self, stream: str, version: int) -> Told:
        """What was told of the reference that this event asked for."""
        return self.told.get((stream, version), NOTHING)

    def by_reference(self, stream: str, reference: str) -> Told:
        """The same by the reference's code, as far as anything was told of it."""
        version = self.versions.get((stream, reference))
        return NOTHING if version is None else self.of(stream, version)


def ledger_of(reader: Reader, streams: Collection[str]) -> Ledger:
    """The ledger of these applications: one statement."""
    found: dict[tuple[str, int], list[Any]] = {}
    versions: dict[tuple[str, str], int] = {}
    if not streams:
        return Ledger()
    rows = reader.rows(_statement(reader.dialect), streams=sorted(streams), asked=_ASKED)
    for row in rows:
        stream, version, body = row[0], row[1], row[-2]
        found.setdefault((stream, version), []).append(row[2:-2])
        reference = (stream, msgspec.json.decode(body)["reference"])
        versions[reference] = max(version, versions.get(reference, 0))
    told = {key: _told(mine) for key, mine in found.items()}
    return Ledger(told=told, versions=versions, keys=frozenset(row[-1] for row in rows))


@cache
def _statement(dialect: str) -> Statement:
    asked = events.c.kind == sa.bindparam("asked")
    told = (outbox.c.kind, outbox.c.step, outbox.c.status, outbox.c.created_at, outbox.c.settled_at)
    columns = (*told, outbox.c.provider, outbox.c.attempts, outbox.c.begun_at_attempt)
    whole = sa.select(outbox.c.stream, outbox.c.version, *columns, events.c.body, outbox.c.key)
    joined = (events.c.stream == outbox.c.stream) & (events.c.version == outbox.c.version)
    return prepared(
        whole.join(events, joined).where(one_of(outbox.c.stream, "streams", dialect), asked), dialect
    )


def _told(rows: Iterable[tuple[Any, ...]]) -> Told:
    listed = list(rows)
    requests = [row for row in listed if row[0] == "request"]
    reminders = [row for row in listed if row[0] == "reminder"]
    # What was taken back after it was tried may have been sent.
    tried = [row for row in (*requests, *reminders) if row[2] not in _TAKEN_BACK or row[6]]
    counted = [row for row in tried if row[2] not in _NOT_SENT and not _said_not_sent(row)]
    heard = [instant(row[4] or row[3]) for row in counted if row[2] not in _WAITS or row[0] == "reminder"]
    return Told(
        steps=frozenset(row[1] for row in reminders),
        asked=bool(requests),
        heard=any(row[2] not in _WAITS for row in counted),
        waits=any(row[2] in _WAITS for row in requests),
        last_at=max(heard, default=None),
        provider=next((row[5] for row in requests), None),
    )


def _said_not_sent(row: tuple[Any, ...]) -> bool:
    """Whether a person said that it was not sent; what is settled otherwise is only wanted no longer."""
    return bool(row[2] == "settled" and row[6] <= row[7])


def add(writer: Writer, messages: Collection[Message]) -> frozenset[str]:
    """Put those into the outbox whose keys are not there yet; the keys of these."""
    if not messages:
        return frozenset()
    put = insert_into(outbox, writer.dialect).on_conflict_do_nothing().returning(outbox.c.key)
    rows = writer.connection.execute(put, [_values(one) for one in messages])
    return frozenset(rows.scalars())


def _values(one: Message) -> dict[str, Any]:
    values = {
        **attrs.asdict(one),
        "status": "queued",
        "due_at": instant_text(one.due_at),
        "created_at": instant_text(one.created_at),
    }
    return {name: values[name] for name in QUEUED}


def keep_distance(writer: Writer, programme: Programme, now: dt.datetime) -> int:
    """Put off reminders that would overtake their request, or follow it at once; how many there were.

    Where nobody delivered for a week both are due at the same time: then the request goes out, and its
    reminder as many hours later as lie between any two.
    """
    put_off = sa.update(outbox).where(_is_too_near(programme, now))
    apart = dt.timedelta(hours=programme.references.manual_reminder_hours)
    return writer.connection.execute(put_off.values(due_at=instant_text(now + apart))).rowcount


def too_near(reader: Reader, programme: Programme, now: dt.datetime) -> frozenset[str]:
    """The keys of the reminders that are due and would be put off."""
    keys = sa.select(outbox.c.key).where(_is_too_near(programme, now))
    return frozenset(str(key) for (key,) in reader.select(keys))


def _is_too_near(programme: Programme, now: dt.datetime) -> sa.ColumnElement[bool]:
    request = outbox.alias("request")
    apart = dt.timedelta(hours=programme.references.manual_reminder_hours)
    near = sa.exists().where(
        request.c.stream == outbox.c.stream,
        request.c.version == outbox.c.version,
        request.c.kind == "request",
        request.c.status.in_(_WAITS) | (request.c.settled_at > instant_text(now - apart)),
    )
    due = (outbox.c.status == "queued") & (outbox.c.due_at <= instant_text(now))
    return due & (outbox.c.kind == "reminder") & near
