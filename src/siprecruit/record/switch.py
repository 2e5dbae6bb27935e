"""The switch of delivery: whether anything goes out, and why not.

Besides whoever turns it off, it is off where what waits may have gone out already, or may go out twice: after
a backup was put back, and in a copy of a database, until somebody says that this one is to go on.
"""

from __future__ import annotations

import json
import socket
from typing import Final, Literal

import sqlalchemy as sa

from siprecruit.record.connect import file_of
from siprecruit.record.reading import Reader
from siprecruit.record.tables import meta
from siprecruit.record.writing import Writer

Why = Literal["stopped", "restored", "copied"]
"""Somebody said so; a backup was put back; the database is a copy of the one that delivered last."""

STOPPED: Final = "delivery_stopped_at"
"""The key in ``meta`` of the switch. What stopped it stands there, or since when, as it once was noted."""

DELIVERS: Final = "delivers_from"


def place_of(url: str) -> str | None:
    """Which file a record is, to tell it from a copy; None for PostgreSQL, which many machines share.

    A file that is moved within a disk keeps its number, and one in a container has its path and its number,
    whatever the machine is called today: only what differs in its number and in one of the others is a copy.
    """
    file = file_of(url)
    if file is None or not file.exists():
        return None
    return json.dumps([file.stat().st_ino, socket.gethostname(), str(file.resolve())])


def why_stopped(reader: Reader, place: str | None) -> Why | None:
    """Why nothing goes out of the record at ``place``; None where it does."""
    rows = reader.select(sa.select(meta.c.key, meta.c.value).where(meta.c.key.in_((STOPPED, DELIVERS))))
    told = {str(key): str(value) for key, value in rows}
    if STOPPED in told:
        return "restored" if told[STOPPED] == "restored" else "stopped"
    return "copied" if place and _is_copy(told.get(DELIVERS, place), place) else None


def stop(writer: Writer, why: Why = "stopped") -> bool:
    """Let nothing go out from now on; false where nothing did anyway."""
    before = why_stopped(writer, None)
    if before is None:
        writer.connection.execute(sa.insert(meta).values(key=STOPPED, value=why))
    elif why != "stopped":
        # Whoever turns it on again should know of the graver reason.
        writer.connection.execute(sa.update(meta).where(meta.c.key == STOPPED).values(value=why))
    return before is None


def go(writer: Writer, place: str | None) -> bool:
    """Let messages go out again, from here; false where they did anyway."""
    did = why_stopped(writer, place) is None
    writer.connection.execute(sa.delete(meta).where(meta.c.key.in_((STOPPED, DELIVERS))))
    deliver_from(writer, place)
    return not did


def is_known(reader: Reader) -> bool:
    """Whether it stands in the record from where it delivers."""
    return bool(reader.select(sa.select(meta.c.value).where(meta.c.key == DELIVERS)))


def deliver_from(writer: Writer, place: str | None) -> None:
    """Note from where it delivers, unless it stands there."""
    if place is not None and not is_known(writer):
        writer.connection.execute(sa.insert(meta).values(key=DELIVERS, value=place))


def _is_copy(before: str, now: str) -> bool:
    was, here = json.loads(before), json.loads(now)
    return bool(was[0] != here[0] and was[1:] != here[1:])
