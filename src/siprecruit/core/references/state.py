"""Referees and reference tasks as dated facts, and what they add up to on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal

import attrs

from siprecruit.core.ids import Code, PersonId
from siprecruit.core.references.commands import Agreement
from siprecruit.core.references.events import RefereeNamed

if TYPE_CHECKING:
    from siprecruit.core.programme import Programme

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
    given_elsewhere: Code | None = None
    declined_on: dt.date | None = None
    declined_why: str | None = None
    bounced_on: dt.date | None = None
    expired_on: dt.date | None = None
    withdrawn_on: dt.date | None = None
    extended_on: dt.date | None = None
    in_confidence: bool | None = None
    notice: Code | None = None
    channel: Code | None = None
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
    """What is missing of the references that the programme wants: ``references``, ``la_reference``."""
    counted = standing_referees(references)
    came = {task.referee for task in received(references)}
    gaps = []
    if len(came) < programme.references.minimum:
        gaps.append("references")
    if programme.references.la_referee_required and not any(counted[code].from_la for code in came):
        gaps.append("la_reference")
    return tuple(gaps)


def refereed_by(references: References) -> frozenset[PersonId]:
    """Who stands as referee, or gave a reference before being replaced: they don't score this applicant."""
    gave = {task.referee for task in references.tasks.values() if task.received_on or task.given_elsewhere_on}
    return frozenset(
        referee.person
        for code, referee in references.referees.items()
        if referee.person is not None and (referee.replaced_on is None or code in gave)
    )
