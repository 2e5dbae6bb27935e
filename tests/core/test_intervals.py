"""Intervals say of every day what a list of days would say."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siprecruit.core.intervals import (
    ALWAYS,
    DAY,
    Interval,
    Turn,
    beside,
    covers,
    cut,
    latest,
    meet,
    meet_all,
    merge,
    spells,
    through,
    within,
)

FIRST = dt.date(2008, 3, 1)
WINDOW = [FIRST + number * DAY for number in range(40)]
DAYS = st.integers(0, 30).map(lambda number: FIRST + number * DAY)


@st.composite
def some_interval(draw):
    starts = draw(DAYS)
    length = draw(st.none() | st.integers(1, 12))
    return Interval(starts=starts, ends=None if length is None else starts + length * DAY)


@st.composite
def some_turn(draw):
    return Turn(on=draw(DAYS), holds=draw(st.booleans()), until=draw(st.none() | DAYS))


INTERVALS = st.lists(some_interval(), max_size=5)


def days_of(intervals) -> set[dt.date]:
    return {day for day in WINDOW if covers(intervals, day)}


def test_the_last_day_belongs_to_it_and_the_next_one_does_not():
    """Somebody accredited until 31 March 2008 is accredited on that day and not on 1 April."""
    held = through(dt.date(2007, 4, 1), dt.date(2008, 3, 31))
    assert dt.date(2008, 3, 31) in held
    assert dt.date(2008, 4, 1) not in held
    assert held.until == dt.date(2008, 3, 31)


def test_without_a_last_day_there_is_no_end():
    """An accreditation without a date in it lasts until somebody says otherwise."""
    assert dt.date.max in through(FIRST, None)
    assert dt.date.max in through(FIRST, dt.date.max)
    assert through(FIRST, None).until is None
    assert through(None, None) == ALWAYS


def test_what_is_over_before_it_begins_holds_no_day():
    """A last day before the first leaves nothing, and no interval can be made of it."""
    assert through(FIRST, FIRST - DAY) is None
    with pytest.raises(ValueError, match="no day"):
        Interval(starts=FIRST, ends=FIRST)


@given(some_interval(), some_interval())
def test_what_two_intervals_share_is_the_days_in_both(one, other):
    """A placement is active on the days that lie in it and in its person's accreditation."""
    both = meet(one, other)
    assert days_of([both] if both else []) == days_of([one]) & days_of([other])
    assert both == meet(other, one)


@given(INTERVALS)
def test_merging_keeps_every_day_and_leaves_gaps_between(intervals):
    """Two accreditations that overlap or touch are one stretch; the order of being told doesn't matter."""
    merged = merge(intervals)
    assert days_of(merged) == days_of(intervals)
    assert all(a.ends is not None and a.ends < b.starts for a, b in pairwise(merged))
    assert merge(reversed(intervals)) == merged
    assert merge(merged) == merged


@given(INTERVALS, INTERVALS, INTERVALS)
def test_several_gates_are_open_together_when_each_is(one, other, third):
    """Deployable means that each of the gates is open on that day."""
    common = meet_all(one, other, third)
    assert days_of(common) == days_of(one) & days_of(other) & days_of(third)
    assert merge(common) == common


@given(INTERVALS, DAYS)
def test_a_cut_leaves_the_days_before_it(intervals, day):
    """The day on which something ends is the first one without it."""
    assert days_of(cut(intervals, day)) == {each for each in days_of(intervals) if each < day}


@given(INTERVALS)
def test_each_day_lies_in_the_intervals_or_beside_them(intervals):
    """A person may serve on the days that lie beside their ties."""
    assert days_of(beside(intervals)) == set(WINDOW) - days_of(intervals)
    assert beside(beside(intervals)) == merge(intervals)


@given(st.lists(some_turn(), max_size=6))
def test_spells_agree_with_what_was_said_read_day_by_day(turns):
    """On each day a word counts that began by then and that no later word has ended."""

    def holds(day: dt.date) -> bool:
        said = sorted((each for each in turns if each.on <= day), key=lambda one: one.on)
        last_end = max((place for place, each in enumerate(said) if not each.holds), default=-1)
        return any(within(day, each.on, each.until) for each in said[last_end + 1 :])

    assert days_of(spells(turns)) == {day for day in WINDOW if holds(day)}


def test_of_two_words_on_one_day_the_later_told_counts():
    """Removed and accredited anew on one day: the order in which we were told decides."""
    removed, anew = Turn(on=FIRST, holds=False), Turn(on=FIRST, holds=True)
    assert spells([removed, anew]) == (Interval(starts=FIRST),)
    assert spells([anew, removed]) == ()


def test_the_latest_of_one_day_is_the_one_told_last():
    """Two forms of one day: the one that came in last counts; a form of an earlier day doesn't."""
    earlier, first, last = (
        Turn(on=FIRST - DAY, holds=True),
        Turn(on=FIRST, holds=True),
        Turn(on=FIRST, holds=False),
    )
    assert latest([first, last, earlier]) is last
    assert latest([]) is None
