"""A person's accreditation: what the accreditor has said of each phase, and on which days it holds."""

from __future__ import annotations

from siprecruit.core.accreditation.commands import (
    EndAccreditation,
    ExpectAccreditation,
    FindAccreditation,
    RecordAccreditation,
    Result,
    TellOutcome,
    WhyEnded,
)
from siprecruit.core.accreditation.deciding import CHECK, DECIDE
from siprecruit.core.accreditation.events import (
    AccreditationEnded,
    AccreditationExpected,
    AccreditationLookedUp,
    AccreditationRecorded,
    OutcomeTold,
    Word,
)
from siprecruit.core.accreditation.evolving import EVOLVE
from siprecruit.core.accreditation.state import (
    Accreditation,
    Said,
    Seen,
    accredited,
    accredited_intervals,
    awaiting,
    expected_by,
    last_seen,
    to_settle,
)
from siprecruit.core.decider import Stage
from siprecruit.core.verdict import Verdict

STAGE = Stage(name="accreditation", initial=Accreditation(), decide=DECIDE, evolve=EVOLVE, check=CHECK)
__all__ = [
    "STAGE",
    "Accreditation",
    "AccreditationEnded",
    "AccreditationExpected",
    "AccreditationLookedUp",
    "AccreditationRecorded",
    "EndAccreditation",
    "ExpectAccreditation",
    "FindAccreditation",
    "OutcomeTold",
    "RecordAccreditation",
    "Result",
    "Said",
    "Seen",
    "TellOutcome",
    "Verdict",
    "WhyEnded",
    "Word",
    "accredited",
    "accredited_intervals",
    "awaiting",
    "expected_by",
    "last_seen",
    "to_settle",
]
