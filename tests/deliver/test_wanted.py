"""A message that no longer holds isn't sent, and one that was put right says what stands."""

from __future__ import annotations

import datetime as dt
from typing import Final

import attrs

from deliver.letters import APPLICATION, Letters
from service.office import SCHOOL
from siprecruit.core.allocation import ChangePermanent, NamePermanent
from siprecruit.core.commands import Correct
from siprecruit.core.ids import Code, PersonId
from siprecruit.core.panel import (
    CancelInterview,
    DecideShortlist,
    InviteToInterview,
)
from siprecruit.core.references import (
    DeclineReference,
    ReplaceReferee,
)
from siprecruit.core.responses import DecideEligibility, WithdrawResponse
from siprecruit.deliver.writing.rendering import Written

APRIL: Final = dt.date(2008, 4, 1)
PANEL: Final = Code("panel-1")


def test_a_name_that_was_put_right_is_right(letters: Letters) -> None:
    """What is sent says what stands, not what stood when it was queued."""
    letters.apply()
    right = Correct(event=1, set={"last_name": "O’Brian"}, reason="A slip.")
    letters.done(APPLICATION, right, "2007-06-02")
    assert letters.one("response.acknowledged").text.startswith("Dear Niamh O’Brian,")


def test_a_decision_that_was_put_right_is_told_as_it_stands(letters: Letters) -> None:
    """Somebody noted down the wrong outcome: the letter that waits says the right one."""
    letters.apply()
    letters.done(APPLICATION, DecideShortlist(shortlisted=False), "2007-06-02")
    version = letters.rows("shortlist.not_chosen")[0].version
    letters.done(
        APPLICATION, Correct(event=version, set={"shortlisted": True}, reason="A slip."), "2007-06-03"
    )
    found = letters.one("shortlist.not_chosen")
    assert (found.template, found.subject) == ("shortlist.chosen", "You are on the shortlist")


def test_what_was_put_right_so_that_nobody_is_told_is_not_told(letters: Letters) -> None:
    """An applicant is no longer told that they aren't eligible once that was a slip."""
    letters.apply()
    letters.done(APPLICATION, DecideEligibility(eligible=False), "2007-06-02")
    version = letters.rows("eligibility.not_eligible")[0].version
    letters.done(APPLICATION, Correct(event=version, set={"eligible": True}, reason="A slip."), "2007-06-03")
    found = letters.none("eligibility.not_eligible")
    assert (found.wanted, found.sentence) == (
        False,
        "what it tells of was put right since, and nobody is told of what stands now",
    )


def test_nobody_is_asked_for_somebody_who_has_withdrawn(letters: Letters) -> None:
    """The request that waits isn't sent, the applicant's own letter is."""
    letters.apply()
    letters.ask()
    letters.done(APPLICATION, WithdrawResponse(), "2007-06-03")
    found = letters.none("reference.asked")
    assert (found.wanted, found.sentence) == (False, "the applicant withdrew on 3 June 2007")
    assert letters.none("response.acknowledged").wanted is False
    assert "withdrawn your application" in letters.one("response.withdrawal_confirmed").text


def test_an_applicant_who_has_named_another_referee_is_not_asked_for_one(letters: Letters) -> None:
    """What they have done already isn't asked of them."""
    letters.apply()
    letters.ask()
    letters.done(APPLICATION, DeclineReference(reference=Code("r1")), "2007-06-03")
    assert "cannot give you a reference" in letters.one("reference.another_referee_needed").text
    other = ReplaceReferee(referee=Code("1"), by=Code("3"), name="Nina New", email="nina@example.org")
    letters.done(APPLICATION, other, "2007-06-04")
    found = letters.none("reference.another_referee_needed")
    assert (found.wanted, found.sentence) == (False, "another referee has been named")
    # And who has said themselves that they won't is not told that they needn't.
    assert letters.none("reference.replaced").wanted is False


def test_an_interview_that_was_moved_is_told_once(letters: Letters) -> None:
    """Of two invitations that wait only the one that stands is sent; after a cancelling, neither."""
    letters.apply()
    letters.done(APPLICATION, DecideShortlist(shortlisted=True), "2007-06-02")
    for at in (9, 14):
        starts = dt.datetime(2007, 6, 20, at, tzinfo=dt.UTC)
        letters.done(APPLICATION, InviteToInterview(panel=PANEL, starts=starts, minutes=40), "2007-06-03")
    first, second = letters.written("interview.invited")
    assert not isinstance(first, Written)
    assert first.sentence == "the interview was planned for another time since"
    assert isinstance(second, Written)
    letters.done(APPLICATION, CancelInterview(panel=PANEL), "2007-06-04")
    assert not any(isinstance(one, Written) for one in letters.written("interview.invited"))
    assert "Wednesday 20 June 2007 at 3.00 pm" in letters.one("interview.cancelled").text


def test_a_partner_who_was_changed_since_is_not_told(letters: Letters) -> None:
    """A school doesn't hear of somebody who is not to come any more."""
    letters.school(headteacher="head@example.org")
    letters.ready("paul", "Paul", "Partner")
    letters.ready("pia", "Pia", "Partner")
    letters.done(SCHOOL, NamePermanent(person=PersonId("paul"), starts=APRIL), "2008-03-01")
    letters.done(SCHOOL, ChangePermanent(person=PersonId("pia"), starts=APRIL), "2008-03-02")
    first, second = letters.written("school.permanent_named")
    assert not isinstance(first, Written)
    assert isinstance(second, Written)
    assert second.subject.startswith("Pia Partner")


def test_a_message_that_was_switched_off_does_not_go_out(letters: Letters) -> None:
    """Also where it was queued before: the authority wants it no longer."""
    letters.apply()
    letters.desk.programme = attrs.evolve(
        letters.programme, messages=tuple(attrs.evolve(one, on=False) for one in letters.programme.messages)
    )
    assert letters.none("response.acknowledged").wanted is False
