"""Opening a record, and the transactions in which it is read and written."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from siprecruit.record.connect import (
    PATIENCE,
    engine_of,
    file_of,
    is_read_only,
    make_private,
    place_of,
    write_ahead,
)
from siprecruit.record.errors import Conflict, RecordError, told
from siprecruit.record.reading import Answer, Reader
from siprecruit.record.schema import make, recognise
from siprecruit.record.statements import setting
from siprecruit.record.writing import Commit, Message, Writer

__all__ = [
    "Answer",
    "Commit",
    "Conflict",
    "Message",
    "Reader",
    "Record",
    "RecordError",
    "Writer",
    "open_record",
]

WRITERS_BEGIN: Final = {"sqlite_begin": "BEGIN IMMEDIATE"}
# A snapshot, as SQLite gives it: two statements of one reader never see two different records.
READERS_ON_POSTGRES: Final = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class Record:
    """An open record. ``salt`` is the secret under which digests of commands' bodies are made."""

    def __init__(self, engine: sa.Engine, url: str, entropy: Callable[[int], bytes]) -> None:
        self.url = url
        self.place = place_of(url)
        self.dialect = engine.dialect.name
        self._entropy = entropy
        self._engine = engine
        self._rehearsed: sa.Connection | None = None
        self._writers = engine.execution_options(**WRITERS_BEGIN)
        self._readers = engine.execution_options(**({} if self.dialect == "sqlite" else READERS_ON_POSTGRES))
        try:
            with told(self.place), self._readers.begin() as connection:
                self.salt = bytes.fromhex(str(connection.execute(setting("salt")).scalar()))
        except ValueError as error:
            message = f"{self.place}: the file is damaged, restore a backup"
            raise RecordError("damaged", message) from error

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """A reader over one transaction, which sees one state of the record throughout."""
        if self._rehearsed is not None:
            with told(self.place):
                yield Reader(self._rehearsed)
            return
        with told(self.place), self._readers.begin() as connection:
            yield Reader(connection)

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """A writer over one transaction: committed at the end, and on the disk then; undone by any exception.

        Raises Conflict where somebody was faster, RecordError for what the database refuses.
        """
        if self._rehearsed is not None:
            with told(self.place), self._rehearsed.begin_nested():
                yield Writer(self._rehearsed, self._entropy)
            return
        with told(self.place), self._writers.begin() as connection:
            yield Writer(connection, self._entropy)

    @contextmanager
    def rehearsing(self) -> Iterator[Record]:
        """This record within one transaction, of which nothing stays: what is written there is read there.

        Nobody else writes meanwhile. Raises RecordError, also where nothing may be written here.
        """
        with told(self.place), self._writers.connect() as connection, connection.begin() as whole:
            try:
                _alone(Writer(connection, self._entropy))
                rehearsal = copy(self)
                rehearsal._rehearsed = connection  # noqa: SLF001 - another of its own kind
                yield rehearsal
            finally:
                whole.rollback()

    def close(self) -> None:
        """Close its connections."""
        self._engine.dispose()


def _alone(writer: Writer) -> None:
    try:
        writer.lock_all()
    except Conflict as error:
        raise RecordError("busy", "others change the same things all the time: try again") from error


def open_record(
    url: str,
    *,
    create: bool = False,
    entropy: Callable[[int], bytes] = secrets.token_bytes,
    patience: float = PATIENCE,
) -> Record:
    """Open the record at ``url``; with ``create`` make it where there is none.

    ``entropy`` gives so many random bytes, for keys. ``patience`` is for how many seconds a writer waits for
    another one. Raises RecordError: ``no_record``, ``not_ours``, ``older_version``, ``newer_version``,
    ``cannot_open``, ``read_only``, ``no_driver``, ``bad_url`` and what else a database refuses.
    """
    file = file_of(url)
    if file is not None:
        _look_at(file, create=create)
        if create:
            make_private(file)
    engine = engine_of(url, patience=patience)
    try:
        with told(place_of(url)), _unreadable(place_of(url)):
            _see_to_tables(engine, url, entropy if create else None)
        return Record(engine, url, entropy)
    except BaseException:
        engine.dispose()
        raise


@contextmanager
def _unreadable(place: str) -> Iterator[None]:
    """SQLite tells of damage in the words of the damaged file, which may be no text."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise RecordError("damaged", f"{place}: the file is damaged, restore a backup") from error


def _see_to_tables(engine: sa.Engine, url: str, entropy: Callable[[int], bytes] | None) -> None:
    """Recognise the tables, or make them where there are none and ``entropy`` is given for it."""
    place, file = place_of(url), file_of(url)
    with engine.begin() as connection:
        there = recognise(connection, place)
    if not there and entropy is None:
        raise none_here(place)
    if file is None or not is_read_only(file):
        write_ahead(engine)
    if not there and entropy is not None:
        with engine.execution_options(**WRITERS_BEGIN).begin() as connection:
            make(connection, place, entropy)


def none_here(place: str) -> RecordError:
    """There is nothing yet."""
    return RecordError("no_record", f"{place}: there is no record here yet, `siprecruit init` makes one")


def _look_at(file: Path, *, create: bool) -> None:
    """Say what SQLite would say less clearly, and don't let it make a file where none is wanted."""
    if file.is_dir():
        raise RecordError("cannot_open", f"{file}: that is a folder, not a database")
    if not file.exists() and not create:
        raise none_here(str(file))
    if not file.parent.is_dir():
        raise RecordError("cannot_open", f"{file.parent}: there is no such folder")
