"""What is recorded of a response to an advert."""

from __future__ import annotations

import attrs

from siprecruit.core.events import event
from siprecruit.core.ids import ApplicationCode, Code, Kept, KeptTexts, PersonId, RoundId, Urn


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
