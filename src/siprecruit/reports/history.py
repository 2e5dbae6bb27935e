"""What has happened in a stream, event by event: when, by whom, whether it still stands, how it is undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import msgspec

from siprecruit.core.corrections import Decided
from siprecruit.core.events import KINDS, Recorded, taken_out
from siprecruit.record.codec import written


@attrs.frozen(kw_only=True)
class Entry:
    """One event. ``says`` holds its codes, ids and dates, and no text, above all none of a reference.

    ``state`` is ``stands``, ``corrected`` (a later event took its place) or ``taken_out``. ``undo`` is the
    whole command that takes out what the event's own command recorded.
    """

    stream: str
    version: int
    event: str
    on: dt.date
    recorded_at: dt.datetime
    by: str
    command: str
    says: Mapping[str, Any]
    state: str
    undo: Mapping[str, Any]


def entries(stream: str, history: Sequence[Recorded], today: dt.date) -> tuple[Entry, ...]:
    """All events of a stream, in their order."""
    gone = taken_out(history)
    corrected = {one.replaces for one in history if one.replaces is not None and one.version not in gone}
    latest = {one.replaces: one.version for one in history if one.version not in gone}
    return tuple(_entry(stream, one, _state(one, gone, corrected, latest), today) for one in history)


def _state(one: Recorded, gone: set[int], corrected: set[int], latest: Mapping[int | None, int]) -> str:
    if one.version in gone or one.replaces in gone:
        return "taken_out"
    overtaken = one.replaces is not None and latest[one.replaces] != one.version
    return "corrected" if one.version in corrected or overtaken else "stands"


def _entry(stream: str, one: Recorded, state: str, today: dt.date) -> Entry:
    said = msgspec.json.decode(written(Decided(event=one.event, on=one.on)).body)
    return Entry(
        stream=stream,
        version=one.version,
        event=KINDS[type(one.event)].name,
        on=one.on,
        recorded_at=one.recorded_at,
        by=one.by,
        command=one.command,
        says=said if one.replaces is None else {"replaces": one.replaces, **said},
        state=state,
        undo=undo(stream, one.command, today),
    )


def undo(stream: str, command: str, today: dt.date) -> dict[str, Any]:
    """The command, in its envelope, that takes out what another one recorded in a stream."""
    return {
        "command": "undo",
        "id": f"undo-{command}",
        "stream": stream,
        "on": today.isoformat(),
        "data": {"command": command},
    }
