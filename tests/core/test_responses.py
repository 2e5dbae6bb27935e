"""The answer to an advert: drafted, submitted once, revised, withdrawn, and found eligible or not."""

from __future__ import annotations

from typing import Any

import pytest

from core.applying import CODE, STREAM, answer, applied, state_of
from core.harness import Story
from core.pool import day
from siprecruit.core import application
from siprecruit.core.commands import Correct
from siprecruit.core.ids import Code, PersonId, RoundId
from siprecruit.core.responses import (
    ApplyElsewhere,
    DecideEligibility,
    DraftResponse,
    NamedReferee,
    RevisePenPortrait,
    WithdrawResponse,
    eligible,
)
from siprecruit.core.round import Round

MAY = Code("tes-2007-05")


def unheard() -> Story:
    """An application of which nothing is known."""
    return Story(decider=application.DECIDER, stream=STREAM)


def draft(**other: Any) -> DraftResponse:
    """Somebody begins to answer."""
    return DraftResponse(**{"advert": MAY, "first_name": "Niamh", **other})


def test_a_draft_is_saved_as_often_as_one_likes() -> None:
    """It was begun on its first day, and says what was saved last."""
    story = unheard()
    story.tell(day("2007-05-18"), draft())
    story.tell(day("2007-05-19"), draft(last_name="O’Brien"))
    assert story.tell(day("2007-05-20"), draft(last_name="O’Brien")) == ()
    response = state_of(story).response
    assert (response.drafted_on, response.submitted_on) == (day("2007-05-18"), None)
    assert response.said is not None
    assert response.said.last_name == "O’Brien"


def test_who_is_not_known_is_known_by_the_application() -> None:
    """A new applicant gets the application's code as theirs; somebody in the record keeps their own."""
    assert state_of(applied()).person == CODE
    assert state_of(applied(person=PersonId("ann"))).person == "ann"


def test_a_response_is_submitted_once() -> None:
    """The same again is known; with other answers it is a correction, not a second response."""
    story = applied(on="2007-05-20")
    assert story.tell(day("2007-05-20"), answer()) == ()
    assert story.refused(day("2007-05-20"), answer(days_available=3)).code == "already_submitted"
    assert story.refused(day("2007-05-21"), answer()).code == "already_submitted"
    assert story.refused(day("2007-05-21"), draft()).code == "already_submitted"


def test_a_late_response_is_recorded_with_its_day() -> None:
    """After the closing date it goes in all the same: the record refuses no truth."""
    story = applied(on="2007-06-20")
    assert state_of(story).response.submitted_on == day("2007-06-20")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"first_name": "", "last_name": ""}, "missing_name"),
        ({"advert": Code("tes-1999")}, "unknown_advert"),
        ({"days_available": -1}, "bad_value"),
        ({"days_available": 367}, "bad_value"),
        ({"category": Code("astronaut")}, "unknown_category"),
    ],
)
def test_what_cannot_be_so_is_refused(wrong: dict[str, Any], code: str) -> None:
    """Nobody without a name, no advert that never was, no year of 367 days."""
    assert unheard().refused(day("2007-05-20"), answer(**wrong)).code == code


@pytest.mark.parametrize("days", [0, 1, 366, None])
def test_days_a_year_are_up_to_a_leap_years(days: int | None) -> None:
    """None at all is an answer, too, and so is not having said."""
    submitted = state_of(applied(days_available=days)).response.submitted
    assert submitted is not None
    assert submitted.days_available == days


def test_one_of_the_names_is_enough() -> None:
    """A form with a surname alone is incomplete and still somebody's."""
    assert state_of(applied(first_name="")).response.submitted is not None


def test_an_advert_may_be_the_rounds_own() -> None:
    """Published in the record and not in the programme: then the response names the round."""
    story = unheard()
    own = answer(advert=Code("own"), round=RoundId("w5"))
    assert story.refused(day("2007-05-20"), own).code == "unknown_advert"
    from siprecruit.core.adverts import PublishAdvert
    from siprecruit.core.round import DECIDER

    round_ = Story(decider=DECIDER, stream="round/w5")
    round_.tell(day("2007-05-01"), PublishAdvert(advert=Code("own")))
    published: Round = round_.state
    story.given = {"states": {"round/w5": published}}
    story.tell(day("2007-05-20"), own)
    assert state_of(story).response.submitted_on == day("2007-05-20")


def test_what_was_written_and_not_understood_is_kept() -> None:
    """Words such as a few are no number of days: they stay beside the answer."""
    submitted = state_of(
        applied(days_available=None, as_written={"days_available": "a few"})
    ).response.submitted
    assert submitted is not None
    assert submitted.as_written == {"days_available": "a few"}


def test_referees_and_a_note_come_in_the_same_breath() -> None:
    """In the order of the form; who has neither name, address nor role is nobody."""
    referees = (NamedReferee(name="A head"), NamedReferee(from_la=True), NamedReferee(name="B", from_la=True))
    story = applied(referees=referees, note="has rung")
    named = state_of(story).references.referees
    assert [(code, each.named.name, each.from_la) for code, each in named.items()] == [
        ("1", "A head", False),
        ("2", "B", True),
    ]
    assert len(story.history) == 4


def test_every_version_of_a_pen_portrait_is_kept() -> None:
    """It is used again for selection and deployment, and one may ask what it said then (NCSL)."""
    story = applied(pen_portrait="Twelve years a head.")
    story.tell(day("2007-09-01"), RevisePenPortrait(pen_portrait="Thirteen years a head."))
    assert story.tell(day("2007-09-02"), RevisePenPortrait(pen_portrait="Thirteen years a head.")) == ()
    story.tell(day("2007-09-03"), Correct(event=1, reason="typo", set={"pen_portrait": "12 years a head."}))
    assert state_of(story).response.pen_portraits == ("12 years a head.", "Thirteen years a head.")
    assert len(story.as_at(day("2007-08-31")).response.pen_portraits) == 1


# -- eligibility --------------------------------------------------------------


@pytest.mark.parametrize("category", ["headteacher", "former_headteacher", "la_adviser", "consultant"])
def test_the_four_groups_of_the_advert_are_eligible(category: str) -> None:
    """Serving and former headteachers, LA advisers, independent consultants (sheet 7/07)."""
    story = applied(category=Code(category))
    assert eligible(state_of(story).response, story.programme)


def test_without_a_category_an_officer_decides() -> None:
    """The form says nothing, so it is not the form's to say."""
    story = applied(category=None)
    assert not eligible(state_of(story).response, story.programme)
    story.tell(day("2007-06-01"), DecideEligibility(eligible=True, reason="a head until 2005"))
    assert eligible(state_of(story).response, story.programme)


def test_an_officers_word_counts_more_than_the_form() -> None:
    """A head of three weeks' standing is a headteacher on the form."""
    story = applied(category=Code("headteacher"))
    story.tell(day("2007-06-01"), DecideEligibility(eligible=False))
    assert not eligible(state_of(story).response, story.programme)


# -- withdrawing and elsewhere ------------------------------------------------


def test_an_applicant_withdraws_once() -> None:
    """Said again, the first day counts."""
    story = applied()
    story.tell(day("2007-06-01"), WithdrawResponse())
    assert story.tell(day("2007-06-05"), WithdrawResponse()) == ()
    assert state_of(story).response.withdrawn_on == day("2007-06-01")
    assert not state_of(story).open


def test_a_draft_can_be_withdrawn_and_is_not_submitted_after_that() -> None:
    """Who has withdrawn begins anew, with an application of their own; a form of before still counts."""
    story = unheard()
    story.tell(day("2007-05-18"), draft())
    story.tell(day("2007-05-22"), WithdrawResponse())
    assert story.refused(day("2007-05-23"), answer()).code == "withdrawn"
    assert story.refused(day("2007-05-23"), draft(email="niamh@example.org")).code == "withdrawn"
    story.tell(day("2007-05-20"), answer())
    assert state_of(story).response.submitted_on == day("2007-05-20")


def test_an_application_elsewhere_is_not_one_to_us() -> None:
    """A head of ours applies to Suffolk: we referee, nothing more; for us it takes another application."""
    story = unheard()
    elsewhere = ApplyElsewhere(first_name="Niamh", last_name="O’Brien", authority=Code("suffolk"))
    story.tell(day("2007-05-20"), elsewhere)
    assert story.tell(day("2007-05-21"), elsewhere) == ()
    assert not state_of(story).open
    assert story.refused(day("2007-05-22"), answer()).code == "made_elsewhere"
    assert story.refused(day("2007-05-22"), draft()).code == "made_elsewhere"
    assert applied().refused(day("2007-05-22"), elsewhere).code == "already_submitted"
