"""What follows from what is told of a person's accreditation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from siprecruit.core.accreditation.commands import (
    EndAccreditation,
    ExpectAccreditation,
    FindAccreditation,
    RecordAccreditation,
    TellOutcome,
)
from siprecruit.core.accreditation.events import (
    AccreditationEnded,
    AccreditationExpected,
    AccreditationLookedUp,
    AccreditationRecorded,
    OutcomeTold,
    Word,
)
from siprecruit.core.accreditation.finding import find
from siprecruit.core.accreditation.state import Accreditation
from siprecruit.core.calendar import in_words
from siprecruit.core.commands import Given, Rejected
from siprecruit.core.decider import Check, Decide
from siprecruit.core.ids import Code

if TYPE_CHECKING:
    from siprecruit.core.programme import AccreditorStage, Programme


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
    # Told twice is told once, unless something else was said of the phase in between, or looked up.
    doubted = any(one.differs and one.found.phase == word.phase for one in state.seen)
    told = [each for each in state.said if each.on == given.on and _about(each.word) == _about(word)]
    return () if told and told[-1].word == word and not doubted else (word,)


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


def _check_word(
    word: AccreditationEnded | AccreditationExpected | AccreditationLookedUp, _: Accreditation, given: Given
) -> None:
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


DECIDE: Final[Mapping[type, Decide]] = {
    RecordAccreditation: _record,
    EndAccreditation: _end,
    TellOutcome: _outcome,
    ExpectAccreditation: _expect,
    FindAccreditation: find,
}

CHECK: Final[Mapping[type, Check]] = {
    AccreditationRecorded: _check_recorded,
    AccreditationEnded: _check_word,
    OutcomeTold: _check_outcome,
    AccreditationExpected: _check_word,
    AccreditationLookedUp: _check_word,
}
