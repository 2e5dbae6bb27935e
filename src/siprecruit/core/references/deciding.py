"""What follows from what is told of referees and references."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

from siprecruit.core.calendar import due_after
from siprecruit.core.commands import Given, Rejected, refuse_other_words
from siprecruit.core.decider import Check, Decide
from siprecruit.core.ids import Code
from siprecruit.core.references.commands import (
    AgreeReferee,
    AskReference,
    BeginReferenceOutside,
    BounceReference,
    DeclineReference,
    ExpireReference,
    ExtendReference,
    GiveReferenceElsewhere,
    NameReferee,
    OpenReference,
    ReceiveReference,
    ReplaceReferee,
    SaveReference,
    WithdrawReference,
)
from siprecruit.core.references.events import (
    AgreementTold,
    RefereeNamed,
    RefereeReplaced,
    ReferenceAsked,
    ReferenceBegunOutside,
    ReferenceBounced,
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
    is_open,
    task_state,
)
from siprecruit.core.text import fold, fold_address


def _name(what: NameReferee, state: References, _given: Given) -> tuple[Any, ...]:
    named = _as_named(what, what.referee)
    before = state.referees.get(what.referee)
    if before is None:
        return (named,)
    if before.named == named:
        return ()
    raise Rejected("already_named", f"referee {what.referee} was named before: replace or correct them")


def _as_named(what: NameReferee | ReplaceReferee, code: Code) -> RefereeNamed:
    return RefereeNamed(
        referee=code,
        from_la=what.from_la,
        person=what.person,
        name=what.name or None,
        email=what.email or None,
        role=what.role or None,
    )


def _agree(what: AgreeReferee, state: References, _given: Given) -> tuple[Any, ...]:
    if _referee(state, what.referee).agreement == what.agreement:
        return ()
    return (AgreementTold(referee=what.referee, agreement=what.agreement),)


def _replace(what: ReplaceReferee, state: References, _given: Given) -> tuple[Any, ...]:
    before = _referee(state, what.referee)
    named = _as_named(what, what.by)
    if before.replaced_by == what.by and state.referees[what.by].named == named:
        return ()
    if before.replaced_by is not None:
        raise Rejected("already_replaced", f"referee {what.referee} was replaced by {before.replaced_by}")
    if what.by in state.referees:
        raise Rejected("already_named", f"referee {what.by} was named before: give the new one another code")
    return (named, RefereeReplaced(referee=what.referee, by=what.by))


def _ask(what: AskReference, state: References, given: Given) -> tuple[Any, ...]:
    due = what.due or due_after(given.on, given.programme.references.due_days, given.programme)
    before = state.tasks.get(what.reference)
    if before is not None:
        same = (before.referee, before.due, before.asked_by) == (what.referee, due, None)
        if same and before.asked_on == given.on and before.channel == what.channel:
            return ()
        raise Rejected("already_asked", f"reference {what.reference} was asked for before")
    if due < given.on:
        raise Rejected("due_before_asked", "a reference can't be due before it is asked for")
    return (ReferenceAsked(reference=what.reference, referee=what.referee, due=due, channel=what.channel),)


def _judge_begun(happened: ReferenceAsked | ReferenceBegunOutside, state: References, _given: Given) -> None:
    referee = _referee(state, happened.referee)
    if referee.agreement == "refused":
        raise Rejected("referee_refused", f"referee {happened.referee} has refused to be asked: replace them")
    if referee.replaced_by is not None:
        raise Rejected(
            "referee_replaced", f"referee {happened.referee} was replaced: ask {referee.replaced_by} instead"
        )
    # The college may ask somebody whom we have asked, too: only our own second request is a mistake.
    for task in state.tasks.values():
        twice = isinstance(happened, ReferenceAsked) and task.asked_by is None
        other = task.referee == happened.referee and task.reference != happened.reference
        if twice and other and is_open(state, task):
            raise Rejected("already_asked", f"referee {happened.referee} was asked as {task.reference}")


def _judge_named(happened: RefereeNamed, _state: References, given: Given) -> None:
    """What was asked of one person is not made somebody else's by correcting a name."""
    if given.corrected is None:
        return
    now: References = given.corrected.references
    referee = now.referees.get(happened.referee)
    begun = any(task.referee == happened.referee for task in now.tasks.values())
    if referee is not None and begun and not _is_same_person(referee.named, happened):
        raise Rejected(
            "reference_begun",
            f"a reference was begun with referee {happened.referee}: replace the referee (referee.replace), "
            "or correct the name or the address alone where it is the same person",
        )


def _is_same_person(one: RefereeNamed, other: RefereeNamed) -> bool:
    """Whether the name or the address is still the same; without any address, a word of the name."""
    names = fold(one.name or ""), fold(other.name or "")
    addresses = fold_address(one.email or ""), fold_address(other.email or "")
    if addresses == ("", ""):
        return names[0] == names[1] or not {*names[0].split()}.isdisjoint(names[1].split())
    return names[0] == names[1] or addresses[0] == addresses[1]


def _begin_outside(what: BeginReferenceOutside, state: References, given: Given) -> tuple[Any, ...]:
    begun = ReferenceBegunOutside(**attrs.asdict(what))
    before = state.tasks.get(what.reference)
    if before is None:
        return (begun,)
    if (before.referee, before.asked_by, before.due, before.asked_on) == (
        what.referee,
        what.asked_by,
        what.due,
        given.on,
    ):
        return ()
    raise Rejected("already_asked", f"reference {what.reference} was begun before")


def _open(what: OpenReference, state: References, _given: Given) -> tuple[Any, ...]:
    task = _wanted(state, what.reference)
    return () if task.opened_on else (ReferenceOpened(reference=what.reference),)


def _save(what: SaveReference, state: References, _given: Given) -> tuple[Any, ...]:
    task = _wanted(state, what.reference)
    if task.saved_on is not None and task.answers == what.answers:
        return ()
    return (ReferenceSaved(reference=what.reference, answers=what.answers),)


def _receive(what: ReceiveReference, state: References, given: Given) -> tuple[Any, ...]:
    task = _task(state, what.reference)
    if task.received_on is not None:
        same = (task.received_on, task.in_confidence, task.notice, task.answers or {})
        if same == (given.on, what.in_confidence, what.notice, what.answers):
            return ()
        raise Rejected("already_received", f"reference {what.reference} was received: correct it instead")
    return (
        ReferenceReceived(
            reference=what.reference,
            in_confidence=what.in_confidence,
            notice=what.notice,
            answers=what.answers or None,
        ),
    )


def _give_elsewhere(what: GiveReferenceElsewhere, state: References, _given: Given) -> tuple[Any, ...]:
    task = _not_received(state, what.reference)
    if task.given_elsewhere_on is None:
        return (ReferenceGivenElsewhere(reference=what.reference, where=what.where),)
    refuse_other_words(f"where reference {what.reference} was given", (what.where, task.given_elsewhere))
    return ()


def _decline(what: DeclineReference, state: References, _given: Given) -> tuple[Any, ...]:
    task = _not_received(state, what.reference)
    if task.declined_on is None:
        return (ReferenceDeclined(reference=what.reference, why=what.reason or None),)
    refuse_other_words(f"that reference {what.reference} was declined", (what.reason, task.declined_why))
    return ()


def _bounce(what: BounceReference, state: References, _given: Given) -> tuple[Any, ...]:
    task = _not_received(state, what.reference)
    return () if task.bounced_on else (ReferenceBounced(reference=what.reference),)


def _expire(what: ExpireReference, state: References, _given: Given) -> tuple[Any, ...]:
    task = _not_received(state, what.reference)
    return () if task.expired_on else (ReferenceExpired(reference=what.reference),)


def _withdraw(what: WithdrawReference, state: References, _given: Given) -> tuple[Any, ...]:
    task = _not_received(state, what.reference)
    return () if task.withdrawn_on else (ReferenceWithdrawn(reference=what.reference),)


def _extend(what: ExtendReference, state: References, _given: Given) -> tuple[Any, ...]:
    task = _not_received(state, what.reference)
    if what.due < task.asked_on:
        raise Rejected("due_before_asked", "a reference can't be due before it is asked for")
    return () if task.due == what.due else (ReferenceExtended(reference=what.reference, due=what.due),)


def _referee(state: References, code: Code) -> Referee:
    if code not in state.referees:
        raise Rejected("no_such_referee", f"no referee {code} was named")
    return state.referees[code]


def _task(state: References, code: Code) -> Task:
    if code not in state.tasks:
        raise Rejected("no_such_reference", f"reference {code} was not asked for")
    return state.tasks[code]


def _not_received(state: References, code: Code) -> Task:
    task = _task(state, code)
    if task.received_on is not None:
        raise Rejected("already_received", f"reference {code} was received: nothing else can become of it")
    return task


def _wanted(state: References, code: Code) -> Task:
    """The task, if its form may still be filled in: late is welcome, from a replaced referee is not."""
    task = _not_received(state, code)
    now = task_state(state, task)
    if now in ("replaced", "withdrawn", "given_elsewhere"):
        raise Rejected("not_wanted", f"reference {code} is not wanted: it was {now.replace('_', ' ')}")
    return task


DECIDE: Final[Mapping[type, Decide]] = {
    NameReferee: _name,
    AgreeReferee: _agree,
    ReplaceReferee: _replace,
    AskReference: _ask,
    BeginReferenceOutside: _begin_outside,
    OpenReference: _open,
    SaveReference: _save,
    ReceiveReference: _receive,
    GiveReferenceElsewhere: _give_elsewhere,
    DeclineReference: _decline,
    BounceReference: _bounce,
    ExpireReference: _expire,
    WithdrawReference: _withdraw,
    ExtendReference: _extend,
}

CHECK: Final[Mapping[type, Check]] = {
    RefereeNamed: _judge_named,
    ReferenceAsked: _judge_begun,
    ReferenceBegunOutside: _judge_begun,
}
