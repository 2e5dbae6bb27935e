"""How referees and references change with what happens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from siprecruit.core.commands import Rejected
from siprecruit.core.ids import Code
from siprecruit.core.references.events import (
    AgreementTold,
    RefereeNamed,
    RefereeReplaced,
    ReferenceAsked,
    ReferenceBegunOutside,
    ReferenceBounced,
    ReferenceCarried,
    ReferenceDeclined,
    ReferenceExpired,
    ReferenceExtended,
    ReferenceGivenElsewhere,
    ReferenceOpened,
    ReferenceReceived,
    ReferenceSaved,
    ReferenceWithdrawn,
)
from siprecruit.core.references.state import (
    Referee,
    References,
    Task,
)


def _named(state: References, happened: RefereeNamed, on: dt.date) -> References:
    referee = Referee(named=happened, named_on=on)
    return attrs.evolve(state, referees={**state.referees, happened.referee: referee})


def _agreement_told(state: References, happened: AgreementTold, _on: dt.date) -> References:
    return _with_referee(state, happened.referee, agreement=happened.agreement)


def _replaced(state: References, happened: RefereeReplaced, on: dt.date) -> References:
    if happened.by not in state.referees:
        raise Rejected("does_not_follow", f"referee {happened.by} was not named")
    return _with_referee(state, happened.referee, replaced_on=on, replaced_by=happened.by)


def _with_referee(state: References, code: Code, **change: Any) -> References:
    if code not in state.referees:
        raise Rejected("does_not_follow", f"referee {code} was not named")
    changed = attrs.evolve(state.referees[code], **change)
    return attrs.evolve(state, referees={**state.referees, code: changed})


def _begun(state: References, happened: ReferenceAsked | ReferenceBegunOutside, on: dt.date) -> References:
    if happened.referee not in state.referees:
        raise Rejected("does_not_follow", f"referee {happened.referee} was not named")
    task = Task(
        reference=happened.reference,
        referee=happened.referee,
        asked_on=on,
        due=happened.due,
        asked_by=getattr(happened, "asked_by", None),
        channel=getattr(happened, "channel", None),
    )
    return attrs.evolve(state, tasks={**state.tasks, happened.reference: task})


def _received(state: References, happened: ReferenceReceived, on: dt.date) -> References:
    return _with_task(
        state,
        happened.reference,
        received_on=on,
        in_confidence=happened.in_confidence,
        notice=happened.notice,
        answers=happened.answers,
    )


def _saved(state: References, happened: ReferenceSaved, on: dt.date) -> References:
    return _with_task(state, happened.reference, saved_on=on, answers=happened.answers)


def _carried(state: References, happened: ReferenceCarried, _on: dt.date) -> References:
    if happened.referee not in state.referees:
        raise Rejected("does_not_follow", f"referee {happened.referee} was not named")
    task = Task(
        reference=happened.reference,
        referee=happened.referee,
        asked_on=happened.asked_on,
        due=None,
        received_on=happened.received_on,
        in_confidence=happened.in_confidence,
    )
    return attrs.evolve(state, tasks={**state.tasks, happened.reference: task})


def _given_elsewhere(state: References, happened: ReferenceGivenElsewhere, on: dt.date) -> References:
    return _with_task(state, happened.reference, given_elsewhere_on=on, given_elsewhere=happened.where)


def _declined(state: References, happened: ReferenceDeclined, on: dt.date) -> References:
    return _with_task(state, happened.reference, declined_on=on, declined_why=happened.why)


def _extended(state: References, happened: ReferenceExtended, on: dt.date) -> References:
    return _with_task(state, happened.reference, due=happened.due, extended_on=on)


def _dated(field: str) -> Callable[[References, Any, dt.date], References]:
    """An evolve function that notes the day of what became of a task."""

    def note(state: References, happened: Any, on: dt.date) -> References:
        return _with_task(state, happened.reference, **{field: on})

    return note


def _with_task(state: References, code: Code, **change: Any) -> References:
    if code not in state.tasks:
        raise Rejected("does_not_follow", f"reference {code} was not asked for")
    changed = attrs.evolve(state.tasks[code], **change)
    return attrs.evolve(state, tasks={**state.tasks, code: changed})


EVOLVE: Final[Mapping[type, Callable[[Any, Any, dt.date], Any]]] = {
    RefereeNamed: _named,
    AgreementTold: _agreement_told,
    RefereeReplaced: _replaced,
    ReferenceAsked: _begun,
    ReferenceBegunOutside: _begun,
    ReferenceOpened: _dated("opened_on"),
    ReferenceSaved: _saved,
    ReferenceReceived: _received,
    ReferenceGivenElsewhere: _given_elsewhere,
    ReferenceDeclined: _declined,
    ReferenceBounced: _dated("bounced_on"),
    ReferenceExpired: _dated("expired_on"),
    ReferenceWithdrawn: _dated("withdrawn_on"),
    ReferenceExtended: _extended,
    ReferenceCarried: _carried,
}
