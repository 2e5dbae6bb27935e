"""How an accreditation changes with what is said, and with what a register is found to say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from siprecruit.core.accreditation.events import (
    AccreditationEnded,
    AccreditationExpected,
    AccreditationLookedUp,
    AccreditationRecorded,
    OutcomeTold,
    Word,
)
from siprecruit.core.accreditation.state import Accreditation, Said, Seen, begun_by, contradicts
from siprecruit.core.calendar import in_words
from siprecruit.core.commands import Rejected
from siprecruit.core.ids import Code


def says(state: Accreditation, word: Word, on: dt.date) -> Accreditation:
    """The accreditor has said something of a phase; whoever told it has settled what a register said."""
    seen = [
        attrs.evolve(one, differs=False, settled=True)
        if one.differs and one.found.phase == word.phase
        else one
        for one in state.seen
    ]
    return Accreditation(said=(*state.said, Said(on=on, word=word)), seen=tuple(seen))


def ended(state: Accreditation, word: AccreditationEnded, on: dt.date) -> Accreditation:
    """It is over. Raises Rejected (``does_not_follow``) where none had begun by then."""
    if not begun_by(state, word.phase, on):
        raise Rejected(
            "does_not_follow",
            f"no accreditation for {word.phase} that began by {in_words(on)} is on record: none can end then",
        )
    return says(state, word, on)


def looked_up(state: Accreditation, found: AccreditationLookedUp, on: dt.date) -> Accreditation:
    """A register was asked; of each phase and source what was said last is what counts."""
    others = [one for one in state.seen if _asked_of(one.found) != _asked_of(found)]
    before = next((one for one in state.seen if _asked_of(one.found) == _asked_of(found)), None)
    settled = before is not None and before.settled and _says_the_same(before.found, found)
    differs = not settled and contradicts(state, found, on)
    return attrs.evolve(state, seen=(*others, Seen(on=on, found=found, differs=differs, settled=settled)))


def _asked_of(found: AccreditationLookedUp) -> tuple[Code, Code]:
    return found.phase, found.source


def _says_the_same(one: AccreditationLookedUp, other: AccreditationLookedUp) -> bool:
    return attrs.evolve(one, number=None, evidence=None) == attrs.evolve(other, number=None, evidence=None)


EVOLVE: Final[Mapping[type, Callable[[Any, Any, dt.date], Any]]] = {
    AccreditationRecorded: says,
    AccreditationEnded: ended,
    OutcomeTold: says,
    AccreditationExpected: says,
    AccreditationLookedUp: looked_up,
}
