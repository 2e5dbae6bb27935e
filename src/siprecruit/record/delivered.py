"""Writing down what became of what was to be delivered: its row, the attempt, what was sent, who failed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

import attrs
import sqlalchemy as sa

from siprecruit.core.programme import Programme
from siprecruit.record import undelivered
from siprecruit.record.outbox import LOOK, Lease
from siprecruit.record.reading import Reader, instant_text
from siprecruit.record.statements import insert_into
from siprecruit.record.tables import attempts, kept_messages, outbox, providers, streams
from siprecruit.record.writing import Writer

_OPEN: Final = ("queued", "sending", "awaiting")
_UNCERTAIN: Final = ("raised", "timed_out", "nonsense")


@attrs.frozen(kw_only=True)
class Attempt:
    """Who was called for a row, when, for how long, and what they answered in a word; ``code`` is no text."""

    provider: str
    plugin: str
    began_at: dt.datetime
    took_ms: int
    answer: str
    code: str | None = None


@attrs.frozen(kw_only=True)
class Happened:
    """What became of one row. ``number`` is how many attempts count by now, ``attempt`` which one this was.

    ``kept`` is what was sent, and why it was not, in words: it lies with the person's texts and goes with
    them. ``due_at`` is None where it stays as it was; ``apart`` is true where nothing was sent, so that it
    need not go out with the rows of the same digest.
    """

    key: str
    status: str
    number: int
    attempt: int = 0
    due_at: dt.datetime | None = None
    apart: bool = False
    receipt: str | None = None
    attempts: tuple[Attempt, ...] = ()
    kept: Mapping[str, Any] = attrs.field(factory=dict, repr=False)


def note(
    writer: Writer,
    happened: Sequence[Happened],
    programme: Programme,
    now: dt.datetime,
    lease: Lease | None = None,
) -> int:
    """Write down what became of rows; of how many.

    With ``lease`` of those alone that it still holds, or held when it lapsed: whoever comes late with an
    answer that somebody else has settled meanwhile changes nothing.
    """
    mine = _held(writer, [one.key for one in happened], lease) if lease else {one.key for one in happened}
    noted = [one for one in happened if one.key in mine]
    if not noted:
        return 0
    _set_rows(writer, noted, now)
    _add_attempts(writer, noted)
    keep(writer, {one.key: one.kept for one in noted if one.kept})
    undelivered.show(writer, [one.key for one in noted], programme)
    return len(noted)


def _held(writer: Writer, keys: Collection[str], lease: Lease) -> set[str]:
    """The rows of these that a lease holds, or held last of all."""
    held = sa.select(outbox.c.key).where(
        outbox.c.key.in_(sorted(keys)),
        outbox.c.lease == lease.token,
        outbox.c.status.in_(("sending", "unknown")),
    )
    return set(writer.connection.execute(held.with_for_update()).scalars())


def _set_rows(writer: Writer, noted: Iterable[Happened], now: dt.datetime) -> None:
    for_key = sa.update(outbox).where(outbox.c.key == sa.bindparam("of_key"))
    # What may have been sent under a digest's key earlier goes on under it, whatever was not done since.
    never_sent = ~sa.exists().where(
        attempts.c.key == outbox.c.key,
        attempts.c.attempt > outbox.c.begun_at_attempt,
        sa.or_(*(attempts.c.answer == each for each in (*_UNCERTAIN, "lapsed"))),
    )
    apart = sa.bindparam("apart", type_=sa.Boolean) & never_sent
    changed = for_key.values(
        status=sa.bindparam("becomes"),
        attempts=sa.bindparam("number"),
        due_at=sa.func.coalesce(sa.bindparam("due"), outbox.c.due_at),
        receipt=sa.func.coalesce(sa.bindparam("given"), outbox.c.receipt),
        settled_at=sa.bindparam("settled"),
        leased_until=None,
        handed_over_at=None,
        sent_as=sa.case((apart, None), else_=outbox.c.sent_as),
    )
    writer.connection.execute(
        changed,
        [
            {
                "of_key": one.key,
                "becomes": one.status,
                "number": one.number,
                "due": instant_text(one.due_at) if one.due_at else None,
                "given": one.receipt,
                "apart": one.apart,
                "settled": None if one.status in _OPEN else instant_text(now),
            }
            for one in noted
        ],
    )


def _add_attempts(writer: Writer, noted: Iterable[Happened]) -> None:
    values = [
        {
            "key": one.key,
            "attempt": one.attempt or one.number,
            "provider": each.provider,
            "plugin": each.plugin,
            "began_at": instant_text(each.began_at),
            "took_ms": each.took_ms,
            "answer": each.answer,
            "code": each.code,
        }
        for one in noted
        for each in one.attempts
    ]
    if values:
        put = insert_into(attempts, writer.dialect)
        # The answer that came after its lease had lapsed takes the place of the lapse.
        new = {name: put.excluded[name] for name in ("plugin", "began_at", "took_ms", "answer", "code")}
        key = [column.name for column in attempts.primary_key]
        writer.connection.execute(put.on_conflict_do_update(index_elements=key, set_=new), values)


# -- what was sent ------------------------------------------------------------


def keep(writer: Writer, texts: Mapping[str, Mapping[str, Any]]) -> None:
    """Keep texts beside rows, added to those that lie there already; they go with their owner.

    What is None is kept no longer.
    """
    if not texts:
        return
    owners = _owners(writer, texts)
    writer.give_keys(set(owners.values()))
    before = kept(writer, texts)
    put = insert_into(kept_messages, writer.dialect)
    writer.connection.execute(
        put.on_conflict_do_update(index_elements=["key"], set_={"texts": put.excluded.texts}),
        [
            {
                "key": key,
                "owner": owners[key],
                "texts": json.dumps(_without_none({**before.get(key, {}), **told}), ensure_ascii=False),
            }
            for key, told in texts.items()
        ],
    )


def _without_none(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value is not None}


def kept(reader: Reader, keys: Collection[str]) -> dict[str, dict[str, Any]]:
    """What is kept of these rows: ``to``, ``address``, ``subject``, ``text``, ``html``, ``reason``."""
    wanted = sa.select(kept_messages.c.key, kept_messages.c.texts).where(
        kept_messages.c.key.in_(sorted(keys))
    )
    return {key: json.loads(texts) for key, texts in reader.select(wanted)}


def _owners(reader: Reader, keys: Collection[str]) -> dict[str, str]:
    whose = sa.select(outbox.c.key, streams.c.owner).join(streams, streams.c.stream == outbox.c.stream)
    return {key: str(owner) for key, owner in reader.select(whose.where(outbox.c.key.in_(sorted(keys))))}


def may_have_sent(reader: Reader, keys: Collection[str], hook: str = "notifiers") -> str | None:
    """Who may have sent one of these rows since it was queued, or was tried anew by hand."""
    found = reader.select(
        sa.select(attempts.c.provider)
        .join(outbox, outbox.c.key == attempts.c.key)
        .where(
            attempts.c.key.in_(sorted(keys)),
            attempts.c.attempt > outbox.c.begun_at_attempt,
            attempts.c.provider.startswith(f"{hook}/", autoescape=True),
            attempts.c.answer.in_(_UNCERTAIN),
        )
        .order_by(attempts.c.began_at.desc())
        .limit(1)
    )
    return str(found[0][0]) if found else None


# -- what is told later -------------------------------------------------------


@attrs.frozen(kw_only=True)
class Report:
    """What a provider tells later of what it took: by the receipt that it gave."""

    receipt: str
    status: str
    reason: str | None = None


def report(
    writer: Writer, provider: str, reports: Sequence[Report], programme: Programme, now: dt.datetime
) -> dict[str, str]:
    """Write down what a provider tells later; the keys of the rows whose status changed, by receipt.

    One that a person has settled, and one that says nothing new, changes nothing: a report that comes twice
    is harmless. What came back stays so until a person says otherwise, whatever is told late. A notifier also
    tells of what a channel left to it.
    """
    told: dict[str, Report] = {}
    for one in reports:
        if one.receipt not in told or not _stands(told[one.receipt].status, one.status):
            told[one.receipt] = one
    sent_by = sa.exists().where(attempts.c.key == outbox.c.key, attempts.c.provider == provider)
    found = writer.connection.execute(
        sa.select(outbox.c.key, outbox.c.receipt, outbox.c.attempts, outbox.c.status)
        .where(outbox.c.receipt.in_(sorted(told)), (outbox.c.provider == provider) | sent_by)
        .with_for_update()
    )
    happened = [
        Happened(
            key=key,
            status=told[receipt].status,
            number=number,
            kept={"reason": reason} if (reason := told[receipt].reason) else {},
        )
        for key, receipt, number, status in found
        if status in ("awaiting", "sent", *LOOK) and not _stands(status, told[receipt].status)
    ]
    note(writer, happened, programme, now)
    by_key = {one.key for one in happened}
    receipts = sa.select(outbox.c.receipt, outbox.c.key).where(outbox.c.key.in_(sorted(by_key)))
    return {str(receipt): key for receipt, key in writer.connection.execute(receipts)}


def _stands(status: str, told: str) -> bool:
    """Whether a status stands against what is told later."""
    return status == told or (status in ("bounced", "settled") and told in ("sent", "failed"))


# -- providers ----------------------------------------------------------------


def count_failures(writer: Writer, provider: str, failures: int, rests_until: dt.datetime | None) -> None:
    """Note how often a provider has failed in a row, and until when it rests."""
    put = insert_into(providers, writer.dialect).values(
        provider=provider,
        failures=failures,
        rests_until=instant_text(rests_until) if rests_until else None,
    )
    new = {name: put.excluded[name] for name in ("failures", "rests_until")}
    writer.connection.execute(put.on_conflict_do_update(index_elements=["provider"], set_=new))
