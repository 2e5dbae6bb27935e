"""What has happened to an application before a panel."""

from __future__ import annotations

import datetime as dt

import attrs

from siprecruit.core.events import event
from siprecruit.core.ids import Code, Kept, PersonId, RoundId


@attrs.frozen(kw_only=True)
class Score:
    """A member's points for one criterion of the programme, on the programme's scale."""

    criterion: Code
    points: int


@event("shortlist.decided")
@attrs.frozen(kw_only=True)
class ShortlistDecided:
    """It was decided whether a panel sees the applicant."""

    shortlisted: bool
    why: Kept = None


@event("interview.planned")
@attrs.frozen(kw_only=True)
class InterviewPlanned:
    """The applicant was invited to a slot (an instant in UTC), or to another one than before."""

    panel: Code
    starts: dt.datetime
    minutes: int
    room: Kept = None


@event("interview.answered")
@attrs.frozen(kw_only=True)
class InvitationAnswered:
    """The applicant said whether they come."""

    panel: Code
    accepted: bool


@event("interview.held")
@attrs.frozen(kw_only=True)
class InterviewHeld:
    """The panel saw the applicant."""

    panel: Code


@event("interview.cancelled")
@attrs.frozen(kw_only=True)
class InterviewCancelled:
    """The interview won't take place."""

    panel: Code
    why: Kept = None


@event("conflict.declared")
@attrs.frozen(kw_only=True)
class ConflictDeclared:
    """A member declared a conflict with this applicant."""

    member: PersonId
    kind: Code
    text: Kept = None


@event("score.given")
@attrs.frozen(kw_only=True)
class ScoreGiven:
    """A member scored the applicant, or did so once more."""

    panel: Code
    member: PersonId
    scores: tuple[Score, ...]
    remark: Kept = None


@event("decision.made")
@attrs.frozen(kw_only=True)
class DecisionMade:
    """The panel decided. ``panel`` is the one whose interview it rests on; None where none was held."""

    outcome: Code
    panel: Code | None = None
    decided_by: PersonId | None = None
    reasons: Kept = None


@event("decision.conveyed")
@attrs.frozen(kw_only=True)
class DecisionConveyed:
    """The applicant was told a decision. ``outcome`` is what they were told."""

    outcome: Code
    how: Code | None = None


@event("reserve.called")
@attrs.frozen(kw_only=True)
class ReserveCalled:
    """Somebody held in reserve was asked to take a place. ``outcome`` is what held them there."""

    outcome: Code
    round: RoundId | None = None
