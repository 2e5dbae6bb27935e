"""Writing down what came of rows: their outcome, what was sent, and who has failed how often in a row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

import attrs

from siprecruit.deliver.calling import FAILURES
from siprecruit.deliver.office import Office
from siprecruit.deliver.outgoing import keys, outcomes
from siprecruit.deliver.outgoing.outcomes import Answer, Lost, Try, follows
from siprecruit.record import delivered, outbox
from siprecruit.record.delivered import Attempt, Happened
from siprecruit.record.errors import Conflict, RecordError
from siprecruit.record.outbox import Lease, Row
from siprecruit.record.writing import Writer
from siprecruit.service import ATTEMPTS

Written = TypeVar("Written")

ANSWER_WITHIN: Final = dt.timedelta(days=3)
"""How long a provider may take to tell what became of a message, until somebody is told to ask."""


@attrs.frozen(kw_only=True)
class Ended:
    """What came of one row: the last answer, and all calls that led to it.

    ``idempotent`` is whether the same key may be tried again whatever happened; ``kept`` is what was sent.
    ``overdue_at`` is when an answer that comes later is overdue; None: by what is usual. ``unwritten`` is the
    template that can't be used, where that is why it wasn't sent.
    """

    row: Row
    answer: Answer
    idempotent: bool
    attempts: tuple[Attempt, ...] = ()
    kept: Mapping[str, Any] = attrs.field(factory=dict, repr=False)
    overdue_at: dt.datetime | None = None
    unwritten: str | None = None


def note(office: Office, ended: Sequence[Ended], lease: Lease) -> list[str]:
    """Write down what came of rows, in one transaction; what became of each, in a word."""
    if not ended:
        return []

    def write(writer: Writer) -> list[Happened]:
        now = office.service.clock()
        happened = [_happened(one, now) for one in ended]
        delivered.note(writer, happened, office.programme, now, lease)
        _count_failures(writer, [one for each in ended for one in each.attempts], now)
        return happened

    happened = written(office, write)
    return ["deferred" if one.status == "queued" else one.status for one in happened]


def written(office: Office, write: Callable[[Writer], Written]) -> Written:
    """What is written in one transaction, begun anew where others were faster. Raises RecordError."""
    for _ in range(ATTEMPTS):
        try:
            with office.service.record.writing() as writer:
                return write(writer)
        except Conflict:
            continue
    raise RecordError("busy", "others change the same things all the time: try again")


def note_lapsed(office: Office, writer: Writer, now: dt.datetime, gone: Collection[str] = ()) -> int:
    """Write down that a deliverer was not heard of any more, or is ``gone``; how many rows it had.

    What it had not handed over, or only to who recognises a key, goes out again; else a person looks.
    """
    left = outbox.lapsed(writer, now, gone)
    ended = [
        Ended(
            row=row,
            answer=Lost(how="lapsed"),
            idempotent=row.handed_over_at is None,
            attempts=(_lapse(row),),
        )
        for row in left
    ]
    delivered.note(writer, [_happened(one, now) for one in ended], office.programme, now)
    return len(left)


def take_over(office: Office, is_gone: Callable[[str], bool]) -> int:
    """Settle at once what deliverers had that are known to be gone; how many rows that were."""
    with office.service.record.reading() as reader:
        gone = [token for token in outbox.leases(reader) if is_gone(token)]
    if not gone:
        return 0
    return written(office, lambda writer: note_lapsed(office, writer, office.service.clock(), gone))


def _lapse(row: Row) -> Attempt:
    began_at = row.handed_over_at or row.due_at
    provider = row.provider or ""
    return Attempt(provider=provider, plugin="", began_at=began_at, took_ms=0, answer="lapsed")


def _happened(one: Ended, now: dt.datetime) -> Happened:
    row = one.row
    overdue_at = one.overdue_at or now + ANSWER_WITHIN
    number = Try(number=row.tries + 1, now=now, idempotent=one.idempotent, overdue_at=overdue_at)
    became = follows(one.answer, number)
    sent = keys.after(one.kept, nothing_done=became.nothing_done)
    told = {"reason": became.reason or ""} if became.reason or (sent and not became.nothing_done) else {}
    unwritten = {"unwritten": one.unwritten} if told else {}
    return Happened(
        key=row.key,
        status=became.status,
        number=row.attempts + became.tried,
        attempt=row.attempts + 1,
        due_at=became.due_at,
        apart=became.nothing_done and became.status == "queued" and not keys.is_anew(row),
        receipt=became.receipt,
        attempts=one.attempts,
        kept={**sent, **told, **unwritten},
    )


def _count_failures(writer: Writer, attempts: Iterable[Attempt], now: dt.datetime) -> None:
    """Count who failed how often in a row; who fails too often rests, and nobody else does."""
    before = outbox.failures(writer)
    for provider, counted in failures_in_a_row(before, attempts).items():
        if counted != before.get(provider, 0):
            delivered.count_failures(writer, provider, counted, outcomes.rests_until(counted, now))


def failures_in_a_row(before: Mapping[str, int], attempts: Iterable[Attempt]) -> dict[str, int]:
    """How often each provider has failed in a row after these attempts, of which several rows may share one.

    One that can't be set to work at all rests at once.
    """
    after = dict(before)
    seen: set[int] = set()
    for one in attempts:
        if id(one) not in seen:
            seen.add(id(one))
            failed = outcomes.FAILURES if one.answer == "unable" else 1
            after[one.provider] = after.get(one.provider, 0) + failed if one.answer in FAILURES else 0
    return after
