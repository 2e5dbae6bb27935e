"""The hard rules of allocation: who may be named for a school, and when cover is handed over."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import attrs
import pytest

from core.harness import Story
from core.pool import (
    ANN,
    BEN,
    CAT,
    STATUTORY,
    URN,
    accredited,
    appointed,
    awaiting,
    briefed,
    day,
    disclosed,
    give,
    inducted,
    ready,
    school,
    told,
)
from siprecruit.core.accreditation import EndAccreditation
from siprecruit.core.allocation import (
    AllocateAdviser,
    ChangePermanent,
    CompleteHandover,
    CoverTemporarily,
    EndAdviser,
    EndTemporary,
    NamePermanent,
    PermanentIntroduced,
    RecordIntroduction,
    TemporaryEnded,
    serving,
)
from siprecruit.core.application import Application
from siprecruit.core.commands import Correct, Undo
from siprecruit.core.ids import Code, PersonId, Urn
from siprecruit.core.particulars import DeclareInterest, LeavePool
from siprecruit.core.person import Person, join

NAME = NamePermanent(person=ANN, starts=STATUTORY)
COVER = CoverTemporarily(person=BEN, starts=STATUTORY, reason=Code("awaiting_accreditation"))
MARCH = day("2008-03-01")


def tie(kind: str, starts: str | None = None, until: str | None = None) -> tuple[str, Any]:
    """A declared interest in the school."""
    first, last = (day(each) if each else None for each in (starts, until))
    return "2008-01-20", DeclareInterest(urn=URN, kind=Code(kind), starts=first, until=last)


def form(employer_urn: Urn | None = None, interests: tuple[Urn, ...] = ()) -> Application:
    """An application of which only what the form says of schools matters."""
    response = SimpleNamespace(
        employer_urn=employer_urn,
        interests=interests,
        submitted_on=day("2007-05-20"),
        elsewhere_on=None,
        withdrawn_on=None,
    )
    return attrs.evolve(Application(), response=response)


def covered_school(*people: Person) -> Story:
    """Ann is named and Ben covers for her from the statutory date."""
    story = school(*people)
    story.tell(MARCH, NAME)
    story.tell(MARCH, COVER)
    return story


def test_a_permanent_partner_may_still_await_accreditation() -> None:
    """They are named already and a temporary partner serves until they are ready (sheet 102/08)."""
    story = covered_school(awaiting(ANN), ready(BEN))
    assert serving(story.state.allocation.permanents, STATUTORY).person == ANN
    assert serving(story.state.allocation.temporaries, STATUTORY).person == BEN


def test_somebody_who_is_not_appointed_is_not_named() -> None:
    """The panel decides first."""
    story = school(told(ANN, accredited(), disclosed(), inducted(), briefed()).state)
    assert story.refused(MARCH, NAME).code == "not_appointed"


def test_somebody_who_has_left_is_not_named() -> None:
    """Nor sent as cover."""
    left = ("2008-02-20", LeavePool(reason=Code("retired")))
    story = school(ready(ANN, left), ready(BEN, left))
    assert story.refused(MARCH, NAME).code == "has_left"
    assert story.refused(MARCH, COVER).code == "has_left"


def test_a_person_nobody_knows_is_not_named() -> None:
    """A mistyped id is nobody."""
    assert school().refused(MARCH, NAME).code == "unknown_person"


@pytest.mark.parametrize("command", [NAME, COVER])
def test_nobody_serves_their_own_school(command: Any) -> None:
    """A head still needs a partner at their own school, and it is somebody else (Hansard)."""
    story = school(ready(ANN, tie("employer")), ready(BEN, tie("employer")))
    assert story.refused(MARCH, command).code == "own_school"


@pytest.mark.parametrize("command", [NAME, COVER])
def test_the_employer_on_the_form_counts_too(command: Any) -> None:
    """Nobody has to declare again what the application says."""
    story = school(ready(ANN), ready(BEN), applications={ANN: (form(URN),), BEN: (form(URN),)})
    assert story.refused(MARCH, command).code == "own_school"


@pytest.mark.parametrize("kind", ["former_employer", "governor", "family", "supplier"])
def test_a_declared_interest_keeps_a_person_from_the_school(kind: str) -> None:
    """The refusal says which kind of tie it is, and no name."""
    refusal = school(ready(ANN, tie(kind))).refused(MARCH, NAME)
    assert (refusal.code, refusal.message) == (
        "declared_interest",
        f"ann has an interest in {URN}: {kind}",
    )


def test_an_interest_on_the_form_keeps_a_person_from_the_school() -> None:
    """The form asks for schools to which there is a tie; it doesn't ask which."""
    story = school(ready(ANN), applications={ANN: (form(interests=(URN,)),)})
    assert story.refused(MARCH, NAME).code == "declared_interest"


def test_an_interest_counts_on_its_days() -> None:
    """A tie that is over before the first day keeps nobody away; one that begins later does."""
    over = school(ready(ANN, tie("governor", until="2008-03-31")))
    assert over.tell(MARCH, NAME) != ()
    coming = school(ready(ANN, tie("governor", starts="2009-01-01")))
    assert coming.refused(MARCH, NAME).code == "declared_interest"


def test_an_interest_in_another_school_keeps_nobody_away() -> None:
    """It is the one school that matters."""
    elsewhere = ("2008-01-20", DeclareInterest(urn=Urn("120781"), kind=Code("employer")))
    assert school(ready(ANN, elsewhere)).tell(MARCH, NAME) != ()


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ((accredited(), disclosed(), inducted()), "not appointed on 1 April 2008"),
        ((appointed(), disclosed(), inducted()), "not accredited for primary on 1 April 2008"),
        (
            (appointed(), accredited(phase="special"), disclosed(), inducted()),
            "not accredited for primary on 1 April 2008",
        ),
        (
            (appointed(), accredited(until="2008-03-31"), disclosed(), inducted()),
            "not accredited for primary on 1 April 2008",
        ),
        ((appointed(), accredited(), disclosed()), "has not attended the induction by 1 April 2008"),
        ((appointed(), accredited(), inducted()), "Enhanced disclosure: not clear on 1 April 2008"),
    ],
)
def test_temporary_cover_is_fully_ready_on_its_first_day(facts: tuple[Any, ...], missing: str) -> None:
    """Accredited for the school's phase, inducted and clear; the refusal says what is missing."""
    story = school(told(BEN, *facts).state)
    refusal = story.refused(MARCH, COVER)
    assert refusal.code == "not_deployable"
    assert refusal.message == f"ben can't cover {URN}: {missing}"


def test_a_special_school_needs_a_partner_accredited_for_special_schools() -> None:
    """The phase is that of the accreditation, whatever the pupils' ages."""
    story = school(ready(BEN), type_group="special", type="community_special")
    story.programme = attrs.evolve(
        story.programme, scope=attrs.evolve(story.programme.scope, type_groups=("maintained", "special"))
    )
    assert story.refused(MARCH, COVER).code == "not_deployable"
    give(story, [ready(BEN, accredited(phase="special"))])
    assert story.tell(MARCH, COVER) != ()


def test_temporary_cover_needs_no_briefing() -> None:
    """Briefings are about one's own schools."""
    story = school(told(BEN, appointed(), accredited(), disclosed(), inducted()).state)
    assert story.tell(MARCH, COVER) != ()


def test_a_school_out_of_scope_gets_no_partner() -> None:
    """An academy, a nursery or a school that has closed is not the programme's."""
    assert school(ready(ANN), type_group="academy").refused(MARCH, NAME).code == "out_of_scope"
    closing = school(ready(ANN), closed=day("2008-03-31"))
    assert closing.refused(MARCH, NAME).code == "out_of_scope"


def test_support_is_kept_apart_from_challenge() -> None:
    """The development adviser is neither the permanent nor the temporary partner, whichever is told first."""
    adviser = AllocateAdviser(person=ANN, starts=STATUTORY)
    named = school(ready(ANN), ready(BEN))
    named.tell(MARCH, NAME)
    assert named.refused(MARCH, adviser).code == "support_and_challenge_apart"

    advised = school(ready(ANN), ready(BEN))
    advised.tell(MARCH, adviser)
    assert advised.refused(MARCH, NAME).code == "support_and_challenge_apart"
    advised.tell(MARCH, EndAdviser(until=day("2008-03-31")))
    assert advised.tell(MARCH, NAME) != ()


def test_a_programme_may_let_the_adviser_be_the_partner() -> None:
    """Authorities differ in it."""
    story = school(ready(ANN))
    story.programme = attrs.evolve(story.programme, cda_may_be_sip=True)
    story.tell(MARCH, AllocateAdviser(person=ANN, starts=STATUTORY))
    assert story.tell(MARCH, NAME) != ()


def test_merged_people_are_one() -> None:
    """Somebody whose two records were joined can't cover for themselves under the other id."""
    both = join([ready(ANN), ready(BEN)])
    story = school()
    story.given = {"people": {ANN: both, BEN: both}, "applications": {}}
    story.tell(MARCH, NAME)
    assert story.refused(MARCH, COVER).code == "same_person"
    adviser = AllocateAdviser(person=BEN, starts=STATUTORY)
    assert story.refused(MARCH, adviser).code == "support_and_challenge_apart"


def test_the_introduction_of_somebody_ready_hands_over() -> None:
    """Cover ends when the permanent partner, accredited and inducted, says hello (sheet 102/08)."""
    story = covered_school(ready(ANN), ready(BEN))

    events = story.tell(day("2008-04-22"), RecordIntroduction(person=ANN, told_by="sip"))

    assert events == (
        PermanentIntroduced(person=ANN, told_by="sip"),
        TemporaryEnded(person=BEN, successor=ANN),
    )
    assert serving(story.state.allocation.temporaries, day("2008-04-21")).person == BEN
    assert serving(story.state.allocation.temporaries, day("2008-04-22")) is None


def test_the_introduction_of_somebody_not_ready_leaves_the_cover() -> None:
    """It is recorded, and the office completes the hand-over once they are accredited."""
    story = covered_school(awaiting(ANN), ready(BEN))
    introduced = story.tell(day("2008-04-22"), RecordIntroduction(person=ANN, told_by="school"))
    refusal = story.refused(day("2008-05-06"), CompleteHandover(person=ANN))
    give(story, [awaiting(ANN, accredited("2008-05-07")), ready(BEN)])
    completed = story.tell(day("2008-05-07"), CompleteHandover(person=ANN))

    assert introduced == (PermanentIntroduced(person=ANN, told_by="school"),)
    assert (refusal.code, refusal.message) == (
        "not_ready",
        "ann can't start on 6 May 2008: not_accredited",
    )
    assert completed == (TemporaryEnded(person=BEN, successor=ANN),)
    assert story.tell(day("2008-05-08"), CompleteHandover(person=ANN)) == ()


def test_nobody_takes_over_unbriefed() -> None:
    """Everyone is briefed about each of their own schools before they start (sheet 102/08)."""
    unbriefed = told(ANN, appointed(), accredited(), disclosed(), inducted()).state
    story = covered_school(unbriefed, ready(BEN))
    story.tell(day("2008-04-22"), RecordIntroduction(person=ANN, told_by="sip"))
    refusal = story.refused(day("2008-05-06"), CompleteHandover(person=ANN))
    assert (refusal.code, "not_briefed" in refusal.message) == ("not_ready", True)


def test_nobody_takes_over_without_an_introduction() -> None:
    """The office can't complete what the partner has not begun."""
    story = covered_school(ready(ANN), ready(BEN))
    assert story.refused(day("2008-05-06"), CompleteHandover(person=ANN)).code == "not_introduced"


def test_only_the_permanent_partner_takes_over() -> None:
    """A hand-over names the person who is there that day."""
    story = covered_school(ready(ANN), ready(BEN), ready(CAT))
    story.tell(day("2008-04-22"), RecordIntroduction(person=ANN, told_by="sip"))
    story.tell(
        day("2008-04-23"), CoverTemporarily(person=BEN, starts=day("2008-04-23"), reason=Code("absence"))
    )
    assert story.refused(day("2008-05-06"), CompleteHandover(person=CAT)).code == "not_permanent"


def test_an_introduction_before_the_first_day_leaves_the_cover() -> None:
    """The permanent partner of September says hello in July; the cover stays to the end of August."""
    story = school(ready(ANN), ready(BEN))
    story.tell(MARCH, NamePermanent(person=ANN, starts=day("2008-09-01")))
    story.tell(MARCH, COVER)
    assert len(story.tell(day("2008-07-01"), RecordIntroduction(person=ANN, told_by="sip"))) == 1


def test_an_undone_introduction_takes_the_hand_over_along() -> None:
    """It was another school: the cover is back as if nothing had been told."""
    story = covered_school(ready(ANN), ready(BEN))
    before = story.state
    story.tell(day("2008-04-22"), RecordIntroduction(person=ANN, told_by="sip"), command="hello")
    story.tell(day("2008-04-23"), Undo(command="hello"))
    assert story.state == before


def test_a_hand_over_rests_on_the_introduction() -> None:
    """Who takes the introduction out is told that the cover ended by it."""
    story = covered_school(ready(ANN), ready(BEN))
    story.tell(day("2008-04-22"), RecordIntroduction(person=ANN, told_by="sip"))
    introduced = next(each.version for each in story.history if isinstance(each.event, PermanentIntroduced))
    refusal = story.refused(day("2008-04-23"), Correct(event=introduced, reason="another school"))
    assert (refusal.code, "temporary.ended" in refusal.message) == ("has_followed", True)


def test_a_correction_keeps_the_rules_as_well() -> None:
    """Nobody slips into a school by way of a corrected name."""
    story = covered_school(ready(ANN), ready(BEN))
    give(story, [ready(ANN), ready(BEN), ready(CAT, tie("family"))])
    correct = Correct(event=2, reason="misread", set={"person": CAT})
    assert story.refused(MARCH, correct).code == "declared_interest"


def test_a_late_hand_over_is_judged_on_its_own_day() -> None:
    """Told in July of April: what counts is whether she could start in April."""
    since_may = awaiting(ANN, accredited("2008-05-07"))
    story = covered_school(since_may, ready(BEN))
    assert len(story.tell(day("2008-04-22"), RecordIntroduction(person=ANN, told_by="sip"))) == 1
    assert story.refused(day("2008-04-30"), CompleteHandover(person=ANN)).code == "not_ready"


def test_accreditation_that_ended_keeps_a_person_from_cover() -> None:
    """Nobody may remain a partner unless accredited for the time being (EIA 2006 s.5)."""
    removed = ("2008-02-25", EndAccreditation(phase=Code("primary"), why="removed"))
    assert school(ready(BEN, removed)).refused(MARCH, COVER).code == "not_deployable"


def test_a_school_that_is_served_is_not_taken_out_of_the_record() -> None:
    """Who undoes the school's entry is told who was named for it; on request they go together."""
    story = covered_school(ready(ANN), ready(BEN))

    refusal = story.refused(day("2008-04-02"), Undo(command="c1"))

    assert refusal.code == "has_followed"
    assert "permanent.named (2), temporary.named (3)" in refusal.message
    assert len(story.tell(day("2008-04-02"), Undo(command="c1", cascade=True))) == 3
    assert serving(story.state.allocation.permanents, STATUTORY) is None


def test_nobody_takes_over_a_school_to_which_they_have_a_tie() -> None:
    """A tie told after the naming keeps the cover where it is, like all that keeps somebody from starting."""
    story = covered_school(ready(ANN), ready(BEN))
    give(story, [ready(ANN, tie("governor")), ready(BEN)])

    assert len(story.tell(day("2008-04-22"), RecordIntroduction(person=ANN, told_by="sip"))) == 1
    refusal = story.refused(day("2008-04-23"), CompleteHandover(person=ANN))
    assert (refusal.code, "declared_interest" in refusal.message) == ("not_ready", True)


def test_the_texts_of_a_school_are_the_schools_own() -> None:
    """They are kept under the school, and go with no person who serves it."""
    story = school()
    assert story.decider.owner(story.stream, story.state) == f"school/{URN}"


def test_every_change_keeps_the_rules() -> None:
    """A change names a new partner under the same rules as the first."""
    story = covered_school(ready(ANN), ready(BEN))
    give(story, [ready(ANN), ready(BEN), ready(CAT, tie("employer"))])
    change = ChangePermanent(person=CAT, starts=day("2008-09-01"))
    assert story.refused(day("2008-06-01"), change).code == "own_school"
    story.tell(day("2008-06-01"), EndTemporary())
    unknown = ChangePermanent(person=PersonId("eve"), starts=day("2008-09-01"))
    assert story.refused(day("2008-06-01"), unknown).code == "unknown_person"
