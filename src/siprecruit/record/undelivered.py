"""What a person has to look at of what was to be delivered: tasks, one for each row that got stuck."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from siprecruit.core.ids import stream_id, stream_kind
from siprecruit.core.programme import Programme
from siprecruit.core.todo.kinds import standing
from siprecruit.record import outbox
from siprecruit.record.reading import Reader
from siprecruit.record.tables import outbox as table
from siprecruit.record.tasks import row_of
from siprecruit.record.view_statements import delete, upsert
from siprecruit.record.views import todo
from siprecruit.record.writing import Writer

PART = "outbox/"
"""What such a task follows from is no stream but a row: its part in the view begins so."""

AT_A_TIME = 500


def show(writer: Writer, keys: Collection[str], programme: Programme) -> None:
    """Write anew the tasks that follow from these rows."""
    writer.run(delete(todo.c.part, writer.dialect), gone=[f"{PART}{key}" for key in keys])
    put = upsert(todo, writer.dialect)
    rows = list(tasks_of(outbox.by_key(writer, keys).values(), programme))
    writer.add(put, put.each(rows))


def show_all(writer: Writer, programme: Programme) -> None:
    """Write the tasks of all rows, into a view from which they were taken."""
    keys = sorted(one.key for one in stuck(writer))
    for first in range(0, len(keys), AT_A_TIME):
        show(writer, keys[first : first + AT_A_TIME], programme)


def stuck(reader: Reader) -> list[outbox.Row]:
    """The rows that a person has to look at."""
    return outbox.rows(reader, table.c.status.in_(outbox.LOOK))


def tasks_of(rows: Collection[outbox.Row], programme: Programme) -> Iterator[dict[str, Any]]:
    """The tasks that follow from rows, as the view holds them; ``detail`` is the row's key."""
    for one in rows:
        # That a reference is overdue is a task of its own, whoever was to ask for it.
        if one.status in outbox.LOOK and (one.status, one.kind) not in _OVERDUE_REFERENCES:
            since = _since(one, programme)
            kind = "reply_refused" if one.template == outbox.REPLY else f"message_{one.status}"
            task = standing(kind, since, programme, detail=one.key, codes=(one.template,))
            whose, name = stream_kind(one.stream), stream_id(one.stream)
            yield row_of(
                f"{PART}{one.key}",
                task,
                application=name if whose == "application" else None,
                urn=name if whose == "placement" else None,
                about=name if whose == "person" else None,
            )


_OVERDUE_REFERENCES = {("overdue", "request"), ("overdue", "reminder")}


def _since(one: outbox.Row, programme: Programme) -> dt.date:
    return (one.settled_at or one.created_at).astimezone(ZoneInfo(programme.timezone)).date()
