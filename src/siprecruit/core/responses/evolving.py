"""How a response comes to stand as it does, event by event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from siprecruit.core.commands import Rejected
from siprecruit.core.responses.events import (
    ApplicationMadeElsewhere,
    EligibilityDecided,
    PenPortraitRevised,
    ResponseDrafted,
    ResponseSubmitted,
    ResponseWithdrawn,
)
from siprecruit.core.responses.state import Response


def _drafted(state: Response, happened: ResponseDrafted, on: dt.date) -> Response:
    return attrs.evolve(state, said=happened, drafted_on=state.drafted_on or on)


def _submitted(state: Response, happened: ResponseSubmitted, on: dt.date) -> Response:
    portraits = (happened.pen_portrait, *state.pen_portraits[1:])
    return attrs.evolve(state, said=happened, submitted_on=on, pen_portraits=portraits)


def _made_elsewhere(state: Response, happened: ApplicationMadeElsewhere, on: dt.date) -> Response:
    return attrs.evolve(state, said=happened, elsewhere_on=on)


def _revised(state: Response, happened: PenPortraitRevised, _on: dt.date) -> Response:
    _needs_submission(state)
    return attrs.evolve(state, pen_portraits=(*state.pen_portraits, happened.pen_portrait))


def _withdrawn(state: Response, happened: ResponseWithdrawn, on: dt.date) -> Response:
    _needs_beginning(state)
    return attrs.evolve(state, withdrawn_on=on, withdrawn_why=happened.why)


def _eligibility_decided(state: Response, happened: EligibilityDecided, _on: dt.date) -> Response:
    _needs_submission(state)
    return attrs.evolve(state, eligible=happened.eligible, eligible_why=happened.why)


def _needs_submission(state: Response) -> None:
    if state.submitted_on is None:
        raise Rejected("does_not_follow", "no response was submitted")


def _needs_beginning(state: Response) -> None:
    if state.said is None:
        raise Rejected("does_not_follow", "there is no response here")


EVOLVE: Final[Mapping[type, Callable[[Any, Any, dt.date], Any]]] = {
    ResponseDrafted: _drafted,
    ResponseSubmitted: _submitted,
    PenPortraitRevised: _revised,
    ResponseWithdrawn: _withdrawn,
    EligibilityDecided: _eligibility_decided,
    ApplicationMadeElsewhere: _made_elsewhere,
}
