"""Putting right: correct what never was so, reverse what is so no longer, undo what a command did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from siprecruit.core.calendar import in_words
from siprecruit.core.commands import Command, Correct, Rejected, Reverse, Undo
from siprecruit.core.events import KINDS, Recorded, Reversed, Voided, standing

Restate = Callable[[Any, Mapping[str, Any]], Any]
Broken = Callable[[Sequence[Recorded]], list[Recorded]]


@attrs.frozen(kw_only=True)
class Decided:
    """An event that a decision gives, and the day on which it happened."""

    event: Any
    on: dt.date
    replaces: int | None = None
    reason: str | None = None


def put_right(
    command: Command, history: Sequence[Recorded], restate: Restate, broken: Broken
) -> tuple[Decided, ...]:
    """The events that put ``command``'s target right, and with ``cascade`` what has followed from it.

    Raises Rejected: ``no_such_event``, ``not_before`` (a reversal earlier than the fact), ``has_followed``.
    """
    what = command.what
    match what:
        case Correct(set=None):
            wanted = [_take_out(history, what.event, command, Voided)]
        case Correct():
            wanted = [_other_values(history, what, restate)]
        case Reverse():
            wanted = [_take_out(history, what.event, command, Reversed)]
        case Undo():
            wanted = [
                _take_out(history, past.version, command, Voided)
                for past in reversed(history)
                if past.command == what.command
            ]
            if not wanted:
                raise Rejected("no_such_command", f"{what.command} has recorded nothing in {command.stream}")
    decided = [one for one in wanted if one is not None]
    return _with_what_followed(command, history, decided, broken) if decided else ()


def stands(history: Sequence[Recorded], version: int) -> bool:
    """Whether the event of that version, as recorded or as corrected, still has its effect."""
    gone: set[int] = set()
    for past in reversed(history):
        if past.version in gone:
            continue
        if isinstance(past.event, (Voided, Reversed)):
            gone.add(past.event.event)
    return version not in gone


def _take_out(
    history: Sequence[Recorded], version: int, command: Command, how: type[Voided | Reversed]
) -> Decided | None:
    target = _at(history, version)
    if not stands(history, version):
        return None
    if how is Reversed and command.on < target.on:
        raise Rejected(
            "not_before",
            f"event {version} happened on {in_words(target.on)}: it can't be reversed before then",
        )
    return Decided(event=how(event=version), on=command.on, reason=command.what.reason)


def _other_values(history: Sequence[Recorded], what: Correct, restate: Restate) -> Decided | None:
    target = _at(history, what.event)
    if not stands(history, what.event):
        raise Rejected("no_such_event", f"event {what.event} was taken out before: it can't be corrected")
    place = target.replaces if target.replaces is not None else target.version
    now = next(
        (one for one in standing(history) if place in (one.version, one.replaces)),
        target,
    )
    values = dict(what.set or {})
    on = dt.date.fromisoformat(values.pop("on")) if "on" in values else now.on
    other = restate(now.event, values)
    if other == now.event and on == now.on:
        return None
    return Decided(event=other, on=on, replaces=place, reason=what.reason)


def _at(history: Sequence[Recorded], version: int) -> Recorded:
    for past in history:
        if past.version == version:
            return past
    raise Rejected("no_such_event", f"there is no event {version} here: the last is {len(history)}")


def _with_what_followed(
    command: Command, history: Sequence[Recorded], decided: list[Decided], broken: Broken
) -> tuple[Decided, ...]:
    how = Reversed if isinstance(command.what, Reverse) else Voided
    before = {one.version for one in broken(history)}
    while followed := [one for one in broken(_after(command, history, decided)) if one.version not in before]:
        if not command.what.cascade:
            named = ", ".join(f"{KINDS[type(one.event)].name} ({one.version})" for one in followed)
            raise Rejected("has_followed", f"this has followed from it and would have to go too: {named}")
        decided += [
            Decided(event=how(event=one.replaces or one.version), on=command.on, reason=command.what.reason)
            for one in followed
        ]
    return tuple(decided)


def _after(command: Command, history: Sequence[Recorded], decided: Sequence[Decided]) -> list[Recorded]:
    instant = dt.datetime.combine(command.on, dt.time(), dt.UTC)
    new = [
        Recorded(
            stream=command.stream,
            version=len(history) + place,
            on=one.on,
            recorded_at=instant,
            command=command.id,
            by=command.by,
            event=one.event,
            replaces=one.replaces,
        )
        for place, one in enumerate(decided, start=1)
    ]
    return [*history, *new]
