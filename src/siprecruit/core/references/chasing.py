"""Who is reminded when: the latest step of the programme that is due, counted in days from asking.

A step is due on its day and on every day after it, so that a run which was missed is caught up with; of
several that are due only the latest is told, and never one that is earlier than one which was told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from siprecruit.core.calendar import in_words, rests
from siprecruit.core.commands import Rejected
from siprecruit.core.references.state import References, Task, is_open, task_state

if TYPE_CHECKING:
    from siprecruit.core.ids import Code
    from siprecruit.core.programme import Programme


def step_due(
    references: References, task: Task, programme: Programme, day: dt.date, told: Iterable[int] = ()
) -> int | None:
    """The step of which a referee is to be reminded on a day, in days since asking, where one is due.

    ``told`` are the steps that were told. Only our own requests are chased: what the college asked is the
    college's to chase. A chaser to a school rests in the holidays where the programme says so, and who has
    told us that they will be late is left in peace until the day that they named has passed.
    """
    rules = programme.references
    if not is_chased(references, task, programme, day) or _has_named_a_day(task, day):
        return None
    if at_a_school(references, task) and rests(day, programme):
        return None
    return _latest(rules.chase_referee_days, task.asked_on, day, told)


def outstanding_step(
    asked_on: dt.date, programme: Programme, day: dt.date, told: Iterable[int] = ()
) -> int | None:
    """The step of which the applicant is told that a reference is outstanding which was asked for on a day.

    Applicants are written to in their own name, not at a school: they are told in the holidays, too.
    """
    return _latest(programme.references.chase_applicant_days, asked_on, day, told)


def is_chased(references: References, task: Task, programme: Programme, day: dt.date) -> bool:
    """Whether we still want it of this referee, and the link that a reminder repeats still opens."""
    opens_until = task.asked_on + dt.timedelta(days=programme.references.link_days)
    return (
        task.asked_by is None
        and is_open(references, task)
        and references.referees[task.referee].agreement != "refused"
        and day <= max(opens_until, task.due or opens_until)
    )


def at_a_school(references: References, task: Task) -> bool:
    """Whether a referee is taken to be at a school, which is shut in the holidays.

    Where somebody works isn't in the record. The authority's own referee works on through the holidays, and
    so does an officer whom it knows as a person; anybody else is a headteacher or a governor as a rule, and
    a reminder that waits for the term is read while one in August isn't.
    """
    referee = references.referees[task.referee]
    return not referee.from_la and referee.person is None


def step_by_hand(references: References, code: Code, programme: Programme, day: dt.date) -> int:
    """The step of a reminder that somebody sends on a day of their own choice: the days since asking.

    Raises Rejected where there is nobody to remind.
    """
    task = references.tasks.get(code)
    if task is None:
        raise Rejected("no_such_reference", f"reference {code} was not asked for")
    if task.asked_by is not None:
        raise Rejected(
            "asked_by_others", f"reference {code} was asked for by {task.asked_by}: it is theirs to chase"
        )
    if not is_open(references, task):
        state = task_state(references, task).replace("_", " ")
        raise Rejected("not_wanted", f"reference {code} is not awaited: it is {state}")
    if references.referees[task.referee].agreement == "refused":
        raise Rejected("referee_refused", f"referee {task.referee} has refused to be asked: replace them")
    if not is_chased(references, task, programme, day):
        asked = in_words(task.asked_on)
        raise Rejected(
            "link_expired", f"reference {code} was asked for on {asked}: its link opens no longer, ask anew"
        )
    return (day - task.asked_on).days


def soonest_by_hand(last: dt.datetime, programme: Programme) -> dt.datetime:
    """From when on somebody may be reminded by hand, who was asked or reminded last at that instant."""
    return last + dt.timedelta(hours=programme.references.manual_reminder_hours)


def _has_named_a_day(task: Task, day: dt.date) -> bool:
    return task.extended_on is not None and task.due is not None and day <= task.due


def _latest(steps: Iterable[int], since: dt.date, day: dt.date, told: Iterable[int]) -> int | None:
    due = max((step for step in steps if step <= (day - since).days), default=None)
    return due if due is not None and due > max(told, default=-1) else None
