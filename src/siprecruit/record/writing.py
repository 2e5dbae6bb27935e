"""Writing the record: locks, events with hashes and texts, answers, the outbox, in one transaction."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from hashlib import sha256
from operator import itemgetter
from typing import Any, Final

import attrs
import msgspec
import sqlalchemy as sa

from siprecruit.core.corrections import Decided
from siprecruit.core.events import Recorded
from siprecruit.record import chain, codec
from siprecruit.record.errors import Conflict
from siprecruit.record.reading import Answer, Reader, instant_text
from siprecruit.record.statements import Statement

BUCKETS: Final = 512
"""How many locks stand for all streams on PostgreSQL: a transaction that writes thousands holds no more."""

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@+/-]{0,199}")
"""What may stand in an event's envelope: an id, or a path of ids."""

_encode: Final = msgspec.json.encode


@attrs.frozen(kw_only=True)
class Commit:
    """What one command adds to one stream.

    ``expected`` is the stream's version on which the decision stands. ``owner`` says under whose key
    its texts are kept; it is settled by a stream's first commit and not changed by a later one.
    """

    stream: str
    owner: str
    expected: int
    decided: tuple[Decided, ...]
    command: str
    by: str
    recorded_at: dt.datetime


@attrs.frozen(kw_only=True)
class Message:
    """What is to be sent because of an event. ``recipient`` is a code or an id, never an address.

    ``provider`` is who delivers it where that is settled (``reference_channels/form``).
    """

    key: str
    kind: str
    template: str
    stream: str
    version: int
    recipient: str
    due_at: dt.datetime
    created_at: dt.datetime
    step: int = 0
    provider: str | None = None


@attrs.frozen(kw_only=True)
class Head:
    """Where a stream stands."""

    version: int
    hash: str
    owner: str


class Writer(Reader):
    """A reader that may also write. Nothing that it writes is seen by others before its transaction ends."""

    def __init__(self, connection: sa.Connection, entropy: Callable[[int], bytes]) -> None:
        super().__init__(connection)
        self._entropy = entropy
        self._heads: dict[str, Head | None] = {}

    def lock(self, streams: Collection[str]) -> dict[str, int]:
        """Keep others from writing to these streams until the transaction ends; their versions, 0 where new.

        Streams that there are not yet are locked too. On SQLite there is one writer at a time anyway.
        """
        wanted = sorted(set(streams))
        if self.dialect == "postgresql" and wanted:
            # In the order of the buckets: two writers never wait for one another.
            self._driver.execute(self._words.take_buckets, (sorted({bucket(stream) for stream in wanted}),))
        rows = self.rows(self._words.locked_heads_of, streams=wanted)
        self._heads |= dict.fromkeys(wanted)
        self._heads |= {row[0]: Head(version=row[1], hash=row[2], owner=row[3]) for row in rows}
        return {stream: _version(self._heads[stream]) for stream in streams}

    def lock_views(self) -> None:
        """Be the only one who writes views until the transaction ends, and see what the last one wrote."""
        if self.dialect == "postgresql":
            self._driver.execute(self._words.take_buckets, ([BUCKETS],))

    def lock_claims(self) -> None:
        """Be the only one who claims what is to be delivered until the transaction ends."""
        if self.dialect == "postgresql":
            self._driver.execute(self._words.take_buckets, ([BUCKETS + 1],))

    def lock_all(self) -> None:
        """Be the only one who writes anything until the transaction ends."""
        if self.dialect == "postgresql":
            self._driver.execute(self._words.take_buckets, (list(range(BUCKETS + 2)),))

    @property
    def alone(self) -> bool:
        """Whether nobody else can write while this transaction is open, whatever it has locked."""
        return self.dialect == "sqlite"

    def owner(self, stream: str) -> str | None:
        """Under whose key the texts of a locked stream are kept; None where it is new."""
        head = self._heads[stream]
        return head.owner if head else None

    def append(self, commits: Sequence[Commit]) -> list[Recorded]:
        """Add what was decided, in that order; the events as recorded, kept texts included.

        Raises Conflict where a stream no longer stands where the decision saw it, ValueError where an event
        holds a text that it may not hold.
        """
        if unknown := {commit.stream for commit in commits if commit.stream not in self._heads}:
            self.lock(unknown)
        entries = [entry for commit in commits for entry in self._entries(commit)]
        keys = self._keys({entry.owner: None for entry in entries if entry.written.texts is not None})
        rows = [self._row(entry, keys) for entry in entries]
        touched = {commit.stream: self._heads[commit.stream] for commit in commits if commit.decided}
        heads = [(stream, head.version, head.hash, head.owner) for stream, head in touched.items() if head]
        self.add(self._words.put_stream, heads)
        self.add(self._words.add_event, rows)
        self.add(
            self._words.add_texts,
            [
                (entry.recorded.stream, entry.recorded.version, entry.owner, entry.written.texts)
                for entry in entries
                if entry.written.texts is not None
            ],
        )
        self.add(
            self._words.add_file,
            [
                (entry.recorded.event.file, entry.recorded.stream, entry.recorded.version, entry.enclosed)
                for entry in entries
                if entry.enclosed is not None
            ],
        )
        return [entry.recorded for entry in entries]

    def answer_all(self, answers: Iterable[Answer]) -> None:
        """Note what commands were answered. Raises Conflict where one of their ids was answered meanwhile."""
        self.add(
            self._words.add_command,
            [
                (
                    one.id,
                    one.body_digest,
                    one.stream,
                    one.first_version,
                    one.last_version,
                    _encode(one.answer).decode(),
                    instant_text(one.recorded_at),
                    one.name,
                )
                for one in answers
            ],
            as_given=True,
        )

    def queue(self, messages: Iterable[Message]) -> None:
        """Put messages into the outbox. Raises Conflict where one of their keys is there already."""
        self.add(
            self._words.add_message,
            [
                (
                    one.key,
                    one.kind,
                    one.template,
                    one.stream,
                    one.version,
                    one.recipient,
                    "queued",
                    instant_text(one.due_at),
                    instant_text(one.created_at),
                    one.step,
                    one.provider,
                )
                for one in messages
            ],
        )

    def recall(self, stream: str, versions: Collection[int]) -> int:
        """Take back the messages of those events that have not been sent; how many there were."""
        return self._turn(stream, versions, was="queued", becomes="recalled")

    def requeue(self, stream: str, versions: Collection[int]) -> int:
        """Queue again the messages of those events that were recalled; how many there were.

        What was wanted no longer may be wanted now: it is looked at again before it goes out.
        """
        self.run(self._words.revive_messages, becomes="queued", was="not_wanted", of_stream=stream)
        return self._turn(stream, versions, was="recalled", becomes="queued")

    def _turn(self, stream: str, versions: Collection[int], *, was: str, becomes: str) -> int:
        words = self._words.turn_messages
        return self.run(words, becomes=becomes, was=was, of_stream=stream, versions=versions)

    def run(self, statement: Statement, **named: str | Collection[Any]) -> int:
        """Change or delete what a statement says; how many rows there were."""
        changed: int = self._driver.execute(statement.sql, self._values(statement, named)).rowcount
        return changed

    def _entries(self, commit: Commit) -> list[_Entry]:
        head = self._heads[commit.stream]
        _see_that_nothing_is_told(commit)
        version = _version(head)
        if version != commit.expected:
            raise Conflict(f"{commit.stream} is at {version}, not {commit.expected}")
        owner = head.owner if head else commit.owner
        entries = [
            _Entry(
                recorded=_recorded(commit, one, place),
                written=codec.written(one),
                owner=owner,
                enclosed=one.enclosed,
            )
            for place, one in enumerate(commit.decided, start=version + 1)
        ]
        if entries:
            before = head.hash if head else chain.origin(commit.stream, owner)
            self._heads[commit.stream] = Head(version=version + len(entries), hash=before, owner=owner)
        return entries

    def _row(self, entry: _Entry, keys: dict[str, bytes]) -> tuple[Any, ...]:
        one, written = entry.recorded, entry.written
        digest = (
            None
            if written.texts is None
            else chain.seal(keys[entry.owner], one.stream, one.version, written.texts)
        )
        columns = (
            one.stream,
            one.version,
            written.kind,
            written.kind_version,
            one.on.isoformat(),
            instant_text(one.recorded_at),
            one.command,
            one.by,
            one.replaces,
            written.body,
            digest,
        )
        head = self._heads[one.stream]
        assert head is not None
        hashed = chain.link(head.hash, columns)
        self._heads[one.stream] = Head(version=head.version, hash=hashed, owner=head.owner)
        return (*columns, hashed)

    def give_keys(self, owners: Collection[str]) -> None:
        """See to it that texts can be kept for these owners."""
        self._keys(owners)

    def _keys(self, owners: Collection[str]) -> dict[str, bytes]:
        """The owners' keys; who has none gets one."""
        if not owners:
            return {}
        keys = {owner: bytes(key) for owner, key in self.rows(self._words.keys_of, owners=owners)}
        missing = [owner for owner in owners if owner not in keys]
        if missing:
            self.add(self._words.add_key, [(owner, self._entropy(32)) for owner in missing])
            # Read again: on PostgreSQL another writer may have been faster with one of them.
            keys = {owner: bytes(key) for owner, key in self.rows(self._words.keys_of, owners=owners)}
        return keys

    def add(self, statement: Statement, rows: list[tuple[Any, ...]], *, as_given: bool = False) -> None:
        """Run a statement for each row of values, in the order in which the statement takes them.

        Rows are written in the order of their keys, or ``as_given`` where that order means something.
        """
        if len(rows) == 1:
            self._driver.execute(statement.sql, rows[0])
        elif rows:
            # A key comes first in every table: what lies side by side in it is written one after the other.
            in_order = rows if as_given else sorted(rows, key=itemgetter(0))
            self._driver.cursor().executemany(statement.sql, in_order)


@attrs.frozen(kw_only=True)
class _Entry:
    recorded: Recorded
    written: codec.Written
    owner: str
    enclosed: bytes | None


def _see_that_nothing_is_told(commit: Commit) -> None:
    """An event's envelope stands in the record for ever too: it names, it doesn't tell."""
    for text in (commit.stream, commit.owner, commit.command, commit.by):
        if not NAME.fullmatch(text):
            raise ValueError(
                "a stream, an owner, a command or who sent it has a name that is a text, not an id"
            )


def bucket(stream: str) -> int:
    """Which of the locks stands for a stream on PostgreSQL."""
    return int.from_bytes(sha256(stream.encode()).digest()[:4]) % BUCKETS


def _version(head: Head | None) -> int:
    return head.version if head else 0


def _recorded(commit: Commit, decided: Decided, version: int) -> Recorded:
    return Recorded(
        stream=commit.stream,
        version=version,
        on=decided.on,
        recorded_at=commit.recorded_at,
        command=commit.command,
        by=commit.by,
        event=decided.event,
        replaces=decided.replaces,
        reason=decided.reason,
    )
