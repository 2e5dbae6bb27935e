"""The response to an advert: drafted, submitted, revised, withdrawn, and found eligible or not."""

from __future__ import annotations

from siprecruit.core.decider import Stage
from siprecruit.core.responses.commands import (
    ApplyElsewhere,
    DecideEligibility,
    DraftResponse,
    NamedReferee,
    RevisePenPortrait,
    SubmitResponse,
    WithdrawResponse,
)
from siprecruit.core.responses.deciding import CHECK, DECIDE
from siprecruit.core.responses.events import (
    ApplicationMadeElsewhere,
    Beginning,
    EligibilityDecided,
    PenPortraitRevised,
    ResponseDrafted,
    ResponseSubmitted,
    ResponseWithdrawn,
)
from siprecruit.core.responses.evolving import EVOLVE
from siprecruit.core.responses.state import Response, eligible

STAGE = Stage(name="response", initial=Response(), decide=DECIDE, evolve=EVOLVE, check=CHECK)
__all__ = [
    "STAGE",
    "ApplicationMadeElsewhere",
    "ApplyElsewhere",
    "Beginning",
    "DecideEligibility",
    "DraftResponse",
    "EligibilityDecided",
    "NamedReferee",
    "PenPortraitRevised",
    "Response",
    "ResponseDrafted",
    "ResponseSubmitted",
    "ResponseWithdrawn",
    "RevisePenPortrait",
    "SubmitResponse",
    "WithdrawResponse",
    "eligible",
]
