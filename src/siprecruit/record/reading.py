"""Reading the record: histories of streams, answers to commands, kept texts, and the replay of everything."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count, groupby
from operator import itemgetter
from typing import Any, Final, cast

import attrs
import msgspec
import sqlalchemy as sa

from siprecruit.core.events import Recorded
from siprecruit.record import codec
from siprecruit.record.statements import Statement, Statements, statements

END_OF_TIME: Final = "9999"
"""Later than every instant that is recorded, as text."""

_day: Final = lru_cache(maxsize=20_000)(dt.date.fromisoformat)
_decode: Final = msgspec.json.Decoder(dict[str, Any]).decode


@lru_cache(maxsize=1_000)
def instant_text(instant: dt.datetime) -> str:
    """An instant as the record writes it: UTC, to the microsecond, of one width; text then sorts like time.

    Raises ValueError for an instant without a zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant in the record has a time zone")
    return instant.astimezone(dt.UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


@lru_cache(maxsize=1_000)
def instant(text: str) -> dt.datetime:
    """The instant that ``instant_text`` wrote."""
    return dt.datetime.fromisoformat(text)


@attrs.frozen(kw_only=True)
class Answer:
    """What a command was answered. ``answer`` is the caller's; ``body_digest`` tells its body from another.

    ``first_version`` to ``last_version`` are its events in ``stream``; ``None`` where it gave none.
    ``name`` is the command's, such as ``reference.ask``.
    """

    id: str
    body_digest: str
    stream: str
    answer: Mapping[str, Any]
    recorded_at: dt.datetime
    first_version: int | None = None
    last_version: int | None = None
    name: str | None = None


@attrs.frozen(kw_only=True)
class Enclosed:
    """A file's bytes, and the event that tells of it."""

    file: str
    stream: str
    version: int
    content: bytes = attrs.field(repr=False)


class Reader:
    """What one transaction sees of the record. ``connection`` is for the views; everything else is here."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.dialect = connection.dialect.name
        # The driver's own connection: what SQLAlchemy adds to a statement costs more than most of ours do.
        self._driver: Any = connection.connection.driver_connection
        self._cursors = count()
        self._words: Statements = statements(self.dialect)

    def histories(
        self, streams: Collection[str], *, known_at: dt.datetime | None = None, texts: bool = False
    ) -> dict[str, list[Recorded]]:
        """The events of each stream in their order, as far as they were known at ``known_at``.

        A stream that there is not has none. Kept fields and reasons are ``None`` unless ``texts`` are wanted.
        """
        if known_at is None:
            rows = self.rows(self._words.histories, streams=streams)
        else:
            words = self._words.histories_known_at
            rows = self.rows(words, streams=streams, known_at=instant_text(known_at))
        found: dict[str, list[Recorded]] = {stream: [] for stream in streams}
        kept = self._texts_of(streams) if texts else {}
        for row in rows:
            found[row[0]].append(recorded(row) if not kept else revived(row, kept.get((row[0], row[1]), {})))
        return found

    def versions(self, streams: Collection[str]) -> dict[str, int]:
        """The last version of each stream, 0 where there is none."""
        found = self.rows(self._words.heads_of, streams=streams)
        return dict.fromkeys(streams, 0) | {stream: version for stream, version, _, _ in found}

    def owned(self, owners: Collection[str]) -> dict[str, list[str]]:
        """The streams that hold each owner's texts, sorted."""
        found: dict[str, list[str]] = {owner: [] for owner in owners}
        for owner, stream in self.rows(self._words.owned, owners=owners):
            found[owner].append(stream)
        return found

    def texts(self, stream: str) -> dict[int, dict[str, Any]]:
        """The kept texts of a stream by version, each by field; ``codec.REASON`` is the envelope's reason."""
        return {version: texts for (_, version), texts in self._texts_of([stream]).items()}

    def answer(self, command_id: str) -> Answer | None:
        """What the command of that id was answered, if it has been."""
        return self.answers([command_id]).get(command_id)

    def answers(self, command_ids: Collection[str]) -> dict[str, Answer]:
        """What the commands of those ids were answered, as far as they have been."""
        return {row[0]: _answer(row) for row in self.rows(self._words.answers, ids=command_ids)}

    def file(self, name: str) -> Enclosed | None:
        """The file of that id with its bytes, if it is in the vault."""
        for file, stream, version, content in self.rows(self._words.file, file=name):
            return Enclosed(file=file, stream=stream, version=version, content=bytes(content))
        return None

    def replay(
        self, kinds: Sequence[str] | None = None, *, known_at: dt.datetime | None = None
    ) -> Iterator[tuple[str, list[Recorded]]]:
        """Every stream with its events, in the order of the streams' names; of those kinds where given.

        Streams come one by one: memory doesn't grow with the record. Kept fields are ``None``.
        """
        until = instant_text(known_at) if known_at else END_OF_TIME
        # "0" is the character after "/": these two enclose the streams of a kind, whatever their ids are.
        spans = [(f"{kind}/", f"{kind}0") for kind in sorted(kinds)] if kinds else [("", "\U0010ffff")]
        for first, beyond in spans:
            statement = self._words.replay
            values = statement.values({"first": first, "beyond": beyond, "known_at": until})
            for stream, rows in groupby(self.stream_rows(statement.sql, values), key=itemgetter(0)):
                yield stream, [recorded(row) for row in rows]

    def rows(self, statement: Statement, **named: str | Collection[Any]) -> list[tuple[Any, ...]]:
        """The rows of a statement, for a text or any number of values under each name."""
        rows = self._driver.execute(statement.sql, self._values(statement, named))
        return cast("list[tuple[Any, ...]]", rows.fetchall())

    def select(self, statement: sa.Select[*tuple[Any, ...]]) -> Sequence[sa.Row[*tuple[Any, ...]]]:
        """The rows of a query on the views, seen by the same transaction."""
        return self.connection.execute(statement).all()

    def stream_rows(self, sql: str, values: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a statement, fetched as they are wanted and not all at once."""
        if self.dialect == "sqlite":
            yield from self._driver.execute(sql, values)
            return
        with self._driver.cursor(name=f"rows_{next(self._cursors)}") as cursor:
            cursor.itersize = 5_000
            yield from cursor.execute(sql, values)

    def _texts_of(self, streams: Collection[str]) -> dict[tuple[str, int], dict[str, Any]]:
        rows = self.rows(self._words.texts_of, streams=streams)
        return {(stream, version): codec.read_texts(texts) for stream, version, texts in rows}

    def _values(self, statement: Statement, named: Mapping[str, Any]) -> tuple[Any, ...]:
        return statement.values(
            {name: one if isinstance(one, str) else self._list(one) for name, one in named.items()}
        )

    def _list(self, values: Collection[Any]) -> Any:
        """Any number of values as the one that the statement takes (see ``statements.among``)."""
        return json.dumps(list(values)) if self.dialect == "sqlite" else list(values)


def _answer(row: Sequence[Any]) -> Answer:
    return Answer(
        id=row[0],
        body_digest=row[1],
        stream=row[2],
        first_version=row[3],
        last_version=row[4],
        answer=_decode(row[5]),
        recorded_at=instant(row[6]),
        name=row[7],
    )


def recorded(row: Sequence[Any], read: Callable[[str, int], Callable[[str], Any]] = codec.reader) -> Recorded:
    """The event of a row (the columns of ``statements.ENVELOPE``), without its kept texts."""
    stream, version, kind, kind_version, on, at, command, by, replaces, body = row
    return Recorded(
        stream=stream,
        version=version,
        on=_day(on),
        recorded_at=instant(at),
        command=command,
        by=by,
        event=read(kind, kind_version)(body),
        replaces=replaces,
    )


def revived(row: Sequence[Any], texts: Mapping[str, Any]) -> Recorded:
    """The event of a row with its kept texts."""
    plain = recorded(row)
    if not texts:
        return plain
    happened = codec.revived(row[2], row[3], row[9], texts)
    return attrs.evolve(plain, event=happened, reason=texts.get(codec.REASON))
