"""What has been said of each phase, and on which days an accreditation holds."""

from __future__ import annotations

import datetime as dt

import attrs

from siprecruit.core.accreditation.events import (
    AccreditationEnded,
    AccreditationExpected,
    AccreditationLookedUp,
    AccreditationRecorded,
    OutcomeTold,
    Word,
)
from siprecruit.core.ids import Code
from siprecruit.core.intervals import Interval, Turn, covers, latest, spells


@attrs.frozen(kw_only=True)
class Said:
    """One word of the accreditor's, and its day."""

    on: dt.date
    word: Word


@attrs.frozen(kw_only=True)
class Seen:
    """What a register said when it was last asked after a phase, and the day.

    ``differs`` is true where the record said otherwise then, and nobody has said anything of the phase since;
    ``settled`` once somebody has, for as long as the register says the same.
    """

    on: dt.date
    found: AccreditationLookedUp
    differs: bool
    settled: bool = False


@attrs.frozen(kw_only=True)
class Accreditation:
    """All that the accreditor has said of a person, as we were told one by one, and what was looked up."""

    said: tuple[Said, ...] = ()
    seen: tuple[Seen, ...] = ()


def accredited_intervals(state: Accreditation, phase: str) -> tuple[Interval, ...]:
    """When the person is accredited for a phase: records merge, an end cuts what began by its day."""
    turns = [
        Turn(on=each.on, holds=True, until=each.word.until)
        if isinstance(each.word, AccreditationRecorded)
        else Turn(on=each.on, holds=False)
        for each in state.said
        if each.word.phase == phase and isinstance(each.word, AccreditationRecorded | AccreditationEnded)
    ]
    return spells(turns) if turns else ()


def accredited(state: Accreditation, phase: str, day: dt.date) -> bool:
    """Whether the person is accredited "for the time being" (EIA 2006 s.5): for that phase on that day."""
    return covers(accredited_intervals(state, phase), day)


def awaiting(state: Accreditation, day: dt.date) -> tuple[Code, ...]:
    """The phases for which the accreditor's answer is still to come: the latest word by that day was none."""
    latest: dict[Code, Word] = {}
    for each in sorted(state.said, key=lambda one: one.on):
        if each.on <= day:
            latest[each.word.phase] = each.word
    return tuple(sorted(p for p, word in latest.items() if _is_open(word) and not accredited(state, p, day)))


def expected_by(state: Accreditation, phase: str, day: dt.date) -> dt.date | None:
    """The day by which an answer was last said to come, as far as was known on ``day``."""
    told = latest(
        [
            each
            for each in state.said
            if isinstance(each.word, AccreditationExpected) and each.word.phase == phase and each.on <= day
        ]
    )
    return told.word.expected_by if told and isinstance(told.word, AccreditationExpected) else None


def _is_open(word: Word) -> bool:
    match word:
        case AccreditationExpected():
            return True
        case OutcomeTold(result=result):
            return result != "not_accredited"
    return False


def begun_by(state: Accreditation, phase: str, day: dt.date) -> bool:
    """Whether an accreditation for the phase is on record that began by that day."""
    return any(
        isinstance(each.word, AccreditationRecorded) and each.word.phase == phase and each.on <= day
        for each in state.said
    )


def contradicts(state: Accreditation, found: AccreditationLookedUp, day: dt.date) -> bool:
    """Whether a register says otherwise of the phase than the record does on that day.

    ``unknown`` and ``ambiguous`` contradict nothing: the register doesn't know.
    """
    held = next((each for each in accredited_intervals(state, found.phase) if day in each), None)
    if found.verdict in ("unknown", "ambiguous"):
        return False
    if found.verdict != "accredited" or (found.phases and found.phase not in found.phases):
        return held is not None
    return held is None or (found.expires_on is not None and held.until != found.expires_on)


def to_settle(state: Accreditation, day: dt.date) -> tuple[Seen, ...]:
    """What registers say otherwise than the record, and nobody has looked at yet."""
    return tuple(one for one in state.seen if one.differs and one.on <= day)


def last_seen(state: Accreditation, source: str | None = None) -> dt.date | None:
    """The day on which a register last gave an answer about the person, whatever it was."""
    days = [one.on for one in state.seen if source in (None, one.found.source)]
    return max(days, default=None)
