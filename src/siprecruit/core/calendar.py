"""School days: terms, holidays and the deadlines that wait for them, by the programme's own dates."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from siprecruit.core.programme import Programme, Term

_DAY: Final = dt.timedelta(days=1)
_SATURDAY: Final = 5


def in_holiday(day: dt.date, programme: Programme) -> bool:
    """Whether schools are shut for a holiday on that day; where the programme has no dates they are not."""
    return any(each.starts <= day <= each.ends for each in programme.holidays)


def is_working_day(day: dt.date, programme: Programme) -> bool:
    """Whether schools are open: no weekend and no holiday."""
    return day.weekday() < _SATURDAY and not in_holiday(day, programme)


def next_working_day(day: dt.date, programme: Programme) -> dt.date:
    """The day itself if schools are open, or else the first day after it on which they are.

    The last day of all stays itself: there is no day after 9999-12-31.
    """
    while not is_working_day(day, programme) and day < dt.date.max:
        day = max((each.ends for each in programme.holidays if each.starts <= day <= each.ends), default=day)
        day = day + _DAY if day < dt.date.max else day
    return day


def term_of(day: dt.date, programme: Programme) -> Term | None:
    """The term that a day belongs to, half-term too; None between terms and where no dates are known."""
    return next((each for each in programme.terms if each.starts <= day <= each.ends), None)


def due_after(start: dt.date, days: int, programme: Programme) -> dt.date:
    """The day on which something is due that many days after a start; it never falls on a day off."""
    return next_working_day(start + dt.timedelta(days=days), programme)


def rests(day: dt.date, programme: Programme) -> bool:
    """Whether a chaser to a school waits on that day: in the holidays, where the programme says so."""
    return programme.references.rest_in_holidays and in_holiday(day, programme)


def in_words(day: dt.date) -> str:
    """A day as a sentence says it: ``5 June 2007``."""
    return f"{day.day} {day:%B %Y}"
