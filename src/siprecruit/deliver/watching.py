"""What was taken by a provider, and of which nothing was heard in time: somebody has to ask."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from siprecruit.core.references import Task, is_open
from siprecruit.deliver.cases import Case, cases
from siprecruit.deliver.office import Office
from siprecruit.record import delivered, outbox
from siprecruit.record.delivered import Happened


def note_overdue(office: Office) -> int:
    """Note which rows' answers are overdue by now; how many there are.

    The answer to a request is the reference: it is overdue when that is, also where that was put off since.
    """
    with office.service.record.reading() as reader:
        if not outbox.overdue(reader, office.service.clock()):
            return 0
    with office.service.record.writing() as writer:
        now = office.service.clock()
        rows = outbox.overdue(writer, now, lock=True)
        found = cases(office, writer, rows)
        happened = [_judged(case, now) for case in found]
        delivered.note(writer, happened, office.programme, now)
    return sum(one.status == "overdue" for one in happened)


def _judged(case: Case, now: dt.datetime) -> Happened:
    row, task = case.row, case.task
    if row.kind not in ("request", "reminder"):
        return Happened(key=row.key, status="overdue", number=row.attempts)
    if task is None or not is_open(case.state.references, task):
        return Happened(key=row.key, status="sent", number=row.attempts)
    ends = end_of(task, case.office)
    if ends is not None and ends > now:
        return Happened(key=row.key, status="awaiting", number=row.attempts, due_at=ends)
    return Happened(key=row.key, status="overdue", number=row.attempts)


def end_of(task: Task, office: Office) -> dt.datetime | None:
    """The end of the day on which a reference is due: then it is overdue; None where no day was set."""
    if task.due is None:
        return None
    zone = ZoneInfo(office.programme.timezone)
    return dt.datetime.combine(task.due + dt.timedelta(days=1), dt.time(), zone).astimezone(dt.UTC)
