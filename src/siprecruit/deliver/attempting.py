"""Calls that belong to no row of the outbox: noted under the provider's own name, failures counted."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from siprecruit.deliver import outcomes
from siprecruit.deliver.calling import Called, Provider
from siprecruit.deliver.noting import failures_in_a_row
from siprecruit.deliver.office import Office
from siprecruit.record import delivered, outbox
from siprecruit.record.delivered import Attempt
from siprecruit.record.reading import instant_text
from siprecruit.record.statements import insert_into
from siprecruit.record.tables import attempts
from siprecruit.record.writing import Writer


def note_call(office: Office, provider: Provider, said: Called, *, failed: bool | None) -> None:
    """Note a call in a transaction of its own."""
    with office.service.record.writing() as writer:
        note_attempt(writer, provider, said, office.service.clock(), failed=failed)


def note_attempt(
    writer: Writer, provider: Provider, said: Called, now: dt.datetime, *, failed: bool | None
) -> None:
    """Note a call, and how often its provider has failed in a row by now; None: it says nothing of that."""
    _add(writer, said.attempt)
    if failed is None:
        return
    before = outbox.failures(writer)
    after = failures_in_a_row(before, [said.attempt])[provider.name] if failed else 0
    if after != before.get(provider.name, 0):
        delivered.count_failures(writer, provider.name, after, outcomes.rests_until(after, now))


def _add(writer: Writer, one: Attempt) -> None:
    last = sa.select(sa.func.max(attempts.c.attempt)).where(attempts.c.key == one.provider)
    number = (writer.connection.execute(last).scalar() or 0) + 1
    put = insert_into(attempts, writer.dialect).values(
        key=one.provider,
        attempt=number,
        provider=one.provider,
        plugin=one.plugin,
        began_at=instant_text(one.began_at),
        took_ms=one.took_ms,
        answer=one.answer,
        code=one.code,
    )
    # Whoever was faster has noted another call under that number: who failed is counted all the same.
    writer.connection.execute(put.on_conflict_do_nothing())
