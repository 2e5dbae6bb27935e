"""The record's own statements, written once with SQLAlchemy and turned into a driver's words once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, partial
from operator import itemgetter
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from siprecruit.record.tables import commands, events, meta, outbox, streams, vault, vault_files, vault_keys


@attrs.frozen(kw_only=True)
class Statement:
    """A statement in a driver's words, and the order in which it takes its values."""

    sql: str
    order: tuple[str, ...]

    def values(self, named: Mapping[str, Any]) -> tuple[Any, ...]:
        """The values in the driver's order."""
        return tuple(named[name] for name in self.order)

    def each(self, rows: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
        """The values of many rows, each in the driver's order. For a statement of at least two values."""
        in_order = itemgetter(*self.order)
        return [in_order(row) for row in rows]


@attrs.frozen(kw_only=True)
class Statements:
    """All statements of the record for one kind of database."""

    histories: Statement
    histories_known_at: Statement
    texts_of: Statement
    heads_of: Statement
    locked_heads_of: Statement
    owned: Statement
    answers: Statement
    keys_of: Statement
    replay: Statement
    add_event: Statement
    put_stream: Statement
    add_command: Statement
    add_key: Statement
    add_texts: Statement
    add_file: Statement
    file: Statement
    add_message: Statement
    turn_messages: Statement
    revive_messages: Statement
    take_buckets: str = "SELECT pg_advisory_xact_lock(bucket) FROM unnest(%s::bigint[]) AS bucket"


ENVELOPE = (
    events.c.stream,
    events.c.version,
    events.c.kind,
    events.c.kind_version,
    events.c.happened_on,
    events.c.recorded_at,
    events.c.command,
    events.c.by_whom,
    events.c.replaces,
    events.c.body,
)
"""The columns of an event that are read to give it back, in the order in which they are read."""


QUEUED = (
    "key",
    "kind",
    "template",
    "stream",
    "version",
    "recipient",
    "status",
    "due_at",
    "created_at",
    "step",
    "provider",
)
"""The columns of a message that is put into the outbox; what becomes of it stands in the others."""


def insert_into(table: sa.Table, dialect: str) -> Any:
    """The dialect's own INSERT, which knows what to do on conflict."""
    if dialect == "sqlite":
        return sqlite.insert(table)
    # Loaded where it is needed: most records are kept in SQLite, and each command would wait for it.
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


@cache
def _words(dialect: str) -> sa.Dialect:
    if dialect == "sqlite":
        return sqlite.dialect()
    from sqlalchemy.dialects import postgresql

    return postgresql.dialect(paramstyle="format")  # type: ignore[no-untyped-call]


def prepared(statement: sa.sql.ClauseElement, dialect: str) -> Statement:
    """A statement in the words of a driver. Keep it: what it costs is the turning, not the running.

    All its values are ``bindparam``s; see ``among`` for a list of them.
    """
    compiled: Any = statement.compile(dialect=_words(dialect))
    return Statement(sql=str(compiled), order=tuple(compiled.positiontup or ()))


def among(column: sa.ColumnElement[Any], name: str, dialect: str) -> sa.ColumnElement[bool]:
    """Whether ``column`` is one of any number of values, which are given as one value called ``name``.

    The statement is the same however many there are, so that it stays prepared.
    """
    if dialect == "sqlite":
        return column.in_(sa.select(sa.func.json_each(sa.bindparam(name)).table_valued("value").c.value))
    return column == sa.any_(sa.bindparam(name, type_=sa.ARRAY(column.type)))


@cache
def statements(dialect: str) -> Statements:
    """The statements for ``"sqlite"`` or ``"postgresql"``."""
    ready, one_of = partial(prepared, dialect=dialect), partial(among, dialect=dialect)
    insert = partial(insert_into, dialect=dialect)

    def add(table: sa.Table) -> Statement:
        return ready(insert(table))

    history = sa.select(*ENVELOPE).where(one_of(events.c.stream, "streams"))
    in_order = (events.c.stream, events.c.version)
    known = events.c.recorded_at <= sa.bindparam("known_at")
    texts = sa.select(vault.c.stream, vault.c.version, vault.c.texts).where(one_of(vault.c.stream, "streams"))
    heads = sa.select(streams).where(one_of(streams.c.stream, "streams")).order_by(streams.c.stream)
    kind = (events.c.stream >= sa.bindparam("first")) & (events.c.stream < sa.bindparam("beyond"))
    put = insert(streams)
    answered: dict[str, Any] = {
        column.name: sa.bindparam(column.name) for column in commands.c if column.name != "place"
    }
    next_place: sa.Select[Any] = sa.select(sa.literal_column("coalesce(max(place), 0) + 1")).select_from(
        commands
    )
    queued: dict[str, Any] = {name: sa.bindparam(name) for name in QUEUED}
    turned = (outbox.c.status == sa.bindparam("was")) & (outbox.c.stream == sa.bindparam("of_stream"))
    turn = sa.update(outbox).values(status=sa.bindparam("becomes")).where(turned)
    return Statements(
        histories=ready(history.order_by(*in_order)),
        histories_known_at=ready(history.where(known).order_by(*in_order)),
        texts_of=ready(texts),
        heads_of=ready(heads),
        locked_heads_of=ready(heads.with_for_update()),
        owned=ready(
            sa.select(streams.c.owner, streams.c.stream)
            .where(one_of(streams.c.owner, "owners"))
            .order_by(streams.c.owner, streams.c.stream)
        ),
        answers=ready(sa.select(commands).where(one_of(commands.c.id, "ids"))),
        keys_of=ready(sa.select(vault_keys).where(one_of(vault_keys.c.owner, "owners"))),
        replay=ready(sa.select(*ENVELOPE).where(kind, known).order_by(*in_order)),
        add_event=add(events),
        put_stream=ready(
            put.on_conflict_do_update(
                index_elements=["stream"], set_={"version": put.excluded.version, "hash": put.excluded.hash}
            )
        ),
        add_command=ready(insert(commands).values(**answered, place=next_place.scalar_subquery())),
        add_key=ready(insert(vault_keys).on_conflict_do_nothing()),
        add_texts=add(vault),
        add_file=add(vault_files),
        file=ready(sa.select(vault_files).where(vault_files.c.file == sa.bindparam("file"))),
        add_message=ready(insert(outbox).values(queued)),
        turn_messages=ready(turn.where(one_of(outbox.c.version, "versions"))),
        revive_messages=ready(turn),
    )


def setting(key: str) -> sa.Select[Any]:
    """What the record says of itself under ``key``."""
    return sa.select(meta.c.value).where(meta.c.key == key)
