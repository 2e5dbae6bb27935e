"""How an application's panel slice changes with each event. What was told late finds its place by its day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import attrs

from siprecruit.core.calendar import in_words
from siprecruit.core.commands import Rejected
from siprecruit.core.ids import Code
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
from siprecruit.core.panel.state import (
    Conflict,
    Decision,
    Interview,
    Panel,
    ReserveCall,
    Scoring,
    Shortlisting,
)

Dated = TypeVar("Dated", bound=Shortlisting | Decision | ReserveCall)


def _shortlist_decided(state: Panel, happened: ShortlistDecided, on: dt.date) -> Panel:
    one = Shortlisting(decided=happened, on=on)
    return attrs.evolve(state, shortlistings=_in_order(state.shortlistings, one))


def _planned(state: Panel, happened: InterviewPlanned, on: dt.date) -> Panel:
    before = state.interviews.get(happened.panel, Interview(panel=happened.panel))
    if before.planned_on is not None and on < before.planned_on:
        # An earlier invitation that turns up late: the slot told since then still counts.
        return state
    planned = Interview(panel=happened.panel, planned=happened, planned_on=on, held_on=before.held_on)
    return _with_interview(state, planned)


def _answered(state: Panel, happened: InvitationAnswered, on: dt.date) -> Panel:
    interview = _invited(state, happened.panel)
    if interview.answered_on is not None and on < interview.answered_on:
        return state
    return _with_interview(state, attrs.evolve(interview, accepted=happened.accepted, answered_on=on))


def _cancelled(state: Panel, happened: InterviewCancelled, on: dt.date) -> Panel:
    cancelled = attrs.evolve(_invited(state, happened.panel), cancelled_on=on, cancelled_why=happened.why)
    return _with_interview(state, cancelled)


def _held(state: Panel, happened: InterviewHeld, on: dt.date) -> Panel:
    # Somebody invited by telephone was still seen: an interview needs no invitation on the record.
    before = state.interviews.get(happened.panel, Interview(panel=happened.panel))
    return _with_interview(state, attrs.evolve(before, held_on=on))


def _conflict_declared(state: Panel, happened: ConflictDeclared, on: dt.date) -> Panel:
    return attrs.evolve(
        state, conflicts={**state.conflicts, happened.member: Conflict(declared=happened, on=on)}
    )


def _score_given(state: Panel, happened: ScoreGiven, on: dt.date) -> Panel:
    key = (happened.panel, happened.member)
    before = state.scores.get(key)
    if before is not None and on < before.on:
        return state
    return attrs.evolve(state, scores={**state.scores, key: Scoring(given=happened, on=on)})


def _decision_made(state: Panel, happened: DecisionMade, on: dt.date) -> Panel:
    if happened.panel is not None:
        interview = state.interviews.get(happened.panel)
        if interview is None or interview.held_on is None or interview.held_on > on:
            raise Rejected(
                "does_not_follow",
                f"{happened.panel} had held no interview by {in_words(on)}, when it decided",
            )
    return attrs.evolve(state, decisions=_in_order(state.decisions, Decision(made=happened, on=on)))


def _conveyed(state: Panel, happened: DecisionConveyed, on: dt.date) -> Panel:
    told = _rests_on(state, happened.outcome, on)
    if told.told_on is not None:
        return state
    conveyed = attrs.evolve(told, told_on=on, told_how=happened.how)
    return attrs.evolve(state, decisions=tuple(conveyed if one is told else one for one in state.decisions))


def _reserve_called(state: Panel, happened: ReserveCalled, on: dt.date) -> Panel:
    _rests_on(state, happened.outcome, on)
    return attrs.evolve(
        state, reserve_calls=_in_order(state.reserve_calls, ReserveCall(called=happened, on=on))
    )


def _rests_on(state: Panel, outcome: Code, on: dt.date) -> Decision:
    for one in reversed(state.decisions):
        if one.on <= on and one.outcome == outcome:
            return one
    raise Rejected("does_not_follow", f"nothing was decided as {outcome} by {in_words(on)}")


def _invited(state: Panel, code: Code) -> Interview:
    interview = state.interviews.get(code)
    if interview is None or interview.planned is None:
        raise Rejected("does_not_follow", f"there was no invitation to {code}")
    return interview


def _with_interview(state: Panel, interview: Interview) -> Panel:
    return attrs.evolve(state, interviews={**state.interviews, interview.panel: interview})


def _in_order(told: tuple[Dated, ...], one: Dated) -> tuple[Dated, ...]:
    """By day; of one day the one told last is the last."""
    place = len(told)
    while place and one.on < told[place - 1].on:
        place -= 1
    return (*told[:place], one, *told[place:])


EVOLVE: Final[Mapping[type, Callable[[Any, Any, dt.date], Any]]] = {
    ShortlistDecided: _shortlist_decided,
    InterviewPlanned: _planned,
    InvitationAnswered: _answered,
    InterviewCancelled: _cancelled,
    InterviewHeld: _held,
    ConflictDeclared: _conflict_declared,
    ScoreGiven: _score_given,
    DecisionMade: _decision_made,
    DecisionConveyed: _conveyed,
    ReserveCalled: _reserve_called,
}
