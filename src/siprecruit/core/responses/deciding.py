"""What follows from what is said of an application, and what speaks against it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from siprecruit.core.calendar import in_words
from siprecruit.core.commands import Given, Rejected, refuse_other_words
from siprecruit.core.decider import Check, Decide
from siprecruit.core.ids import PersonId, stream_id
from siprecruit.core.responses.commands import (
    ApplyElsewhere,
    DecideEligibility,
    DraftResponse,
    RevisePenPortrait,
    SubmitResponse,
    WithdrawResponse,
)
from siprecruit.core.responses.events import (
    ApplicationMadeElsewhere,
    EligibilityDecided,
    PenPortraitRevised,
    ResponseDrafted,
    ResponseSubmitted,
    ResponseWithdrawn,
)
from siprecruit.core.responses.state import Response


def _draft(what: DraftResponse, state: Response, given: Given) -> tuple[Any, ...]:
    if state.submitted_on:
        raise Rejected("already_submitted", "it was submitted: correct it instead of drafting again")
    _refuse_elsewhere_or_withdrawn(state, given)
    drafted = ResponseDrafted(
        person=_applicant(what.person, state, given),
        advert=what.advert,
        first_name=what.first_name or None,
        last_name=what.last_name or None,
        email=what.email or None,
    )
    return () if drafted == state.said else (drafted,)


def _submit(what: SubmitResponse, state: Response, given: Given) -> tuple[Any, ...]:
    said = _as_submitted(what, _applicant(what.person, state, given))
    if state.submitted_on is None:
        _refuse_elsewhere_or_withdrawn(state, given)
        return (said,)
    if said == state.said and given.on == state.submitted_on:
        return ()
    raise Rejected("already_submitted", "this response was submitted with other answers: correct it instead")


def _as_submitted(what: SubmitResponse, person: PersonId) -> ResponseSubmitted:
    return ResponseSubmitted(
        person=person,
        advert=what.advert,
        round=what.round,
        category=what.category,
        employer_urn=what.employer_urn,
        home_authority=what.home_authority,
        phases=what.phases,
        days_available=what.days_available,
        interests=what.interests,
        first_name=what.first_name or None,
        last_name=what.last_name or None,
        email=what.email or None,
        phone=what.phone or None,
        current_post=what.current_post or None,
        employer=what.employer or None,
        pen_portrait=what.pen_portrait or None,
        as_written=what.as_written or None,
    )


def _refuse_elsewhere_or_withdrawn(state: Response, given: Given) -> None:
    if state.elsewhere_on is not None:
        raise Rejected(
            "made_elsewhere", "this application was made to another authority: one to us is another one"
        )
    if state.withdrawn_on is not None and state.withdrawn_on <= given.on:
        raise Rejected("withdrawn", f"the applicant has withdrawn by {in_words(given.on)}")


def _judge_submitted(happened: ResponseSubmitted, _state: Response, given: Given) -> None:
    if not (happened.first_name or happened.last_name):
        raise Rejected("missing_name", "a response needs a first name or a last name")
    _judge_advert(happened, _state, given)
    if happened.days_available is not None and not 0 <= happened.days_available <= 366:  # noqa: PLR2004
        raise Rejected("bad_value", "days_available is a number of days a year, from 0 to 366")
    if happened.category is not None and given.programme.category(happened.category) is None:
        raise Rejected("unknown_category", f"the programme has no category {happened.category}")


def _judge_advert(happened: ResponseDrafted | ResponseSubmitted, _state: Response, given: Given) -> None:
    opened = given.states.get(f"round/{getattr(happened, 'round', None)}")
    published = opened is not None and happened.advert in opened.adverts.published
    if given.programme.advert(happened.advert) is None and not published:
        raise Rejected("unknown_advert", f"no advert {happened.advert} was published")


def _revise(what: RevisePenPortrait, state: Response, _given: Given) -> tuple[Any, ...]:
    if state.pen_portraits and state.pen_portraits[-1] == what.pen_portrait:
        return ()
    return (PenPortraitRevised(pen_portrait=what.pen_portrait),)


def _withdraw(what: WithdrawResponse, state: Response, _given: Given) -> tuple[Any, ...]:
    if state.withdrawn_on is None:
        return (ResponseWithdrawn(why=what.reason or None),)
    refuse_other_words("the withdrawal", (what.reason, state.withdrawn_why))
    return ()


def _decide_eligibility(what: DecideEligibility, state: Response, _given: Given) -> tuple[Any, ...]:
    if state.eligible == what.eligible:
        refuse_other_words("the decision on eligibility", (what.reason, state.eligible_why))
        return ()
    return (EligibilityDecided(eligible=what.eligible, why=what.reason or None),)


def _apply_elsewhere(what: ApplyElsewhere, state: Response, given: Given) -> tuple[Any, ...]:
    if state.submitted_on or state.drafted_on:
        raise Rejected("already_submitted", "this one is to us: an application elsewhere is another one")
    made = ApplicationMadeElsewhere(
        person=_applicant(what.person, state, given),
        authority=what.authority,
        employer_urn=what.employer_urn,
        first_name=what.first_name or None,
        last_name=what.last_name or None,
    )
    return () if made == state.said else (made,)


def _applicant(named: PersonId | None, state: Response, given: Given) -> PersonId:
    return named or state.person or PersonId(stream_id(given.stream))


DECIDE: Final[Mapping[type, Decide]] = {
    DraftResponse: _draft,
    SubmitResponse: _submit,
    RevisePenPortrait: _revise,
    WithdrawResponse: _withdraw,
    DecideEligibility: _decide_eligibility,
    ApplyElsewhere: _apply_elsewhere,
}

CHECK: Final[Mapping[type, Check]] = {ResponseDrafted: _judge_advert, ResponseSubmitted: _judge_submitted}
