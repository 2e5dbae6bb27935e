"""What the accreditor has said of a person, and what a register was found to say."""

from __future__ import annotations

import datetime as dt

import attrs

from siprecruit.core.accreditation.commands import Result, WhyEnded
from siprecruit.core.events import event
from siprecruit.core.ids import Code, Kept
from siprecruit.core.verdict import Verdict


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


@event("accreditation.looked_up")
@attrs.frozen(kw_only=True)
class AccreditationLookedUp:
    """An outside register was asked after a person's accreditation, and this is what it said."""

    phase: Code
    verdict: Verdict
    source: Code
    phases: tuple[Code, ...] = ()
    accredited_on: dt.date | None = None
    expires_on: dt.date | None = None
    number: Kept = None
    evidence: Kept = None


Word = AccreditationRecorded | AccreditationEnded | OutcomeTold | AccreditationExpected
