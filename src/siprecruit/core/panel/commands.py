"""What somebody wants to happen to an application before a panel."""

from __future__ import annotations

import datetime as dt

import attrs

from siprecruit.core.commands import command
from siprecruit.core.ids import Code, PersonId, RoundId
from siprecruit.core.panel.events import Score


@command("shortlist.decide", "application")
@attrs.frozen(kw_only=True)
class DecideShortlist:
    """Whether the applicant is seen by a panel. ``why`` is kept in the vault."""

    shortlisted: bool
    why: str = ""


@command("interview.invite", "application")
@attrs.frozen(kw_only=True)
class InviteToInterview:
    """The applicant is invited to be seen by a panel; with another slot, the interview is rearranged.

    ``panel`` is the panel's code in its round, ``starts`` an instant with its time zone, ``minutes`` how
    long it lasts, ``room`` where. A new slot asks for a new answer.
    """

    panel: Code
    starts: dt.datetime
    minutes: int
    room: str = ""


@command("interview.answer", "application")
@attrs.frozen(kw_only=True)
class AnswerInvitation:
    """The applicant says whether they come: ``accepted``. Without ``panel`` it is the one invited to last."""

    accepted: bool
    panel: Code | None = None


@command("interview.hold", "application")
@attrs.frozen(kw_only=True)
class HoldInterview:
    """The interview took place, on the envelope's day. Without ``panel`` it is the one invited to last."""

    panel: Code | None = None


@command("interview.cancel", "application")
@attrs.frozen(kw_only=True)
class CancelInterview:
    """The interview won't take place. Without ``panel`` it is the one invited to last; ``why`` is kept."""

    panel: Code | None = None
    why: str = ""


@command("conflict.declare", "application")
@attrs.frozen(kw_only=True)
class DeclareConflict:
    """A panel member has a conflict with this applicant: no score of theirs counts, and they give no more.

    ``member`` is the member's person id, ``kind`` a code (``family``, ``colleague`` ...); ``text`` is kept.
    """

    member: PersonId
    kind: Code
    text: str = ""


@command("score.give", "application")
@attrs.frozen(kw_only=True)
class GiveScore:
    """A member scores the applicant against every criterion; once more before the decision replaces it.

    ``member`` is the member's person id. Without ``panel`` it is the panel that saw the applicant last;
    ``remark`` is kept in the vault.
    """

    member: PersonId
    scores: tuple[Score, ...]
    panel: Code | None = None
    remark: str = ""


@command("decision.record", "application")
@attrs.frozen(kw_only=True)
class RecordDecision:
    """What was decided on the envelope's day; a later decision (a reserve taken up) counts from its own day.

    ``outcome`` is a code of the programme's decisions, ``decided_by`` the id of the person who answers for
    it; ``reasons`` are kept in the vault.
    """

    outcome: Code
    decided_by: PersonId | None = None
    reasons: str = ""


@command("decision.convey", "application")
@attrs.frozen(kw_only=True)
class ConveyDecision:
    """The applicant was told the decision of the envelope's day. ``how`` is a code (``letter``)."""

    how: Code | None = None


@command("reserve.call", "application")
@attrs.frozen(kw_only=True)
class CallReserve:
    """Somebody held in reserve is asked to take a place. ``round`` is the one with the place, if another."""

    round: RoundId | None = None
