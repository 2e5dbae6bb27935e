"""Which references we asked for that may be chased: in bulk from the views, then from their streams."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import attrs
import sqlalchemy as sa

from siprecruit.core.application import Application
from siprecruit.core.corrections import place
from siprecruit.core.events import Recorded, standing
from siprecruit.core.ids import Code
from siprecruit.core.position import ENDS
from siprecruit.core.programme import Programme
from siprecruit.core.references import ReferenceAsked, Task
from siprecruit.core.streams import DECIDERS
from siprecruit.deliver.reminders.ledger import Ledger, Told, ledger_of
from siprecruit.record.reading import Reader
from siprecruit.record.views import applicants, reference_tasks


@attrs.frozen(kw_only=True)
class Asked:
    """A reference that we asked for: the event that stands, the application, and the ledger."""

    stream: str
    event: Recorded
    state: Application
    ledger: Ledger

    @property
    def told(self) -> Told:
        """What the referee was told of it."""
        return self.ledger.of(self.stream, place(self.event))

    @property
    def task(self) -> Task:
        """What became of it."""
        return self.state.references.tasks[self.reference]

    @property
    def reference(self) -> Code:
        """Its code."""
        return Code(self.event.event.reference)


def asked_for(
    reader: Reader,
    programme: Programme,
    today: dt.date,
    earliest: int,
    wanted: Callable[[Told, int], bool],
) -> Iterator[Asked]:
    """Our own open requests that are ``earliest`` days old, of applications that are on their way.

    ``wanted`` says by what the ledger has of one, and its age in days, whether its history need be read.
    """
    rows = _open(reader, programme, today, earliest)
    ledger = ledger_of(reader, {f"application/{code}" for code, _, _ in rows})
    ages = {
        (f"application/{code}", reference): (today - dt.date.fromisoformat(asked_on)).days
        for code, reference, asked_on in rows
    }
    left = [key for key, days in ages.items() if wanted(ledger.by_reference(*key), days)]
    histories = reader.histories(sorted({stream for stream, _ in left}))
    asked = {stream: asked_events(history) for stream, history in histories.items()}
    states = {stream: DECIDERS["application"].state(history) for stream, history in histories.items()}
    for stream, reference in left:
        event = asked[stream].get(Code(reference))
        if event is not None and event.event.reference in states[stream].references.tasks:
            yield Asked(stream=stream, event=event, state=states[stream], ledger=ledger)


def _open(reader: Reader, programme: Programme, today: dt.date, earliest: int) -> Sequence[Any]:
    task, rules = reference_tasks.c, programme.references
    wanted = (
        sa.select(task.application, task.reference, task.asked_on)
        .join(applicants, applicants.c.application == task.application)
        .where(
            task.open == 1,
            task.asked_by.is_(None),
            task.asked_on <= (today - dt.timedelta(days=earliest)).isoformat(),
            sa.or_(
                task.asked_on >= (today - dt.timedelta(days=rules.link_days)).isoformat(),
                task.due >= today.isoformat(),
            ),
            applicants.c.stage.not_in(ENDS),
        )
        .order_by(task.asked_on, task.application, task.reference)
    )
    return reader.select(wanted)


def asked_events(history: Sequence[Recorded]) -> dict[Code, Recorded]:
    """The events by which we asked, by the reference; of several the latest."""
    return {one.event.reference: one for one in standing(history) if isinstance(one.event, ReferenceAsked)}
