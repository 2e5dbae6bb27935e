"""Connections to SQLite and PostgreSQL: what is acknowledged is durable, and writers take turns."""

from __future__ import annotations

import importlib.util
import os
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


def make_private(file: Path) -> None:
    """Make a file that its owner alone may read, whatever is usual here; one that is there stays as it is.

    SQLite gives what it writes beside a database the same permissions.
    """
    try:
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return
    except OSError as error:
        raise RecordError("cannot_open", f"{file}: it can't be written, {error.strerror}") from error
    os.close(handle)


def is_read_only(file: Path) -> bool:
    """Whether this user may read the file, and may not write it or beside it (as SQLite has to)."""
    return file.exists() and not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK))


def address_of(file: Path) -> str:
    """The address (a URI) by which SQLite opens a file, also where this user may only read it.

    Where nothing was written ahead nobody has it open, and it is read as a file that does not change: SQLite
    would make files beside it otherwise, which can't be done there, or would be in its owner's way.
    """
    address = file.absolute().as_uri()
    if not is_read_only(file):
        return address
    ahead = file.with_name(f"{file.name}-wal")
    still = not ahead.exists() or not ahead.stat().st_size
    return f"{address}?mode=ro&immutable=1" if still else f"{address}?mode=ro"


def _sqlite(url: sa.URL, patience: float) -> sa.Engine:
    file = Path(str(url.database))

    def connect() -> sqlite3.Connection:
        # isolation_level=None: the driver begins nothing by itself; every BEGIN is ours, of the right kind.
        return sqlite3.connect(
            address_of(file), uri=True, isolation_level=None, timeout=patience, check_same_thread=False
        )

    engine = sa.create_engine(url, creator=connect)
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
