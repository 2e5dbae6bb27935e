"""What may be told of a person's accreditation."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import attrs

from siprecruit.core.commands import command
from siprecruit.core.ids import Code
from siprecruit.core.verdict import Verdict

WhyEnded = Literal["expired", "suspended", "removed"]
Result = Literal["passed", "deferred", "not_accredited", "self_assessed"]


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


@command("accreditation.find", "person", begins=True)
@attrs.frozen(kw_only=True)
class FindAccreditation:
    """What an outside register was found to say on the envelope's day, asked after one phase.

    The finding is kept as evidence. It also accredits, ends, awaits or tells an outcome where it says so and
    its days allow it; ``unknown`` and ``ambiguous`` decide nothing, and what the office has recorded
    otherwise is not overwritten. ``phases`` are those that it names, where it names any; ``accredited_on`` is
    the first day, ``expires_on`` the last.
    """

    phase: Code
    verdict: Verdict
    source: Code
    phases: tuple[Code, ...] = ()
    accredited_on: dt.date | None = None
    expires_on: dt.date | None = None
    number: str = ""
    evidence: str = ""
