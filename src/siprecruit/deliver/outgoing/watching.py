"""What was taken by a provider, and of which nothing was heard in time: somebody has to ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final
from zoneinfo import ZoneInfo

from siprecruit.core.references import Task, is_open
from siprecruit.deliver.office import Office
from siprecruit.deliver.writing.cases import Case, cases
from siprecruit.deliver.writing.wanted import why_not_wanted
from siprecruit.record import delivered, outbox, undelivered
from siprecruit.record.delivered import Happened
from siprecruit.record.outbox import Row
from siprecruit.record.reading import Reader

_ASKING: Final = ("request", "reminder")


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


def settle_what_is_over(office: Office) -> int:
    """Take from the staff what got stuck and is wanted no longer: the reference has come all the same.

    How many there were. Whether it was sent is then of no interest to anybody.
    """
    record = office.service.record
    with record.reading() as reader:
        over = [row.key for row in _over(office, reader)]
    if not over:
        return 0
    with record.writing() as writer:
        rows = _over(office, writer, outbox.by_key(writer, over).values())
        happened = [Happened(key=row.key, status=_end_for(row), number=row.attempts) for row in rows]
        delivered.note(writer, happened, office.programme, office.service.clock())
    return len(happened)


def _end_for(row: Row) -> str:
    """What certainly wasn't sent goes out after all, should it be wanted again."""
    return "not_wanted" if row.status in ("refused", "failed") else "settled"


def _over(office: Office, reader: Reader, among: Iterable[Row] | None = None) -> list[Row]:
    rows = undelivered.stuck(reader) if among is None else among
    asking = [row for row in rows if row.kind in _ASKING and row.status in outbox.LOOK]
    found = cases(office, reader, asking) if asking else ()
    return [case.row for case in found if why_not_wanted(case) is not None]


def _judged(case: Case, now: dt.datetime) -> Happened:
    row, task = case.row, case.task
    if row.kind not in _ASKING:
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
