"""Stretches of days with a start and perhaps an end, and what two or many of them have in common."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

import attrs

DAY = dt.timedelta(days=1)


class Dated(Protocol):
    """A fact with its day."""

    @property
    def on(self) -> dt.date:
        """The day on which it happened, or from which it holds."""


Fact = TypeVar("Fact", bound=Dated)


@attrs.frozen(kw_only=True)
class Interval:
    """The days from ``starts`` up to, and without, ``ends``; without end where that is None.

    What people say and events hold is a *last* day that still counts: ``through`` makes an interval of that.
    Half-open, so that what ends on a day and what begins on it touch and never overlap.
    Raises ValueError where there is no day in it.
    """

    starts: dt.date
    ends: dt.date | None = None

    def __attrs_post_init__(self) -> None:
        if self.ends is not None and self.ends <= self.starts:
            raise ValueError(f"no day lies from {self.starts} up to {self.ends}")

    def __contains__(self, day: dt.date) -> bool:
        return self.starts <= day and (self.ends is None or day < self.ends)

    @property
    def until(self) -> dt.date | None:
        """The last day in it, as people say it; None where it has no end."""
        return None if self.ends is None else self.ends - DAY


ALWAYS = Interval(starts=dt.date.min)


@attrs.frozen(kw_only=True)
class Turn:
    """A dated word on whether something holds: from ``on`` (through its last day ``until``), or no longer."""

    on: dt.date
    holds: bool
    until: dt.date | None = None


def through(starts: dt.date | None, until: dt.date | None) -> Interval | None:
    """From ``starts`` (None: always) through a last day (None: no end); None where that is no day."""
    first = starts or dt.date.min
    if until is None or until == dt.date.max:
        return Interval(starts=first)
    return _between(first, until + DAY)


def within(day: dt.date, starts: dt.date | None, until: dt.date | None) -> bool:
    """Whether a day lies between two days that both count; None is no bound."""
    return (starts is None or starts <= day) and (until is None or day <= until)


def latest(told: Sequence[Fact]) -> Fact | None:
    """The fact of the latest day, of one day the one told last; None where nothing was told."""
    return max(reversed(told), key=lambda one: one.on, default=None)


def covers(intervals: Iterable[Interval], day: dt.date) -> bool:
    """Whether any of the intervals holds that day."""
    return any(day in each for each in intervals)


def meet(one: Interval, other: Interval) -> Interval | None:
    """The days that lie in both, or None."""
    return _between(max(one.starts, other.starts), _sooner(one.ends, other.ends))


def merge(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same days in the fewest intervals, in order; what overlaps or touches becomes one."""
    merged: list[Interval] = []
    for each in sorted(intervals, key=lambda one: one.starts):
        last = merged[-1] if merged else None
        if last is None or (last.ends is not None and last.ends < each.starts):
            merged.append(each)
        elif last.ends is not None and (each.ends is None or each.ends > last.ends):
            merged[-1] = Interval(starts=last.starts, ends=each.ends)
    return tuple(merged)


def meet_all(one: Iterable[Interval], *others: Iterable[Interval]) -> tuple[Interval, ...]:
    """The days that lie in some interval of each of the sets."""
    common = merge(one)
    for other in map(tuple, others):
        common = merge(both for a in common for b in other if (both := meet(a, b)) is not None)
    return common


def beside(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The days that lie in none of the intervals, in order."""
    left: list[Interval] = []
    first = dt.date.min
    for each in merge(intervals):
        if (free := _between(first, each.starts)) is not None:
            left.append(free)
        if each.ends is None:
            return tuple(left)
        first = each.ends
    return (*left, Interval(starts=first))


def cut(intervals: Iterable[Interval], day: dt.date) -> tuple[Interval, ...]:
    """What is left before ``day``: the first day that no longer counts."""
    return tuple(
        left for each in intervals if (left := _between(each.starts, _sooner(each.ends, day))) is not None
    )


def spells(turns: Sequence[Turn]) -> tuple[Interval, ...]:
    """When something holds by what was said of it, in the order of being told.

    Words that overlap merge. A word that it holds no longer ends whatever began on or before its day; of two
    words on one day the later told counts.
    """
    standing: tuple[Interval, ...] = ()
    for turn in sorted(turns, key=lambda one: one.on):
        if not turn.holds:
            standing = cut(standing, turn.on)
        elif (spell := through(turn.on, turn.until)) is not None:
            standing = (*standing, spell)
    return merge(standing)


def _between(starts: dt.date, ends: dt.date | None) -> Interval | None:
    return None if ends is not None and ends <= starts else Interval(starts=starts, ends=ends)


def _sooner(one: dt.date | None, other: dt.date | None) -> dt.date | None:
    if one is None or other is None:
        return one or other
    return min(one, other)
