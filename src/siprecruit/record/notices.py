"""What a person has to look at that is about nobody: a template that can't be used, a file in an inbox."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs
import sqlalchemy as sa

from siprecruit.core.programme import Programme
from siprecruit.core.todo.kinds import standing
from siprecruit.record.reading import Reader, instant, instant_text
from siprecruit.record.statements import insert_into
from siprecruit.record.tables import meta
from siprecruit.record.tasks import row_of
from siprecruit.record.view_statements import delete, upsert
from siprecruit.record.views import todo
from siprecruit.record.writing import Writer

PART: Final = "notice/"
"""What such a task follows from is no stream: its part in the view, and its key in ``meta``, begin so."""


@attrs.frozen(kw_only=True)
class Notice:
    """Something to look at. ``place`` is where it was found (``inboxes/folder``), ``name`` what it is there.

    ``why`` is a sentence for people, ``kind`` that of the task (see ``core.todo.kinds``).
    """

    kind: str
    place: str
    name: str
    why: str

    @property
    def key(self) -> str:
        """What tells it from all others."""
        return f"{PART}{self.place}/{self.kind}/{self.name}"


_TOLD: Final = tuple(field.name for field in attrs.fields(Notice))


def set_out(
    writer: Writer, kind: str, place: str, found: Mapping[str, str], programme: Programme, now: dt.datetime
) -> None:
    """Let these be all that is to be looked at of one kind in one place: sentences by name.

    What was there before keeps its day, and what is there no longer goes.
    """
    wanted = [Notice(kind=kind, place=place, name=name, why=why) for name, why in found.items()]
    before = {one.key: (one, since) for one, since in standing_now(writer, kind, place)}
    gone = before.keys() - {one.key for one in wanted}
    new = [one for one in wanted if one.key not in before or before[one.key][0] != one]
    if gone:
        writer.connection.execute(sa.delete(meta).where(meta.c.key.in_(sorted(gone))))
    for one in new:
        since = before[one.key][1] if one.key in before else now
        value = json.dumps({**attrs.asdict(one), "since": instant_text(since)}, ensure_ascii=False)
        put = insert_into(meta, writer.dialect).values(key=one.key, value=value)
        replaced = put.on_conflict_do_update(index_elements=["key"], set_={"value": put.excluded.value})
        writer.connection.execute(replaced)
    if gone or new:
        writer.run(delete(todo.c.part, writer.dialect), gone=sorted({*gone, *(one.key for one in new)}))
        _show(writer, [row for row in rows_of(writer, programme) if row["part"] in {one.key for one in new}])


def take_away(writer: Writer, kind: str, name: str) -> bool:
    """Take one of a kind away, wherever it was found, as a person has seen to it; whether there was one."""
    gone = [one.key for one, _ in standing_now(writer, kind) if one.name == name]
    writer.connection.execute(sa.delete(meta).where(meta.c.key.in_(gone)))
    writer.run(delete(todo.c.part, writer.dialect), gone=gone)
    return bool(gone)


def standing_now(
    reader: Reader, kind: str | None = None, place: str | None = None
) -> list[tuple[Notice, dt.datetime]]:
    """What is to be looked at, each with since when; of one kind, in one place."""
    begins = PART if place is None else f"{PART}{place}/"
    wanted = sa.select(meta.c.value).where(meta.c.key.startswith(begins, autoescape=True))
    told = (json.loads(value) for (value,) in reader.select(wanted.order_by(meta.c.key)))
    found = [(Notice(**{name: each[name] for name in _TOLD}), instant(each["since"])) for each in told]
    return [one for one in found if kind in (None, one[0].kind) and place in (None, one[0].place)]


def sentences(reader: Reader, kind: str, place: str) -> dict[str, str]:
    """What is to be looked at of one kind in one place: sentences by name."""
    return {one.name: one.why for one, _ in standing_now(reader, kind, place)}


def show_all(writer: Writer, programme: Programme) -> None:
    """Write the tasks of all, into a view from which they were taken."""
    _show(writer, list(rows_of(writer, programme)))


def rows_of(reader: Reader, programme: Programme) -> Iterator[dict[str, Any]]:
    """The tasks, as the view holds them; the one code is the sentence."""
    zone = ZoneInfo(programme.timezone)
    for one, since in standing_now(reader):
        day = since.astimezone(zone).date()
        yield row_of(one.key, standing(one.kind, day, programme, detail=one.name, codes=(one.why,)))


def _show(writer: Writer, rows: list[dict[str, Any]]) -> None:
    put = upsert(todo, writer.dialect)
    writer.add(put, put.each(rows))
