"""The response to an advert: drafted, submitted, revised, withdrawn, and found eligible or not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs

from siprecruit.core.calendar import in_words
from siprecruit.core.commands import Given, Rejected, command, refuse_other_words
from siprecruit.core.decider import Stage
from siprecruit.core.events import event
from siprecruit.core.ids import ApplicationCode, Code, Kept, KeptTexts, PersonId, RoundId, Urn, stream_id


@command("response.draft", "application", begins=True)
@attrs.frozen(kw_only=True)
class DraftResponse:
    """An applicant has begun to answer an advert and comes back later; nothing is judged yet.

    ``advert`` is the advert's code in the programme. ``person`` is the applicant where they are known
    already, else the application's code becomes theirs too.
    """

    advert: Code
    person: PersonId | None = None
    first_name: str = ""
    last_name: str = ""
    email: str = ""


@attrs.frozen(kw_only=True)
class NamedReferee:
    """A referee as the applicant names them. ``from_la`` is true for the local authority's own referee."""

    name: str = ""
    email: str = ""
    role: str = ""
    from_la: bool = False


@command("response.submit", "application", begins=True, reads={"round": "round"})
@attrs.frozen(kw_only=True)
class SubmitResponse:
    """An answer to an advert came in; the envelope's ``on`` is the day on which it was received.

    ``advert`` is the advert's code; ``round`` names the round where the advert was published in the
    record rather than by the programme. ``category``, ``home_authority`` and ``phases`` are codes of the
    programme; ``days_available`` is days a year, 0 to 366; ``interests`` are the URNs of schools to which
    the applicant has a tie; ``as_written`` keeps, by field, what was written and not understood.
    ``referees`` are named in the same breath, in order. Everything but the names may be missing.
    """

    advert: Code
    round: RoundId | None = None
    person: PersonId | None = None
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    category: Code | None = None
    current_post: str = ""
    employer: str = ""
    employer_urn: Urn | None = None
    home_authority: Code | None = None
    phases: tuple[Code, ...] = ()
    days_available: int | None = None
    interests: tuple[Urn, ...] = ()
    pen_portrait: str = ""
    as_written: dict[str, str] = attrs.field(factory=dict)
    referees: tuple[NamedReferee, ...] = ()
    note: str = ""


@command("pen_portrait.revise", "application")
@attrs.frozen(kw_only=True)
class RevisePenPortrait:
    """The applicant has written a new version of the pen portrait; the earlier ones stay in the history."""

    pen_portrait: str


@command("response.withdraw", "application")
@attrs.frozen(kw_only=True)
class WithdrawResponse:
    """The applicant has withdrawn; open references are no longer wanted."""

    reason: str = ""


@command("eligibility.decide", "application")
@attrs.frozen(kw_only=True)
class DecideEligibility:
    """An officer decides eligibility where the form's own answer (by category) is not the last word."""

    eligible: bool
    reason: str = ""


@command("application.elsewhere", "application", begins=True)
@attrs.frozen(kw_only=True)
class ApplyElsewhere:
    """One of our headteachers applies to serve elsewhere: no applicant of ours, but our referee's work.

    ``authority`` is the other authority's code where known.
    """

    first_name: str
    last_name: str
    person: PersonId | None = None
    authority: Code | None = None
    employer_urn: Urn | None = None


@event("response.drafted")
@attrs.frozen(kw_only=True)
class ResponseDrafted:
    """A draft was begun or saved again."""

    person: PersonId
    advert: Code
    first_name: Kept = None
    last_name: Kept = None
    email: Kept = None


@event("response.submitted")
@attrs.frozen(kw_only=True)
class ResponseSubmitted:
    """A response was received, with all that it says about the applicant."""

    person: PersonId
    advert: Code
    round: RoundId | None = None
    carried_from: ApplicationCode | None = None
    category: Code | None = None
    employer_urn: Urn | None = None
    home_authority: Code | None = None
    phases: tuple[Code, ...] = ()
    days_available: int | None = None
    interests: tuple[Urn, ...] = ()
    first_name: Kept = None
    last_name: Kept = None
    email: Kept = None
    phone: Kept = None
    current_post: Kept = None
    employer: Kept = None
    pen_portrait: Kept = None
    as_written: KeptTexts = None


@event("pen_portrait.revised")
@attrs.frozen(kw_only=True)
class PenPortraitRevised:
    """A new version of the pen portrait."""

    pen_portrait: Kept = None


@event("response.withdrawn")
@attrs.frozen(kw_only=True)
class ResponseWithdrawn:
    """The applicant has withdrawn."""

    why: Kept = None


@event("eligibility.decided")
@attrs.frozen(kw_only=True)
class EligibilityDecided:
    """An officer decided eligibility."""

    eligible: bool
    why: Kept = None


@event("application.made_elsewhere")
@attrs.frozen(kw_only=True)
class ApplicationMadeElsewhere:
    """One of our headteachers has applied to another authority."""

    person: PersonId
    authority: Code | None = None
    employer_urn: Urn | None = None
    first_name: Kept = None
    last_name: Kept = None


Beginning = ResponseDrafted | ResponseSubmitted | ApplicationMadeElsewhere


@attrs.frozen(kw_only=True)
class Response:
    """What an application says. ``said`` is the event that tells most of it so far."""

    said: Beginning | None = None
    drafted_on: dt.date | None = None
    submitted_on: dt.date | None = None
    elsewhere_on: dt.date | None = None
    withdrawn_on: dt.date | None = None
    withdrawn_why: str | None = None
    eligible: bool | None = None
    eligible_why: str | None = None
    pen_portraits: tuple[str | None, ...] = ()

    @property
    def person(self) -> PersonId | None:
        """Whose application it is."""
        return self.said.person if self.said else None

    @property
    def submitted(self) -> ResponseSubmitted | None:
        """The response as submitted, or None before that."""
        return self.said if isinstance(self.said, ResponseSubmitted) else None

    @property
    def employer_urn(self) -> Urn | None:
        """The applicant's own school."""
        return getattr(self.said, "employer_urn", None)

    @property
    def interests(self) -> tuple[Urn, ...]:
        """The schools to which the applicant has declared a tie."""
        return self.submitted.interests if self.submitted else ()

    @property
    def category(self) -> Code | None:
        """The applicant's category, as a code of the programme."""
        return self.submitted.category if self.submitted else None


def eligible(response: Response, programme: Any) -> bool:
    """Whether the applicant may go on: an officer's decision, else what the category says on the form."""
    if response.eligible is not None:
        return response.eligible
    category = programme.category(response.category) if response.category else None
    return category is not None and category.eligible


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


STAGE = Stage(
    name="response",
    initial=Response(),
    decide={
        DraftResponse: _draft,
        SubmitResponse: _submit,
        RevisePenPortrait: _revise,
        WithdrawResponse: _withdraw,
        DecideEligibility: _decide_eligibility,
        ApplyElsewhere: _apply_elsewhere,
    },
    evolve={
        ResponseDrafted: _drafted,
        ResponseSubmitted: _submitted,
        PenPortraitRevised: _revised,
        ResponseWithdrawn: _withdrawn,
        EligibilityDecided: _eligibility_decided,
        ApplicationMadeElsewhere: _made_elsewhere,
    },
    check={ResponseDrafted: _judge_advert, ResponseSubmitted: _judge_submitted},
)
