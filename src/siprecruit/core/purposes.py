"""What an officer is rung about: the purposes that a person answers for at the authority, with dates."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs

from siprecruit.core.calendar import in_words
from siprecruit.core.commands import Given, Rejected, command
from siprecruit.core.decider import Stage
from siprecruit.core.events import event
from siprecruit.core.ids import Code
from siprecruit.core.intervals import Interval, Turn, covers, spells


@command("purpose.take", "person", begins=True)
@attrs.frozen(kw_only=True)
class TakePurpose:
    """The person is whom schools ring about something, from the envelope's day.

    ``purpose`` is one of the programme's purposes at the authority, such as inspection; ``area`` the code of
    the area that it is for, None for all; ``until`` the last day where it is known.
    """

    purpose: Code
    area: Code | None = None
    until: dt.date | None = None


@command("purpose.leave", "person")
@attrs.frozen(kw_only=True)
class LeavePurpose:
    """The person is rung about it no longer; the envelope's day is the first one without."""

    purpose: Code
    area: Code | None = None


@event("purpose.taken")
@attrs.frozen(kw_only=True)
class PurposeTaken:
    """A person was whom schools ring about something, through ``until`` where a last day was known."""

    purpose: Code
    area: Code | None = None
    until: dt.date | None = None


@event("purpose.left")
@attrs.frozen(kw_only=True)
class PurposeLeft:
    """A person was rung about something no longer; that day is the first one without."""

    purpose: Code
    area: Code | None = None


@attrs.frozen(kw_only=True)
class Answers:
    """A purpose that the person took, or left where ``holds`` is false, on a day."""

    on: dt.date
    purpose: Code
    area: Code | None
    holds: bool
    until: dt.date | None = None


@attrs.frozen(kw_only=True)
class Purposes:
    """All that was told of what the person is rung about, in the order of being told."""

    told: tuple[Answers, ...] = ()


def purpose_intervals(state: Purposes, purpose: str, area: str | None) -> tuple[Interval, ...]:
    """When the person is rung about something, for an area or (None) for all."""
    return spells(
        [
            Turn(on=each.on, holds=each.holds, until=each.until)
            for each in state.told
            if (each.purpose, each.area) == (purpose, area)
        ]
    )


def purposes_on(state: Purposes, day: dt.date) -> tuple[tuple[Code, Code | None], ...]:
    """What the person is rung about on a day, each purpose with its area, in order."""
    known = {(each.purpose, each.area) for each in state.told}
    held = (one for one in known if covers(purpose_intervals(state, *one), day))
    return tuple(sorted(held, key=lambda one: (one[0], one[1] or "")))


def _take(what: TakePurpose, state: Purposes, given: Given) -> tuple[Any, ...]:
    same = Answers(on=given.on, purpose=what.purpose, area=what.area, holds=True, until=what.until)
    if same == _last_of(state, same):
        return ()
    return (PurposeTaken(purpose=what.purpose, area=what.area, until=what.until),)


def _leave(what: LeavePurpose, state: Purposes, given: Given) -> tuple[Any, ...]:
    same = Answers(on=given.on, purpose=what.purpose, area=what.area, holds=False)
    return () if same == _last_of(state, same) else (PurposeLeft(purpose=what.purpose, area=what.area),)


def _last_of(state: Purposes, one: Answers) -> Answers | None:
    told = [
        each for each in state.told if (each.on, each.purpose, each.area) == (one.on, one.purpose, one.area)
    ]
    return told[-1] if told else None


def _judge_taken(happened: PurposeTaken, _state: Purposes, given: Given) -> None:
    known = [each.code for each in given.programme.purposes if each.of == "authority"]
    if happened.purpose not in known:
        raise Rejected(
            "unknown_purpose",
            f"{happened.purpose} is no purpose at the authority: they are {', '.join(known)}",
        )
    areas = [each.code for each in given.programme.areas]
    if happened.area is not None and happened.area not in areas:
        raise Rejected("unknown_area", f"{happened.area} is no area: they are {', '.join(areas)}")
    if happened.until is not None and happened.until < given.on:
        raise Rejected(
            "ends_before_it_starts",
            f"the last day, {in_words(happened.until)}, is before the first, {in_words(given.on)}",
        )


def _taken(state: Purposes, happened: PurposeTaken, on: dt.date) -> Purposes:
    answers = Answers(on=on, purpose=happened.purpose, area=happened.area, holds=True, until=happened.until)
    return Purposes(told=(*state.told, answers))


def _left(state: Purposes, happened: PurposeLeft, on: dt.date) -> Purposes:
    left = Answers(on=on, purpose=happened.purpose, area=happened.area, holds=False)
    if not any(
        each.holds and each.on <= on and (each.purpose, each.area) == (left.purpose, left.area)
        for each in state.told
    ):
        where = f" for {happened.area}" if happened.area else ""
        raise Rejected(
            "does_not_follow",
            f"the purpose {happened.purpose}{where} was not taken by {in_words(on)}: none to leave",
        )
    return Purposes(told=(*state.told, left))


STAGE = Stage(
    name="purposes",
    initial=Purposes(),
    decide={TakePurpose: _take, LeavePurpose: _leave},
    evolve={PurposeTaken: _taken, PurposeLeft: _left},
    check={PurposeTaken: _judge_taken},
)
