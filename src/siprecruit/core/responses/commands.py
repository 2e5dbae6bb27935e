"""What an applicant, or an officer for them, says of an application."""

from __future__ import annotations

import attrs

from siprecruit.core.commands import command
from siprecruit.core.ids import Code, PersonId, RoundId, Urn


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
