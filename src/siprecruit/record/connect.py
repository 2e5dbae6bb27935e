"""Connections to SQLite and PostgreSQL: what is acknowledged is durable, and writers take turns."""

from __future__ import annotations

import importlib.util
import sqlite3
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from siprecruit.record.errors import RecordError

PATIENCE: Final = 30.0
"""Seconds for which a writer waits for another one before it gives up."""

NO_DRIVER: Final = "PostgreSQL needs its driver: pip install 'siprecruit[postgres]'"


def engine_of(url: str, *, patience: float = PATIENCE) -> sa.Engine:
    """An engine for ``url`` (``sqlite:///file.db`` or ``postgresql://...``); nothing is opened yet.

    Raises RecordError ``bad_url`` or ``no_driver``.
    """
    parsed = parsed_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, patience)
    if importlib.util.find_spec("psycopg") is None:
        raise RecordError("no_driver", NO_DRIVER)
    options = {"options": f"-c lock_timeout={int(patience * 1000)}"} if "options" not in parsed.query else {}
    # A server that was restarted is noticed before a transaction begins, not in its middle.
    return sa.create_engine(parsed, connect_args=options, pool_pre_ping=True)


def parsed_url(url: str) -> sa.URL:
    """The URL, with our driver named. Raises RecordError ``bad_url``: it is none, or of another database."""
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError) as error:
        message = "the database's URL is not well formed (sqlite:///siprecruit.db is)"
        raise RecordError("bad_url", message) from error
    match parsed.get_backend_name():
        case "sqlite" if parsed.database and parsed.database != ":memory:":
            return parsed.set(drivername="sqlite")
        case "postgresql" | "postgres":
            return parsed.set(drivername="postgresql+psycopg")
        case "sqlite":
            raise RecordError("bad_url", "the database's URL names no file (sqlite:///siprecruit.db does)")
        case other:
            raise RecordError("bad_url", f"a record is kept in sqlite or postgresql, not in {other}")


def place_of(url: str) -> str:
    """How a sentence names the database: its file, or its host and name without the password."""
    parsed = parsed_url(url)
    if parsed.get_backend_name() == "sqlite":
        return str(parsed.database)
    return f"{parsed.database} on {parsed.host or parsed.query.get('host', 'this machine')}"


def file_of(url: str) -> Path | None:
    """The file of an SQLite database; ``None`` for PostgreSQL."""
    parsed = parsed_url(url)
    return Path(str(parsed.database)) if parsed.get_backend_name() == "sqlite" else None


def _sqlite(url: sa.URL, patience: float) -> sa.Engine:
    # isolation_level=None: the driver begins nothing by itself; every BEGIN is ours and of the right kind.
    engine = sa.create_engine(url, connect_args={"isolation_level": None, "timeout": patience})
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _: object) -> None:
    """A commit is on the disk when it returns, and nothing points to what is not there."""
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def write_ahead(engine: sa.Engine) -> None:
    """Let readers and a writer not wait for each other. It stays with the file: only for one that is ours."""
    if engine.dialect.name == "sqlite":
        with engine.execution_options(sqlite_begin="SELECT 1").connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")


def _begin(connection: sa.Connection) -> None:
    kind: Any = connection.get_execution_options().get("sqlite_begin", "BEGIN")
    connection.connection.execute(kind)
