"""Referees and their references: named, agreed, replaced; asked by us or by the college; every way one can end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

import attrs

from siprecruit.core.calendar import due_after
from siprecruit.core.commands import Given, Rejected, command
from siprecruit.core.decider import Stage
from siprecruit.core.events import event
from siprecruit.core.ids import Code, Kept, KeptTexts, PersonId

if TYPE_CHECKING:
    from siprecruit.core.programme import Programme

Agreement = Literal["asked", "given", "refused", "unknown"]
TaskState = Literal[
    "asked",
    "opened",
    "part_complete",
    "received",
    "received_late",
    "given_elsewhere",
    "declined",
    "bounced",
    "expired",
    "replaced",
    "withdrawn",
]
OPEN_STATES: tuple[TaskState, ...] = ("asked", "opened", "part_complete")
IN_STATES: tuple[TaskState, ...] = ("received", "received_late", "given_elsewhere")


# -- commands -----------------------------------------------------------------


@command("referee.name", "application")
@attrs.frozen(kw_only=True)
class NameReferee:
    """The applicant names a referee. ``referee`` is its short code (``1``, ``2`` ...); ``from_la`` marks the local
    authority's own; ``person`` is the officer's id where the authority knows them."""

    referee: Code
    name: str
    email: str = ""
    role: str = ""
    from_la: bool = False
    person: PersonId | None = None


@command("referee.agree", "application")
@attrs.frozen(kw_only=True)
class AgreeReferee:
    """Whether a referee agrees to be asked: ``asked``, ``given``, ``refused`` or ``unknown``.

    Unknown doesn't stop asking; refused does.
    """

    referee: Code
    agreement: Agreement


@command("referee.replace", "application")
@attrs.frozen(kw_only=True)
class ReplaceReferee:
    """Another referee takes a referee's place; an open reference of the former is wanted no longer.

    ``by`` is the new referee's code.
    """

    referee: Code
    by: Code
    name: str
    email: str = ""
    role: str = ""
    from_la: bool = False
    person: PersonId | None = None


@command("reference.ask", "application")
@attrs.frozen(kw_only=True)
class AskReference:
    """We ask a referee for a reference. ``reference`` is the task's code; ``due`` is by default the programme's
    days after asking, on a working day; ``channel`` names the way of asking."""

    reference: Code
    referee: Code
    due: dt.date | None = None
    channel: Code = Code("form")


@command("reference.begin_outside", "application")
@attrs.frozen(kw_only=True)
class BeginReferenceOutside:
    """The college, or another body, has asked a referee: the task is theirs, and stands in the same queue.

    ``asked_by`` is the body's code (``ncsl``).
    """

    reference: Code
    referee: Code
    asked_by: Code
    due: dt.date | None = None


@command("reference.open", "application")
@attrs.frozen(kw_only=True)
class OpenReference:
    """The referee has opened the form."""

    reference: Code


@command("reference.save", "application")
@attrs.frozen(kw_only=True)
class SaveReference:
    """The referee has answered a part and comes back later. ``answers`` is by question."""

    reference: Code
    answers: dict[str, str] = attrs.field(factory=dict)


@command("reference.receive", "application")
@attrs.frozen(kw_only=True)
class ReceiveReference:
    """A reference was received, on the envelope's day, however late.

    ``in_confidence`` says whether it was given in confidence (Data Protection Act 2018, Sch 2 para 24), or None
    where nobody asked; ``notice`` is the code of the notice that the referee was shown.
    """

    reference: Code
    answers: dict[str, str] = attrs.field(factory=dict)
    in_confidence: bool | None = None
    notice: Code | None = None


@command("reference.give_elsewhere", "application")
@attrs.frozen(kw_only=True)
class GiveReferenceElsewhere:
    """The reference was given elsewhere, on the envelope's day. ``where`` is the body's code."""

    reference: Code
    where: Code


@command("reference.decline", "application")
@attrs.frozen(kw_only=True)
class DeclineReference:
    """The referee won't give the reference."""

    reference: Code
    reason: str = ""


@command("reference.bounce", "application")
@attrs.frozen(kw_only=True)
class BounceReference:
    """The request could not be delivered: another address or another referee is needed."""

    reference: Code


@command("reference.expire", "application")
@attrs.frozen(kw_only=True)
class ExpireReference:
    """Nothing came, and the task is given up; a late answer is still received."""

    reference: Code


@command("reference.withdraw", "application")
@attrs.frozen(kw_only=True)
class WithdrawReference:
    """The reference is wanted no longer."""

    reference: Code


@command("reference.extend", "application")
@attrs.frozen(kw_only=True)
class ExtendReference:
    """The referee will be late and has said so: the task is due on another day."""

    reference: Code
    due: dt.date


# -- events -------------------------------------------------------------------


@event("referee.named")
@attrs.frozen(kw_only=True)
class RefereeNamed:
    """A referee was named."""

    referee: Code
    from_la: bool = False
    person: PersonId | None = None
    name: Kept = None
    email: Kept = None
    role: Kept = None


@event("referee.agreement_told")
@attrs.frozen(kw_only=True)
class AgreementTold:
    """A referee's agreement became known, or was asked for."""

    referee: Code
    agreement: Agreement


@event("referee.replaced")
@attrs.frozen(kw_only=True)
class RefereeReplaced:
    """Another referee took this one's place."""

    referee: Code
    by: Code


@event("reference.asked")
@attrs.frozen(kw_only=True)
class ReferenceAsked:
    """We asked for a reference."""

    reference: Code
    referee: Code
    due: dt.date
    channel: Code


@event("reference.begun_outside")
@attrs.frozen(kw_only=True)
class ReferenceBegunOutside:
    """Somebody else asked for a reference."""

    reference: Code
    referee: Code
    asked_by: Code
    due: dt.date | None = None


@event("reference.opened")
@attrs.frozen(kw_only=True)
class ReferenceOpened:
    """The referee opened the form."""

    reference: Code


@event("reference.saved")
@attrs.frozen(kw_only=True)
class ReferenceSaved:
    """The referee answered a part."""

    reference: Code
    answers: KeptTexts = None


@event("reference.received")
@attrs.frozen(kw_only=True)
class ReferenceReceived:
    """A reference came in."""

    reference: Code
    in_confidence: bool | None = None
    notice: Code | None = None
    answers: KeptTexts = None


@event("reference.given_elsewhere")
@attrs.frozen(kw_only=True)
class ReferenceGivenElsewhere:
    """The reference was given to somebody else."""

    reference: Code
    where: Code


@event("reference.declined")
@attrs.frozen(kw_only=True)
class ReferenceDeclined:
    """The referee won't give it."""

    reference: Code
    why: Kept = None


@event("reference.bounced")
@attrs.frozen(kw_only=True)
class ReferenceBounced:
    """The request could not be delivered."""

    reference: Code


@event("reference.expired")
@attrs.frozen(kw_only=True)
class ReferenceExpired:
    """The task was given up."""

    reference: Code


@event("reference.withdrawn")
@attrs.frozen(kw_only=True)
class ReferenceWithdrawn:
    """The reference is wanted no longer."""

    reference: Code


@event("reference.extended")
@attrs.frozen(kw_only=True)
class ReferenceExtended:
    """The task is due on another day."""

    reference: Code
    due: dt.date


@event("reference.carried")
@attrs.frozen(kw_only=True)
class ReferenceCarried:
    """A reference received in an earlier round counts in this one; its text stays where it was received."""

    reference: Code
    referee: Code
    asked_on: dt.date
    received_on: dt.date
    in_confidence: bool | None = None


# -- state --------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Referee:
    """A referee as named. ``replaced_by`` is the code of who took their place."""

    named: RefereeNamed
    named_on: dt.date
    agreement: Agreement = "unknown"
    replaced_on: dt.date | None = None
    replaced_by: Code | None = None

    @property
    def person(self) -> PersonId | None:
        """The officer's id, where the authority knows them."""
        return self.named.person

    @property
    def from_la(self) -> bool:
        """Whether this is the local authority's own referee."""
        return self.named.from_la


@attrs.frozen(kw_only=True)
class Task:
    """One reference task, as dated facts; its state on a day is ``task_state``.

    ``asked_by`` is None where we asked, else the body that did. Once received it counts, whatever else
    happened before. ``answers`` are there where the texts were read from the vault.
    """

    reference: Code
    referee: Code
    asked_on: dt.date
    due: dt.date | None
    asked_by: Code | None = None
    opened_on: dt.date | None = None
    saved_on: dt.date | None = None
    received_on: dt.date | None = None
    given_elsewhere_on: dt.date | None = None
    declined_on: dt.date | None = None
    bounced_on: dt.date | None = None
    expired_on: dt.date | None = None
    withdrawn_on: dt.date | None = None
    in_confidence: bool | None = None
    answers: Mapping[str, str] | None = None


@attrs.frozen(kw_only=True)
class References:
    """An application's referees and reference tasks, each by its code."""

    referees: Mapping[Code, Referee] = attrs.field(factory=dict)
    tasks: Mapping[Code, Task] = attrs.field(factory=dict)


def task_state(references: References, task: Task) -> TaskState:
    """What became of a task, from its dated facts; an answer counts more than whatever came before it."""
    if task.received_on:
        return "received_late" if task.due and task.received_on > task.due else "received"
    ends: tuple[tuple[dt.date | None, TaskState], ...] = (
        (task.given_elsewhere_on, "given_elsewhere"),
        (task.declined_on, "declined"),
        (task.withdrawn_on, "withdrawn"),
        (references.referees[task.referee].replaced_on, "replaced"),
        (task.bounced_on, "bounced"),
        (task.expired_on, "expired"),
        (task.saved_on, "part_complete"),
        (task.opened_on, "opened"),
    )
    return next((state for happened_on, state in ends if happened_on), "asked")


def is_open(references: References, task: Task) -> bool:
    """Whether somebody still has to answer it."""
    return task_state(references, task) in OPEN_STATES


def standing_referees(references: References) -> dict[Code, Referee]:
    """The referees who were not replaced, and did not refuse to be asked."""
    return {
        code: referee
        for code, referee in references.referees.items()
        if referee.replaced_on is None and referee.agreement != "refused"
    }


def received(references: References) -> Iterator[Task]:
    """The tasks that ended with a reference, from referees who still count."""
    counted = standing_referees(references)
    for task in references.tasks.values():
        if task.referee in counted and task_state(references, task) in IN_STATES:
            yield task


def missing(references: References, programme: Programme) -> tuple[str, ...]:
    """What is still missing of the references that the programme wants: ``references`` and ``la_reference``."""
    counted = standing_referees(references)
    came = {task.referee for task in received(references)}
    gaps = []
    if len(came) < programme.references.minimum:
        gaps.append("references")
    if programme.references.la_referee_required and not any(counted[code].from_la for code in came):
        gaps.append("la_reference")
    return tuple(gaps)


def refereed_by(references: References) -> frozenset[PersonId]:
    """Who has been named as referee: they don't score this applicant."""
    return frozenset(
        referee.person for referee in references.referees.values() if referee.person and not referee.replaced_on
    )


# -- deciding -----------------------------------------------------------------


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
        raise Rejected("already_replaced", f"referee {what.referee} was replaced by {before.replaced_by} before")
    if what.by in state.referees:
        raise Rejected("already_named", f"referee {what.by} was named before: give the new one another code")
    return (named, RefereeReplaced(referee=what.referee, by=what.by))


def _ask(what: AskReference, state: References, given: Given) -> tuple[Any, ...]:
    due = what.due or due_after(given.on, given.programme.references.due_days, given.programme)
    before = state.tasks.get(what.reference)
    if before is not None:
        same = (before.referee, before.due, before.asked_by) == (what.referee, due, None)
        if same and before.asked_on == given.on:
            return ()
        raise Rejected("already_asked", f"reference {what.reference} was asked for before")
    if due < given.on:
        raise Rejected("due_before_asked", "a reference can't be due before it is asked for")
    return (ReferenceAsked(reference=what.reference, referee=what.referee, due=due, channel=what.channel),)


def _judge_begun(
    happened: ReferenceAsked | ReferenceBegunOutside, state: References, _given: Given
) -> None:
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
        if twice and task.referee == happened.referee and is_open(state, task):
            if task.reference != happened.reference:
                raise Rejected("already_asked", f"referee {happened.referee} was asked as {task.reference}")


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
        same = (task.received_on, task.in_confidence, task.answers or {})
        if same == (given.on, what.in_confidence, what.answers):
            return ()
        raise Rejected("already_received", f"reference {what.reference} was received before: correct it instead")
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
    done = task.given_elsewhere_on is not None
    return () if done else (ReferenceGivenElsewhere(reference=what.reference, where=what.where),)


def _decline(what: DeclineReference, state: References, _given: Given) -> tuple[Any, ...]:
    task = _not_received(state, what.reference)
    return () if task.declined_on else (ReferenceDeclined(reference=what.reference, why=what.reason or None),)


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
    """The task, if its form may still be filled in: a late answer is welcome, one of a replaced referee is not."""
    task = _not_received(state, code)
    now = task_state(state, task)
    if now in ("replaced", "withdrawn", "given_elsewhere"):
        raise Rejected("not_wanted", f"reference {code} is not wanted any more: it was {now.replace('_', ' ')}")
    return task


# -- evolving -----------------------------------------------------------------


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
    )
    return attrs.evolve(state, tasks={**state.tasks, happened.reference: task})


def _received(state: References, happened: ReferenceReceived, on: dt.date) -> References:
    return _with_task(
        state,
        happened.reference,
        received_on=on,
        in_confidence=happened.in_confidence,
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


def _extended(state: References, happened: ReferenceExtended, _on: dt.date) -> References:
    return _with_task(state, happened.reference, due=happened.due)


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


STAGE = Stage(
    name="references",
    initial=References(),
    decide={
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
    },
    evolve={
        RefereeNamed: _named,
        AgreementTold: _agreement_told,
        RefereeReplaced: _replaced,
        ReferenceAsked: _begun,
        ReferenceBegunOutside: _begun,
        ReferenceOpened: _dated("opened_on"),
        ReferenceSaved: _saved,
        ReferenceReceived: _received,
        ReferenceGivenElsewhere: _dated("given_elsewhere_on"),
        ReferenceDeclined: _dated("declined_on"),
        ReferenceBounced: _dated("bounced_on"),
        ReferenceExpired: _dated("expired_on"),
        ReferenceWithdrawn: _dated("withdrawn_on"),
        ReferenceExtended: _extended,
        ReferenceCarried: _carried,
    },
    check={ReferenceAsked: _judge_begun, ReferenceBegunOutside: _judge_begun},
)
