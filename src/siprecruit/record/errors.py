"""What can go wrong with a database, told in one sentence each."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import sqlalchemy as sa


class RecordError(Exception):
    """The record can't be used. ``code`` is stable; ``message`` is one sentence that says where and what."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Conflict(Exception):  # noqa: N818 - not an error: read again and decide again
    """Somebody else was faster: what was decided upon has changed. Read again, decide again."""


# By SQLite's extended or primary result code and by PostgreSQL's SQLSTATE; {} is the place.
OF_SQLITE: Final = {
    sqlite3.SQLITE_FULL: ("disk_full", "{}: the disk is full, so nothing of this was recorded"),
    sqlite3.SQLITE_IOERR: ("disk_fault", "{}: the disk can't be read or written"),
    **dict.fromkeys(
        (sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_SHMSIZE),
        ("disk_full", "{}: the disk takes no more, it is full or over a limit"),
    ),
    sqlite3.SQLITE_READONLY: ("read_only", "{}: the file or its folder is read-only"),
    sqlite3.SQLITE_PERM: ("read_only", "{}: the file or its folder is read-only"),
    sqlite3.SQLITE_BUSY: ("locked", "{}: somebody else has been writing for too long, try again"),
    sqlite3.SQLITE_LOCKED: ("locked", "{}: somebody else has been writing for too long, try again"),
    sqlite3.SQLITE_CANTOPEN: ("cannot_open", "{}: it can't be opened, look at the folder's permissions"),
    sqlite3.SQLITE_NOTADB: ("not_ours", "{}: this file is no siprecruit record"),
    sqlite3.SQLITE_CORRUPT: ("damaged", "{}: the file is damaged, restore a backup"),
}
OF_POSTGRES: Final = {
    "53100": ("disk_full", "{}: the server's disk is full, so nothing of this was recorded"),
    "25006": ("read_only", "{}: the server lets nobody write now"),
    "42501": ("read_only", "{}: this user of the database may not do that"),
    "55P03": ("locked", "{}: somebody else has been writing for too long, try again"),
    "57P03": ("cannot_open", "{}: the server is starting or stopping, try again in a moment"),
    "57P01": ("gone", "{}: the server ended the connection, so nothing of this was recorded"),
    "28P01": ("cannot_open", "{}: the server refuses this user or password"),
    "28000": ("cannot_open", "{}: the server refuses this user or password"),
    "42P01": ("damaged", "{}: a table of the record is missing"),
    "42703": ("damaged", "{}: a column of the record is missing"),
    "3D000": ("no_record", "{}: the server has no database of that name"),
}
FASTER: Final = {"40001", "40P01", "23505"}
"""Could not serialise, deadlock, a key that is there already."""


@contextmanager
def told(place: str) -> Iterator[None]:
    """Turn what the drivers raise into RecordError or Conflict; what is neither is a fault, and goes on."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        raise _translated(error.orig, place) or error from error
    except sqlite3.Error as error:
        raise _translated(error, place) or error from error
    except Exception as error:
        if not _of_psycopg(error):
            raise
        raise _translated(error, place) or error from error


def _translated(error: BaseException | None, place: str) -> Exception | None:
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(error, place)
    if error is not None and _of_psycopg(error):
        return _of_postgres(error, place)
    return None


def _of_sqlite(error: sqlite3.Error, place: str) -> Exception | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code in (sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE):
        return Conflict(str(error))
    if code is None:
        return None
    if code == sqlite3.SQLITE_ERROR and str(error).startswith("no such"):
        return RecordError("damaged", f"{place}: its tables are not as they were made ({error})")
    known = OF_SQLITE.get(code) or OF_SQLITE.get(code & 0xFF)
    return RecordError(known[0], known[1].format(place)) if known else None


def _of_postgres(error: BaseException, place: str) -> Exception | None:
    state = getattr(error, "sqlstate", None)
    if state in FASTER:
        return Conflict(str(error))
    if state is None and type(error).__name__ in ("OperationalError", "ConnectionTimeout"):
        return RecordError("cannot_open", f"{place}: the server does not answer")
    known = OF_POSTGRES.get(str(state))
    return RecordError(known[0], known[1].format(place)) if known else None


def _of_psycopg(error: BaseException) -> bool:
    psycopg = sys.modules.get("psycopg")
    return psycopg is not None and isinstance(error, psycopg.Error)
