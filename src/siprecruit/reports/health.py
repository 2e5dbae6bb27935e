"""Whether a record is in order: its events, its texts, and the views that follow from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import attrs
import sqlalchemy as sa

from siprecruit.core.programme import Programme
from siprecruit.record import projection
from siprecruit.record.reading import Reader
from siprecruit.record.store import Record
from siprecruit.record.tables import streams
from siprecruit.record.verify import verify
from siprecruit.record.views import VIEWS
from siprecruit.record.writing import Writer
from siprecruit.service import Service


@attrs.frozen(kw_only=True)
class Finding:
    """One thing that was looked at, whether it is in order, and a sentence about it."""

    name: str
    ok: bool
    message: str


def record_is_whole(record: Record) -> Finding:
    """Whether every event and text is as it was written, as far as the record itself can tell."""
    with record.reading() as reader:
        found = verify(reader)
    if found.ok:
        message = f"{found.events:,} events in {found.streams:,} streams, head {found.head}"
        return Finding(name="record", ok=True, message=message)
    first = found.broken[0]
    at = f", event {first.version}" if first.version is not None else ""
    message = f"{len(found.broken):,} places were changed, the first is {first.stream}{at}: {first.reason}"
    return Finding(name="record", ok=False, message=message)


class _Looked(Exception):  # noqa: N818 - ends a transaction that was for looking alone
    """Takes back what was written to look at it."""


def views_follow(service: Service) -> Finding:
    """Whether the views are what the events give today: they are made anew beside, and that is taken back."""
    differing: list[str] = []
    try:
        with service.record.writing() as writer:
            projection.refresh(writer, service.programme, service.today())
            differing = list(_differing(writer, service.programme, service))
            raise _Looked  # noqa: TRY301 - the way to end a transaction without keeping it
    except _Looked:
        pass
    if not differing:
        return Finding(name="views", ok=True, message="the views are what the events give")
    named = ", ".join(differing)
    message = f"{named}: not what the events give; `siprecruit record rebuild` makes the views anew"
    return Finding(name="views", ok=False, message=message)


def _differing(writer: Writer, programme: Programme, service: Service) -> Iterator[str]:
    before = {view.name: _contents(writer, view) for view in VIEWS}
    for _ in projection.rebuild(writer, programme, service.today()):
        pass
    yield from (view.name for view in VIEWS if _contents(writer, view) != before[view.name])


def _contents(reader: Reader, view: sa.Table) -> Counter[tuple[Any, ...]]:
    return Counter(tuple(row) for row in reader.connection.execute(sa.select(view)))


def streams_in_all(reader: Reader) -> int:
    """How many streams the record has."""
    return int(reader.select(sa.select(sa.func.count()).select_from(streams))[0][0])
