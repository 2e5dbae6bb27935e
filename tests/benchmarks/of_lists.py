"""What a page of the applicants costs, and that it does not cost more where there are more."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import synthetic
from measuring import Figure, Size

from siprecruit.record import projection
from siprecruit.record.store import Reader, Record
from siprecruit.reports.applicants import Wanted, listed
from siprecruit.reports.listing import Page

PAGES = {
    "list of 25": Wanted(),
    "list of 25, by stage": Wanted(stage="eligibility"),
    "list of 25, latest page": Wanted(order="received", page=3),
    "list of a role without any": Wanted(whose_move="nobody"),
}


def of_applicants(size: Size, folder: Path) -> Iterator[Figure]:
    """Pages out of some, and out of ten times as many."""
    few = synthetic.applicants(folder, size.applicants)
    many = synthetic.applicants(folder, size.many_applicants)
    for what, wanted in PAGES.items():
        yield _compared(what, wanted, few, many, size)
    few.close()
    many.close()


def _compared(what: str, wanted: Wanted, few: Record, many: Record, size: Size) -> Figure:
    statements = _statements(few, wanted)
    pairs = [(_seconds(few, wanted), _seconds(many, wanted)) for _ in range(size.pages)]
    of_few, of_many = (median(pair[place] for pair in pairs) for place in (0, 1))
    return Figure(
        what=f"{what}, {statements} statements: {size.many_applicants:,} beside {size.applicants:,}",
        ours=f"{of_many * 1e3:.2f} ms",
        bare=f"{of_few * 1e3:.2f} ms",
        ratio=f"{of_many / of_few:.2f}",
        aim="5 statements, 10 ms, at most 1.2",
    )


def _seconds(record: Record, wanted: Wanted) -> float:
    with record.reading() as reader:
        before = time.process_time()
        _page(reader, wanted)
        return time.process_time() - before


def _page(reader: Reader, wanted: Wanted) -> Page[Any]:
    """As the interfaces read it: after a look whether time alone has changed a position."""
    projection.is_stale(reader.connection, synthetic.TODAY)
    return listed(reader, wanted)


def _statements(record: Record, wanted: Wanted) -> int:
    """How many statements SQLite itself is given for a page, the beginning of the transaction among them."""
    seen: list[str] = []
    with record.reading() as reader:
        driver: Any = reader.connection.connection.driver_connection
        driver.set_trace_callback(seen.append)
        _page(reader, wanted)
        driver.set_trace_callback(None)
    return len(seen)
