"""Induction is once for everybody, a briefing once for each school, and a check counts while it is good."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.harness import Story, decider_of
from siprecruit.core import induction
from siprecruit.core.commands import Correct, Reverse, Undo
from siprecruit.core.ids import Code, PersonId, Urn
from siprecruit.core.induction import (
    AttendInduction,
    ClearRequirement,
    GiveBriefing,
    PlanInduction,
    briefed,
    check_on,
    clear,
    clear_intervals,
    inducted,
    not_clear,
)
from siprecruit.core.intervals import DAY, covers
from siprecruit.programmes import load

MARCH = dt.date(2008, 3, 3)
STATUTORY_DAY = dt.date(2008, 4, 1)
DISCLOSURE = Code("enhanced_disclosure")
SCHOOL = Urn("120789")


@pytest.fixture
def story() -> Story:
    return Story(decider=decider_of(induction.STAGE, kind="person"), stream="person/A7K4P")


def cleared(**values: object) -> ClearRequirement:
    return ClearRequirement(**{"requirement": DISCLOSURE, "outcome": "clear", **values})


def test_a_person_is_inducted_from_the_day_of_the_session(story):
    """A plan inducts nobody; being there does, from that day on."""
    story.tell(dt.date(2008, 2, 1), PlanInduction(session=Code("march"), sits_on=MARCH))
    assert not inducted(story.state.induction, MARCH)
    story.tell(MARCH, AttendInduction(session=Code("march")))
    assert inducted(story.state.induction, MARCH)
    assert not inducted(story.state.induction, MARCH - DAY)


def test_a_later_plan_takes_the_place_of_the_former(story):
    """Somebody who couldn't come in March is planned for April; the sheet keeps both."""
    told = [PlanInduction(session=Code(f"s{month}"), sits_on=dt.date(2008, month, 3)) for month in (3, 4)]
    for what in told:
        assert len(story.tell(dt.date(2008, 2, 1), what)) == 1
    assert story.tell(dt.date(2008, 2, 1), told[-1]) == ()
    assert [each.session for each in story.state.induction.planned] == ["s3", "s4"]


def test_induction_is_once_for_each_person(story):
    """The same day again changes nothing; another day is a correction, and says so."""
    story.tell(MARCH, AttendInduction())
    assert story.tell(MARCH, AttendInduction()) == ()
    refusal = story.refused(STATUTORY_DAY, AttendInduction())
    assert refusal.code == "already_inducted"
    assert "3 March 2008" in refusal.message
    story.tell(
        STATUTORY_DAY, Correct(event=1, reason="the attendance list says so", set={"on": "2008-03-04"})
    )
    assert story.state.induction.attended == dt.date(2008, 3, 4)


def test_a_briefing_is_once_for_each_person_and_school(story):
    """Being briefed about one school says nothing about another."""
    story.tell(MARCH, GiveBriefing(urn=SCHOOL))
    state = story.state.induction
    assert briefed(state, SCHOOL, MARCH)
    assert not briefed(state, SCHOOL, MARCH - DAY)
    assert not briefed(state, Urn("120790"), MARCH)
    assert story.tell(MARCH, GiveBriefing(urn=SCHOOL)) == ()
    assert story.refused(STATUTORY_DAY, GiveBriefing(urn=SCHOOL)).code == "already_briefed"
    assert len(story.tell(STATUTORY_DAY, GiveBriefing(urn=Urn("120790")))) == 1


def test_a_check_is_good_through_its_last_day(story):
    """A disclosure that is good until 31 March doesn't clear anybody on 1 April."""
    story.tell(MARCH, cleared(checker=PersonId("officer-1"), expires=dt.date(2008, 3, 31)))
    state = story.state.induction
    assert clear(state, DISCLOSURE, dt.date(2008, 3, 31))
    assert not clear(state, DISCLOSURE, STATUTORY_DAY)
    assert not clear(state, DISCLOSURE, MARCH - DAY)
    assert check_on(state, DISCLOSURE, STATUTORY_DAY).checker == "officer-1"


def test_the_latest_check_counts(story):
    """A check that came out otherwise takes the place of an earlier clear one, and the other way round."""
    story.tell(MARCH, cleared())
    story.tell(MARCH + 7 * DAY, cleared(outcome="not_clear"))
    story.tell(MARCH + 9 * DAY, cleared())
    answers = [clear(story.state.induction, DISCLOSURE, MARCH + number * DAY) for number in (0, 6, 7, 8, 9)]
    assert answers == [True, True, False, False, True]
    assert story.tell(MARCH + 9 * DAY, cleared()) == ()


def test_what_is_missing_before_a_gate_is_named():
    """The programme of 2026 asks for one check before the induction and others before deployment."""
    partners = load("improvement-partners-2026")
    story = Story(
        decider=decider_of(induction.STAGE, kind="person"), stream="person/A7K4P", programme=partners
    )
    story.tell(MARCH, cleared(requirement=Code("shadow_visit")))
    state = story.state.induction
    assert [each.code for each in not_clear(state, partners, "induction", MARCH)] == ["section_128"]
    assert [each.code for each in not_clear(state, partners, "deployment", MARCH)] == ["enhanced_dbs"]


def test_nobody_attends_the_induction_before_what_is_asked_for_before_it_is_clear():
    """Where a programme asks for a check before the induction, it is clear that day, or they don't attend."""
    partners = load("improvement-partners-2026")
    story = Story(
        decider=decider_of(induction.STAGE, kind="person"), stream="person/A7K4P", programme=partners
    )
    refusal = story.refused(MARCH, AttendInduction())
    assert (refusal.code, "3 March 2008" in refusal.message) == ("requirement_open", True)
    story.tell(MARCH - DAY, cleared(requirement=Code("section_128"), expires=MARCH))
    assert story.refused(MARCH + DAY, AttendInduction()).code == "requirement_open"
    assert len(story.tell(MARCH, AttendInduction())) == 1


def test_only_what_the_programme_requires_is_checked(story):
    """A misspelt requirement would leave somebody blocked for ever; a check can't end before it was made."""
    unknown = story.refused(MARCH, cleared(requirement=Code("disclosure")))
    assert (unknown.code, "enhanced_disclosure" in unknown.message) == ("unknown_requirement", True)
    assert story.refused(MARCH, cleared(expires=MARCH - DAY)).code == "ends_before_it_starts"


@pytest.mark.parametrize(
    "what",
    [
        PlanInduction(session=Code("march"), sits_on=MARCH),
        AttendInduction(),
        cleared(outcome="not_clear"),
        GiveBriefing(urn=SCHOOL),
    ],
)
def test_everything_told_can_be_taken_out_again(story, what):
    """Do, undo: the record says what it said before; reversed, it was so until its day."""
    story.tell(MARCH - DAY, cleared())
    before = story.state
    story.tell(MARCH, what, command="told")
    told = story.state
    assert told != before
    story.tell(STATUTORY_DAY, Undo(command="told"))
    assert story.state == before
    story.tell(MARCH, what)
    story.tell(STATUTORY_DAY, Reverse(event=len(story.history), reason="changed our mind"))
    assert story.state == before
    assert story.as_at(STATUTORY_DAY - DAY) == told


CHECKS = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from(["clear", "not_clear"]), st.none() | st.integers(0, 8)),
    max_size=6,
)


@given(CHECKS)
def test_the_days_on_which_a_check_is_good_agree_with_its_intervals(made):
    """Asked day by day or in one go, a requirement is clear on the same days."""
    story = Story(decider=decider_of(induction.STAGE, kind="person"), stream="person/A7K4P")
    for start, outcome, length in made:
        on = MARCH + start * DAY
        story.tell(on, cleared(outcome=outcome, expires=None if length is None else on + length * DAY))
    state = story.state.induction
    for day in (MARCH + number * DAY for number in range(-1, 25)):
        assert clear(state, DISCLOSURE, day) == covers(clear_intervals(state, DISCLOSURE), day)


@pytest.mark.parametrize("what", [AttendInduction(), GiveBriefing(urn=SCHOOL)])
def test_of_two_days_that_both_stand_the_earlier_counts(story, what):
    """Taken out, told anew for a later day, and the taking out itself taken back: the first time counts."""
    story.tell(MARCH, what)
    story.tell(MARCH, Correct(event=1, reason="not on the list"))
    story.tell(STATUTORY_DAY, what)
    story.tell(STATUTORY_DAY, Correct(event=2, reason="on the list after all"))
    state = story.state.induction
    assert inducted(state, MARCH) or briefed(state, SCHOOL, MARCH)
