"""How a school's allocation follows from its events.

What excludes each other is judged here as well as for new facts: a correction of one fact may make two others
meet, and then the later one has followed from it and is named.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from siprecruit.core.allocation.events import (
    AdviserAllocated,
    AdviserEnded,
    PermanentEnded,
    PermanentIntroduced,
    PermanentNamed,
    SchoolHeard,
    TemporaryEnded,
    TemporaryNamed,
)
from siprecruit.core.allocation.state import (
    Allocation,
    fits_adviser,
    fits_permanent,
    fits_temporary,
    introduced_on,
    is_permanent,
)
from siprecruit.core.allocation.tenure import Tenure, ended
from siprecruit.core.commands import Rejected


def _permanent_named(state: Allocation, happened: PermanentNamed, on: dt.date) -> Allocation:
    fits_permanent(happened, state)
    tenure = Tenure(
        person=happened.person,
        starts=happened.starts,
        until=happened.until,
        named_on=on,
        reason=happened.reason,
        plan=happened.plan,
        remark=happened.remark,
    )
    return attrs.evolve(state, permanents=(*state.permanents, tenure))


def _permanent_ended(state: Allocation, happened: PermanentEnded, on: dt.date) -> Allocation:
    return attrs.evolve(state, permanents=ended(state.permanents, happened, on, "permanent partner"))


def _temporary_named(state: Allocation, happened: TemporaryNamed, on: dt.date) -> Allocation:
    fits_temporary(happened, state)
    tenure = Tenure(
        person=happened.person,
        starts=happened.starts,
        until=happened.until,
        named_on=on,
        reason=happened.reason,
        introductory_visit=happened.introductory_visit,
        remark=happened.remark,
    )
    return attrs.evolve(state, temporaries=(*state.temporaries, tenure))


def _temporary_ended(state: Allocation, happened: TemporaryEnded, on: dt.date) -> Allocation:
    successor = happened.successor
    if successor is not None and introduced_on(state, successor) is None:
        raise Rejected("does_not_follow", f"{successor} had not introduced themselves: no hand-over")
    return attrs.evolve(state, temporaries=ended(state.temporaries, happened, on, "temporary partner"))


def _introduced(state: Allocation, happened: PermanentIntroduced, on: dt.date) -> Allocation:
    if not is_permanent(state, happened.person):
        raise Rejected("does_not_follow", f"{happened.person} was not named as the permanent partner")
    return attrs.evolve(state, introductions=(*state.introductions, (on, happened.person)))


def _heard(state: Allocation, happened: SchoolHeard, on: dt.date) -> Allocation:
    words = sorted((*state.words, (on, happened.heard)), key=lambda word: word[0])
    return attrs.evolve(state, words=tuple(words))


def _adviser_allocated(state: Allocation, happened: AdviserAllocated, on: dt.date) -> Allocation:
    fits_adviser(happened, state)
    tenure = Tenure(person=happened.person, starts=happened.starts, until=happened.until, named_on=on)
    return attrs.evolve(state, advisers=(*state.advisers, tenure))


def _adviser_ended(state: Allocation, happened: AdviserEnded, on: dt.date) -> Allocation:
    return attrs.evolve(state, advisers=ended(state.advisers, happened, on, "development adviser"))


EVOLVE: Final[Mapping[type, Callable[[Any, Any, dt.date], Any]]] = {
    PermanentNamed: _permanent_named,
    PermanentEnded: _permanent_ended,
    TemporaryNamed: _temporary_named,
    TemporaryEnded: _temporary_ended,
    PermanentIntroduced: _introduced,
    SchoolHeard: _heard,
    AdviserAllocated: _adviser_allocated,
    AdviserEnded: _adviser_ended,
}
