"""A round, its adverts, and the officer who offers to be the authority's referee in it."""

from __future__ import annotations

from typing import Any

import pytest

from core.harness import Story
from core.pool import day
from siprecruit.core import round as one_round
from siprecruit.core.adverts import (
    Adverts,
    EndLaReferee,
    OfferLaReferee,
    OpenRound,
    PublishAdvert,
    la_referee_on,
)
from siprecruit.core.commands import Correct, Undo
from siprecruit.core.ids import Code, PersonId

HEADS = Code("headteachers")
OFFICER, DEPUTY = PersonId("officer"), PersonId("deputy")


def story() -> Story:
    """A round of which nothing is known."""
    return Story(decider=one_round.DECIDER, stream="round/wave-4")


def adverts(told: Story) -> Adverts:
    """The round's adverts and offers."""
    state: Adverts = told.state.adverts
    return state


def advert(**other: Any) -> PublishAdvert:
    """The advert of May."""
    values: dict[str, Any] = {
        "advert": Code("tes-may"),
        "insertions": (day("2007-05-11"), day("2007-05-18")),
        "closes": day("2007-06-15"),
        "waves": (Code("4"),),
    }
    return PublishAdvert(**{**values, **other})


def offer(**other: Any) -> OfferLaReferee:
    """One officer is referee for all headteachers."""
    return OfferLaReferee(**{"officer": OFFICER, "scope": HEADS, **other})


def test_a_round_is_opened_once() -> None:
    """Told again it is known; for another wave it would be another round."""
    told = story()
    told.tell(day("2007-01-05"), OpenRound(wave=Code("4")))
    assert told.tell(day("2007-01-06"), OpenRound(wave=Code("4"))) == ()
    assert told.refused(day("2007-01-06"), OpenRound(wave=Code("3"))).code == "already_open"
    assert adverts(told).opened_on == day("2007-01-05")


def test_a_round_serves_a_wave_that_there_is() -> None:
    """Norfolk is of Wave 4; a fifth is a slip."""
    assert story().refused(day("2007-01-05"), OpenRound(wave=Code("5"))).code == "unknown_wave"


def test_an_advert_is_published_once_and_otherwise_corrected() -> None:
    """Two closing dates for one advert would leave nobody knowing which counts."""
    told = story()
    told.tell(day("2007-05-11"), advert())
    assert told.tell(day("2007-05-11"), advert()) == ()
    assert told.refused(day("2007-05-12"), advert(closes=day("2007-06-30"))).code == "already_published"

    told.tell(day("2007-05-12"), Correct(event=1, reason="misprint", set={"closes": day("2007-06-30")}))

    assert adverts(told).published[Code("tes-may")].closes == day("2007-06-30")


def test_an_advert_does_not_close_before_it_stands_in_the_paper() -> None:
    """A year mistyped is noticed, in a correction too."""
    told = story()
    assert told.refused(day("2007-05-11"), advert(closes=day("2006-06-15"))).code == "closes_early"
    told.tell(day("2007-05-11"), advert())
    wrong = Correct(event=1, reason="misprint", set={"closes": day("2006-06-15")})
    assert told.refused(day("2007-05-12"), wrong).code == "closes_early"


def test_an_advert_stands_in_the_paper_more_than_once() -> None:
    """TES, 19 and 26 January 2007 (sheet 7/07): one advert, two insertions."""
    told = story()
    told.tell(day("2007-01-19"), advert(insertions=(day("2007-01-19"), day("2007-01-26")), closes=None))
    assert len(adverts(told).published[Code("tes-may")].insertions) == 2


def test_the_officer_who_offered_answers_for_all_headteachers() -> None:
    """From the day of the offer, so that delays don't hold applications up (sheet 7/07); for nobody else."""
    told = story()
    told.tell(day("2007-01-15"), offer())
    state = adverts(told)
    assert la_referee_on(state, day("2007-01-14"), HEADS) is None
    assert la_referee_on(state, day("2007-01-15"), HEADS) == OFFICER
    assert la_referee_on(state, day("2007-06-01"), HEADS) == OFFICER
    assert la_referee_on(state, day("2007-06-01"), Code("consultant")) is None


def test_the_deputy_answers_while_the_officer_is_away() -> None:
    """The first and the last day away are the deputy's."""
    told = story()
    away = offer(deputy=DEPUTY, away_from=day("2007-06-04"), away_until=day("2007-06-08"))
    told.tell(day("2007-01-15"), away)
    found = {on: la_referee_on(adverts(told), day(f"2007-06-{on}"), HEADS) for on in ("03", "04", "08", "09")}
    assert found == {"03": OFFICER, "04": DEPUTY, "08": DEPUTY, "09": OFFICER}


def test_an_officer_away_for_good_leaves_the_deputy_in_place() -> None:
    """No day of return is known."""
    told = story()
    told.tell(day("2007-01-15"), offer(deputy=DEPUTY, away_from=day("2007-06-04")))
    assert la_referee_on(adverts(told), day("2008-01-01"), HEADS) == DEPUTY


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"deputy": OFFICER}, "own_deputy"),
        ({"until": day("2007-01-14")}, "ends_early"),
        ({"away_from": day("2007-06-04")}, "no_deputy"),
    ],
)
def test_an_offer_that_leaves_nobody_to_answer_is_refused(wrong: dict[str, Any], code: str) -> None:
    """Nobody is their own deputy, no offer ends before it begins, somebody answers during an absence."""
    assert story().refused(day("2007-01-15"), offer(**wrong)).code == code


def test_an_offer_is_changed_by_telling_it_again() -> None:
    """A deputy found later; the offer has stood since its first day."""
    told = story()
    told.tell(day("2007-01-15"), offer())
    told.tell(day("2007-05-15"), offer(until=day("2007-12-31"), deputy=DEPUTY))
    assert told.tell(day("2007-05-16"), offer(until=day("2007-12-31"), deputy=DEPUTY)) == ()
    assert la_referee_on(adverts(told), day("2007-02-01"), HEADS) == OFFICER
    assert la_referee_on(adverts(told), day("2008-01-01"), HEADS) is None


def test_an_offer_ends_on_a_day() -> None:
    """That day is the first one without; ended again, nothing is new; without an offer none ends."""
    told = story()
    ends = EndLaReferee(officer=OFFICER, scope=HEADS)
    assert told.refused(day("2007-06-01"), ends).code == "no_offer"
    told.tell(day("2007-01-15"), offer())
    told.tell(day("2007-06-01"), ends)
    assert told.tell(day("2007-06-02"), ends) == ()
    assert la_referee_on(adverts(told), day("2007-05-31"), HEADS) == OFFICER
    assert la_referee_on(adverts(told), day("2007-06-01"), HEADS) is None


def test_the_end_of_an_offer_goes_with_the_offer() -> None:
    """Taken out alone it would leave an end of nothing: the end is named."""
    told = story()
    told.tell(day("2007-01-15"), offer(), command="offer")
    told.tell(day("2007-06-01"), EndLaReferee(officer=OFFICER, scope=HEADS))
    refusal = told.refused(day("2007-07-01"), Undo(command="offer"))
    assert (refusal.code, "la_referee.ended (2)" in refusal.message) == ("has_followed", True)
    told.tell(day("2007-07-01"), Undo(command="offer", cascade=True))
    assert adverts(told) == adverts(story())


@pytest.mark.parametrize("what", [OpenRound(wave=Code("4"), title="Wave 4"), advert(), offer()])
def test_done_and_undone_is_as_before(what: object) -> None:
    """Opened, announced or offered by mistake: undone, nothing of it stands."""
    told = story()
    told.tell(day("2007-05-15"), what, command="slip")
    told.tell(day("2007-05-16"), Undo(command="slip"))
    assert told.state == story().state
