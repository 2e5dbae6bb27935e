"""A person: who they are, what they do and give, and how two that are one are joined."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.harness import Story
from siprecruit.core.accreditation import EndAccreditation, RecordAccreditation, accredited
from siprecruit.core.commands import Correct, Rejected, Reverse, Undo
from siprecruit.core.ids import Code, PersonId, Urn
from siprecruit.core.induction import AttendInduction, ClearRequirement, GiveBriefing, clear, inducted
from siprecruit.core.intervals import DAY
from siprecruit.core.particulars import (
    AppointPerson,
    DeclareInterest,
    KeepApart,
    LeavePool,
    LeaveRole,
    MergePerson,
    RecordPerson,
    ReturnToPool,
    SetAvailability,
    SetBase,
    TakeRole,
    appointed_without_advert,
    days_available,
    has_left,
    interests_on,
    role_intervals,
    roles_on,
)
from siprecruit.core.person import DECIDER, Person, join

MARCH = dt.date(2008, 3, 3)
STATUTORY_DAY = dt.date(2008, 4, 1)
PRIMARY, NCSL = Code("primary"), Code("ncsl")
SCHOOL = Urn("120789")
OTHER = PersonId("B3MMX")
ANNE = RecordPerson(first_name="Anne", last_name="Example", email="anne@example.org", phone="01603 000000")


def a_person(name: str = "A7K4P", **given: object) -> Story:
    return Story(decider=DECIDER, stream=f"person/{name}", given=given)


@pytest.fixture
def story() -> Story:
    return a_person()


@pytest.fixture
def beside_another() -> Story:
    return a_person(people={OTHER: Person(id=OTHER)}, applications={OTHER: ()})


def test_a_person_is_known_by_the_stream_that_they_have(story):
    """An applicant's own stream begins with whatever is told first, an accreditation say."""
    assert story.state.id is None
    story.tell(MARCH, RecordAccreditation(phase=PRIMARY, source=NCSL))
    assert story.state.id == "A7K4P"
    assert DECIDER.owner(story.stream, story.state) == "person/A7K4P"


def test_particulars_told_again_are_replaced_whole(story):
    """A new address comes with the whole entry; the same entry again changes nothing."""
    story.tell(MARCH, ANNE)
    assert story.tell(STATUTORY_DAY, ANNE) == ()
    story.tell(STATUTORY_DAY, attrs.evolve(ANNE, email="a.example@example.org", phone=""))
    recorded = story.state.particulars.recorded
    assert (recorded.email, recorded.phone) == ("a.example@example.org", None)


def test_particulars_hold_for_every_day(story):
    """A sheet as at January names the people of January by the names they have."""
    story.tell(MARCH, ANNE)
    assert story.as_at(dt.date(2007, 1, 19)).particulars.recorded.last_name == "Example"


def test_a_person_without_any_name_is_refused(story):
    """Both names empty is nobody."""
    assert story.refused(MARCH, RecordPerson(first_name=" ", email="x@example.org")).code == "missing_name"


def test_a_role_is_held_for_an_area_from_and_until(story):
    """A senior adviser moves from one area to another and has both on no day between."""
    adviser = Code("senior_adviser")
    story.tell(MARCH, TakeRole(role=adviser, area=Code("north")))
    story.tell(STATUTORY_DAY, LeaveRole(role=adviser, area=Code("north")))
    story.tell(STATUTORY_DAY, TakeRole(role=adviser, area=Code("west"), until=dt.date(2008, 7, 31)))
    held = story.state.particulars
    assert roles_on(held, STATUTORY_DAY - DAY) == ((adviser, "north"),)
    assert roles_on(held, STATUTORY_DAY) == ((adviser, "west"),)
    assert roles_on(held, dt.date(2008, 8, 1)) == ()
    assert role_intervals(held, adviser) == ()


def test_a_role_that_was_not_taken_is_not_left(story):
    """Leaving follows from taking: for the same area, and not before."""
    story.tell(MARCH, TakeRole(role=Code("cda"), area=Code("north")))
    for what in (LeaveRole(role=Code("cda")), LeaveRole(role=Code("cda"), area=Code("west"))):
        assert story.refused(STATUTORY_DAY, what).code == "does_not_follow"
    story.tell(STATUTORY_DAY, LeaveRole(role=Code("cda"), area=Code("north")))
    followed = story.refused(STATUTORY_DAY, Correct(event=1, reason="never was"))
    assert (followed.code, "person.role_left (2)" in followed.message) == ("has_followed", True)


def test_a_person_leaves_the_pool_and_may_come_back(story):
    """Left from its day, and back from the day of the return; nobody returns who hasn't left."""
    assert story.refused(MARCH, ReturnToPool()).code == "does_not_follow"
    story.tell(MARCH, LeavePool(reason=Code("retired")))
    assert story.refused(MARCH - DAY, ReturnToPool()).code == "does_not_follow"
    story.tell(STATUTORY_DAY, ReturnToPool())
    days = (MARCH - DAY, MARCH, STATUTORY_DAY - DAY, STATUTORY_DAY)
    assert [has_left(story.state.particulars, day) for day in days] == [False, True, True, False]


def test_an_officer_of_a_pool_taken_over_is_appointed_without_an_advert(story):
    """A pool from before needs no application; an appointment may have a last day."""
    story.tell(
        MARCH, AppointPerson(category=Code("la_adviser"), by=Code("county"), until=dt.date(2008, 3, 31))
    )
    days = (MARCH - DAY, MARCH, dt.date(2008, 3, 31), STATUTORY_DAY)
    answers = [appointed_without_advert(story.state.particulars, day) for day in days]
    assert answers == [False, True, True, False]


def test_an_interest_counts_on_its_own_days(story):
    """A governor until July is tied until July, whenever they said so; told with its end it stays one tie."""
    story.tell(MARCH, DeclareInterest(urn=SCHOOL, kind=Code("governor"), starts=dt.date(2005, 9, 1)))
    story.tell(
        STATUTORY_DAY,
        DeclareInterest(
            urn=SCHOOL, kind=Code("governor"), starts=dt.date(2005, 9, 1), until=dt.date(2008, 7, 31)
        ),
    )
    known = story.state.particulars
    assert len(known.interests) == 1
    assert [each.urn for each in interests_on(known, dt.date(2008, 7, 31))] == [SCHOOL]
    assert interests_on(known, dt.date(2008, 8, 1)) == ()
    assert interests_on(known, dt.date(2005, 8, 31)) == ()


def test_the_days_a_person_gives_are_those_told_last_for_that_time(story):
    """A head gives 20 days a year, and 10 in the year of an inspection."""
    story.tell(MARCH, SetAvailability(days=20))
    story.tell(MARCH, SetAvailability(days=10, starts=dt.date(2008, 9, 1), until=dt.date(2009, 8, 31)))
    known = story.state.particulars
    assert days_available(known, STATUTORY_DAY) == 20
    assert days_available(known, dt.date(2008, 9, 1)) == 10
    assert days_available(known, dt.date(2009, 9, 1)) == 20
    assert days_available(Person().particulars, STATUTORY_DAY) is None


@pytest.mark.parametrize(
    ("what", "code"),
    [
        (TakeRole(role=Code("caretaker")), "unknown_role"),
        (TakeRole(role=Code("cda"), area=Code("atlantis")), "unknown_area"),
        (TakeRole(role=Code("cda"), until=MARCH - DAY), "ends_before_it_starts"),
        (AppointPerson(category=Code("pilot")), "unknown_category"),
        (DeclareInterest(urn=SCHOOL, kind=Code("pupil")), "unknown_interest"),
        (SetAvailability(days=367), "bad_days"),
        (SetAvailability(days=-1), "bad_days"),
        (SetAvailability(days=5, starts=MARCH, until=MARCH - DAY), "ends_before_it_starts"),
    ],
)
def test_what_the_programme_does_not_know_is_refused(story, what, code):
    """Roles, areas, categories and ties are the programme's; a year has at most 366 days."""
    assert story.refused(MARCH, what).code == code
    assert story.history == []


def test_a_person_is_not_merged_with_themselves_or_with_nobody(story, beside_another):
    """Merging needs another person of whom something is on record, be it an application alone."""
    for what in (MergePerson, KeepApart):
        assert story.refused(MARCH, what(other=PersonId("A7K4P"))).code == "same_person"
        assert story.refused(MARCH, what(other=OTHER)).code == "unknown_person"
    applicant = a_person(people={OTHER: Person()}, applications={OTHER: (SimpleNamespace(),)})
    assert len(applicant.tell(MARCH, MergePerson(other=OTHER))) == 1
    assert len(beside_another.tell(MARCH, MergePerson(other=OTHER))) == 1


def test_two_people_are_merged_or_kept_apart_until_that_is_taken_back(beside_another):
    """Who was looked at stays looked at: either answer must be taken back before the other one is given."""
    story = beside_another
    story.tell(MARCH, KeepApart(other=OTHER), command="kept")
    assert story.tell(MARCH, KeepApart(other=OTHER)) == ()
    assert story.refused(STATUTORY_DAY, MergePerson(other=OTHER)).code == "already_kept_apart"
    story.tell(STATUTORY_DAY, Undo(command="kept"))
    story.tell(STATUTORY_DAY, MergePerson(other=OTHER), command="merged")
    assert story.tell(STATUTORY_DAY, MergePerson(other=OTHER)) == ()
    known = story.state.particulars
    assert (known.joined, known.kept_apart) == ({OTHER}, frozenset())
    assert story.refused(STATUTORY_DAY, KeepApart(other=OTHER)).code == "already_joined"
    story.tell(STATUTORY_DAY, Undo(command="merged"))
    story.tell(STATUTORY_DAY, KeepApart(other=OTHER))
    assert story.state.particulars.kept_apart == {OTHER}


def test_two_who_were_kept_apart_from_the_other_side_are_not_merged():
    """Whoever of the two it was said of: they are two, until that is taken back."""
    other = a_person("B3MMX", people={PersonId("A7K4P"): Person(id=PersonId("A7K4P"))})
    other.tell(MARCH, KeepApart(other=PersonId("A7K4P")))
    one = a_person(people={OTHER: attrs.evolve(other.state, id=OTHER)})
    assert one.refused(MARCH, MergePerson(other=OTHER)).code == "already_kept_apart"


def test_a_merging_told_from_the_other_side_changes_nothing():
    """Whoever was merged into whom: they are one, and can't be kept apart without taking that back."""
    both = join([Person(id=PersonId("A7K4P")), Person(id=OTHER)])
    merged = a_person("B3MMX", people={PersonId("A7K4P"): both})
    assert merged.tell(MARCH, MergePerson(other=PersonId("A7K4P"))) == ()
    assert merged.refused(MARCH, KeepApart(other=PersonId("A7K4P"))).code == "already_joined"


def test_who_somebody_is_holds_for_every_day(beside_another):
    """Two who are found to be one in 2008 were one in 2007."""
    beside_another.tell(STATUTORY_DAY, MergePerson(other=OTHER))
    assert beside_another.as_at(dt.date(2007, 1, 19)).particulars.joined == {OTHER}


@pytest.mark.parametrize(
    "what",
    [
        attrs.evolve(ANNE, phone="01603 000001"),
        TakeRole(role=Code("panel_member")),
        LeaveRole(role=Code("cda")),
        AppointPerson(category=Code("consultant")),
        LeavePool(reason=Code("retired")),
        DeclareInterest(urn=SCHOOL, kind=Code("family")),
        SetAvailability(days=20),
        SetBase(easting=623000, northing=308000, postcode="NR1 1AA"),
        MergePerson(other=OTHER),
        KeepApart(other=OTHER),
    ],
)
def test_everything_told_can_be_taken_out_again(beside_another, what):
    """Do, undo: the record says what it said before; reversed, it was so until its day."""
    story = beside_another
    story.tell(MARCH - DAY, ANNE)
    story.tell(MARCH - DAY, TakeRole(role=Code("cda")))
    before = story.state
    story.tell(MARCH, what, command="told")
    told = story.state
    assert told != before
    assert story.tell(MARCH, what) == ()
    story.tell(STATUTORY_DAY, Undo(command="told"))
    assert story.state == before
    story.tell(MARCH, what)
    story.tell(STATUTORY_DAY, Reverse(event=len(story.history), reason="changed our mind"))
    assert story.state == before
    assert story.as_at(STATUTORY_DAY - DAY) == told


def test_a_return_is_named_when_the_leaving_is_taken_out(story):
    """A return follows from a leaving."""
    story.tell(MARCH, LeavePool(reason=Code("retired")))
    story.tell(STATUTORY_DAY, ReturnToPool())
    refusal = story.refused(STATUTORY_DAY, Correct(event=1, reason="never left"))
    assert (refusal.code, "person.returned (2)" in refusal.message) == ("has_followed", True)


# -- joining ------------------------------------------------------------------

TOLD = st.tuples(
    st.integers(0, 12).map(lambda number: MARCH + number * DAY),
    st.sampled_from(
        [
            RecordAccreditation(phase=PRIMARY, source=NCSL),
            EndAccreditation(phase=PRIMARY, why="suspended"),
            AttendInduction(),
            ClearRequirement(requirement=Code("enhanced_disclosure"), outcome="clear"),
            ClearRequirement(requirement=Code("enhanced_disclosure"), outcome="not_clear"),
            GiveBriefing(urn=SCHOOL),
            TakeRole(role=Code("cda")),
            LeaveRole(role=Code("cda")),
            LeavePool(reason=Code("moved")),
            ReturnToPool(),
            AppointPerson(category=Code("consultant")),
            SetAvailability(days=12),
            SetBase(easting=623000, northing=308000),
        ]
    ),
)


def living(name: str, told) -> Person:
    story = a_person(name)
    for on, what in told:
        try:
            story.tell(on, what)
        except Rejected as refusal:
            assert refusal.code in {"does_not_follow", "already_inducted", "already_briefed"}  # noqa: PT017
    return story.state


LIVES = st.lists(st.lists(TOLD, max_size=6), min_size=1, max_size=3).map(
    lambda lives: [living(f"P{place}", told) for place, told in enumerate(lives)]
)


@given(LIVES, st.randoms(use_true_random=False))
def test_joining_does_not_depend_on_the_order(people, random):
    """Whoever merged whom, and in whatever order they are read: it is the same person."""
    shuffled = list(people)
    random.shuffle(shuffled)
    assert join(shuffled) == join(people)


@given(st.lists(TOLD, max_size=6))
def test_joining_with_somebody_of_whom_nothing_was_told_changes_no_fact(told):
    """A duplicate that is an application alone brings nothing, not even another order of one day's words."""
    alone = living("P1", told)
    together = join([Person(), alone])
    assert (together.accreditation, together.induction) == (alone.accreditation, alone.induction)
    assert together.particulars.leavings == alone.particulars.leavings
    assert join([alone]) == alone


@given(LIVES)
def test_what_one_of_them_went_through_the_joined_person_went_through(people):
    """Induction attended under one of two entries is attended; nothing said of either is lost."""
    one = join(people)
    for day in (MARCH + number * DAY for number in range(14)):
        assert inducted(one.induction, day) == any(inducted(each.induction, day) for each in people)
    assert set(one.accreditation.said) == {word for each in people for word in each.accreditation.said}
    assert len(one.particulars.leavings) == sum(len(each.particulars.leavings) for each in people)


@given(LIVES)
def test_a_joined_person_is_never_more_accredited_than_their_parts(people):
    """A merging accredits nobody on a day on which neither entry was accredited, nor clears a check."""
    one = join(people)
    for day in (MARCH + number * DAY for number in range(14)):
        if accredited(one.accreditation, PRIMARY, day):
            assert any(accredited(each.accreditation, PRIMARY, day) for each in people)
        if clear(one.induction, "enhanced_disclosure", day):
            assert any(clear(each.induction, "enhanced_disclosure", day) for each in people)


@pytest.mark.parametrize("names", [("A7K4P", "B3MMX"), ("B3MMX", "A7K4P")])
def test_a_removal_under_the_other_entry_counts(names):
    """Accredited under one entry and removed under the other, of the same day even: removed."""
    one, other = map(a_person, names)
    other.tell(MARCH, RecordAccreditation(phase=PRIMARY, source=NCSL))
    other.tell(STATUTORY_DAY, EndAccreditation(phase=PRIMARY, why="removed"))
    one.tell(STATUTORY_DAY, RecordAccreditation(phase=PRIMARY, source=NCSL))
    both = join([one.state, other.state])
    assert not accredited(both.accreditation, PRIMARY, STATUTORY_DAY)
    assert accredited(both.accreditation, PRIMARY, STATUTORY_DAY - DAY)
