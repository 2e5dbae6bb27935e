"""Calls that belong to no row of the outbox: noted under the provider's own name, failures counted."""

from __future__ import annotations

import datetime as dt
from typing import Final

import sqlalchemy as sa

from siprecruit.deliver.calling import Called, Provider
from siprecruit.deliver.office import Office
from siprecruit.deliver.outgoing import outcomes
from siprecruit.deliver.outgoing.noting import failures_in_a_row
from siprecruit.record import delivered, outbox
from siprecruit.record.delivered import Attempt
from siprecruit.record.reading import instant_text
from siprecruit.record.statements import insert_into
from siprecruit.record.tables import attempts
from siprecruit.record.writing import Writer

WHILE: Final = dt.timedelta(hours=1)
"""How often the same is noted of what strangers send: by the thousand it would fill the disk."""


def note_once_in_a_while(office: Office, said: Called) -> None:
    """Note a call that says nothing of its provider, unless the same was noted within the hour."""
    one, since = said.attempt, instant_text(office.service.clock() - WHILE)
    same = (attempts.c.key == one.provider, attempts.c.answer == one.answer, attempts.c.code == one.code)
    noted = sa.select(attempts.c.attempt).where(*same, attempts.c.began_at > since).limit(1)
    with office.service.record.reading() as reader:
        if reader.select(noted):
            return
    with office.service.record.writing() as writer:
        _add(writer, one)


def note_call(office: Office, provider: Provider, said: Called, *, failed: bool) -> None:
    """Note a call in a transaction of its own."""
    with office.service.record.writing() as writer:
        note_attempt(writer, provider, said, office.service.clock(), failed=failed)


def note_attempt(writer: Writer, provider: Provider, said: Called, now: dt.datetime, *, failed: bool) -> None:
    """Note a call, and how often its provider has failed in a row by now."""
    _add(writer, said.attempt)
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
