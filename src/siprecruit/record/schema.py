"""Making the tables of a new record, and telling a record from any other database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import sqlalchemy as sa

from siprecruit.record import views
from siprecruit.record.errors import RecordError
from siprecruit.record.statements import setting
from siprecruit.record.tables import meta, metadata

__all__ = ["APPLICATION_ID", "FORMAT", "REVISION", "make", "recognise", "views"]

REVISION: Final = "0004"
"""The newest revision under ``migrations/versions``: what this program reads and writes."""

KNOWN_REVISIONS: Final = ("0001", "0002", "0003", REVISION)
"""All revisions, oldest first."""

APPLICATION_ID: Final = int.from_bytes(b"SIPR")
"""In the header of our SQLite files, where ``file`` and others look for it."""

FORMAT: Final = 1
"""SQLite's ``user_version``: it grows when an older program may no longer even look at the file."""

revisions: Final = sa.table("alembic_version", sa.column("version_num", sa.Text))


def recognise(connection: sa.Connection, place: str) -> bool:
    """Whether there is a record that this program can use; false where the database is empty.

    Raises RecordError ``not_ours``, ``older_version`` or ``newer_version``.
    """
    look = _is_our_file if connection.dialect.name == "sqlite" else _is_our_database
    if not look(connection, place):
        return False
    if connection.execute(setting("application")).scalar() != "siprecruit":
        raise _not_ours(place)
    revision = connection.execute(sa.select(revisions.c.version_num)).scalar()
    if revision == REVISION:
        return True
    if revision in KNOWN_REVISIONS:
        raise RecordError("older_version", f"{place}: an older siprecruit made this record: migrate it")
    raise RecordError("newer_version", f"{place}: a newer siprecruit made this record")


def _is_our_file(connection: sa.Connection, place: str) -> bool:
    ours = connection.exec_driver_sql("PRAGMA application_id").scalar()
    written_as = connection.exec_driver_sql("PRAGMA user_version").scalar()
    if ours == APPLICATION_ID:
        if written_as is not None and written_as > FORMAT:
            raise RecordError("newer_version", f"{place}: a newer siprecruit made this record")
        return True
    if ours or written_as or connection.exec_driver_sql("SELECT 1 FROM sqlite_master").first():
        raise _not_ours(place)
    return False


def _is_our_database(connection: sa.Connection, place: str) -> bool:
    tables = sa.inspect(connection).get_table_names()
    if tables and not {"meta", "events", "alembic_version"} <= set(tables):
        raise _not_ours(place)
    return bool(tables)


def _not_ours(place: str) -> RecordError:
    return RecordError("not_ours", f"{place}: this is a database, but no siprecruit record")


def make(connection: sa.Connection, place: str, entropy: Callable[[int], bytes]) -> None:
    """Make all tables of the newest revision, within the transaction of ``connection``.

    Where somebody else has made them meanwhile, nothing is done.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (APPLICATION_ID,))
    if recognise(connection, place):
        return
    metadata.create_all(connection, checkfirst=False)
    stamp(connection)
    said = {"application": "siprecruit", "salt": entropy(32).hex()}
    connection.execute(meta.insert(), [{"key": key, "value": value} for key, value in said.items()])


def stamp(connection: sa.Connection) -> None:
    """Mark a database as ours and as of the newest revision, as Alembic would."""
    connection.exec_driver_sql(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
        "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
    )
    connection.execute(sa.insert(revisions).values(version_num=REVISION))
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version = {FORMAT}")
