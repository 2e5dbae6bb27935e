"""A small record to read, write and tamper with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest

from siprecruit.core.corrections import Decided
from siprecruit.core.events import NoteAdded, Reversed, Voided
from siprecruit.record.store import Answer, Commit, Record, open_record

ON = dt.date(2007, 5, 24)
NOON = dt.datetime(2007, 5, 24, 12, tzinfo=dt.UTC)


@pytest.fixture
def record(database_url: str) -> Iterator[Record]:
    """A new record, its keys the same each time."""
    opened = open_record(database_url, create=True, entropy=Random(2007).randbytes)
    yield opened
    opened.close()


@pytest.fixture
def commit() -> Callable[..., Commit]:
    """A function that makes what one command adds to a stream."""

    def make(stream: str, expected: int, *events: Any, **others: Any) -> Commit:
        decided = tuple(one if isinstance(one, Decided) else Decided(event=one, on=ON) for one in events)
        values = {
            "owner": f"person/{stream.partition('/')[2]}",
            "command": f"c-{stream}-{expected}",
            "by": "office",
            "recorded_at": NOON + dt.timedelta(days=expected),
        }
        return Commit(stream=stream, expected=expected, decided=decided, **values | others)

    return make


@pytest.fixture
def tell(commit) -> Callable[..., list[Any]]:
    """A function that records events in a stream, with the answer to their command."""

    def do(record: Record, stream: str, expected: int, *events: Any, **others: Any) -> list[Any]:
        with record.writing() as writer:
            one = commit(stream, expected, *events, **others)
            told = writer.append([one])
            answer = Answer(
                id=one.command,
                body_digest="d",
                stream=stream,
                first_version=expected + 1,
                last_version=expected + len(events),
                answer={"outcome": "done"},
                recorded_at=one.recorded_at,
            )
            writer.answer_all([answer])
            return told

    return do


@pytest.fixture
def story(record: Record, tell) -> Record:
    """Six streams of five events each; every second one has texts."""
    for name in ("application/A7K4P", "application/B2C3D", "person/A7K4P", "person/Q9Q9Q"):
        tell(record, name, 0, NoteAdded(text=f"Müller’s first note in {name}"), NoteAdded())
        corrected = Decided(event=NoteAdded(text="a better word"), on=ON, replaces=1, reason="misheard")
        tell(record, name, 2, corrected, Reversed(event=2), Voided(event=4))
    for name in ("placement/121000", "round/2007-05"):
        tell(record, name, 0, NoteAdded(), NoteAdded(), owner=name)
        tell(record, name, 2, Voided(event=1), NoteAdded(text="by telephone"), Voided(event=2))
    return record
