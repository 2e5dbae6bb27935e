"""What panels made of an application, as dated facts, and what these say on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs

from siprecruit.core.ids import Code, PersonId
from siprecruit.core.intervals import Interval, Turn, spells
from siprecruit.core.panel.events import (
    ConflictDeclared,
    DecisionMade,
    InterviewPlanned,
    ReserveCalled,
    ScoreGiven,
    ShortlistDecided,
)

if TYPE_CHECKING:
    from siprecruit.core import programme as pack
    from siprecruit.core.programme import Programme


@attrs.frozen(kw_only=True)
class Shortlisting:
    """What was decided about the shortlist, from its day on."""

    decided: ShortlistDecided
    on: dt.date


@attrs.frozen(kw_only=True)
class Interview:
    """An applicant's interview by one panel, as dated facts; without invitation ``planned`` is None."""

    panel: Code
    planned: InterviewPlanned | None = None
    planned_on: dt.date | None = None
    accepted: bool | None = None
    answered_on: dt.date | None = None
    held_on: dt.date | None = None
    cancelled_on: dt.date | None = None
    cancelled_why: str | None = None

    @property
    def day(self) -> dt.date:
        """The day it was held on, else the one it is planned for (in UTC)."""
        planned_for = self.planned.starts.date() if self.planned else dt.date.min
        return self.held_on or planned_for


@attrs.frozen(kw_only=True)
class Conflict:
    """A member's conflict with this applicant, and when they declared it."""

    declared: ConflictDeclared
    on: dt.date


@attrs.frozen(kw_only=True)
class Scoring:
    """A member's latest scores, and the day on which they were given."""

    given: ScoreGiven
    on: dt.date

    @property
    def points(self) -> dict[Code, int]:
        """The points by criterion."""
        return {score.criterion: score.points for score in self.given.scores}


@attrs.frozen(kw_only=True)
class Decision:
    """One decision, which counts from its day until a later one; ``told_on`` is when the applicant learnt."""

    made: DecisionMade
    on: dt.date
    told_on: dt.date | None = None
    told_how: Code | None = None

    @property
    def outcome(self) -> Code:
        """The code of the programme's decisions."""
        return self.made.outcome


@attrs.frozen(kw_only=True)
class ReserveCall:
    """Somebody held in reserve was asked to take a place."""

    called: ReserveCalled
    on: dt.date


@attrs.frozen(kw_only=True)
class Panel:
    """What panels made of an application.

    Shortlistings, decisions and calls stand in the order of their days (of one day, as told), interviews by
    panel, scores by panel and member, conflicts by member.
    """

    shortlistings: tuple[Shortlisting, ...] = ()
    interviews: Mapping[Code, Interview] = attrs.field(factory=dict)
    conflicts: Mapping[PersonId, Conflict] = attrs.field(factory=dict)
    scores: Mapping[tuple[Code, PersonId], Scoring] = attrs.field(factory=dict)
    decisions: tuple[Decision, ...] = ()
    reserve_calls: tuple[ReserveCall, ...] = ()

    @property
    def shortlisted(self) -> bool | None:
        """Whether the applicant is on the shortlist by the latest word; None where nothing was decided."""
        return self.shortlistings[-1].decided.shortlisted if self.shortlistings else None

    @property
    def interview(self) -> Interview | None:
        """The latest interview that was held or is still to be held; None where there is none."""
        return max(
            (one for one in self.interviews.values() if one.held_on or not one.cancelled_on),
            key=lambda one: one.day,
            default=None,
        )


def shortlisted_on(panel: Panel, day: dt.date) -> bool | None:
    """Whether the applicant was on the shortlist on that day; None where nothing was decided yet."""
    return next((one.decided.shortlisted for one in reversed(panel.shortlistings) if one.on <= day), None)


def decision_on(panel: Panel, day: dt.date) -> Decision | None:
    """The decision that counts on that day: the latest until then, and of one day the one told last."""
    return next((one for one in reversed(panel.decisions) if one.on <= day), None)


def appointed_on(panel: Panel, programme: Programme, day: dt.date) -> bool:
    """Whether the decision of that day appoints, be it subject to accreditation."""
    decision = decision_on(panel, day)
    return decision is not None and _appoints(decision, programme)


def subject_to_accreditation_on(panel: Panel, programme: Programme, day: dt.date) -> bool:
    """Whether the decision of that day waits for the accreditor."""
    decision = decision_on(panel, day)
    outcome = None if decision is None else outcome_named(decision.outcome, programme)
    return outcome is not None and outcome.subject_to_accreditation


def appointed_intervals(panel: Panel, programme: Programme) -> tuple[Interval, ...]:
    """The days on which the decision of the day appoints."""
    return spells([Turn(on=one.on, holds=_appoints(one, programme)) for one in panel.decisions])


def appointed_from(panel: Panel, programme: Programme) -> dt.date | None:
    """The day since which the person stands appointed; None where the last decision doesn't appoint."""
    stretches = appointed_intervals(panel, programme)
    return stretches[-1].starts if stretches and stretches[-1].ends is None else None


def _appoints(decision: Decision, programme: Programme) -> bool:
    outcome = outcome_named(decision.outcome, programme)
    return outcome is not None and outcome.appoints


def outcome_named(code: Code, programme: Programme) -> pack.Decision | None:
    """The programme's decision with that code, or None."""
    return next((each for each in programme.decisions if each.code == code), None)
