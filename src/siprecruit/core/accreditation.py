"""A person's accreditation: what the accreditor has said of each phase, and on which days it holds."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

import attrs

from siprecruit.core.calendar import in_words
from siprecruit.core.commands import Given, Rejected, command
from siprecruit.core.decider import Stage
from siprecruit.core.events import event
from siprecruit.core.ids import Code, Kept
from siprecruit.core.intervals import Interval, Turn, covers, latest, spells

if TYPE_CHECKING:
    from siprecruit.core.programme import AccreditorStage, Programme

WhyEnded = Literal["expired", "suspended", "removed"]
Result = Literal["passed", "deferred", "not_accredited", "self_assessed"]


# -- commands -----------------------------------------------------------------


@command("accreditation.record", "person", begins=True)
@attrs.frozen(kw_only=True)
class RecordAccreditation:
    """The person is accredited for a phase from the envelope's day on, as the accreditor says.

    ``source`` is the code of who says so (``ncsl``); ``until`` the last day, where one was set; ``evidence``
    what it was learnt from (a certificate, a letter, a look-up). A suspension is lifted in the same way.
    """

    phase: Code
    source: Code
    until: dt.date | None = None
    number: str = ""
    evidence: str = ""


@command("accreditation.end", "person")
@attrs.frozen(kw_only=True)
class EndAccreditation:
    """The person is accredited for a phase no longer; the envelope's day is the first one without.

    ``why`` is ``expired``, ``suspended`` or ``removed``: nobody may remain a partner then (EIA 2006 s.5).
    """

    phase: Code
    why: WhyEnded
    source: Code | None = None
    evidence: str = ""


@command("accreditation.outcome", "person", begins=True)
@attrs.frozen(kw_only=True)
class TellOutcome:
    """How one of the accreditor's own stages ended for a phase; a retake in a later round is normal.

    ``stage`` is one of the accreditor's (``residential``); ``result`` is ``passed``, ``deferred`` or
    ``not_accredited``, or ``self_assessed`` where the stage only informs. An outcome never accredits.
    """

    phase: Code
    stage: Code
    result: Result


@command("accreditation.expect", "person", begins=True)
@attrs.frozen(kw_only=True)
class ExpectAccreditation:
    """The accreditor's answer for a phase is awaited; ``expected_by`` is when it is thought to come."""

    phase: Code
    expected_by: dt.date | None = None


# -- events -------------------------------------------------------------------


@event("accreditation.recorded")
@attrs.frozen(kw_only=True)
class AccreditationRecorded:
    """A person was accredited for a phase, through ``until`` where a last day was set."""

    phase: Code
    source: Code
    until: dt.date | None = None
    number: Kept = None
    evidence: Kept = None


@event("accreditation.ended")
@attrs.frozen(kw_only=True)
class AccreditationEnded:
    """A person's accreditation for a phase was over; that day is the first one without."""

    phase: Code
    why: WhyEnded
    source: Code | None = None
    evidence: Kept = None


@event("accreditation.outcome_told")
@attrs.frozen(kw_only=True)
class OutcomeTold:
    """One of the accreditor's stages ended for a person."""

    phase: Code
    stage: Code
    result: Result


@event("accreditation.expected")
@attrs.frozen(kw_only=True)
class AccreditationExpected:
    """The accreditor's answer was awaited."""

    phase: Code
    expected_by: dt.date | None = None


Word = AccreditationRecorded | AccreditationEnded | OutcomeTold | AccreditationExpected


# -- state and what it says ---------------------------------------------------


@attrs.frozen(kw_only=True)
class Said:
    """One word of the accreditor's, and its day."""

    on: dt.date
    word: Word


@attrs.frozen(kw_only=True)
class Accreditation:
    """All that the accreditor has said of a person, in the order in which we were told."""

    said: tuple[Said, ...] = ()


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


# -- decisions ----------------------------------------------------------------


def _record(what: RecordAccreditation, state: Accreditation, given: Given) -> tuple[Word, ...]:
    recorded = AccreditationRecorded(
        phase=what.phase,
        source=what.source,
        until=what.until,
        number=what.number or None,
        evidence=what.evidence or None,
    )
    return _unless_said(recorded, state, given)


def _end(what: EndAccreditation, state: Accreditation, given: Given) -> tuple[Word, ...]:
    ended = AccreditationEnded(
        phase=what.phase, why=what.why, source=what.source, evidence=what.evidence or None
    )
    return _unless_said(ended, state, given)


def _outcome(what: TellOutcome, state: Accreditation, given: Given) -> tuple[Word, ...]:
    return _unless_said(OutcomeTold(phase=what.phase, stage=what.stage, result=what.result), state, given)


def _expect(what: ExpectAccreditation, state: Accreditation, given: Given) -> tuple[Word, ...]:
    return _unless_said(AccreditationExpected(phase=what.phase, expected_by=what.expected_by), state, given)


def _unless_said(word: Word, state: Accreditation, given: Given) -> tuple[Word, ...]:
    # Told twice is told once, unless something else was said of the phase in between.
    told = [each for each in state.said if each.on == given.on and _about(each.word) == _about(word)]
    return () if told and told[-1].word == word else (word,)


def _about(word: Word) -> tuple[Code, Code | None]:
    match word:
        case OutcomeTold(phase=phase, stage=stage):
            return phase, stage
        case AccreditationExpected(phase=phase):
            return phase, Code("expected")
    return word.phase, None


def _check_recorded(word: AccreditationRecorded, _state: Accreditation, given: Given) -> None:
    _check_phase(word.phase, given.programme)
    if word.until is not None and word.until < given.on:
        raise Rejected(
            "ends_before_it_starts",
            f"the last day, {in_words(word.until)}, is before the first, {in_words(given.on)}",
        )


def _check_word(word: AccreditationEnded | AccreditationExpected, _: Accreditation, given: Given) -> None:
    _check_phase(word.phase, given.programme)


def _check_outcome(word: OutcomeTold, _state: Accreditation, given: Given) -> None:
    stage = _stage(word.stage, given.programme)
    if word.phase not in stage.phases:
        raise Rejected("not_for_phase", f"{word.stage} is no stage for the phase {word.phase}")
    if stage.gates == (word.result == "self_assessed"):
        kind = "is marked" if stage.gates else "is a self-assessment that only informs"
        raise Rejected("wrong_result", f"{word.stage} {kind}: its result can't be {word.result}")


def _check_phase(phase: Code, programme: Programme) -> None:
    known = [each.code for each in programme.phases]
    if phase not in known:
        raise Rejected("unknown_phase", f"{phase} is no phase of the programme: it has {', '.join(known)}")


def _stage(code: Code, programme: Programme) -> AccreditorStage:
    if programme.accreditor is None:
        raise Rejected("no_accreditor", "nobody outside accredits in this programme: it has no stages")
    for each in programme.accreditor.stages:
        if each.code == code:
            return each
    known = ", ".join(each.code for each in programme.accreditor.stages)
    raise Rejected("unknown_stage", f"{code} is no stage of the accreditor: they are {known}")


# -- evolution ----------------------------------------------------------------


def _says(state: Accreditation, word: Word, on: dt.date) -> Accreditation:
    return Accreditation(said=(*state.said, Said(on=on, word=word)))


def _ended(state: Accreditation, word: AccreditationEnded, on: dt.date) -> Accreditation:
    if not any(
        isinstance(each.word, AccreditationRecorded) and each.word.phase == word.phase and each.on <= on
        for each in state.said
    ):
        raise Rejected(
            "does_not_follow",
            f"no accreditation for {word.phase} that began by {in_words(on)} is on record: none can end then",
        )
    return _says(state, word, on)


STAGE = Stage(
    name="accreditation",
    initial=Accreditation(),
    decide={
        RecordAccreditation: _record,
        EndAccreditation: _end,
        TellOutcome: _outcome,
        ExpectAccreditation: _expect,
    },
    evolve={
        AccreditationRecorded: _says,
        AccreditationEnded: _ended,
        OutcomeTold: _says,
        AccreditationExpected: _says,
    },
    check={
        AccreditationRecorded: _check_recorded,
        AccreditationEnded: _check_word,
        OutcomeTold: _check_outcome,
        AccreditationExpected: _check_word,
    },
)
