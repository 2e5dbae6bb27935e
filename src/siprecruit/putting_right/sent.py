"""Which commands were sent: the last that still counts, those of one import, ids that nobody has used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import sqlalchemy as sa

from siprecruit.core.events import taken_out
from siprecruit.record.reading import Answer, Reader
from siprecruit.record.tables import commands

PAGE: Final = 100
"""How many commands are looked through at a time."""

INIT: Final = "init"
"""Who tells what an installation begins with."""

LONGEST_ID: Final = 200
"""How long a command's id may be."""

_NEWEST_FIRST: Final = (commands.c.place.desc(), commands.c.recorded_at.desc(), commands.c.id.desc())
_DID_SOMETHING: Final = sa.select(commands.c.id).where(commands.c.first_version.is_not(None))


def last_that_counts(reader: Reader) -> Answer | None:
    """The last command of which something stands, no undo itself and not from the making of the installation.

    So whoever undoes the last one again and again walks back, step by step, whatever the clock said.
    """
    for page in _pages(reader):
        found = reader.answers(page)
        histories = reader.histories(sorted({one.stream for one in found.values()}))
        gone = {stream: taken_out(history) for stream, history in histories.items()}
        for one in (found[id_] for id_ in page):
            makers = {past.by for past in histories[one.stream] if past.command == one.id}
            if one.name != "undo" and makers != {INIT} and not _versions(one) <= gone[one.stream]:
                return one
    return None


def _pages(reader: Reader) -> Iterator[Sequence[str]]:
    first = 0
    while True:
        rows = reader.select(_DID_SOMETHING.order_by(*_NEWEST_FIRST).limit(PAGE).offset(first))
        if not rows:
            return
        yield [id_ for (id_,) in rows]
        first += PAGE


def _versions(one: Answer) -> set[int]:
    assert one.first_version is not None
    assert one.last_version is not None
    return set(range(one.first_version, one.last_version + 1))


def of_run(reader: Reader, run: str) -> tuple[Answer, ...]:
    """The commands of one run of an import (``import-7K4P...``) that did something, the newest first."""
    # "." is the character after "-": these two enclose the ids of the run, whatever their rows are.
    mine = commands.c.id.between(f"{run}-", f"{run}.")
    ids = [id_ for (id_,) in reader.select(_DID_SOMETHING.where(mine).order_by(*_NEWEST_FIRST))]
    found = reader.answers(ids)
    return tuple(found[id_] for id_ in ids)


def fresh_id(reader: Reader, wanted: str) -> str:
    """``wanted``, or with a number where a command has that id already, and never too long."""
    stem = wanted[: LONGEST_ID - 12]
    numbered = (stem if number == 1 else f"{stem}.{number}" for number in range(1, 1_000_000_000))
    return next(id_ for id_ in numbered if reader.answer(id_) is None)


def typed(id_: str) -> str:
    """What somebody types to undo a command."""
    return f"siprecruit undo {id_}"


def undo_line(envelope: Any) -> str | None:
    """What somebody types instead of sending an undo's envelope; None where there is none."""
    return typed(envelope["data"]["command"]) if envelope else None
