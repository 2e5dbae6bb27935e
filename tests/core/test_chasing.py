"""Chasers: who is reminded on which day, and who isn't."""

from __future__ import annotations

import datetime as dt

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.applying import HEAD, asked, named, state_of, with_referees
from core.harness import Story
from core.pool import day
from siprecruit.core.calendar import in_holiday
from siprecruit.core.commands import Rejected
from siprecruit.core.ids import Code
from siprecruit.core.intervals import DAY
from siprecruit.core.references import (
    AgreeReferee,
    AskReference,
    BeginReferenceOutside,
    BounceReference,
    DeclineReference,
    ExpireReference,
    ExtendReference,
    GiveReferenceElsewhere,
    OpenReference,
    ReceiveReference,
    ReplaceReferee,
    SaveReference,
    WithdrawReference,
)
from siprecruit.core.references.chasing import outstanding_step, soonest_by_hand, step_by_hand, step_due
from siprecruit.programmes import load

NORFOLK = load("norfolk-2008")
STEPS = NORFOLK.references.chase_referee_days
R1, R2 = Code("r1"), Code("r2")
JUNE = day("2007-06-04")
days_after = st.integers(0, 200)


def step(story: Story, on: dt.date, code: Code = R1, told: tuple[int, ...] = ()) -> int | None:
    """The step that is due of a reference on a day."""
    references = state_of(story).references
    return step_due(references, references.tasks[code], story.programme, on, told)


@pytest.mark.parametrize(
    ("days", "due"), [(0, None), (6, None), (7, 7), (13, 7), (14, 14), (27, 21), (28, 28)]
)
def test_a_referee_is_reminded_at_the_programmes_days(days, due):
    """After 7, 14, 21 and 28 days, counted from asking; a run that was missed is caught up with."""
    assert step(asked("2007-06-04"), JUNE + days * DAY) == due


@given(days_after, st.sets(st.sampled_from(STEPS)))
def test_of_the_steps_that_are_due_only_the_latest_is_told_and_none_twice(days, told):
    """A week without a run brings one reminder, not two; no earlier step comes after a later one."""
    due = step(asked("2007-06-04"), JUNE + days * DAY, R2, tuple(told))
    assert due is None or (due == max(each for each in STEPS if each <= days) and due > max(told, default=0))


def test_who_has_said_that_they_will_be_late_is_left_in_peace_until_then():
    """The administrator notes on the telephone that the referee will be late: no reminder comes next day."""
    story = asked("2007-06-04")
    story.tell(JUNE + 5 * DAY, ExtendReference(reference=R1, due=JUNE + 30 * DAY))
    assert [step(story, JUNE + days * DAY) for days in (7, 14, 30)] == [None, None, None]
    assert step(story, JUNE + 31 * DAY) == 28


ENDS = (
    ReceiveReference(reference=R1, answers={"trust": "Yes."}),
    GiveReferenceElsewhere(reference=R1, where=Code("ncsl")),
    DeclineReference(reference=R1),
    BounceReference(reference=R1),
    ExpireReference(reference=R1),
    WithdrawReference(reference=R1),
    ReplaceReferee(referee=HEAD, by=Code("3"), name="A third"),
    AgreeReferee(referee=HEAD, agreement="refused"),
)


@pytest.mark.parametrize("end", ENDS, ids=lambda end: type(end).__name__)
def test_nobody_is_reminded_of_what_is_wanted_no_longer(end):
    """Received, declined, bounced, replaced ...: whoever has answered, or can't, is left alone."""
    story = asked("2007-06-04")
    story.tell(JUNE + 3 * DAY, end)
    assert step(story, JUNE + 7 * DAY) is None
    assert step(story, JUNE + 7 * DAY, R2) == 7
    with pytest.raises(Rejected):
        step_by_hand(state_of(story).references, R1, NORFOLK, JUNE + 7 * DAY)


@pytest.mark.parametrize(
    "begun", [OpenReference(reference=R1), SaveReference(reference=R1, answers={"a": "b"})]
)
def test_who_has_begun_is_reminded_to_end(begun):
    """A form that was opened, or saved half-way, is still awaited."""
    story = asked("2007-06-04")
    story.tell(JUNE + 3 * DAY, begun)
    assert step(story, JUNE + 7 * DAY) == 7


def test_what_the_college_asked_is_the_colleges_to_chase():
    """A referee whom somebody else asked hears from them, not from us."""
    story = with_referees()
    story.tell(JUNE, BeginReferenceOutside(reference=R1, referee=HEAD, asked_by=Code("ncsl")))
    assert step(story, JUNE + 28 * DAY) is None


def test_a_chaser_to_a_school_waits_for_the_term():
    """Asked in July, a headteacher hears in September, of the latest step; the officer in August."""
    story = asked("2007-07-16")
    back = day("2007-09-05")
    assert (step(story, day("2007-07-24")), step(story, back - DAY), step(story, back)) == (7, None, 28)
    assert step(story, day("2007-08-06"), R2) == 21
    story.programme = attrs.evolve(
        NORFOLK, references=attrs.evolve(NORFOLK.references, rest_in_holidays=False)
    )
    assert step(story, back - DAY) == 28


@given(st.dates(day("2007-02-01"), day("2008-07-01")), days_after)
def test_no_school_is_written_to_while_it_is_shut(on, days):
    """Whatever day a headteacher was asked on, none of the reminders falls into a holiday."""
    story = with_referees()
    story.tell(on, AskReference(reference=R1, referee=HEAD, due=on + 28 * DAY))
    if in_holiday(on + days * DAY, NORFOLK):
        assert step(story, on + days * DAY) is None


def test_a_link_that_opens_no_longer_is_not_sent_again():
    """After the programme's days a link opens nothing: a list of last year's requests reminds nobody."""
    story, last = asked("2007-06-04"), JUNE + NORFOLK.references.link_days * DAY
    assert step(story, last, R2) == 28
    assert step(story, last + DAY, R2) is None
    with pytest.raises(Rejected, match="ask anew"):
        step_by_hand(state_of(story).references, R2, NORFOLK, last + DAY)


def test_the_applicant_hears_that_a_reference_is_outstanding():
    """After 9, 16 and 30 days, the latest only, and in the holidays as well."""
    assert [outstanding_step(JUNE, NORFOLK, JUNE + days * DAY) for days in (8, 9, 15, 16, 30, 90)] == [
        None, 9, 9, 16, 30, 30,
    ]  # fmt: skip
    assert outstanding_step(JUNE, NORFOLK, JUNE + 16 * DAY, told=(16,)) is None


def test_a_reminder_by_hand_counts_the_days_since_asking():
    """It takes the place of the programme's step before it, and two days pass until the next one."""
    story = asked("2007-06-04")
    references = state_of(story).references
    assert step_by_hand(references, R1, NORFOLK, JUNE + 10 * DAY) == 10
    assert step(story, JUNE + 13 * DAY, told=(10,)) is None
    assert step(story, JUNE + 14 * DAY, told=(10,)) == 14
    noon = dt.datetime(2007, 6, 14, 12, tzinfo=dt.UTC)
    assert soonest_by_hand(noon, NORFOLK) == noon + dt.timedelta(hours=48)


def test_nobody_is_reminded_of_what_was_never_asked():
    """A code that nobody asked for is told as such."""
    story = with_referees()
    named(story, "3")
    with pytest.raises(Rejected, match="was not asked for"):
        step_by_hand(state_of(story).references, R1, NORFOLK, JUNE)
