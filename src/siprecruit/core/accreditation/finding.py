"""What follows from what an outside register says: never more than it says, nothing where it doesn't know.

Nobody may be appointed, or remain, unless accredited "for the time being" (EIA 2006 s.5): so what a register
says ends an accreditation as well. What it leaves open, or says against the record, is for a person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from siprecruit.core.accreditation.commands import FindAccreditation, Result, WhyEnded
from siprecruit.core.accreditation.events import (
    AccreditationEnded,
    AccreditationExpected,
    AccreditationLookedUp,
    AccreditationRecorded,
    OutcomeTold,
)
from siprecruit.core.accreditation.evolving import says
from siprecruit.core.accreditation.state import Accreditation, accredited, awaiting, begun_by
from siprecruit.core.commands import Given, Rejected
from siprecruit.core.corrections import Decided
from siprecruit.core.ids import Code
from siprecruit.core.intervals import DAY, latest

if TYPE_CHECKING:
    from siprecruit.core.programme import Programme


def find(what: FindAccreditation, state: Accreditation, given: Given) -> tuple[Any, ...]:
    """The finding as evidence, after what follows from it, each on its own day. Raises Rejected."""
    if given.programme.accreditor is None:
        raise Rejected("no_accreditor", "nobody outside accredits in this programme: nothing is looked up")
    found = AccreditationLookedUp(
        phase=what.phase,
        verdict=what.verdict,
        source=what.source,
        phases=what.phases,
        accredited_on=what.accredited_on,
        expires_on=what.expires_on,
        number=what.number or None,
        evidence=what.evidence or None,
    )
    follows = tuple(_follows(found, state, given))
    known = any(one.on == given.on and one.found == found for one in state.seen)
    return () if known and not follows else (*follows, found)


def _follows(found: AccreditationLookedUp, state: Accreditation, given: Given) -> Iterator[Decided]:
    known = {each.code for each in given.programme.phases}
    named = [phase for phase in found.phases or (found.phase,) if phase in known]
    match found.verdict:
        case "accredited":
            for phase in named:
                yield from _accredited(found, phase, state, given.on)
        case "expired" | "suspended" | "removed":
            for phase in named:
                yield from _ended(found, found.verdict, phase, state, given.on)
        case "pending":
            yield from _pending(found.phase, state, given.on)
        case "deferred" | "not_accredited":
            yield from _outcome(found, state, given)


def _accredited(
    found: AccreditationLookedUp, phase: Code, state: Accreditation, seen_on: dt.date
) -> Iterator[Decided]:
    """Recorded from the register's own day on, or from the day it was seen where it says none.

    Not where that would go over what was told of later days, nor where it isn't so on the day it was seen.
    """
    starts = found.accredited_on or seen_on
    later = any(each.on > starts and _speaks_against(each.word, phase) for each in state.said)
    undated = found.accredited_on is None and any(
        isinstance(each.word, AccreditationEnded) and each.word.phase == phase for each in state.said
    )
    if later or undated or accredited(state, phase, seen_on):
        return
    word = AccreditationRecorded(
        phase=phase, source=found.source, until=found.expires_on, number=found.number, evidence=found.evidence
    )
    in_order = starts <= seen_on and (found.expires_on is None or found.expires_on >= starts)
    if in_order and accredited(says(state, word, starts), phase, seen_on):
        yield Decided(event=word, on=starts)


def _speaks_against(word: Any, phase: Code) -> bool:
    """Whether a word of the phase denies it: an end, or an outcome that says no."""
    denies = isinstance(word, AccreditationEnded) or getattr(word, "result", None) == "not_accredited"
    return denies and bool(word.phase == phase)


def _ended(
    found: AccreditationLookedUp, why: WhyEnded, phase: Code, state: Accreditation, seen_on: dt.date
) -> Iterator[Decided]:
    """Ended from the day it was seen, or from the day after the last one that the register names."""
    last = found.expires_on if why == "expired" else None
    if last is not None and last >= seen_on:
        return
    day = seen_on if last is None else last + DAY
    word = AccreditationEnded(phase=phase, why=why, source=found.source, evidence=found.evidence)
    held = accredited(state, phase, seen_on) and begun_by(state, phase, day)
    if held and not accredited(says(state, word, day), phase, seen_on):
        yield Decided(event=word, on=day)


def _pending(phase: Code, state: Accreditation, seen_on: dt.date) -> Iterator[Decided]:
    if not accredited(state, phase, seen_on) and phase not in awaiting(state, seen_on):
        yield Decided(event=AccreditationExpected(phase=phase), on=seen_on)


def _outcome(found: AccreditationLookedUp, state: Accreditation, given: Given) -> Iterator[Decided]:
    """Told of the accreditor's last stage that counts: the register speaks of the whole."""
    stage = _last_stage(found.phase, given.programme)
    if stage is None or accredited(state, found.phase, given.on):
        return
    result: Result = "deferred" if found.verdict == "deferred" else "not_accredited"
    word = OutcomeTold(phase=found.phase, stage=stage, result=result)
    told = [each for each in state.said if each.word.phase == found.phase and each.on <= given.on]
    last = latest(told)
    if last is None or last.word != word:
        yield Decided(event=word, on=given.on)


def _last_stage(phase: Code, programme: Programme) -> Code | None:
    stages = programme.accreditor.stages if programme.accreditor else ()
    return next((Code(each.code) for each in reversed(stages) if each.gates and phase in each.phases), None)
