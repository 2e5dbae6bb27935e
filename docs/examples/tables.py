"""Counts what each person was sent, in a table of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import sqlalchemy as sa

from siprecruit.api import Accepted, Context, Notification, Notifier, Table, hookimpl

siprecruit_api = ">=1,<2"

SENT = sa.Table("plugin_tables_sent", sa.MetaData(), sa.Column("person"), sa.Column("key"))


def send(context: Context, message: Notification) -> Accepted:
    """Note whom it is for, by our id, and under which key."""
    assert context.database is not None  # as this plugin gives a table
    with context.database() as connection:
        connection.execute(SENT.insert().values(person=message.to.id, key=message.delivery.key))
    return Accepted(receipt=message.delivery.key)


def erase(connection: sa.Connection, person: str) -> int:
    """Delete what is kept of a person, and say how many rows that were."""
    return connection.execute(SENT.delete().where(SENT.c.person == person)).rowcount


def export(connection: sa.Connection, person: str) -> Mapping[str, object]:
    """What is kept of a person, for them to see."""
    return {"keys": list(connection.scalars(sa.select(SENT.c.key).where(SENT.c.person == person)))}


@hookimpl
def siprecruit_tables() -> Iterable[Table]:
    """The core runs the files of `tables/`, such as `0001_sent.sql`, each once."""
    return [Table(table=SENT, migrations=Path(__file__).parent / "tables", erase=erase, export=export)]


@hookimpl
def siprecruit_notifiers() -> Iterable[Notifier]:
    """The one that fills it."""
    return [Notifier(name="counted", address="email", send=send)]
