"""For which day and by which programme the views were made: what they say follows from both."""

from __future__ import annotations

import datetime as dt
from typing import Final

import sqlalchemy as sa

from siprecruit.core.programme import Programme
from siprecruit.programmes import digest
from siprecruit.record.statements import insert_into
from siprecruit.record.tables import meta
from siprecruit.record.writing import Writer

_DAY: Final = "views_day"
"""Under this the record says for which day the views were last written because time had gone on."""

_PROGRAMME: Final = "views_programme"
"""Under this the record says by the values of which programme, told by their digest, all views were made."""


def a_later_day(today: dt.date) -> sa.ColumnElement[bool]:
    """Whether somebody has looked at the views with a clock that was ahead: they have to go back."""
    return sa.exists().where(meta.c.key == _DAY, meta.c.value > today.isoformat())


def another_programme(programme: Programme) -> sa.ColumnElement[bool]:
    """Whether the views were made by other values than this programme's: none of them counts then."""
    return ~sa.exists().where(meta.c.key == _PROGRAMME, meta.c.value == digest(programme))


def note_day(writer: Writer, today: dt.date) -> None:
    """Say for which day the views are written."""
    _note(writer, _DAY, today.isoformat())


def note_programme(writer: Writer, programme: Programme) -> None:
    """Say by which programme all views are made."""
    _note(writer, _PROGRAMME, digest(programme))


def _note(writer: Writer, key: str, value: str) -> None:
    put = insert_into(meta, writer.dialect).values(key=key, value=value)
    writer.connection.execute(
        put.on_conflict_do_update(index_elements=["key"], set_={"value": put.excluded.value})
    )
