"""Who has which message: rows that are due are claimed with a lease, handed over, or given back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import attrs
import sqlalchemy as sa

from siprecruit.record.reading import Reader, instant, instant_text
from siprecruit.record.tables import outbox, providers
from siprecruit.record.writing import Writer

LOOK: Final = ("refused", "unknown", "failed", "bounced", "overdue")
"""The statuses in which a person has to look."""

REPLY: Final = "reference.reply"
"""What the row of a reply is called that could not be taken, so that a person has to look at it."""

HOOKS: Final[Mapping[str, str]] = {
    "message": "notifiers",
    "request": "reference_channels",
    "reminder": "reference_channels",
    "withdrawal": "reference_channels",
}
"""Which hook gives the providers that deliver rows of a kind."""


@attrs.frozen(kw_only=True)
class Row:
    """What is to be delivered because of an event (see ``tables.outbox``): ids and names, no text."""

    key: str
    kind: str
    template: str
    stream: str
    version: int
    recipient: str
    status: str
    due_at: dt.datetime
    created_at: dt.datetime
    step: int = 0
    provider: str | None = None
    attempts: int = 0
    begun_at_attempt: int = 0
    handed_over_at: dt.datetime | None = None
    sent_as: str | None = None
    receipt: str | None = None
    settled_at: dt.datetime | None = None

    @property
    def tries(self) -> int:
        """How often it was tried since it was queued, or since a person had it tried anew."""
        return self.attempts - self.begun_at_attempt


@attrs.frozen(kw_only=True)
class Due:
    """How many rows of one kind and template are due; ``provider`` is who has them, where that is settled."""

    kind: str
    template: str
    provider: str | None
    rows: int


@attrs.frozen(kw_only=True)
class Lease:
    """One deliverer's claim on rows: its token, and until when others leave them alone."""

    token: str
    until: dt.datetime


@attrs.frozen(kw_only=True)
class Wanted:
    """Which due rows are claimed: those that ``provider`` has, and ``templates`` that nobody has yet.

    ``kinds`` are those that are meant; of these at most ``limit``, or None for all.
    """

    provider: str
    kinds: Collection[str]
    templates: Collection[str] = ()
    limit: int | None = 1


_COLUMNS: Final = tuple(outbox.c[field.name] for field in attrs.fields(Row))
_INSTANTS: Final = ("due_at", "created_at", "handed_over_at", "settled_at")


def row_of(values: sa.RowMapping) -> Row:
    """The row that these columns of the table say."""
    told = {name: values[name] and instant(values[name]) for name in _INSTANTS}
    return Row(**{**{column.name: values[column.name] for column in _COLUMNS}, **told})


def rows(
    reader: Reader,
    *conditions: sa.ColumnElement[bool],
    limit: int | None = None,
    lock: bool = False,
    wait: bool = False,
) -> list[Row]:
    """The rows that fit, the longest due first.

    ``lock`` leaves out those that somebody else is writing; with ``wait`` they are waited for, and are among
    these where they still fit.
    """
    wanted = sa.select(*_COLUMNS).where(*conditions).order_by(outbox.c.due_at, outbox.c.key).limit(limit)
    wanted = wanted.with_for_update(skip_locked=not wait) if lock else wanted
    return [row_of(one._mapping) for one in reader.select(wanted)]  # noqa: SLF001 - SQLAlchemy's own


def by_key(reader: Reader, keys: Collection[str]) -> dict[str, Row]:
    """The rows of these keys, as far as there are any."""
    return {one.key: one for one in rows(reader, outbox.c.key.in_(sorted(keys)))}


def is_due(now: dt.datetime) -> sa.ColumnElement[bool]:
    """Whether a row waits to be delivered, and no longer needs to."""
    return (outbox.c.status == "queued") & (outbox.c.due_at <= instant_text(now))


def due(reader: Reader, now: dt.datetime) -> list[Due]:
    """What waits to be delivered, by kind, template and who has it."""
    grouped = (outbox.c.kind, outbox.c.template, outbox.c.provider)
    wanted = sa.select(*grouped, sa.func.count()).where(is_due(now)).group_by(*grouped).order_by(*grouped)
    return [
        Due(kind=kind, template=template, provider=provider, rows=count)
        for kind, template, provider, count in reader.select(wanted)
    ]


# -- claiming -----------------------------------------------------------------


def candidates(writer: Writer, wanted: Wanted, now: dt.datetime) -> list[Row]:
    """The due rows that may be claimed; nobody else can claim any before the transaction ends.

    Where all are claimed none is left behind because somebody is just writing it.
    """
    writer.lock_claims()
    whose = outbox.c.provider == wanted.provider
    nobodys = outbox.c.provider.is_(None) & outbox.c.template.in_(sorted(wanted.templates))
    of_kind = outbox.c.kind.in_(sorted(wanted.kinds))
    fit, limit = (is_due(now), of_kind, whose | nobodys), wanted.limit
    return rows(writer, *fit, limit=limit, lock=True, wait=limit is None)


def take(
    writer: Writer, claimed: Sequence[Row], provider: str, lease: Lease, *, digest: str | None = None
) -> list[Row]:
    """Give these rows to a deliverer for as long as its lease lasts; the rows as they are now.

    Those of a ``digest`` go out under that one key, now and if they have to be sent again.
    """
    if not claimed:
        return []
    values: dict[str, Any] = {"status": "sending", "provider": provider, "handed_over_at": None}
    if digest is not None:
        values["sent_as"] = digest
    writer.connection.execute(
        sa.update(outbox)
        .where(outbox.c.key.in_([one.key for one in claimed]))
        .values(lease=lease.token, leased_until=instant_text(lease.until), **values)
    )
    return [attrs.evolve(one, **values) for one in claimed]


def hand_over(writer: Writer, keys: Collection[str], lease: Lease, now: dt.datetime) -> bool:
    """Note that these rows are about to be handed to who has them; false where they are ours no longer.

    What is interrupted before this was certainly not sent, and is sent later; what is interrupted after it
    may have been.
    """
    mine = (outbox.c.lease == lease.token) & (outbox.c.status == "sending") & outbox.c.key.in_(sorted(keys))
    noted = sa.update(outbox).where(mine)
    done = writer.connection.execute(noted.values(handed_over_at=instant_text(now)))
    if done.rowcount == len(keys):
        return True
    # None of them is handed over: those that are still ours were certainly not sent.
    writer.connection.execute(noted.values(handed_over_at=None))
    return False


def mine(writer: Writer, keys: Collection[str], lease: Lease) -> set[str]:
    """Those of these rows that a deliverer still has, and keeps until the transaction ends."""
    held = (outbox.c.lease == lease.token) & (outbox.c.status == "sending") & outbox.c.key.in_(sorted(keys))
    return set(writer.connection.execute(sa.select(outbox.c.key).where(held).with_for_update()).scalars())


def send_as(writer: Writer, keys: Collection[str], key: str) -> None:
    """Note under which key these rows go out, which are ours."""
    writer.connection.execute(sa.update(outbox).where(outbox.c.key.in_(sorted(keys))).values(sent_as=key))


def give_back(writer: Writer, keys: Collection[str], lease: Lease) -> None:
    """Queue rows again that were claimed and not tried."""
    mine = (outbox.c.lease == lease.token) & (outbox.c.status == "sending")
    writer.connection.execute(
        sa.update(outbox)
        .where(outbox.c.key.in_(sorted(keys)), mine)
        .values(status="queued", lease=None, leased_until=None, handed_over_at=None)
    )


def lapsed(writer: Writer, now: dt.datetime, gone: Collection[str] = ()) -> list[Row]:
    """The rows whose lease is over, or is one of those whose deliverer is known to be gone.

    Nobody claims any before the transaction ends: what was claimed together is queued again together.
    """
    writer.lock_claims()
    over = (outbox.c.leased_until <= instant_text(now)) | outbox.c.lease.in_(sorted(gone))
    return rows(writer, outbox.c.status == "sending", over, lock=True)


def leases(reader: Reader) -> list[str]:
    """The tokens of all leases that hold a row."""
    held = sa.select(outbox.c.lease).where(outbox.c.status == "sending", outbox.c.lease.is_not(None))
    return [token for (token,) in reader.select(held.distinct())]


def overdue(reader: Reader, now: dt.datetime, *, lock: bool = False) -> list[Row]:
    """The rows of which an answer should have come by now."""
    late = (outbox.c.status == "awaiting") & (outbox.c.due_at <= instant_text(now))
    return rows(reader, late, lock=lock)


# -- providers ----------------------------------------------------------------


def resting(reader: Reader, now: dt.datetime) -> dict[str, dt.datetime]:
    """The providers that rest, each with the instant until which it does."""
    rests = sa.select(providers.c.provider, providers.c.rests_until).where(
        providers.c.rests_until > instant_text(now)
    )
    return {provider: instant(until) for provider, until in reader.select(rests)}


def failures(reader: Reader) -> dict[str, int]:
    """How often each provider has failed in a row, where it has."""
    failed = sa.select(providers.c.provider, providers.c.failures).where(providers.c.failures > 0)
    return {provider: int(count) for provider, count in reader.select(failed)}
