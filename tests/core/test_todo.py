"""The rules of what needs doing: days, and when time alone changes anything."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.harness import Story
from core.pool import (
    ANN,
    BEN,
    STATUTORY,
    URN,
    accredited,
    appointed,
    briefed,
    day,
    disclosed,
    inducted,
    told,
)
from siprecruit.core import placement
from siprecruit.core.accreditation import EndAccreditation, ExpectAccreditation
from siprecruit.core.allocation import CoverTemporarily, HearSchool, NamePermanent, RecordIntroduction
from siprecruit.core.calendar import is_working_day
from siprecruit.core.coverage import Pool
from siprecruit.core.ids import Code
from siprecruit.core.induction import ClearRequirement, PlanInduction
from siprecruit.core.person import Person
from siprecruit.core.position import Serving
from siprecruit.core.school_record import RecordSchool
from siprecruit.core.todo import (
    KINDS,
    Candidate,
    Task,
    introductions_overdue,
    late_after,
    tasks_of_person,
    tasks_of_school,
)
from siprecruit.core.todo.kinds import due
from siprecruit.programmes import load

NORFOLK = load("norfolk-2008")


@given(st.sampled_from(sorted(NORFOLK.tasks.days)), st.dates(day("2007-01-01"), day("2008-07-31")))
def test_what_the_programme_counts_is_due_on_a_school_day(kind: str, since: dt.date) -> None:
    """No deadline of the office's own falls on a weekend or in a holiday, however it is counted."""
    found = due(kind, since, NORFOLK)
    assert found is not None
    assert is_working_day(found, NORFOLK)
    assert found >= since + dt.timedelta(days=NORFOLK.tasks.days[kind])


@cache
def person() -> Person:
    """Somebody whose accreditation and check run out, with a plan for the induction that came to nothing."""
    state: Person = told(
        ANN,
        appointed("2007-11-01"),
        ("2007-11-05", ExpectAccreditation(phase=Code("primary"), expected_by=day("2007-12-01"))),
        ("2007-11-06", PlanInduction(session=Code("s1"), sits_on=day("2007-12-03"))),
        accredited("2007-12-10", until="2008-10-31"),
        ("2008-01-05", ClearRequirement(requirement=Code("enhanced_disclosure"), outcome="clear",
                                        expires=day("2009-01-04"))),
        inducted("2008-01-10"),
        briefed("2008-02-01"),
        ("2008-06-02", EndAccreditation(phase=Code("primary"), why="suspended")),
        accredited("2008-06-20", until="2008-10-31"),
    ).state  # fmt: skip
    return state


def tasks_of_ann(on: dt.date) -> tuple[tuple[Task, ...], dt.date | None]:
    """What needs doing about her, who serves a school for a year."""
    serving = Serving(
        urn=URN, kind="permanent", starts=STATUTORY, until=day("2009-03-31"), introduced_on=None
    )
    who = Candidate(id=ANN, person=person(), applications=(), serving=(serving,))
    return tasks_of_person(who, NORFOLK, on)


@cache
def school() -> tuple[placement.Placement, Pool]:
    """A school with temporary cover for a while, and a permanent partner who is ready on some days."""
    ben: Person = told(BEN, appointed(), accredited(), disclosed(), inducted()).state
    people = {ANN: person(), BEN: ben}
    story = Story(decider=placement.DECIDER, stream=f"placement/{URN}")
    story.given = {"people": people, "applications": {ANN: (), BEN: ()}}
    for on, what in (
        ("2007-09-01", RecordSchool(name="A", la_code=Code("926"), phase=Code("primary"),
                                    type=Code("community"), type_group=Code("maintained"))),
        ("2008-02-01", NamePermanent(person=ANN, starts=STATUTORY, until=day("2009-03-31"))),
        ("2008-03-01", CoverTemporarily(person=BEN, starts=STATUTORY, until=day("2008-05-31"),
                                        reason=Code("absence"))),
        ("2008-07-02", HearSchool(heard=False)),
        ("2008-07-20", RecordIntroduction(person=ANN, told_by="school")),
    ):  # fmt: skip
        story.tell(day(on), what)
    return story.state, Pool(people=people, applications={}, programme=NORFOLK)


def tasks_of_the_school(on: dt.date) -> tuple[tuple[Task, ...], dt.date | None]:
    """What needs doing about it."""
    state, pool = school()
    return tasks_of_school(URN, state, pool, on)


# From August on: what is told later isn't known before.
@pytest.mark.parametrize("tasks_on", [tasks_of_ann, tasks_of_the_school])
@pytest.mark.parametrize("month", range(12))
def test_nothing_changes_before_the_day_that_is_told(tasks_on, month: int) -> None:
    """Until the day on which time alone may change a list, the list is the same on every day.

    So what was written on one day may be read on all days before that one.
    """
    on = day("2008-08-01") + dt.timedelta(days=41 * month)
    found, until = tasks_on(on)
    last = min(until or dt.date.max, on + dt.timedelta(days=120))
    for later in range(1, (last - on).days):
        assert tasks_on(on + dt.timedelta(days=later))[0] == found


def kinds(found: tuple[tuple[Task, ...], dt.date | None]) -> list[str]:
    """The kinds of some tasks."""
    return [one.kind for one in found[0]]


def test_a_suspension_and_an_end_ahead_are_each_seen() -> None:
    """Suspended, the answer is awaited; lifted, the end in October is shown from August on."""
    assert "accreditation_awaited" in kinds(tasks_of_ann(day("2008-06-10")))
    assert kinds(tasks_of_ann(day("2008-07-01"))) == []
    assert kinds(tasks_of_ann(day("2008-08-02"))) == ["accreditation_ends"]
    assert kinds(tasks_of_ann(day("2008-11-01")))[0] == "accreditation_awaited"


def test_a_school_loses_cover_when_its_partner_does() -> None:
    """The temporary partner covers through May, nobody in early June, then the permanent one to October."""
    assert "cover_missing" in kinds(tasks_of_the_school(day("2008-06-10")))
    assert kinds(tasks_of_the_school(day("2008-07-25"))) == []
    (ahead,) = tasks_of_the_school(day("2008-08-03"))[0]
    assert (ahead.kind, ahead.due, ahead.at_once) == ("cover_missing", day("2008-11-01"), False)
    (now,) = tasks_of_the_school(day("2008-11-01"))[0]
    assert now.at_once


def late(on: str) -> list[dt.date]:
    """By when the introductions were due to the school of which Ann is late on a day."""
    state, pool = school()
    return [one.due for one in introductions_overdue(URN, state, pool, day(on)) if one.due]


def test_a_partner_is_late_after_the_day_for_all_until_they_have_introduced_themselves() -> None:
    """The day is 15 July: nobody is late on it. On the 20th Ann has introduced herself."""
    assert late("2008-07-15") == []
    assert late("2008-07-16") == [day("2008-07-15")]
    assert late("2008-07-20") == []


def test_a_partner_who_may_not_serve_is_not_late() -> None:
    """Suspended in June, Ann has nothing to introduce; what is late is a task on the to-do list, too."""
    assert late("2008-06-10") == []
    assert "introduction_to_make" in kinds(tasks_of_the_school(day("2008-07-16")))


@pytest.mark.parametrize(
    ("since", "due_on", "last"),
    [
        ("2008-04-01", "2008-07-15", "2008-07-15"),
        ("2008-07-12", "2008-07-15", "2008-07-19"),
        ("2008-09-01", "2008-09-01", "2008-09-08"),
    ],
)
def test_whoever_could_begin_only_just_before_has_a_week(since: str, due_on: str, last: str) -> None:
    """Also who is named after the day for all, for whom the task is due on their first day."""
    assert late_after(day(since), day(due_on)) == day(last)


def test_the_kinds_stand_in_the_order_of_the_pipeline_backwards() -> None:
    """Of one day, a school's cover goes before a person's readiness, and that before an applicant's way."""
    order = list(KINDS)
    assert order.index("cover_missing") < order.index("check_missing") < order.index("reference_to_ask")
