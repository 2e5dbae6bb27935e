"""Putting right: correct what never was so, reverse what is so no longer, undo what a command did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from siprecruit.core.calendar import in_words
from siprecruit.core.commands import Command, Correct, Rejected, Reverse, Undo
from siprecruit.core.events import KINDS, Recorded, Reversed, Voided, taken_out
from siprecruit.core.files import refuse_other_file

Restate = Callable[[Any, Mapping[str, Any]], Any]
Broken = Callable[[Sequence[Recorded]], list[Recorded]]
See = Callable[["Decided"], None]


@attrs.frozen(kw_only=True)
class Decided:
    """An event that a decision gives, and the day on which it happened.

    ``enclosed`` are the bytes of the file that it tells of.
    """

    event: Any
    on: dt.date
    replaces: int | None = None
    reason: str | None = None
    enclosed: bytes | None = attrs.field(default=None, repr=False)


def put_right(
    command: Command, history: Sequence[Recorded], restate: Restate, broken: Broken, see: See
) -> tuple[Decided, ...]:
    """The events that put ``command``'s target right, and with ``cascade`` what has followed from it.

    ``see`` raises Rejected where an event can't be in its other words: that is told before what has followed.
    Raises Rejected: ``no_reason``, ``no_such_event``, ``not_before`` (a reversal earlier than the fact),
    ``has_followed``.
    """
    what = command.what
    if not what.reason.strip():
        raise Rejected("no_reason", "nothing is put right without a reason: say why")
    match what:
        case Correct(set=None):
            wanted = [_take_out(history, what.event, command, Voided)]
        case Correct():
            wanted = [_other_values(history, what, restate)]
        case Reverse():
            wanted = [_take_out(history, what.event, command, Reversed)]
        case Undo():
            wanted = _take_back(history, command)
    decided = [one for one in wanted if one is not None]
    for one in decided:
        see(one)
    return _with_what_followed(command, history, decided, broken) if decided else ()


def _take_back(history: Sequence[Recorded], command: Command) -> list[Decided | None]:
    """Take out what one command recorded; a correction among it gives way to what stood before."""
    its = [past.version for past in reversed(history) if past.command == command.what.command]
    if not its:
        raise Rejected("no_such_command", f"{command.what.command} has recorded nothing in {command.stream}")
    gone = taken_out(history)
    return [
        Decided(event=Voided(event=version), on=command.on, reason=command.what.reason)
        for version in its
        if version not in gone
    ]


def _take_out(
    history: Sequence[Recorded], version: int, command: Command, how: type[Voided | Reversed]
) -> Decided | None:
    now = _now(history, version)
    if now is None:
        return None
    if how is Reversed:
        _judge_reversal(now, version, command.on)
    return Decided(event=how(event=place(now)), on=command.on, reason=command.what.reason)


def _judge_reversal(fact: Recorded, version: int, on: dt.date) -> None:
    if on < fact.on:
        raise Rejected(
            "not_before",
            f"event {version} happened on {in_words(fact.on)}: it can't be reversed before then",
        )


def _other_values(history: Sequence[Recorded], what: Correct, restate: Restate) -> Decided | None:
    now = _now(history, what.event)
    if now is None:
        raise Rejected("no_such_event", f"event {what.event} was taken out before: it can't be corrected")
    values = dict(what.set or {})
    on = _day(values.pop("on")) if "on" in values else now.on
    if isinstance(now.event, (Voided, Reversed)):
        _judge_other_day(history, what.event, now.event, on, values)
    other = restate(now.event, values)
    if "as_written" not in values:
        other = _without_words_made_out(now.event, other)
    if other == now.event and on == now.on:
        return None
    refuse_other_file(now.event, other)
    return Decided(event=other, on=on, replaces=place(now), reason=what.reason)


def _without_words_made_out(was: Any, says: Any) -> Any:
    """The event without the words, kept as they were written, of fields that have another value now.

    They stood there because nobody had understood them; who gives the field a value has.
    """
    words: Mapping[str, str] = getattr(says, "as_written", None) or {}
    left = {field: text for field, text in words.items() if _says(was, field) == _says(says, field)}
    return says if left == words else attrs.evolve(says, as_written=left or None)


def _says(happened: Any, field: str) -> Any:
    return getattr(happened, field, None)


def _judge_other_day(
    history: Sequence[Recorded],
    version: int,
    happened: Voided | Reversed,
    on: dt.date,
    values: Mapping[str, Any],
) -> None:
    if values or isinstance(happened, Voided):
        raise Rejected("bad_value", f"event {version} takes out event {happened.event}: take it out instead")
    fact = max((past for past in history if place(past) == happened.event), key=lambda past: past.version)
    _judge_reversal(fact, happened.event, on)


def _day(text: Any) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except (TypeError, ValueError):
        raise Rejected("bad_value", "on: a day such as 2007-06-01 is meant") from None


def place(recorded: Recorded) -> int:
    """The version at which an event has its effect: its own, or that of the event it corrects."""
    return recorded.version if recorded.replaces is None else recorded.replaces


def _now(history: Sequence[Recorded], version: int) -> Recorded | None:
    """The event of that version in the words that stand; None where it was taken out. Raises Rejected."""
    target, gone = _at(history, version), taken_out(history)
    if version in gone or place(target) in gone:
        return None
    return next(
        past for past in reversed(history) if place(past) == place(target) and past.version not in gone
    )


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
            Decided(event=how(event=place(one)), on=command.on, reason=command.what.reason)
            for one in followed
        ]
    return tuple(decided)


def _after(command: Command, history: Sequence[Recorded], decided: Sequence[Decided]) -> list[Recorded]:
    instant = dt.datetime.combine(command.on, dt.time(), dt.UTC)
    return [*history, *as_recorded(command, decided, len(history), instant)]


def as_recorded(
    command: Command, decided: Sequence[Decided], last: int, recorded_at: dt.datetime
) -> list[Recorded]:
    """What was decided on ``command`` as it will stand in a stream whose last version is ``last``."""
    return [
        Recorded(
            stream=command.stream,
            version=last + number,
            on=one.on,
            recorded_at=recorded_at,
            command=command.id,
            by=command.by,
            event=one.event,
            replaces=one.replaces,
            reason=one.reason,
        )
        for number, one in enumerate(decided, start=1)
    ]
