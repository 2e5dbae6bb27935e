"""An application as a whole: what its stages forbid each other, and a reserve carried into a second round."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.applying import (
    CODE,
    OFFICER,
    STREAM,
    answer,
    applied,
    asked,
    decided,
    interviewed,
    refereed,
    state_of,
    with_referees,
)
from core.harness import Story
from core.pool import day
from siprecruit.core import application, round  # noqa: A004 - the field's own word
from siprecruit.core.application import CarryOver
from siprecruit.core.commands import Correct, Undo
from siprecruit.core.ids import ApplicationCode, Code, PersonId
from siprecruit.core.panel import (
    CallReserve,
    ConveyDecision,
    DecideShortlist,
    GiveScore,
    HoldInterview,
    Member,
    PanelPlanned,
    Panels,
    PlannedPanel,
    RecordDecision,
    Recusal,
    Score,
)
from siprecruit.core.references import (
    AskReference,
    DeclineReference,
    GiveReferenceElsewhere,
    NameReferee,
    missing,
    task_state,
)
from siprecruit.core.responses import (
    ApplyElsewhere,
    DecideEligibility,
    DraftResponse,
    NamedReferee,
    RevisePenPortrait,
    WithdrawResponse,
)

MAY = Code("tes-2007-05")
OCTOBER = day("2007-10-10")


def score(member: str, story: Story) -> GiveScore:
    """A member gives three points for everything."""
    scores = tuple(Score(criterion=Code(each.code), points=3) for each in story.programme.panel.criteria)
    return GiveScore(member=PersonId(member), scores=scores, panel=Code("p1"))


def second(earlier: Story) -> Story:
    """An application of the second round, whose decisions are given the first one's."""
    story = Story(decider=application.DECIDER, stream="application/B7K4P")
    story.given = {"states": {STREAM: earlier.state}}
    return story


CARRY = CarryOver(application=CODE, advert=MAY)


# -- rules between the stages -------------------------------------------------


def test_nothing_is_told_of_an_application_that_nobody_made() -> None:
    """A code mistyped leads to no applicant."""
    story = Story(decider=application.DECIDER, stream=STREAM)
    assert story.refused(OCTOBER, DecideShortlist(shortlisted=True)).code == "no_response"


def test_a_draft_has_referees_and_no_panel() -> None:
    """One may name who writes while one still writes oneself; judged is what was submitted."""
    story = Story(decider=application.DECIDER, stream=STREAM)
    story.tell(day("2007-05-18"), DraftResponse(advert=MAY))
    story.tell(day("2007-05-18"), NameReferee(referee=Code("1"), name="A head"))
    for what in (DecideShortlist(shortlisted=True), AskReference(reference=Code("r1"), referee=Code("1"))):
        assert story.refused(OCTOBER, what).code == "not_submitted"


def test_who_is_not_eligible_is_not_shortlisted() -> None:
    """Eligibility is decided first; not to shortlist needs no decision."""
    story = applied(category=None)
    assert story.refused(OCTOBER, DecideShortlist(shortlisted=True)).code == "not_eligible"
    story.tell(OCTOBER, DecideShortlist(shortlisted=False))
    assert state_of(story).panel.shortlisted is False


def test_nobody_scores_whom_they_refereed_nor_themselves() -> None:
    """The panel's judgement rests on the reference already; nobody sits over their own application."""
    story = interviewed()
    assert story.refused(OCTOBER, score(OFFICER, story)).code == "member_is_referee"
    assert story.refused(OCTOBER, score(CODE, story)).code == "member_is_applicant"
    story.tell(OCTOBER, score("head", story))
    assert len(state_of(story).panel.scores) == 1


@pytest.mark.parametrize(
    "what",
    [DecideShortlist(shortlisted=True), HoldInterview(panel=Code("p1")), RevisePenPortrait(pen_portrait="x")],
)
def test_nothing_new_begins_after_a_withdrawal(what: Any) -> None:
    """What happened before it and is told late is true all the same."""
    story = refereed()
    story.tell(day("2007-09-20"), WithdrawResponse())
    assert story.refused(day("2007-09-20"), what).code == "withdrawn"
    assert story.refused(day("2007-10-01"), what).code == "withdrawn"
    assert len(story.tell(day("2007-09-10"), what)) == 1


def test_what_was_applied_for_elsewhere_has_no_panel_of_ours() -> None:
    """Suffolk decides about Suffolk's applicants."""
    story = Story(decider=application.DECIDER, stream=STREAM)
    story.tell(day("2007-05-20"), ApplyElsewhere(first_name="Niamh", last_name="O’Brien"))
    assert story.refused(OCTOBER, DecideShortlist(shortlisted=True)).code == "made_elsewhere"


def test_a_response_is_not_taken_out_from_under_what_stands_on_it() -> None:
    """A shortlisting of nobody would be left; taken out with it, nothing is."""
    story = applied()
    story.tell(OCTOBER, DecideShortlist(shortlisted=True))
    sent = story.history[0].command
    refusal = story.refused(OCTOBER, Undo(command=sent))
    assert (refusal.code, "shortlist.decided (2)" in refusal.message) == ("has_followed", True)
    story.tell(OCTOBER, Undo(command=sent, cascade=True))
    assert state_of(story) == application.Application()


def test_an_application_stays_with_whose_it_is() -> None:
    """Given to another person it would escape the first one's erasure: two who are one are merged instead."""
    story = Story(decider=application.DECIDER, stream=STREAM)
    story.given = {"owner": "person/ann"}
    assert story.refused(day("2007-05-20"), answer(person=PersonId("ben"))).code == "other_person"
    story.tell(day("2007-05-20"), answer(person=PersonId("ann")))
    assert state_of(story).person == "ann"


# -- a second round -----------------------------------------------------------


def test_a_reserve_stands_in_the_second_round_with_nothing_keyed_again() -> None:
    """Answers, referees and the references they gave come along with their dates; the panel begins anew."""
    first = decided("reserve")
    first.tell(day("2007-11-01"), CallReserve())
    story = second(first)
    story.tell(day("2007-11-02"), CARRY)
    now, before = state_of(story), state_of(first)

    assert now.person == before.person == CODE
    assert now.response.submitted is not None
    assert now.response.submitted.carried_from == CODE
    assert now.response.submitted.first_name == "Niamh"
    assert now.response.submitted_on == day("2007-11-02")
    assert missing(now.references, story.programme) == ()
    task = now.references.tasks[Code("r1")]
    assert (task.asked_on, task.received_on) == (day("2007-06-01"), day("2007-06-08"))
    assert task_state(now.references, task) == "received"
    assert now.panel == application.Application().panel


def test_the_latest_pen_portrait_is_carried_over() -> None:
    """What was revised since is what the second panel reads."""
    first = applied(pen_portrait="Twelve years a head.")
    first.tell(day("2007-09-01"), RevisePenPortrait(pen_portrait="Thirteen years a head."))
    story = second(first)
    story.tell(day("2007-11-02"), CARRY)
    assert state_of(story).response.pen_portraits == ("Thirteen years a head.",)


def test_open_references_are_not_carried_over() -> None:
    """Nobody is asked twice without knowing it: who has not written is named, and asked again."""
    story = second(asked())
    story.tell(day("2007-11-02"), CARRY)
    references = state_of(story).references
    assert (list(references.referees), references.tasks) == (["1", "2"], {})


def test_carried_over_once() -> None:
    """The same again is known; a code that is taken stays whose it is."""
    story = second(refereed())
    story.tell(day("2007-11-02"), CARRY)
    assert story.tell(day("2007-11-03"), CARRY) == ()
    other = CarryOver(application=CODE, advert=Code("tes-2007-01"))
    assert story.refused(day("2007-11-03"), other).code == "already_submitted"


@pytest.mark.parametrize("of", [ApplicationCode("Z7K4P"), ApplicationCode("B7K4P")])
def test_only_an_application_that_there_is_is_carried_over(of: ApplicationCode) -> None:
    """Nor one into itself."""
    story = second(refereed())
    if of == "B7K4P":
        story.given = {"states": {"application/B7K4P": refereed().state}}
    refusal = story.refused(day("2007-11-02"), CarryOver(application=of, advert=MAY))
    assert refusal.code in ("no_such_application", "same_application")


def test_a_carried_application_undone_is_gone() -> None:
    """All of it came by one command, and goes by one."""
    story = second(refereed())
    story.tell(day("2007-11-02"), CARRY, command="carry")
    story.tell(day("2007-11-03"), Undo(command="carry"))
    assert state_of(story) == application.Application()


def test_the_carried_over_is_decided_about_like_anybody() -> None:
    """In the second round the reserve is seen and appointed."""
    story = second(decided("reserve"))
    story.tell(day("2007-11-02"), CARRY)
    story.tell(day("2007-11-10"), HoldInterview(panel=Code("p2")))
    story.tell(day("2007-11-12"), RecordDecision(outcome=Code("appointed")))
    assert state_of(story).panel.decisions[-1].outcome == "appointed"


def test_referees_keep_their_numbers_beside_new_ones() -> None:
    """A third named in the second round is the third."""
    story = second(with_referees())
    story.tell(day("2007-11-02"), CARRY)
    story.tell(day("2007-11-03"), NameReferee(referee=Code("3"), name="A third"))
    assert list(state_of(story).references.referees) == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("before", "told", "other"),
    [
        (applied, WithdrawResponse(reason="moves"), WithdrawResponse(reason="another post")),
        (
            applied,
            DecideEligibility(eligible=True, reason="seconded"),
            DecideEligibility(eligible=True, reason="acting head"),
        ),
        (
            asked,
            DeclineReference(reference=Code("r1"), reason="no time"),
            DeclineReference(reference=Code("r1"), reason="hardly knows them"),
        ),
        (
            asked,
            GiveReferenceElsewhere(reference=Code("r1"), where=Code("ncsl")),
            GiveReferenceElsewhere(reference=Code("r1"), where=Code("suffolk")),
        ),
        (
            lambda: decided("appointed"),
            ConveyDecision(how=Code("letter")),
            ConveyDecision(how=Code("telephone")),
        ),
    ],
)
def test_what_is_told_again_in_other_words_is_not_passed_over(
    before: Callable[[], Story], told: Any, other: Any
) -> None:
    """The same words change nothing; other words about the same fact are a correction, never lost unseen."""
    story = before()
    story.tell(day("2007-11-01"), told)
    assert story.tell(day("2007-11-02"), told) == ()
    assert story.refused(day("2007-11-02"), other).code == "already_told"


@pytest.mark.parametrize("code", ["A7K4", "A7K4P2", "A7K1P", "O7K4P", "a7k4p", "A7-4P"])
def test_a_new_application_has_a_code_that_nobody_misreads(code: str) -> None:
    """People read it out by telephone: five characters, none of which looks or sounds like another."""
    story = Story(decider=application.DECIDER, stream=f"application/{code}")
    refusal = story.refused(day("2007-05-20"), answer())
    assert (refusal.code, "without I, L, O, 0 and 1" in refusal.message) == ("bad_code", True)


def planned_panel(story: Story, *aside: str, on: str = "2007-09-01") -> None:
    """The round of the advert has the panel p1, of a head and a governor."""
    capacities = ("headteacher", "governor")
    head, governor = (Member(person=PersonId(each), capacity=Code(each), trained=True) for each in capacities)
    recused = tuple(Recusal(member=PersonId(each), application=CODE) for each in aside)
    planned = PanelPlanned(
        panel=Code("p1"), sits_on=OCTOBER, members=(head, governor), applications=(CODE,), recused=recused
    )
    panels = Panels(
        planned={
            Code("p1"): PlannedPanel(
                planned=planned,
                planned_on=day(on),
                members=planned.members,
                members_on=day(on),
                applications=planned.applications,
                recused=frozenset(recused),
            )
        }
    )
    story.given = {"states": {"round/2007-05": round.Round(panels=panels)}}


def test_only_who_sits_on_the_panel_scores() -> None:
    """A stranger's points would count in the total like a member's."""
    story = interviewed()
    planned_panel(story)
    assert story.refused(OCTOBER, score("stranger", story)).code == "not_a_member"
    assert story.tell(OCTOBER, score("governor", story)) != ()


def test_who_has_stepped_aside_does_not_score() -> None:
    """They said so when the panel was planned."""
    story = interviewed()
    planned_panel(story, "governor")
    assert story.refused(OCTOBER, score("governor", story)).code == "recused"
    assert story.tell(OCTOBER, score("headteacher", story)) != ()


def test_a_score_put_down_to_a_stranger_is_no_correction() -> None:
    """The rule holds for a correction as well."""
    story = interviewed()
    planned_panel(story)
    story.tell(OCTOBER, score("governor", story))
    other = Correct(event=len(story.history), reason="misread", set={"member": PersonId("stranger")})
    assert story.refused(day("2007-10-11"), other).code == "not_a_member"


def test_scores_of_a_panel_that_was_never_planned_here_are_taken_as_told() -> None:
    """A round taken over from sheets has scores and no plan; so has the time before the members changed."""
    story = interviewed()
    assert story.tell(OCTOBER, score("stranger", story)) != ()
    planned_panel(story, on="2007-10-11")
    assert story.tell(OCTOBER, score("former", story)) != ()


def test_a_response_told_again_with_other_referees_is_not_passed_over() -> None:
    """Told again as it was it changes nothing; whom it names besides is named in a step of its own."""
    story = Story(decider=application.DECIDER, stream=STREAM)
    priya, carol = (NamedReferee(name=each) for each in ("Priya MacLeod", "Carol Reeve"))
    story.tell(day("2007-05-20"), answer(referees=(priya,)))

    assert story.tell(day("2007-05-20"), answer(referees=(priya,))) == ()
    assert story.tell(day("2007-05-20"), answer()) == ()
    assert story.refused(day("2007-05-20"), answer(referees=(priya, carol))).code == "already_told"
