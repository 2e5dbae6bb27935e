"""What has happened in a stream, event by event: when, by whom, whether it still stands, how it is undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs
import msgspec

from siprecruit.core.corrections import Decided, place
from siprecruit.core.events import KINDS, Recorded, Reversed, Voided, taken_out
from siprecruit.putting_right import typed
from siprecruit.record.codec import kept_fields, shape, written

#: Whose words stand in nobody's history: what a referee wrote, what a panel remarked.
_CONFIDENTIAL: Final = ("reference.", "score.", "decision.", "interview.")


@attrs.frozen(kw_only=True)
class Change:
    """What a correction set in the place of what; where the words are confidential, both are None."""

    field: str
    was: Any
    now: Any


@attrs.frozen(kw_only=True)
class ChangedBy:
    """The event that corrected another one, or took it out: until then that other one was believed."""

    version: int
    event: str
    command: str
    by: str
    recorded_at: dt.datetime
    reason: str | None


@attrs.frozen(kw_only=True)
class Entry:
    """One event. ``says`` holds its codes, ids and dates, and no text, above all none of a reference.

    ``state`` is ``stands``, ``corrected`` (a later event took its place) or ``taken_out``. ``undo`` is the
    whole command that takes out what the event's own command recorded, ``undone_by`` the line to type for it.
    ``changed_by`` is None where the event stands; ``changes`` are those of a correction.
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
    undone_by: str
    reason: str | None = None
    changed_by: ChangedBy | None = None
    changes: tuple[Change, ...] = ()


def entries(stream: str, history: Sequence[Recorded], today: dt.date) -> tuple[Entry, ...]:
    """All events of a stream, in their order."""
    gone = taken_out(history)
    corrected = {one.replaces for one in history if one.replaces is not None and one.version not in gone}
    latest = {one.replaces: one.version for one in history if one.version not in gone}
    plain = (_entry(stream, one, _state(one, gone, corrected, latest), today) for one in history)
    return tuple(
        attrs.evolve(
            entry,
            changed_by=None if entry.state == "stands" else _changed_by(one, history, gone),
            changes=() if one.replaces is None else tuple(_changes(one, history)),
        )
        for entry, one in zip(plain, history, strict=True)
    )


def _changed_by(one: Recorded, history: Sequence[Recorded], gone: set[int]) -> ChangedBy | None:
    """What took the event out, or came first in its place and was not taken out itself."""
    mine = {one.version, place(one)}
    for later in history:
        out = isinstance(later.event, (Voided, Reversed)) and later.event.event in mine
        instead = later.replaces == place(one) and later.version > one.version
        if (out or instead) and later.version not in gone:
            return ChangedBy(
                version=later.version,
                event=KINDS[type(later.event)].name if out else "corrected",
                command=later.command,
                by=later.by,
                recorded_at=later.recorded_at,
                reason=later.reason,
            )
    return None


def _changes(one: Recorded, history: Sequence[Recorded]) -> Iterator[Change]:
    """What a correction says otherwise than the words before it in the same place."""
    earlier = [past for past in history if place(past) == place(one) and past.version < one.version]
    before = earlier[-1]
    if before.on != one.on:
        yield Change(field="on", was=before.on, now=one.on)
    secret = KINDS[type(one.event)].name.startswith(_CONFIDENTIAL)
    for name in shape(type(one.event)).types:
        was, now = getattr(before.event, name, None), getattr(one.event, name)
        if was != now:
            hidden = secret and name in kept_fields(type(one.event))
            yield Change(field=name, was=None if hidden else was, now=None if hidden else now)


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
        undone_by=typed(one.command),
        reason=one.reason,
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
