"""Whom to ring about what: an officer at the authority, and somebody at each school, with dates."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.harness import Story
from siprecruit.core import person, placement
from siprecruit.core.commands import Correct, Reverse, Undo
from siprecruit.core.contacts import EndContact, SetContact, contact_on, contacts_on
from siprecruit.core.ids import Code
from siprecruit.core.intervals import DAY
from siprecruit.core.person import join
from siprecruit.core.purposes import LeavePurpose, TakePurpose, purposes_on

JANUARY = dt.date(2008, 1, 7)
JULY = dt.date(2008, 7, 1)
HEAD, INSPECTION, NORTH = Code("headteacher"), Code("inspection"), Code("north")
JANE = SetContact(purpose=HEAD, name="Jane Holt", email="head@aldborough.example.org", phone="01263 998877")


@pytest.fixture
def school() -> Story:
    return Story(decider=placement.DECIDER, stream="placement/120777")


def officer(name: str = "sheila-brook") -> Story:
    return Story(decider=person.DECIDER, stream=f"person/{name}")


def names(story: Story, day: dt.date) -> list[str | None]:
    return [each.told.name for each in contacts_on(story.state.contacts, day)]


def test_a_new_head_takes_the_place_of_the_former_from_their_day(school):
    """Until the day before it is the former head who is rung."""
    school.tell(JANUARY, JANE)
    school.tell(JULY, SetContact(purpose=HEAD, name="Tom Ives"))
    assert [names(school, day) for day in (JANUARY - DAY, JANUARY, JULY - DAY, JULY)] == [
        [],
        ["Jane Holt"],
        ["Jane Holt"],
        ["Tom Ives"],
    ]


def test_the_same_contact_again_changes_nothing(school):
    """A sheet of contacts that comes every term says mostly what is known."""
    school.tell(JANUARY, JANE)
    assert school.tell(JULY, JANE) == ()


def test_a_contact_ends_on_its_last_day_or_when_it_is_ended(school):
    """An acting head is told with the last day; one who leaves early is ended."""
    school.tell(JANUARY, SetContact(purpose=HEAD, name="Jane Holt", until=JULY))
    assert [names(school, day) for day in (JULY, JULY + DAY)] == [["Jane Holt"], []]
    school.tell(JANUARY + DAY, EndContact(purpose=HEAD))
    assert names(school, JULY) == []
    assert school.tell(JULY, EndContact(purpose=HEAD)) == ()


def test_a_contact_told_late_does_not_take_the_present_ones_place(school):
    """Who was head last year turns up in a drawer: today's is rung all the same."""
    school.tell(JULY, SetContact(purpose=HEAD, name="Tom Ives"))
    school.tell(JANUARY, JANE)
    assert (names(school, JANUARY), names(school, JULY)) == (["Jane Holt"], ["Tom Ives"])


@pytest.mark.parametrize(
    ("what", "code"),
    [
        (SetContact(purpose=INSPECTION, name="Jane Holt"), "unknown_purpose"),
        (SetContact(purpose=HEAD), "nobody_told"),
        (SetContact(purpose=HEAD, name="Jane Holt", until=JANUARY - DAY), "ends_before_it_starts"),
        (EndContact(purpose=HEAD), "does_not_follow"),
    ],
)
def test_a_contact_that_cannot_be_is_refused(school, what, code):
    """A purpose of the authority's, nobody at all, an end before the beginning, an end of nothing."""
    assert school.refused(JANUARY, what).code == code


def test_a_contact_is_put_right_like_any_other_fact(school):
    """Corrected, reversed, undone: and the end that rests on it is named first."""
    before = school.state
    school.tell(JANUARY, JANE, command="told")
    school.tell(JULY, Correct(event=1, set={"name": "Janet Holt"}, reason="misheard"))
    assert names(school, JULY) == ["Janet Holt"]
    school.tell(JULY, EndContact(purpose=HEAD))
    followed = school.refused(JULY, Undo(command="told"))
    assert (followed.code, "contact.ended (3)" in followed.message) == ("has_followed", True)
    school.tell(JULY, Undo(command="told", cascade=True))
    assert school.state == before


def test_the_texts_of_a_contact_are_the_schools():
    """They are kept under the school's key, as its name is."""
    assert placement.DECIDER.owner("placement/120777", placement.Placement()) == "school/120777"


def test_an_officer_is_rung_about_a_purpose_for_an_area_and_its_days():
    """The inspection contact of one area is nobody's for another."""
    story = officer()
    story.tell(JANUARY, TakePurpose(purpose=INSPECTION, area=NORTH))
    assert story.tell(JANUARY, TakePurpose(purpose=INSPECTION, area=NORTH)) == ()
    story.tell(JULY, LeavePurpose(purpose=INSPECTION, area=NORTH))
    told = story.state.purposes
    days = (JANUARY - DAY, JANUARY, JULY - DAY, JULY)
    assert [purposes_on(told, day) for day in days] == [
        (),
        ((INSPECTION, NORTH),),
        ((INSPECTION, NORTH),),
        (),
    ]


@pytest.mark.parametrize(
    ("what", "code"),
    [
        (TakePurpose(purpose=HEAD), "unknown_purpose"),
        (TakePurpose(purpose=INSPECTION, area=Code("atlantis")), "unknown_area"),
        (TakePurpose(purpose=INSPECTION, until=JANUARY - DAY), "ends_before_it_starts"),
        (LeavePurpose(purpose=INSPECTION), "does_not_follow"),
    ],
)
def test_a_purpose_that_cannot_be_is_refused(what, code):
    """A purpose at schools, an area that there is not, an end before the beginning, an end of nothing."""
    assert officer().refused(JANUARY, what).code == code


def test_purposes_of_two_who_are_one_are_joined():
    """Whatever either was rung about, the one person is; where they disagree of a day, it is left."""
    one, other = officer("b"), officer("a")
    one.tell(JANUARY, TakePurpose(purpose=INSPECTION))
    other.tell(JANUARY, TakePurpose(purpose=INSPECTION))
    other.tell(JULY, LeavePurpose(purpose=INSPECTION))
    joined = join([one.state, other.state])
    assert purposes_on(joined.purposes, JULY - DAY) == ((INSPECTION, None),)
    assert purposes_on(joined.purposes, JULY) == ()


def test_a_purpose_is_reversed_from_a_day():
    """It was so until then."""
    story = officer()
    story.tell(JANUARY, TakePurpose(purpose=INSPECTION))
    story.tell(JULY, Reverse(event=1, reason="another officer does it"))
    assert purposes_on(story.as_at(JULY - DAY).purposes, JULY - DAY) == ((INSPECTION, None),)
    assert purposes_on(story.as_at(JULY).purposes, JULY) == ()


@given(
    told=st.lists(
        st.tuples(st.dates(JANUARY, JULY), st.sampled_from(["Ann", "Ben", None])), min_size=1, max_size=6
    ),
    day=st.dates(JANUARY, JULY),
)
def test_at_most_one_is_rung_and_it_is_the_one_told_last_for_the_day(told, day):
    """Of a purpose there is one contact on a day: who was told for the latest day up to it."""
    story = Story(decider=placement.DECIDER, stream="placement/120777")
    story.tell(JANUARY, JANE)
    kept = [(JANUARY, "Jane Holt")]
    for on, name in told:
        if story.tell(on, SetContact(purpose=HEAD, name=name) if name else EndContact(purpose=HEAD)):
            kept.append((on, name))
    up_to = [(on, place, name) for place, (on, name) in enumerate(kept) if on <= day]
    found = contact_on(story.state.contacts, HEAD, day)
    assert (found.told.name if found else None) == max(up_to)[2]
