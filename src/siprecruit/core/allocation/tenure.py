"""A person's time at a school in one capacity: from a first day, perhaps through a last one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

import attrs

from siprecruit.core.allocation.events import AdviserEnded, PermanentEnded, TemporaryEnded
from siprecruit.core.calendar import in_words
from siprecruit.core.commands import Rejected
from siprecruit.core.ids import Code, PersonId
from siprecruit.core.intervals import DAY, Interval, meet, through, within

Ended = PermanentEnded | TemporaryEnded | AdviserEnded

FIRST: Final = dt.date.min + DAY
"""The first day that has a day before it."""


@attrs.frozen(kw_only=True)
class Tenure:
    """One person named for a school from ``starts`` through the last day ``until`` (None: no end is known).

    ``named_on`` is the day on which it was said. A tenure that was ended before its first day never began:
    it stays here as a fact and holds no day. ``end_reason`` and ``end_remark`` say why it was ended.
    """

    person: PersonId
    starts: dt.date
    until: dt.date | None = None
    named_on: dt.date
    reason: Code | None = None
    plan: Code | None = None
    introductory_visit: bool = False
    remark: str | None = None
    end_reason: Code | None = None
    end_remark: str | None = None


def serves(tenure: Tenure, day: dt.date) -> bool:
    """Whether that day lies in the tenure; whether the person *may* serve then is another question."""
    return within(day, tenure.starts, tenure.until)


def serving(tenures: Iterable[Tenure], day: dt.date) -> Tenure | None:
    """The tenure in which the day lies, or None."""
    return next((each for each in tenures if serves(each, day)), None)


def span(tenure: Tenure) -> Interval | None:
    """The days of the tenure, or None where it never began."""
    return through(tenure.starts, tenure.until)


def overlapping(tenures: Iterable[Tenure], starts: dt.date, until: dt.date | None) -> tuple[Tenure, ...]:
    """The tenures that share a day with those from ``starts`` through ``until``."""
    days = through(starts, until)
    if days is None:
        return ()
    return tuple(
        each for each in tenures if (held := span(each)) is not None and meet(held, days) is not None
    )


def last_day(until: dt.date | None, on: dt.date) -> dt.date:
    """The last day of what was ended: as told, or else the day before the one on which it ended."""
    return until if until is not None else max(on, FIRST) - DAY


def still_open(tenures: Iterable[Tenure], last: dt.date) -> Tenure | None:
    """The earliest tenure that goes on, or begins, after the day ``last``: the one that an end on it ends."""
    after = [
        each for each in tenures if each.until is None or (each.until > last and each.until >= each.starts)
    ]
    return min(after, key=lambda one: one.starts, default=None)


def ended(tenures: Sequence[Tenure], happened: Ended, on: dt.date, post: str) -> tuple[Tenure, ...]:
    """The tenures after that person's has ended as was told on a day.

    Raises Rejected (``does_not_follow``) where the person had none after it; ``post`` says what in the
    sentence.
    """
    person, last = happened.person, last_day(happened.until, on)
    target = still_open((each for each in tenures if each.person == person), last)
    if target is None:
        raise Rejected(
            "does_not_follow", f"{person} is not the {post} after {in_words(last)}: nothing to end"
        )
    over = attrs.evolve(
        target,
        until=last,
        end_reason=happened.reason,
        # A development adviser's end has no remark.
        end_remark=getattr(happened, "remark", None),
    )
    return tuple(over if each is target else each for each in tenures)


def days_in_words(starts: dt.date, until: dt.date | None) -> str:
    """The days as a sentence says them: ``from 1 April 2008`` or ``from 1 April 2008 to 31 August 2008``."""
    return f"from {in_words(starts)}" + (f" to {in_words(until)}" if until else "")
