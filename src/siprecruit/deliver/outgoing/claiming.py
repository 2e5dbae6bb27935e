"""Which rows are delivered next, and by whom: they are claimed for one provider in one short transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Final

import attrs
import sqlalchemy as sa

from siprecruit.core.text import fold_address
from siprecruit.deliver.calling import Provider, provider_named
from siprecruit.deliver.office import Office
from siprecruit.deliver.outgoing import noting
from siprecruit.deliver.outgoing.keys import is_anew, key_of_all
from siprecruit.deliver.reminders.ledger import keep_distance
from siprecruit.deliver.writing.addressing import recipient
from siprecruit.deliver.writing.cases import cases
from siprecruit.plugins.types import Recipient
from siprecruit.record import outbox
from siprecruit.record.outbox import HOOKS, Due, Lease, Row, Wanted
from siprecruit.record.queueing import channel_named
from siprecruit.record.reading import Reader
from siprecruit.record.tables import outbox as table
from siprecruit.record.writing import Writer

AT_ONCE: Final = 100
"""How many rows are claimed at a time for a provider that recognises a key; any other gets one by one."""

SPARE: Final = dt.timedelta(seconds=60)
"""How much longer than its calls may take a lease lasts."""

LONGEST_CALL: Final = dt.timedelta(hours=1)


@attrs.frozen(kw_only=True)
class Parcel:
    """Rows that were claimed for one provider, until the lease ends.

    ``digest`` is the key under which all of them go out together to one referee. ``failures`` is how often
    each provider has failed in a row so far, ``resting`` are those that rest.
    """

    provider: Provider
    rows: tuple[Row, ...]
    lease: Lease
    digest: str | None = None
    failures: Mapping[str, int] = attrs.field(factory=dict)
    resting: frozenset[str] = frozenset()


def chosen(office: Office, kind: str, template: str) -> str | None:
    """Who delivers what nobody has yet, by the settings; None where the event has to say it."""
    return f"notifiers/{office.choices.notifier_of(template)}" if kind == "message" else None


def next_parcel(office: Office, token: str, passed_over: Collection[str] = ()) -> Parcel | None:
    """The rows that are delivered next; None where nothing is due that can be.

    ``token`` tells this claim from all others, ``passed_over`` are providers that are not to be tried.
    """
    return noting.written(office, lambda writer: _next(office, writer, token, passed_over))


def _next(office: Office, writer: Writer, token: str, passed_over: Collection[str]) -> Parcel | None:
    now = office.service.clock()
    if office.why_stopped(writer) is not None:
        return None
    noting.note_lapsed(office, writer, now)
    keep_distance(writer, office.programme, now)
    _settle_channels(office, writer, now)
    resting = {*outbox.resting(writer, now), *passed_over}
    for provider, due in _deliverable(office, outbox.due(writer, now), resting):
        parcel = _claimed(office, writer, provider, due, token)
        if parcel:
            return parcel
    return None


def held(office: Office, reader: Reader, now: dt.datetime) -> dict[str, int]:
    """How many due rows wait for a provider that no plugin in use gives, or that rests; by its name."""
    resting, waiting = outbox.resting(reader, now), dict[str, int]()
    for one in outbox.due(reader, now):
        name = one.provider or chosen(office, one.kind, one.template)
        if name is not None and (name in resting or provider_named(office, name) is None):
            waiting[name] = waiting.get(name, 0) + one.rows
    return waiting


def _deliverable(
    office: Office, due: Sequence[Due], resting: Collection[str]
) -> list[tuple[Provider, list[Due]]]:
    """What is due by who delivers it, as far as that can be done now."""
    by_name: dict[str, list[Due]] = {}
    for one in due:
        name = one.provider or chosen(office, one.kind, one.template)
        if name is not None and name not in resting and name.partition("/")[0] == HOOKS[one.kind]:
            by_name.setdefault(name, []).append(one)
    found = ((provider_named(office, name), mine) for name, mine in by_name.items())
    return [(provider, mine) for provider, mine in found if provider is not None]


def _claimed(
    office: Office, writer: Writer, provider: Provider, due: Sequence[Due], token: str
) -> Parcel | None:
    """Claim what comes first: requests that go out together, or rows that go out one after the other."""
    now = office.service.clock()
    lease = Lease(token=token, until=now + _as_long_as(office, provider))
    templates = {one.template for one in due if one.provider is None}
    kinds = {one.kind for one in due}
    together = kinds & _together(provider)
    wanted = Wanted(
        provider=provider.name,
        kinds=together or kinds,
        templates=templates,
        limit=None if together else AT_ONCE if provider.idempotent else 1,
    )
    rows = outbox.candidates(writer, wanted, now)
    if together:
        rows = _of_one_referee(office, writer, rows)
    if not rows:
        return None
    digest = (_company(rows[0]) or key_of_all(rows)) if together else None
    taken = outbox.take(writer, rows, provider.name, lease, digest=digest)
    return Parcel(
        provider=provider,
        rows=tuple(taken),
        lease=lease,
        digest=digest,
        failures=outbox.failures(writer),
        resting=frozenset(outbox.resting(writer, now)),
    )


def _together(provider: Provider) -> set[str]:
    """The kinds of rows of which one referee's go out together."""
    if provider.hook != "reference_channels" or not provider.gives("request_many"):
        return set()
    return {"request"} if provider.gives("remind") else {"request", "reminder"}


def _as_long_as(office: Office, provider: Provider) -> dt.timedelta:
    """How long rows are claimed for: two calls, each of which may leave the sending to a notifier."""
    longest = provider.timeout
    if provider.hook == "reference_channels":
        seconds = max((one.provider.timeout for one in office.plugins.notifiers.values()), default=0.0)
        longest += dt.timedelta(seconds=seconds)
    return SPARE + 2 * min(longest, LONGEST_CALL)


def _of_one_referee(office: Office, reader: Reader, rows: Sequence[Row]) -> list[Row]:
    """Of these the first, and all others that go to the same referee.

    What was sent together once, and may have arrived, goes out in the same company under the same key; then
    nothing is added to it. Whoever is reached elsewhere since reads nothing of the others.
    """
    if not rows:
        return []
    free = [one for one in rows if _company(one) == _company(rows[0])]
    referees = [_referee(recipient(case, "email")) for case in cases(office, reader, free)]
    return [
        one for one, who in zip(free, referees, strict=True) if one is free[0] or (who and who == referees[0])
    ]


def _company(row: Row) -> str | None:
    """The key under which a row may have been sent; None where it was only claimed under one, and stayed."""
    return row.sent_as if row.attempts or is_anew(row) else None


def _referee(found: object) -> str | None:
    """What makes two referees one: their address."""
    return fold_address(found.address) if isinstance(found, Recipient) else None


def _settle_channels(office: Office, writer: Writer, now: dt.datetime) -> None:
    """Say who has the rows about references of which nobody does: the channel that asked."""
    about = [kind for kind, hook in HOOKS.items() if hook == "reference_channels"]
    rows = outbox.rows(
        writer, outbox.is_due(now), table.c.kind.in_(about), table.c.provider.is_(None), lock=True
    )
    for row, case in zip(rows, cases(office, writer, rows) if rows else (), strict=True):
        channel = case.task.channel if case.task else None
        name = channel_named(channel or office.choices.channel)
        writer.connection.execute(sa.update(table).where(table.c.key == row.key).values(provider=name))
