"""What has happened: event classes, an event as the record holds it, and which of them still stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import attrs

from siprecruit.core.ids import Code, Kept

Class = TypeVar("Class", bound=type)


@attrs.frozen(kw_only=True)
class EventKind:
    """How the record knows an event class.

    ``dated`` is false for what describes a thing with dates of its own inside (a school, a person's
    name): such an event holds for every ``as_at``. ``reads`` names the fields whose streams must be
    read to judge it: ``{"person": "person"}``.
    """

    name: str
    version: int = 1
    dated: bool = True
    reads: tuple[tuple[str, str], ...] = ()


EVENTS: Final[dict[tuple[str, int], type]] = {}
KINDS: Final[dict[type, EventKind]] = {}


def event(
    name: str, *, version: int = 1, dated: bool = True, reads: dict[str, str] | None = None
) -> Callable[[Class], Class]:
    """Register a frozen attrs class as the event ``name``. Raises ValueError when the name is taken."""

    def register(cls: Class) -> Class:
        if (name, version) in EVENTS:
            raise ValueError(f"the event {name} v{version} is registered twice")
        EVENTS[name, version] = cls
        KINDS[cls] = EventKind(name=name, version=version, dated=dated, reads=tuple((reads or {}).items()))
        return cls

    return register


@attrs.frozen(kw_only=True)
class Recorded:
    """An event as it stands in the record.

    ``on`` is the day on which it happened, as told; ``recorded_at`` the instant (UTC) at which we
    learnt it. ``replaces`` is the version of the event that this one corrects. ``reason`` is kept in
    the vault.
    """

    stream: str
    version: int
    on: dt.date
    recorded_at: dt.datetime
    command: str
    by: str
    event: Any
    replaces: int | None = None
    reason: str | None = None


@event("voided")
@attrs.frozen(kw_only=True)
class Voided:
    """It never was so: the event of that version is taken out, as if it had not been recorded."""

    event: int


@event("reversed")
@attrs.frozen(kw_only=True)
class Reversed:
    """It was so, and is so no longer: the event of that version holds until the day before this one."""

    event: int


@event("note.added", dated=False)
@attrs.frozen(kw_only=True)
class NoteAdded:
    """Somebody wrote a note beside a person, an application, a school or a round."""

    text: Kept = None
    about: Code | None = None


def standing(history: Sequence[Recorded], as_at: dt.date | None = None) -> list[Recorded]:
    """The events that stand on ``as_at`` (``None``: with all that is known), in the order of their places.

    A correction takes the place of what it replaces; the latest correction wins.
    """
    gone, corrected, kept = taken_out(history, as_at), dict[int, Recorded](), list[Recorded]()
    for recorded in reversed(history):
        if recorded.version in gone or isinstance(recorded.event, (Voided, Reversed)):
            continue
        if recorded.replaces is None:
            kept.append(corrected.pop(recorded.version, recorded))
        else:
            corrected.setdefault(recorded.replaces, recorded)
    kept.reverse()
    return kept if as_at is None else [one for one in kept if holds(one, as_at)]


def taken_out(history: Sequence[Recorded], as_at: dt.date | None = None) -> set[int]:
    """The versions that were voided, or reversed by ``as_at``.

    What takes out can be taken out itself, and the day of a reversal can be corrected like any other.
    """
    gone, spoken = set[int](), set[int]()
    for recorded in reversed(history):
        happened = recorded.event
        if not isinstance(happened, (Voided, Reversed)) or recorded.version in gone:
            continue
        place = recorded.version if recorded.replaces is None else recorded.replaces
        if place in gone or place in spoken:
            continue
        spoken.add(place)
        if as_at is None or isinstance(happened, Voided) or recorded.on <= as_at:
            gone.add(happened.event)
    return gone


def holds(recorded: Recorded, as_at: dt.date) -> bool:
    """Whether an event that stands had happened by ``as_at``."""
    return recorded.on <= as_at or not KINDS[type(recorded.event)].dated
