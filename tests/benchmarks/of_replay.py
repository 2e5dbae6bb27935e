"""How fast the record is read again from its first event: to see any day, to find what was changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import synthetic
from measuring import Figure, Size, cpu, rate

from siprecruit.core.ids import stream_kind
from siprecruit.core.streams import DECIDERS
from siprecruit.record.verify import verify
from siprecruit.reports.applicants import Wanted, listed_as_at
from siprecruit.reports.coverage import coverage

DAY = dt.date(2008, 4, 1)


def as_at(size: Size, folder: Path) -> Iterator[Figure]:
    """The events alone, the states that they give on a day, and the reports on that day."""
    record = synthetic.applicants(folder, size.applicants)
    with record.reading() as reader:
        found = [(stream, len(history)) for stream, history in reader.replay()]
        events = sum(count for _, count in found)
        near = sum(count for stream, count in found if stream_kind(stream) in ("placement", "person"))

        def states() -> None:
            for stream, history in reader.replay(known_at=synthetic.NOW):
                DECIDERS[stream_kind(stream)].state(history, DAY)

        works: dict[str, tuple[int, Callable[[], object]]] = {
            "replay": (events, lambda: [None for _ in reader.replay()]),
            "replay into states as at a day": (events, states),
            "coverage as at a day": (near, lambda: coverage(reader, synthetic.PROGRAMME, DAY)),
            "applicants as at a day": (
                events,
                lambda: listed_as_at(reader, synthetic.PROGRAMME, Wanted(), DAY),
            ),
        }
        for what, (count, work) in works.items():
            yield _timed(what, count, size, work, "100,000/s" if what.startswith("replay") else "")
    record.close()


def verifying(size: Size, folder: Path) -> Iterator[Figure]:
    """Every event and text against its hash."""
    record = synthetic.applicants(folder, size.applicants)
    with record.reading() as reader:
        count = verify(reader).events
        yield _timed("record verify", count, size, lambda: verify(reader))
    record.close()


def _timed(what: str, count: int, size: Size, work: Callable[[], object], aim: str = "") -> Figure:
    spent = median(cpu(work) for _ in range(size.pairs))
    return Figure(what=f"{what}, {count:,} events", ours=rate(count, spent), aim=aim)
