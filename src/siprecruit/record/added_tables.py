"""The tables that plugins add: made and changed by numbered SQL files of theirs, each run once."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from siprecruit.plugins.types import Table
from siprecruit.record.errors import RecordError
from siprecruit.record.reading import Reader
from siprecruit.record.statements import insert_into
from siprecruit.record.store import Record
from siprecruit.record.tables import meta
from siprecruit.record.writing import Writer

_NOTED: Final = "plugin_tables/"
"""What keys in ``meta`` begin with that say which file was run last, by the plugin and its folder."""

_FILE: Final = re.compile(r"\d{4}_[a-z0-9_]+\.sql")
_ABOUT: Final = re.compile(
    r"(?:CREATE\s+TABLE|ALTER\s+TABLE|DROP\s+TABLE|INSERT\s+INTO|UPDATE|DELETE\s+FROM|DROP\s+INDEX"
    r"|CREATE\s+(?:UNIQUE\s+)?INDEX\s+\w+\s+ON)\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?(?P<table>\w+)",
    re.IGNORECASE,
)
_COMMENT: Final = re.compile(r"--[^\n]*")


def bring_up(record: Record, given: Iterable[tuple[str, Table]]) -> tuple[str, ...]:
    """Run the files of plugins' tables that weren't run yet; a sentence for each plugin where one fails.

    ``given`` holds plugins' names with their tables. What fails is undone, and is the plugin's own trouble.
    """
    folders = dict.fromkeys((plugin, Path(table.migrations)) for plugin, table in given)
    with record.reading() as reader:
        due = [(plugin, folder) for plugin, folder in folders if _due(reader, plugin, folder)]
    faults: list[str] = []
    for plugin, folder in due:
        try:
            with record.writing() as writer:
                _run(writer, plugin, folder)
        except (RecordError, sa.exc.SQLAlchemyError, OSError, ValueError) as error:
            said = error.message if isinstance(error, RecordError) else type(error).__name__
            faults.append(f"the tables of the plugin {plugin} can't be made: {said}")
    return tuple(faults)


def _due(reader: Reader, plugin: str, folder: Path) -> list[Path]:
    """The files that come after the one that was run last."""
    key = f"{_NOTED}{plugin}/{folder.name}"
    last = reader.connection.execute(sa.select(meta.c.value).where(meta.c.key == key)).scalar() or ""
    return [path for path in sorted(folder.glob("*.sql")) if path.name > last]


def _run(writer: Writer, plugin: str, folder: Path) -> None:
    key = f"{_NOTED}{plugin}/{folder.name}"
    # Whoever else opens the record at this moment waits here, and finds nothing left to do.
    put = insert_into(meta, writer.dialect).values(key=key, value="").on_conflict_do_nothing()
    writer.connection.execute(put)
    writer.connection.execute(sa.select(meta.c.value).where(meta.c.key == key).with_for_update())
    due = _due(writer, plugin, folder)
    for path in due:
        for statement in _statements(path, plugin):
            try:
                writer.connection.exec_driver_sql(statement)
            except sa.exc.SQLAlchemyError as error:
                raise RecordError("plugin_tables", f"{path.name}: {_first_line(error)}") from error
    if due:
        noted = sa.update(meta).where(meta.c.key == key).values(value=due[-1].name)
        writer.connection.execute(noted)


def _statements(path: Path, plugin: str) -> Iterator[str]:
    """The statements of a file, each about a table of the plugin's own. Raises RecordError."""
    begins = f"plugin_{plugin.replace('-', '_')}_"
    if not _FILE.fullmatch(path.name):
        raise RecordError("plugin_tables", f"{path.name} is not named as 0001_what_it_does.sql is")
    gathered = ""
    for piece in _COMMENT.sub("", path.read_text("utf-8")).split(";"):
        gathered += piece
        # A semicolon within a text ends nothing.
        if not sqlite3.complete_statement(f"{gathered};"):
            gathered += ";"
            continue
        statement, gathered = gathered.strip(), ""
        if not statement:
            continue
        about = _ABOUT.match(statement)
        if about is None or not about["table"].lower().startswith(begins):
            raise RecordError(
                "plugin_tables", f"{path.name} holds a statement that isn't about a table {begins}..."
            )
        yield statement
    if gathered.strip("; \n\t"):
        raise RecordError("plugin_tables", f"{path.name} ends within a statement")


def _first_line(error: sa.exc.SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0][:200]
