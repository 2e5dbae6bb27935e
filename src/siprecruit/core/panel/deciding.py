"""What follows from a command on an application before a panel, and the rules that forbid it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from siprecruit.core.calendar import in_words
from siprecruit.core.commands import Given, Rejected, refuse_other_words
from siprecruit.core.decider import Check, Decide
from siprecruit.core.ids import Code
from siprecruit.core.panel.commands import (
    AnswerInvitation,
    CallReserve,
    CancelInterview,
    ConveyDecision,
    DecideShortlist,
    DeclareConflict,
    GiveScore,
    HoldInterview,
    InviteToInterview,
    RecordDecision,
)
from siprecruit.core.panel.events import (
    ConflictDeclared,
    DecisionConveyed,
    DecisionMade,
    InterviewCancelled,
    InterviewHeld,
    InterviewPlanned,
    InvitationAnswered,
    ReserveCalled,
    ScoreGiven,
    ShortlistDecided,
)
from siprecruit.core.panel.scoring import may_score, sitting
from siprecruit.core.panel.state import Decision, Panel, decision_on, outcome_named


def _shortlist(what: DecideShortlist, state: Panel, given: Given) -> tuple[Any, ...]:
    decided = ShortlistDecided(shortlisted=what.shortlisted, why=what.why or None)
    before = next((one.decided for one in reversed(state.shortlistings) if one.on <= given.on), None)
    return () if before == decided else (decided,)


def _invite(what: InviteToInterview, state: Panel, given: Given) -> tuple[Any, ...]:
    _judge_slot(what.starts)
    planned = InterviewPlanned(
        panel=what.panel,
        starts=what.starts.astimezone(dt.UTC),
        minutes=what.minutes,
        room=what.room or None,
    )
    before = state.interviews.get(what.panel)
    if before is not None and before.planned == planned and before.cancelled_on is None:
        return ()
    if planned.starts.date() < given.on:
        raise Rejected(
            "slot_has_passed",
            f"nobody is invited on {in_words(given.on)} to {in_words(planned.starts.date())}",
        )
    return (planned,)


def _answer(what: AnswerInvitation, state: Panel, _given: Given) -> tuple[Any, ...]:
    code = _which(what.panel, state)
    interview = state.interviews.get(code)
    if interview is None or interview.planned is None:
        raise Rejected("not_invited", f"the applicant was not invited to {code}")
    if interview.accepted is what.accepted:
        return ()
    return (InvitationAnswered(panel=code, accepted=what.accepted),)


def _hold(what: HoldInterview, state: Panel, given: Given) -> tuple[Any, ...]:
    code = _which(what.panel, state)
    interview = state.interviews.get(code)
    if interview is None or interview.held_on is None:
        return (InterviewHeld(panel=code),)
    if interview.held_on == given.on:
        return ()
    raise Rejected(
        "already_held", f"{code} saw the applicant on {in_words(interview.held_on)}: correct that day"
    )


def _cancel(what: CancelInterview, state: Panel, _given: Given) -> tuple[Any, ...]:
    code = _which(what.panel, state)
    interview = state.interviews.get(code)
    if interview is None or interview.planned is None:
        raise Rejected("not_invited", f"the applicant was not invited to {code}")
    if interview.held_on is not None:
        raise Rejected(
            "already_held", f"{code} saw the applicant on {in_words(interview.held_on)}: correct that"
        )
    if interview.cancelled_on is not None:
        refuse_other_words(f"that {code} was cancelled", (what.why, interview.cancelled_why))
        return ()
    return (InterviewCancelled(panel=code, why=what.why or None),)


def _declare(what: DeclareConflict, state: Panel, _given: Given) -> tuple[Any, ...]:
    declared = ConflictDeclared(member=what.member, kind=what.kind, text=what.text or None)
    before = state.conflicts.get(what.member)
    return () if before is not None and before.declared == declared else (declared,)


def _score(what: GiveScore, state: Panel, given: Given) -> tuple[Any, ...]:
    code = _which(what.panel, state)
    scores = tuple(sorted(what.scores, key=lambda one: one.criterion))
    scored = ScoreGiven(panel=code, member=what.member, scores=scores, remark=what.remark or None)
    before = state.scores.get((code, what.member))
    if before is not None and before.given == scored:
        return ()
    closed_on = _closed_on(state, code)
    # What was scored before the decision and is typed in after it is still a true fact.
    if closed_on is not None and (before is not None or given.on > closed_on):
        raise Rejected(
            "already_decided", f"{code} decided on {in_words(closed_on)}: a score can now only be corrected"
        )
    return (scored,)


def _closed_on(state: Panel, code: Code) -> dt.date | None:
    """When that panel's scoring ended: with the last decision that rests on it."""
    scored = [one.on for (of, _), one in state.scores.items() if of == code]
    for decision in reversed(state.decisions):
        if decision.made.panel == code:
            return decision.on
        # Where no interview was held, a decision ends the scoring that had begun.
        if decision.made.panel is None and any(on <= decision.on for on in scored):
            return decision.on
    return None


def _record(what: RecordDecision, state: Panel, given: Given) -> tuple[Any, ...]:
    held = [one for one in state.interviews.values() if one.held_on is not None and one.held_on <= given.on]
    last = max(held, key=lambda one: one.day, default=None)
    made = DecisionMade(
        outcome=what.outcome,
        panel=None if last is None else last.panel,
        decided_by=what.decided_by,
        reasons=what.reasons or None,
    )
    before = decision_on(state, given.on)
    return () if before is not None and before.made == made else (made,)


def _convey(what: ConveyDecision, state: Panel, given: Given) -> tuple[Any, ...]:
    decision = _decided(state, given.on)
    if decision.told_on is not None and decision.told_on <= given.on:
        refuse_other_words("how the applicant was told", (what.how, decision.told_how))
        return ()
    return (DecisionConveyed(outcome=decision.outcome, how=what.how),)


def _call(what: CallReserve, state: Panel, given: Given) -> tuple[Any, ...]:
    called = ReserveCalled(outcome=_decided(state, given.on).outcome, round=what.round)
    return (
        () if any(one.called == called and one.on <= given.on for one in state.reserve_calls) else (called,)
    )


def _decided(state: Panel, on: dt.date) -> Decision:
    decision = decision_on(state, on)
    if decision is None:
        raise Rejected("not_decided", f"nothing was decided by {in_words(on)}")
    return decision


def _which(code: Code | None, state: Panel) -> Code:
    found = code or sitting(state)
    if found is None:
        raise Rejected("which_panel", "the applicant was not invited to a panel: say which panel it was")
    return found


# -- rules --------------------------------------------------------------------


def _judge_slot(starts: dt.datetime) -> None:
    if starts.tzinfo is None:
        raise Rejected("no_time_zone", f"{starts:%H:%M} needs its time zone, such as Z or +01:00")


def _judge_planned(happened: InterviewPlanned, _state: Panel, _given: Given) -> None:
    _judge_slot(happened.starts)
    if happened.minutes < 1:
        raise Rejected("no_time", f"an interview takes more than {happened.minutes} minutes")


def _judge_score(happened: ScoreGiven, state: Panel, given: Given) -> None:
    # Referees stand in another slice: the application judges them.
    if not may_score(state, happened.member, frozenset()):
        raise Rejected(
            "member_has_conflict",
            f"{happened.member} has declared a conflict with this applicant and doesn't score",
        )
    rules = given.programme.panel
    known = {each.code for each in rules.criteria}
    times = Counter(score.criterion for score in happened.scores)
    for criterion, number in times.items():
        if criterion not in known:
            raise Rejected("unknown_criterion", f"the programme has no criterion {criterion}")
        if number > 1:
            raise Rejected("criterion_twice", f"{criterion} is scored {number} times")
    missing = [each.code for each in rules.criteria if each.code not in times]
    if missing:
        raise Rejected("criterion_missing", f"not scored: {', '.join(missing)}")
    for score in happened.scores:
        if not rules.scale_min <= score.points <= rules.scale_max:
            raise Rejected(
                "off_the_scale",
                f"{score.criterion} has {score.points} points: the scale goes from {rules.scale_min} "
                f"to {rules.scale_max}",
            )


def _judge_decision(happened: DecisionMade, _state: Panel, given: Given) -> None:
    outcome = outcome_named(happened.outcome, given.programme)
    if outcome is None:
        raise Rejected("unknown_outcome", f"the programme has no decision {happened.outcome}")
    if outcome.appoints and happened.panel is None and given.programme.panel.interview_required:
        raise Rejected("no_interview", f"{happened.outcome} needs an interview, and none was held by then")


def _judge_call(happened: ReserveCalled, _state: Panel, given: Given) -> None:
    outcome = outcome_named(happened.outcome, given.programme)
    if outcome is None or not outcome.reserve:
        raise Rejected("not_in_reserve", f"{happened.outcome} holds nobody in reserve")


DECIDE: Final[Mapping[type, Decide]] = {
    DecideShortlist: _shortlist,
    InviteToInterview: _invite,
    AnswerInvitation: _answer,
    HoldInterview: _hold,
    CancelInterview: _cancel,
    DeclareConflict: _declare,
    GiveScore: _score,
    RecordDecision: _record,
    ConveyDecision: _convey,
    CallReserve: _call,
}
CHECK: Final[Mapping[type, Check]] = {
    InterviewPlanned: _judge_planned,
    ScoreGiven: _judge_score,
    DecisionMade: _judge_decision,
    ReserveCalled: _judge_call,
}
