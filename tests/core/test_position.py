"""Where an application stands: the stage, whose move it is, what blocks it, and when time changes that."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.applying import CODE, HEAD, STREAM, answer, applied, asked, decided, interviewed, refereed, slot_at
from core.harness import Story
from core.pool import accredited, appointed, briefed, day, disclosed, inducted, told
from siprecruit.core import application
from siprecruit.core.accreditation import EndAccreditation
from siprecruit.core.ids import Code, PersonId
from siprecruit.core.panel import (
    AnswerInvitation,
    CancelInterview,
    DecideShortlist,
    GiveScore,
    InviteToInterview,
    Score,
)
from siprecruit.core.particulars import LeavePool, ReturnToPool
from siprecruit.core.person import Person
from siprecruit.core.position import ENDS, STAGES, Case, Position, Serving, position
from siprecruit.core.references import AskReference, BeginReferenceOutside, NameReferee, ReceiveReference
from siprecruit.core.responses import ApplyElsewhere, DecideEligibility, DraftResponse, WithdrawResponse
from siprecruit.programmes import load

TODAY = day("2008-03-10")
NOBODY = Person()


def case(story: Story, *facts: tuple[str, Any], serving: tuple[Serving, ...] = ()) -> Case:
    """All that the position is derived from: the application, and what is known of the person."""
    person = told(PersonId(CODE), *facts).state if facts else NOBODY
    return Case(
        application=story.state,
        person=person,
        applications=(story.state,),
        serving=serving,
        programme=story.programme,
    )


def stands(story: Story, *facts: tuple[str, Any], on: str = "2008-03-10", **more: Any) -> tuple[Any, ...]:
    """The stage, whose move it is, and what blocks."""
    found = position(case(story, *facts, **more), day(on))
    assert found.stage in STAGES
    return found.stage, found.whose_move, found.blocks


def at(kind: str = "permanent", introduced: str | None = None, until: str | None = None) -> Serving:
    """Named for the school from the statutory date on."""
    return Serving(
        urn="120777",
        kind=kind,
        starts=day("2008-04-01"),
        until=day(until) if until else None,
        introduced_on=day(introduced) if introduced else None,
    )


READY = (accredited(), disclosed(), inducted())


# -- before the decision ------------------------------------------------------


def test_a_draft_is_the_applicants_to_go_on_with() -> None:
    """Nobody else can do anything yet."""
    story = Story(decider=application.DECIDER, stream=STREAM)
    story.tell(day("2007-05-18"), DraftResponse(advert=Code("tes-2007-05")))
    assert stands(story) == ("draft", "applicant", ())


def test_an_unknown_category_waits_for_an_officer() -> None:
    """The form doesn't say, so the manager does."""
    assert stands(applied(category=None)) == ("eligibility", "manager", ("category_unknown",))


def test_who_is_not_eligible_is_at_an_end() -> None:
    """By an officer's word; what the officer takes back is open again."""
    story = applied()
    story.tell(day("2007-06-01"), DecideEligibility(eligible=False))
    assert stands(story) == ("not_eligible", "", ())


def test_without_referees_the_applicant_has_to_name_some() -> None:
    """Nobody can be asked yet; what is missing is named one by one."""
    wanted = ("references", "la_reference", "too_few_referees", "no_la_referee")
    assert stands(applied()) == ("references", "applicant", wanted)


def test_with_referees_the_office_has_to_ask() -> None:
    """Named and not asked: the next move is ours."""
    story = applied()
    story.tell(day("2007-05-21"), NameReferee(referee=Code("1"), name="A head"))
    story.tell(day("2007-05-21"), NameReferee(referee=Code("2"), name="Officer", from_la=True))
    assert stands(story) == ("references", "administrator", ("references", "la_reference"))


def test_with_both_asked_it_is_the_authoritys_own_referee_first() -> None:
    """One officer's queue holds up many: so that move is named before another referee's."""
    story = asked(on="2007-06-01")
    stage, move, blocks = stands(story, on="2007-06-02")
    assert (stage, move) == ("references", "la_referee")
    assert blocks == ("references", "la_reference", "awaited:r1", "awaited:r2")
    story.tell(day("2007-06-05"), ReceiveReference(reference=Code("r2")))
    assert stands(story, on="2007-06-06") == ("references", "referee", ("references", "awaited:r1"))


def test_a_reference_is_overdue_on_the_day_after_it_was_due() -> None:
    """Time alone changes that, and the position says when it will."""
    story = asked(on="2007-06-01")
    due = story.state.references.tasks[Code("r1")].due
    before = position(case(story), due)
    after = position(case(story), due + dt.timedelta(days=1))
    assert "awaited:r1" in before.blocks
    assert "overdue:r1" in after.blocks
    assert before.changes_on == due + dt.timedelta(days=1)
    assert after.changes_on is None


def test_with_references_the_panel_makes_its_shortlist() -> None:
    """Nothing is missing but the panel's word."""
    assert stands(refereed()) == ("shortlist", "panel", ("not_shortlisted",))


def test_who_is_not_on_the_shortlist_is_at_an_end() -> None:
    """Until the panel thinks again."""
    story = refereed()
    story.tell(day("2007-09-10"), DecideShortlist(shortlisted=False))
    assert stands(story) == ("not_shortlisted", "", ())
    story.tell(day("2007-09-11"), DecideShortlist(shortlisted=True))
    assert stands(story) == ("interview", "administrator", ("not_invited",))


def test_an_interview_goes_from_hand_to_hand() -> None:
    """Invited: the applicant's answer; declined: the office's; accepted: the panel's day."""
    story = refereed()
    story.tell(day("2007-09-10"), DecideShortlist(shortlisted=True))
    invited = InviteToInterview(panel=Code("p1"), starts=slot_at("2007-10-10"), minutes=45)
    story.tell(day("2007-09-12"), invited)
    moves = [stands(story)]
    for accepted in (False, True):
        story.tell(day("2007-09-15"), AnswerInvitation(accepted=accepted))
        moves.append(stands(story))
    story.tell(day("2007-09-20"), CancelInterview())
    moves.append(stands(story))
    assert moves == [
        ("interview", "applicant", ("invitation_unanswered",)),
        ("interview", "administrator", ("invitation_declined",)),
        ("interview", "panel", ("interview_not_held",)),
        ("interview", "administrator", ("not_invited",)),
    ]


def test_after_the_interview_the_panel_scores_and_the_chair_decides() -> None:
    """First the members, then the one who records the decision."""
    story = interviewed()
    assert stands(story) == ("decision", "panel", ("not_scored",))
    scores = tuple(Score(criterion=Code(each.code), points=3) for each in story.programme.panel.criteria)
    story.tell(day("2007-10-10"), GiveScore(member=PersonId("head"), scores=scores))
    assert stands(story) == ("decision", "chair", ("not_decided",))


# -- ends ---------------------------------------------------------------------


def test_a_withdrawal_ends_it_from_its_day_on() -> None:
    """As at the day before, it stood where it stood."""
    story = asked(on="2007-06-01")
    story.tell(day("2007-06-10"), WithdrawResponse())
    assert stands(story) == ("withdrawn", "", ())
    assert stands(story, on="2007-06-09")[0] == "references"


@pytest.mark.parametrize(("outcome", "stage"), [("reserve", "reserve"), ("not_appointed", "not_appointed")])
def test_who_was_not_appointed_waits_for_nobody(outcome: str, stage: str) -> None:
    """A reserve is no end, and nobody's move; the accreditor's track goes on beside it all the same."""
    assert stands(decided(outcome), *READY) == (stage, "", ())
    assert (stage in ENDS) == (stage == "not_appointed")


def test_an_application_elsewhere_shows_only_its_references() -> None:
    """As long as one is awaited it is the referee's move; then nobody's."""
    story = Story(decider=application.DECIDER, stream=STREAM)
    story.tell(day("2007-05-20"), ApplyElsewhere(first_name="Niamh", last_name="O’Brien"))
    story.tell(day("2007-05-21"), NameReferee(referee=HEAD, name="Officer", from_la=True))
    outside = BeginReferenceOutside(
        reference=Code("r1"), referee=HEAD, asked_by=Code("ncsl"), due=day("2007-06-15")
    )
    story.tell(day("2007-06-01"), outside)
    assert stands(story, on="2007-06-02") == ("elsewhere", "la_referee", ("awaited:r1",))
    story.tell(day("2007-06-05"), ReceiveReference(reference=Code("r1")))
    assert stands(story, on="2007-06-06") == ("elsewhere", "", ())


# -- after the decision -------------------------------------------------------


def test_both_tracks_are_looked_at_after_the_appointment() -> None:
    """The accreditor's answer, the induction, the checks and a school: all that is missing is named."""
    stage, move, blocks = stands(decided("appointed_subject_to_accreditation"))
    assert (stage, move) == ("accreditation", "accreditor")
    assert blocks == ("not_accredited", "not_inducted", "requirement:enhanced_disclosure", "no_school")


@pytest.mark.parametrize(
    ("facts", "stage", "move"),
    [
        ((accredited(),), "induction", "manager"),
        ((accredited(), inducted()), "checks", "administrator"),
        (READY, "allocation", "manager"),
    ],
)
def test_step_by_step_somebody_becomes_deployable(facts: Any, stage: str, move: str) -> None:
    """Whoever has to do the next thing is named."""
    found = stands(decided("appointed"), *facts)
    assert found[:2] == (stage, move)
    assert "no_school" in found[2]


def test_a_school_asks_for_a_briefing_and_an_introduction() -> None:
    """Once per person and school; then the partner is in post."""
    story = decided("appointed")
    assert stands(story, *READY, serving=(at(),)) == ("briefing", "manager", ("not_briefed:120777",))
    now = (*READY, briefed())
    assert stands(story, *now, serving=(at(),)) == ("introduction", "sip", ("not_introduced:120777",))
    assert stands(story, *now, serving=(at(introduced="2008-03-01"),)) == ("in_post", "", ())


def test_a_temporary_partner_makes_no_introductory_visit() -> None:
    """Usually they don't (sheet 102/08): they are in post without one."""
    assert stands(decided("appointed"), *READY, serving=(at("temporary"),)) == ("in_post", "", ())


def test_a_line_that_has_ended_is_no_school() -> None:
    """The last day still counts."""
    story, ended = decided("appointed"), (at(introduced="2008-04-01", until="2008-04-30"),)
    facts = (*READY, briefed())
    assert stands(story, *facts, serving=ended, on="2008-04-30")[0] == "in_post"
    assert stands(story, *facts, serving=ended, on="2008-05-01")[0] == "allocation"


def test_who_loses_the_accreditation_is_back_at_the_accreditors() -> None:
    """Nobody may remain a partner without it (EIA 2006 s.5), however long in post."""
    ended = ("2008-05-02", EndAccreditation(phase=Code("primary"), why="removed"))
    facts = (*READY, briefed(), ended)
    serving = (at(introduced="2008-04-01"),)
    assert stands(decided("appointed"), *facts, serving=serving, on="2008-05-01")[0] == "in_post"
    found = stands(decided("appointed"), *facts, serving=serving, on="2008-05-02")
    assert found == ("accreditation", "accreditor", ("not_accredited",))


def test_who_leaves_the_pool_has_left_until_they_return() -> None:
    """An end that a return takes back."""
    left = ("2008-02-01", LeavePool(reason=Code("moved")))
    assert stands(decided("appointed"), *READY, left) == ("left", "", ())
    back = ("2008-03-01", ReturnToPool())
    assert stands(decided("appointed"), *READY, left, back)[0] == "allocation"


# -- time ---------------------------------------------------------------------


def test_an_accreditation_that_runs_out_is_known_beforehand() -> None:
    """The position says on which day it will change: the first one without."""
    story = decided("appointed")
    facts = (accredited(until="2008-08-31"), disclosed(), inducted())
    found = position(case(story, *facts), TODAY)
    assert found.changes_on == day("2008-09-01")
    assert stands(story, *facts, on="2008-08-31")[0] == "allocation"
    assert stands(story, *facts, on="2008-09-01")[0] == "accreditation"


def test_a_programme_without_an_accreditor_waits_for_none() -> None:
    """A present-day pool: appointed, inducted and checked is enough."""
    story = decided("appointed")
    known = case(story, disclosed(), inducted())
    without = attrs.evolve(known, programme=attrs.evolve(load("norfolk-2008"), accreditor=None))
    assert position(without, TODAY).stage == "allocation"


def _asked_twice() -> Story:
    story = Story(decider=application.DECIDER, stream=STREAM)
    story.tell(day("2007-05-20"), answer())
    story.tell(day("2007-05-20"), NameReferee(referee=HEAD, name="A head", from_la=True))
    for number, due in (("1", "2007-06-15"), ("2", "2007-07-02")):
        begun = BeginReferenceOutside(
            reference=Code(f"n{number}"), referee=HEAD, asked_by=Code("ncsl"), due=day(due)
        )
        story.tell(day("2007-06-01"), begun)
    story.tell(day("2007-06-01"), AskReference(reference=Code("r1"), referee=HEAD, due=day("2007-06-20")))
    return story


LIVES = {
    "asked": (asked, ()),
    "answered": (_asked_twice, ()),
    "decided": (lambda: decided("appointed"), READY),
    "running out": (
        lambda: decided("appointed"),
        (accredited(until="2008-08-31"), disclosed(), inducted(), appointed(), briefed()),
    ),
}


@pytest.mark.parametrize("life", LIVES)
@given(started=st.integers(0, 500), waited=st.integers(0, 500))
def test_between_two_changes_nothing_changes(life: str, started: int, waited: int) -> None:
    """Until the day that a position names, time alone changes nothing of it: so it need not be looked at."""
    begin, facts = LIVES[life]
    ends = (at(introduced="2008-03-01", until="2008-07-31"),) if facts else ()
    known = case(begin(), *facts, serving=ends)
    first = day("2007-06-02") + dt.timedelta(days=started)
    later = first + dt.timedelta(days=waited)
    found = position(known, first)

    if found.changes_on is None or later < found.changes_on:
        assert _said(position(known, later)) == _said(found)
    else:
        assert found.changes_on > first


def _said(found: Position) -> tuple[Any, ...]:
    return found.stage, found.whose_move, found.blocks
