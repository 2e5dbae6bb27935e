"""Looking for any change that was made to the record behind its back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import attrs
import sqlalchemy as sa

from siprecruit.record import chain
from siprecruit.record.reading import Reader
from siprecruit.record.tables import commands, events, streams, vault, vault_keys
from siprecruit.record.verified_files import wrong_files

ERASURE: Final = "person.erased"
"""The event after which the texts of a stream's owner are gone by right."""

OTHER_HEAD: Final = "the head is another one: something was changed, added or taken away since it was noted"


DAMAGE: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}
"""SQLite's codes for a file in disorder; the last one is also a table or a column that is gone."""


@attrs.frozen(kw_only=True)
class Broken:
    """Where the record is not what was written: a stream (``"*"``: all), an event in it, and the reason."""

    stream: str
    version: int | None
    reason: str


@attrs.frozen(kw_only=True)
class Verified:
    """What was looked at, and what is wrong. ``head`` is computed from the events themselves."""

    ok: bool
    events: int
    streams: int
    head: str
    broken: tuple[Broken, ...]


@attrs.frozen(kw_only=True)
class Checked:
    """One stream after its check: where it ends, how many events it has, and what is wrong with them."""

    end: tuple[str, int, str]
    events: int
    broken: tuple[Broken, ...]


def head(reader: Reader) -> str:
    """One value over all streams: it changes with any event that is added, changed or taken away.

    Kept elsewhere (on a plan, a sheet, a backup) it proves what the record said then.
    """
    rows = sa.select(streams.c.stream, streams.c.version, streams.c.hash).order_by(streams.c.stream)
    return chain.head_of((stream, version, hashed) for stream, version, hashed in reader.select(rows))


def verify(reader: Reader, against: str | None = None, *, erased: frozenset[str] = frozenset()) -> Verified:
    """Check every event and text against its hash, and the whole ``against`` a head that was noted earlier.

    ``erased`` are owners of whom is noted elsewhere that their texts are gone by right (``backup.erasures``).

    One stream at a time is held in memory. Without ``against`` somebody who can write to the database and
    computes all hashes anew isn't found out; nobody can do that to a head which is kept elsewhere.
    """
    broken: list[Broken] = []
    total, count, found = sha256(), [0, 0], ""
    try:
        with _any_text(reader):
            erased = erased.union(owner for (owner,) in reader.select(_ERASED))
            for stream, rows in groupby(reader.stream_rows(_sql(reader)), key=itemgetter(0)):
                checked = _check(stream, list(rows), erased)
                total.update(chain.head_line(*checked.end))
                count = [count[0] + checked.events, count[1] + 1]
                broken += checked.broken
            found = total.hexdigest()
            broken += _left_over(reader)
            broken += [
                Broken(stream=_printable(stream), version=version, reason=reason)
                for stream, version, reason in wrong_files(reader)
            ]
            broken += _damage(reader)
    except (sqlite3.DatabaseError, sa.exc.DatabaseError) as error:
        broken.append(_of_damage(error))
    if against is not None and against != found:
        broken.append(Broken(stream="*", version=None, reason=OTHER_HEAD))
    return Verified(ok=not broken, events=count[0], streams=count[1], head=found, broken=tuple(broken))


def _of_damage(error: sqlite3.DatabaseError | sa.exc.DatabaseError) -> Broken:
    cause = error.orig if isinstance(error, sa.exc.DatabaseError) else error
    if getattr(cause, "sqlite_errorcode", 0) & 0xFF not in DAMAGE:
        raise error
    return Broken(stream="*", version=None, reason=f"the file is damaged: {cause}")


COLUMNS: Final = len(events.c) - 1
"""An event's columns but its hash."""

_WITH_TEXTS: Final = (
    sa.select(
        *events.c,
        streams.c.version.label("last"),
        streams.c.hash.label("last_hash"),
        streams.c.owner,
        vault.c.owner.label("kept_for"),
        vault.c.texts,
        vault_keys.c.key,
    )
    .select_from(events)
    .outerjoin(streams, streams.c.stream == events.c.stream)
    .outerjoin(vault, (vault.c.stream == events.c.stream) & (vault.c.version == events.c.version))
    .outerjoin(vault_keys, vault_keys.c.owner == vault.c.owner)
    .order_by(events.c.stream, events.c.version)
)

_ERASED: Final = (
    sa.select(streams.c.owner)
    .join(events, events.c.stream == streams.c.stream)
    .where(events.c.kind == ERASURE)
    .distinct()
)


def _sql(reader: Reader) -> str:
    return str(_WITH_TEXTS.compile(dialect=reader.connection.dialect))


def _check(stream: str, rows: Sequence[Sequence[Any]], erased: frozenset[str]) -> Checked:
    last, last_hash, owner = rows[0][COLUMNS + 1 : COLUMNS + 4]
    broken: list[tuple[int | None, str]] = []
    if owner is None:
        broken.append((None, "the list of streams does not name it"))
    previous, expected = chain.origin(_printable(stream), _printable(owner or "")), 1
    for row in rows:
        version, hashed = row[1], row[COLUMNS]
        if not isinstance(version, int):  # in a damaged file anything may stand anywhere
            broken.append((expected, "it can't be read"))
            continue
        if version != expected:
            broken.append((expected, "it is missing"))
        elif not _linked(previous, row) and (owner is not None or version > 1):
            broken.append((version, "it was changed"))
        if reason := _text_is_wrong(row, owner, erased):
            broken.append((version, reason))
        previous, expected = hashed, version + 1
    if owner is not None and last != expected - 1:
        broken.append(
            (
                min(last, expected) if isinstance(last, int) else expected,
                "the list of streams names another event as the last one",
            )
        )
    elif owner is not None and last_hash != previous:
        broken.append((last, "the list of streams holds another hash for it"))
    return Checked(
        end=(_printable(stream), expected - 1, _printable(previous)),
        events=len(rows),
        broken=tuple(Broken(stream=_printable(stream), version=at, reason=why) for at, why in broken),
    )


def _linked(previous: str, row: Sequence[Any]) -> bool:
    try:
        return bool(chain.link(previous, row[:COLUMNS]) == row[COLUMNS])
    except UnicodeEncodeError:  # what was written was UTF-8
        return False


def _text_is_wrong(row: Sequence[Any], owner: str | None, erased: frozenset[str]) -> str | None:
    stream, version, digest = row[0], row[1], row[COLUMNS - 1]
    kept_for, texts, key = row[COLUMNS + 4 :]
    if digest is None:
        return None if texts is None else "a text was put beside it"
    if texts is None:
        return None if owner in erased else "its text is missing, and nobody was erased"
    if kept_for != owner:
        return "its text is kept for somebody else"
    if not isinstance(key, (bytes, memoryview)):
        return "the key of its text is missing"
    try:
        sealed = chain.seal(bytes(key), stream, version, texts)
    except UnicodeEncodeError:
        return "its text was changed"
    return None if sealed == digest else "its text or the key of it was changed"


def _left_over(reader: Reader) -> Iterator[Broken]:
    """What points to events that there are not: a stream, a text, a key, an answered command."""
    for stream, version in reader.select(_EMPTY_STREAMS):
        yield Broken(stream=_printable(stream), version=version, reason="all its events are missing")
    for stream, version in reader.select(_STRAY_TEXTS):
        yield Broken(stream=_printable(stream), version=version, reason="there is a text, but no event to it")
    for (owner,) in reader.select(_STRAY_KEYS):
        yield Broken(stream=_printable(owner), version=None, reason="there is a key, but no text to it")
    for stream, version in reader.select(_STRAY_COMMANDS):
        yield Broken(
            stream=_printable(stream),
            version=version,
            reason="the events up to here that a command was answered with are missing",
        )


def _missing(table: sa.Table, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return ~sa.exists().select_from(table).where(*conditions)


_EMPTY_STREAMS: Final = sa.select(streams.c.stream, streams.c.version).where(
    _missing(events, events.c.stream == streams.c.stream)
)
_STRAY_TEXTS: Final = sa.select(vault.c.stream, vault.c.version).where(
    _missing(events, events.c.stream == vault.c.stream, events.c.version == vault.c.version)
)
_STRAY_KEYS: Final = sa.select(vault_keys.c.owner).where(_missing(vault, vault.c.owner == vault_keys.c.owner))
_STRAY_COMMANDS: Final = sa.select(commands.c.stream, commands.c.last_version).where(
    sa.or_(
        *(
            _missing(
                events,
                events.c.stream == commands.c.stream,
                events.c.version == version,
                events.c.command == commands.c.id,
            )
            for version in (commands.c.first_version, commands.c.last_version)
        )
    ),
    commands.c.first_version.is_not(None),
)


def _damage(reader: Reader) -> Iterator[Broken]:
    """What SQLite itself finds wrong with its file, such as an index that hides a row."""
    if reader.dialect == "sqlite":
        for (finding,) in reader.stream_rows("PRAGMA integrity_check(10)"):
            if finding != "ok":
                yield Broken(stream="*", version=None, reason=f"the file is damaged: {finding}")


@contextmanager
def _any_text(reader: Reader) -> Iterator[None]:
    """Let SQLite give back also what is no UTF-8, for it is a change to be named and not a reason to stop."""
    if reader.dialect != "sqlite":
        yield
        return
    connection: Any = reader.connection.connection.driver_connection
    usual = connection.text_factory
    connection.text_factory = lambda raw: raw.decode(errors="surrogateescape")
    try:
        yield
    finally:
        connection.text_factory = usual


def _printable(text: object) -> str:
    return str(text).encode(errors="replace").decode()
