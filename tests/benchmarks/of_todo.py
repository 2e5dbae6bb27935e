"""What a page of what needs doing costs, and a search: out of some applicants, and of ten times as many."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import synthetic
from measuring import Figure, Size

from siprecruit.record import projection
from siprecruit.record.store import Reader, Record
from siprecruit.reports.searching import asked, found_by
from siprecruit.reports.todo import Wanted, listed

Look = Callable[[Reader], object]
TASKS = {
    "todo, 25 schools without cover": Wanted(),
    "todo, a role's": Wanted(role="administrator"),
    "todo, a person's": Wanted(person="sip1"),
}
SEARCHES = {
    "find three inner letters": "rfo",
    "find two words": "gillian youngs",
    "find a number": "01603 12",
}


def of_todo_and_find(size: Size, folder: Path) -> Iterator[Figure]:
    """Pages out of some, and out of ten times as many."""
    few = synthetic.applicants(folder, size.applicants)
    many = synthetic.applicants(folder, size.many_applicants)
    for what, wanted in TASKS.items():
        yield _compared(what, _tasks(wanted), few, many, size)
    for what, text in SEARCHES.items():
        yield _compared(what, _search(text), few, many, size)
    few.close()
    many.close()


def _tasks(wanted: Wanted) -> Look:
    return lambda reader: listed(reader, synthetic.PROGRAMME, wanted, synthetic.TODAY)


def _search(text: str) -> Look:
    wanted = asked(text)
    if wanted is None:
        raise ValueError(text)
    return lambda reader: found_by(reader, wanted, synthetic.TODAY)


def _compared(what: str, look: Look, few: Record, many: Record, size: Size) -> Figure:
    statements = _statements(few, look)
    pairs = [(_seconds(few, look), _seconds(many, look)) for _ in range(size.pages)]
    of_few, of_many = (median(pair[place] for pair in pairs) for place in (0, 1))
    return Figure(
        what=f"{what}, {statements} statements: {size.many_applicants:,} beside {size.applicants:,}",
        ours=f"{of_many * 1e3:.2f} ms",
        bare=f"{of_few * 1e3:.2f} ms",
        ratio=f"{of_many / of_few:.2f}",
        aim=f"5 statements, 10 ms at {size.applicants:,}",
    )


def _seconds(record: Record, look: Look) -> float:
    with record.reading() as reader:
        before = time.process_time()
        _as_asked(reader, look)
        return time.process_time() - before


def _as_asked(reader: Reader, look: Look) -> None:
    """As the interfaces read it: after a look whether time alone has changed anything."""
    projection.is_stale(reader.connection, synthetic.TODAY)
    look(reader)


def _statements(record: Record, look: Look) -> int:
    seen: list[str] = []
    with record.reading() as reader:
        driver: Any = reader.connection.connection.driver_connection
        driver.set_trace_callback(seen.append)
        _as_asked(reader, look)
        driver.set_trace_callback(None)
    return len(seen)
