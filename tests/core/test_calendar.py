"""School days: what is a holiday, what is due when, when chasers rest."""

from __future__ import annotations

import datetime as dt

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siprecruit import programmes
from siprecruit.core import calendar
from siprecruit.core.programme import Holiday

NORFOLK = programmes.load("norfolk-2008")
PARTNERS = programmes.load("improvement-partners-2026")
BOTH = st.sampled_from([NORFOLK, PARTNERS])
DAYS = st.dates(dt.date(2006, 1, 1), dt.date(2029, 12, 31))


@pytest.mark.parametrize(
    "day",
    ["2007-01-01", "2007-04-06", "2007-05-07", "2007-05-28", "2007-12-25", "2008-03-24", "2008-05-05"],
)
def test_bank_holidays_of_2007_and_2008_are_holidays(day):
    """Schools are shut on England's bank holidays, those in term too."""
    assert calendar.in_holiday(dt.date.fromisoformat(day), NORFOLK)


def test_the_statutory_date_fell_in_the_easter_holidays():
    """1 April 2008 was a Tuesday between two terms, and counts all the same."""
    assert NORFOLK.statutory_date is not None
    assert calendar.in_holiday(NORFOLK.statutory_date, NORFOLK)
    assert calendar.term_of(NORFOLK.statutory_date, NORFOLK) is None


def test_the_introduction_dates_are_school_days():
    """A school can only have heard from its partner while it is open."""
    for programme in (NORFOLK, PARTNERS):
        assert calendar.is_working_day(programme.introduction_date, programme)
        assert calendar.term_of(programme.introduction_date, programme) is not None


def test_half_term_belongs_to_its_term():
    """A Record of Visit is due once a term, and half-term doesn't make two of it."""
    half_term = dt.date(2007, 5, 30)
    term = calendar.term_of(half_term, NORFOLK)
    assert term is not None
    assert term.code == "2007-summer"
    assert calendar.in_holiday(half_term, NORFOLK)


def test_a_reference_due_in_the_summer_holidays_is_due_when_schools_are_back():
    """Asked on 10 July 2007 with 28 days: 7 August lies in the holidays, 5 September does not."""
    assert calendar.due_after(dt.date(2007, 7, 10), 28, NORFOLK) == dt.date(2007, 9, 5)


def test_a_reference_due_on_a_saturday_is_due_on_monday():
    """Nobody is overdue for a weekend."""
    assert calendar.due_after(dt.date(2007, 6, 9), 7, NORFOLK) == dt.date(2007, 6, 18)


def test_a_holiday_with_a_weekend_and_another_holiday_behind_it_is_passed_at_once():
    """Easter 2007: from Good Friday on the next school day is Monday, 16 April."""
    assert calendar.next_working_day(dt.date(2007, 4, 6), NORFOLK) == dt.date(2007, 4, 16)


def test_where_no_dates_are_known_only_weekends_are_days_off():
    """An authority that hasn't entered a year's holidays yet still gets due dates."""
    assert calendar.next_working_day(dt.date(2020, 8, 5), NORFOLK) == dt.date(2020, 8, 5)
    assert calendar.next_working_day(dt.date(2020, 8, 8), NORFOLK) == dt.date(2020, 8, 10)


def test_the_last_day_of_the_calendar_ends_the_search():
    """A holiday without end makes no endless loop and no error."""
    endless = Holiday(title="For ever", starts=dt.date(9999, 1, 1), ends=dt.date.max)
    programme = attrs.evolve(NORFOLK, holidays=(endless,))
    assert calendar.next_working_day(dt.date(9999, 5, 5), programme) == dt.date.max


def test_chasers_rest_only_where_the_programme_says_so():
    """Chasers to schools rest in the holidays in Norfolk; another authority may send them."""
    easter = dt.date(2007, 4, 10)
    restless = attrs.evolve(NORFOLK, references=attrs.evolve(NORFOLK.references, rest_in_holidays=False))
    assert calendar.rests(easter, NORFOLK)
    assert not calendar.rests(easter, restless)
    assert not calendar.rests(dt.date(2007, 6, 5), NORFOLK)


@given(BOTH, DAYS)
def test_the_next_working_day_is_one_and_none_lies_between(programme, day):
    """A moved deadline moves as little as it can."""
    found = calendar.next_working_day(day, programme)
    assert found >= day
    assert calendar.is_working_day(found, programme)
    between = [day + dt.timedelta(days=n) for n in range((found - day).days)]
    assert not any(calendar.is_working_day(each, programme) for each in between)


@given(BOTH, DAYS, st.integers(0, 120))
def test_a_due_date_never_comes_early_and_never_on_a_day_off(programme, start, days):
    """A referee has at least the days that were promised."""
    due = calendar.due_after(start, days, programme)
    assert due >= start + dt.timedelta(days=days)
    assert due.weekday() < 5
    assert not calendar.in_holiday(due, programme)


@given(BOTH, DAYS, st.integers(0, 60), st.integers(0, 60))
def test_more_days_are_never_due_sooner(programme, start, fewer, more):
    """Moving deadlines out of the holidays keeps their order."""
    fewer, more = sorted((fewer, more))
    assert calendar.due_after(start, fewer, programme) <= calendar.due_after(start, more, programme)


@given(BOTH, st.data())
def test_within_the_known_terms_a_day_is_in_term_or_in_a_holiday(programme, data):
    """Between the first and the last day of the pack's terms no day is left over."""
    day = data.draw(st.dates(programme.terms[0].starts, programme.terms[-1].ends))
    assert calendar.term_of(day, programme) is not None or calendar.in_holiday(day, programme)
