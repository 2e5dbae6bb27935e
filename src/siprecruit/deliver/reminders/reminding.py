"""Reminders: a ledger in the outbox, whose rows are claimed by their keys first and sent after.

A step that is there is never queued again, whoever asks and however often; nor is an earlier one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import attrs
import sqlalchemy as sa

from siprecruit.core.application import Application
from siprecruit.core.commands import Rejected
from siprecruit.core.corrections import place
from siprecruit.core.ids import Code, stream_id
from siprecruit.core.position import ENDS
from siprecruit.core.programme import Message as Kind
from siprecruit.core.programme import Programme
from siprecruit.core.references.chasing import (
    is_chased,
    outstanding_step,
    soonest_by_hand,
    step_by_hand,
    step_due,
)
from siprecruit.core.streams import DECIDERS
from siprecruit.deliver.office import Office
from siprecruit.deliver.outgoing import noting
from siprecruit.deliver.reminders import queued
from siprecruit.deliver.reminders.asked import Asked, asked_events, asked_for
from siprecruit.deliver.reminders.ledger import Told, add, ledger_of, was_asked
from siprecruit.deliver.reminders.queued import recallable, rows_of
from siprecruit.record.outbox import Row
from siprecruit.record.reading import Reader
from siprecruit.record.views import applicants
from siprecruit.record.writing import Message, Writer

REMINDED: Final = "reference.reminded"
"""The message that reminds a referee, where the programme gives it no other name."""


@attrs.frozen(kw_only=True)
class Reminder:
    """One reminder: of which reference, to which referee, and the days since asking.

    ``message`` is its row of the outbox; of several references of an applicant that are outstanding since one
    day the first one stands for all, and ``recipient`` is ``applicant``.
    """

    application: str
    reference: Code
    referee: Code
    step: int
    message: Message

    @property
    def key(self) -> str:
        """Its key in the outbox."""
        return self.message.key


def due(reader: Reader, programme: Programme, now: dt.datetime, today: dt.date) -> tuple[Reminder, ...]:
    """The reminders to referees that are due and not in the ledger: four statements, however many there are.

    ``today`` is the day of ``now`` in the programme's time zone. Nobody is reminded within the hours of the
    programme after the last reminder, or after the request went out. A request that still waits is let go
    first: its reminder is due as many hours later.
    """
    message = _to_a_referee(programme)
    if message is not None and not message.on:
        return ()
    earliest = min(programme.references.chase_referee_days, default=None)
    if earliest is None:
        return ()
    found = []
    for one in asked_for(
        reader, programme, today, earliest, lambda told, days: _fresh(told, days, programme)
    ):
        step = step_due(one.state.references, one.task, programme, today, one.told.steps)
        if step is not None and was_asked(one.told) and _long_enough_ago(one.told, programme, now):
            found.append(_reminder(one, step, programme, _not_before(one.told, programme, now), now))
    return tuple(found)


def outstanding(
    reader: Reader, programme: Programme, now: dt.datetime, today: dt.date
) -> tuple[Reminder, ...]:
    """What applicants are to be told of references that are outstanding, once for all of one day."""
    message = _to_the_applicant(programme)
    earliest = min(programme.references.chase_applicant_days, default=None)
    if message is None or earliest is None:
        return ()
    found: dict[str, Reminder] = {}
    for one in asked_for(reader, programme, today, earliest, _always):
        task = one.task
        # A task that nobody is reminded of any more is not said to be outstanding either.
        if was_asked(one.told) and is_chased(one.state.references, task, programme, today):
            days = programme.references.chase_applicant_days
            known = [step for step in days if _told_of(one, task.asked_on, step) in one.ledger.keys]
            step = outstanding_step(task.asked_on, programme, today, known)
            if step is not None:
                told = _of_applicant(one, task.asked_on, step, message, now)
                found.setdefault(told.key, told)
    return tuple(found.values())


def _always(_told: Told, _days: int) -> bool:
    return True


def by_hand(office: Office, reader: Reader, application: str, reference: str) -> Reminder:
    """The reminder that somebody sends of one reference, now. Raises Rejected where they may not."""
    now, programme = office.service.clock(), office.programme
    stream = f"application/{application}"
    history = reader.histories([stream])[stream]
    state: Application = DECIDERS["application"].state(history)
    _refuse_what_is_over(reader, application)
    step = step_by_hand(state.references, Code(reference), programme, office.service.today())
    event = asked_events(history)[Code(reference)]
    asked = Asked(stream=stream, event=event, state=state, ledger=ledger_of(reader, [stream]))
    told, last = asked.told, asked.told.last_at
    if told.waits or not was_asked(told):
        raise Rejected("not_asked_yet", f"reference {reference}: the request itself has not gone out yet")
    if last is not None and now < soonest_by_hand(last, programme):
        hours = programme.references.manual_reminder_hours
        raise Rejected("too_soon", f"reference {reference}: they heard from us less than {hours} hours ago")
    return _reminder(asked, step, programme, now, now)


def queue(office: Office, wanted: str = "referees") -> tuple[Reminder, ...]:
    """Queue what is due for the ``referees``, or for the ``applicants``; those that were really queued.

    Whoever withdraws meanwhile comes before or after.
    """
    service = office.service
    find = due if wanted == "referees" else outstanding
    return queued.queue(
        office, lambda writer: find(writer, office.programme, service.clock(), service.today())
    )


def would_queue(office: Office, reader: Reader) -> list[Row]:
    """The rows that a round would queue first of all, for the referees and for the applicants."""
    service = office.service
    now, today = service.clock(), service.today()
    found = [one for find in (due, outstanding) for one in find(reader, office.programme, now, today)]
    return rows_of(office, found)


def queue_by_hand(office: Office, application: str, reference: str) -> Reminder:
    """Queue a reminder that somebody sends now. Raises Rejected where they may not."""

    def write(writer: Writer) -> Reminder:
        writer.lock_views()
        found = by_hand(office, writer, application, reference)
        if not add(writer, [recallable(found.message, office)]):
            raise Rejected("too_soon", f"reference {reference}: they are reminded today already")
        return found

    return noting.written(office, write)


def _refuse_what_is_over(reader: Reader, application: str) -> None:
    stage = reader.select(sa.select(applicants.c.stage).where(applicants.c.application == application))
    if not stage:
        raise Rejected("not_in_record", f"application/{application} is not in the record")
    if stage[0][0] in ENDS:
        told = str(stage[0][0]).replace("_", " ")
        raise Rejected("not_wanted", f"application/{application} is over ({told}): nobody is reminded")


# -- when ---------------------------------------------------------------------


def _fresh(told: Told, days: int, programme: Programme) -> bool:
    """Whether a step may be due that the ledger has not: else nothing more need be read."""
    steps = [step for step in programme.references.chase_referee_days if step <= days]
    return bool(steps) and max(steps) > max(told.steps, default=-1)


def _long_enough_ago(told: Told, programme: Programme, now: dt.datetime) -> bool:
    return told.last_at is None or now >= soonest_by_hand(told.last_at, programme)


def _not_before(told: Told, programme: Programme, now: dt.datetime) -> dt.datetime:
    """A reminder never overtakes its request: one that waits goes first, and some time passes."""
    return soonest_by_hand(now, programme) if told.waits else now


def _to_a_referee(programme: Programme) -> Kind | None:
    return next(
        (each for each in programme.messages if each.when == "reminder" and each.to == "referee"), None
    )


def _to_the_applicant(programme: Programme) -> Kind | None:
    return next(
        (
            each
            for each in programme.messages
            if each.on and each.when == "reminder" and each.to == "applicant"
        ),
        None,
    )


# -- rows ---------------------------------------------------------------------


def _reminder(one: Asked, step: int, programme: Programme, due_at: dt.datetime, now: dt.datetime) -> Reminder:
    version, named = place(one.event), _to_a_referee(programme)
    message = Message(
        key=f"{one.stream}/{version}/reminder/{step}",
        kind="reminder",
        template=named.name if named else REMINDED,
        stream=one.stream,
        version=version,
        recipient="referee",
        due_at=due_at,
        created_at=now,
        step=step,
        provider=one.told.provider,
    )
    return _as_reminder(one, step, message)


def _of_applicant(one: Asked, asked_on: dt.date, step: int, kind: Kind, now: dt.datetime) -> Reminder:
    message = Message(
        key=_told_of(one, asked_on, step),
        kind="message",
        template=kind.name,
        stream=one.stream,
        version=place(one.event),
        recipient=kind.to,
        due_at=now,
        created_at=now,
        step=step,
    )
    return _as_reminder(one, step, message)


def _told_of(one: Asked, asked_on: dt.date, step: int) -> str:
    return f"{one.stream}/outstanding/{asked_on.isoformat()}/{step}"


def _as_reminder(one: Asked, step: int, message: Message) -> Reminder:
    return Reminder(
        application=stream_id(one.stream),
        reference=one.reference,
        referee=one.task.referee,
        step=step,
        message=message,
    )


def as_document(one: Reminder, to: Mapping[str, str]) -> dict[str, Any]:
    """A reminder as ``remind --json`` has it; ``to`` says by its key who gets it."""
    return {
        "key": one.key,
        "application": one.application,
        "referee": one.referee,
        "step": one.step,
        "to": to[one.key],
    }
