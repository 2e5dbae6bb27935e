"""Whether the views hold: time goes on, a clock may be set back, an authority changes its programme."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from siprecruit.core.programme import Programme
from siprecruit.record import projection
from siprecruit.record.errors import RecordError
from siprecruit.record.reading import Reader, instant_text
from siprecruit.record.store import Record
from siprecruit.record.tables import commands


def views_hold(record: Record, programme: Programme, now: dt.datetime) -> bool:
    """Whether the views may be read for ``now``; what time alone has changed is written anew first.

    So is everything, once, where the programme's values are no longer those by which the views were made.
    The views may not be read where something was recorded after ``now`` (the clock was set back), or where
    they would have to be written and can't be: then the streams themselves have to be asked.
    """
    today = now.astimezone(ZoneInfo(programme.timezone)).date()
    with record.reading() as reader:
        ahead, stale = _looked_at(reader, programme, now, today)
    if ahead or not stale:
        return not ahead
    try:
        with record.writing() as writer:
            projection.refresh(writer, programme, today)
    except RecordError as error:
        if error.code not in ("read_only", "locked", "disk_full"):
            raise
        return False
    return True


def _looked_at(reader: Reader, programme: Programme, now: dt.datetime, today: dt.date) -> tuple[bool, bool]:
    """Whether anything was recorded after ``now``, and whether a view has to be written: one statement."""
    later = sa.exists().where(commands.c.recorded_at > instant_text(now))
    ahead, stale = reader.select(sa.select(later, projection.stale_by(today, programme)))[0]
    return bool(ahead), bool(stale)
