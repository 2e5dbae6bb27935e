"""What an undo took back: the facts by their names and days, and the import's run that they came with."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from siprecruit.core.corrections import place
from siprecruit.core.events import KINDS, Recorded, Reversed, Voided
from siprecruit.record.reading import Reader
from siprecruit.service import Result

_RUN: Final = re.compile(r"(?:undo-)*(import-[0-9A-Z]+)-")


@attrs.frozen(kw_only=True)
class TakenBack:
    """A fact that was taken back; ``again`` where that was itself a taking back, and the fact counts again.

    Of a ``correction`` only the other words went, and those before count.
    """

    stream: str
    event: str
    on: dt.date
    again: bool = False
    correction: bool = False


def taken_back(reader: Reader, results: Sequence[Result]) -> tuple[TakenBack, ...]:
    """The facts that these results took out of the record, in the order in which they had been told."""
    histories = reader.histories(sorted({one.stream for one in results}))
    return tuple(fact for one in results for fact in _of(histories[one.stream], one))


def _of(history: Sequence[Recorded], result: Result) -> Iterator[TakenBack]:
    first, last = result.versions or (1, 0)
    mine = [past.event for past in history if first <= past.version <= last]
    for version in sorted(happened.event for happened in mine if isinstance(happened, Voided)):
        fact, again = _fact(history, version), False
        while isinstance(fact.event, (Voided, Reversed)):
            fact, again = _fact(history, fact.event.event), not again
        yield TakenBack(
            stream=result.stream,
            event=KINDS[type(fact.event)].name,
            on=fact.on,
            again=again,
            correction=fact.version == version and fact.replaces is not None,
        )


def _fact(history: Sequence[Recorded], version: int) -> Recorded:
    """The event of that version, in the words in which it was told last."""
    told = [past for past in history if version in (past.version, place(past))]
    return max(told, key=lambda past: past.version)


def run_of(command: str) -> str | None:
    """The run of an import (``import-7K4P...``) that a command came with, an undo of one too."""
    found = _RUN.match(command)
    return found[1] if found else None
