"""Who is named for a school, in which capacity and when, told in any order and put right."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.harness import Story, decider_of
from core.pool import ANN, BEN, CAT, URN, day
from siprecruit.core import allocation
from siprecruit.core.allocation import (
    AdviserAllocated,
    AllocateAdviser,
    Allocation,
    ChangePermanent,
    ChangeTemporary,
    CoverTemporarily,
    EndAdviser,
    EndPermanent,
    EndTemporary,
    HearSchool,
    NamePermanent,
    RecordIntroduction,
    introduced_on,
    serving,
)
from siprecruit.core.commands import Correct, Rejected, Reverse, Undo
from siprecruit.core.ids import Code, PersonId

AWAITING = Code("awaiting_accreditation")


def school() -> Story:
    """A school's allocation alone, without the rules that look at people."""
    return Story(decider=decider_of(allocation.STAGE, kind="placement"), stream=f"placement/{URN}")


def permanent(story: Story, on: str) -> PersonId | None:
    """Who is named as the permanent partner for a day."""
    tenure = serving(story.state.allocation.permanents, day(on))
    return tenure.person if tenure else None


def temporary(story: Story, on: str) -> PersonId | None:
    """Who is named as the temporary partner for a day."""
    tenure = serving(story.state.allocation.temporaries, day(on))
    return tenure.person if tenure else None


def name(person: PersonId = ANN, starts: str = "2008-04-01", until: str | None = None) -> NamePermanent:
    return NamePermanent(person=person, starts=day(starts), until=day(until) if until else None)


def cover(person: PersonId = BEN, starts: str = "2008-04-01", until: str | None = None) -> CoverTemporarily:
    last = day(until) if until else None
    return CoverTemporarily(person=person, starts=day(starts), until=last, reason=AWAITING)


def test_a_permanent_partner_is_named_for_a_day_to_come() -> None:
    """The pool of 2008 was named in spring for the statutory date."""
    story = school()
    story.tell(day("2008-03-01"), name())

    assert permanent(story, "2008-03-31") is None
    assert permanent(story, "2008-04-01") == ANN


def test_a_naming_told_again_changes_nothing() -> None:
    """A form posted twice leaves one fact."""
    story = school()
    story.tell(day("2008-03-01"), name())
    assert story.tell(day("2008-03-02"), name()) == ()


def test_two_permanent_partners_at_once_are_refused() -> None:
    """A school has exactly one; whoever is there has to be changed or ended first."""
    story = school()
    story.tell(day("2008-03-01"), name())

    refusal = story.refused(day("2008-03-02"), name(BEN, "2008-09-01"))

    assert refusal.code == "already_named"
    assert refusal.message == ("ann is the permanent partner from 1 April 2008: change or end that first")


def test_an_earlier_partner_may_be_told_late() -> None:
    """A paper found in a drawer says who served before; it is recorded as what it is."""
    story = school()
    story.tell(day("2008-03-01"), name())
    story.tell(day("2008-01-05"), name(BEN, "2008-01-07", "2008-03-31"))

    assert permanent(story, "2008-02-01") == BEN
    assert permanent(story, "2008-04-01") == ANN


def test_a_change_ends_the_former_on_the_day_before() -> None:
    """No day has two permanent partners and none is left without one."""
    story = school()
    story.tell(day("2008-03-01"), name())
    story.tell(day("2008-06-01"), ChangePermanent(person=BEN, starts=day("2008-09-01"), remark="moves away"))

    assert permanent(story, "2008-08-31") == ANN
    assert permanent(story, "2008-09-01") == BEN


def test_a_change_where_nobody_is_named_is_refused() -> None:
    """There is nothing to change: the first one is named."""
    change = ChangePermanent(person=BEN, starts=day("2008-09-01"))
    assert school().refused(day("2008-06-01"), change).code == "nobody_named"


def test_a_change_told_again_changes_nothing() -> None:
    """Also after it was carried out."""
    story = school()
    story.tell(day("2008-03-01"), name())
    change = ChangePermanent(person=BEN, starts=day("2008-09-01"))
    story.tell(day("2008-06-01"), change)
    assert story.tell(day("2008-06-02"), change) == ()


def test_an_end_counts_from_its_day() -> None:
    """The day of the fact is the first one without, unless a last day is told."""
    story = school()
    story.tell(day("2008-03-01"), name())
    story.tell(day("2008-06-01"), EndPermanent(reason=Code("retires")))

    assert permanent(story, "2008-05-31") == ANN
    assert permanent(story, "2008-06-01") is None
    assert story.tell(day("2008-06-01"), EndPermanent()) == ()


def test_an_end_may_lie_ahead() -> None:
    """In June it is known that somebody stays to the end of August."""
    story = school()
    story.tell(day("2008-03-01"), name())
    story.tell(day("2008-06-01"), EndPermanent(until=day("2008-08-31")))

    assert permanent(story, "2008-08-31") == ANN
    assert permanent(story, "2008-09-01") is None


def test_somebody_may_be_stood_down_before_their_first_day() -> None:
    """Then they have never served, and the place is free."""
    story = school()
    story.tell(day("2008-03-01"), name())
    story.tell(day("2008-03-15"), EndPermanent())
    story.tell(day("2008-03-16"), name(BEN))

    assert permanent(story, "2008-04-01") == BEN


def test_ending_what_nobody_holds_is_refused() -> None:
    """The sentence says from which day there is nobody."""
    refusal = school().refused(day("2008-06-01"), EndPermanent())
    assert (refusal.code, "31 May 2008" in refusal.message) == ("nobody_named", True)


def test_the_permanent_partner_is_not_their_own_temporary() -> None:
    """Cover is given by another person, whichever of the two is told first."""
    story = school()
    story.tell(day("2008-03-01"), name())
    assert story.refused(day("2008-03-02"), cover(ANN)).code == "same_person"

    other = school()
    other.tell(day("2008-03-01"), cover(ANN))
    assert other.refused(day("2008-03-02"), name(ANN)).code == "same_person"


def test_a_temporary_may_become_the_permanent_partner_afterwards() -> None:
    """Once the cover has an end, the same person may be named from the day after it."""
    story = school()
    story.tell(day("2008-03-01"), cover(BEN))
    story.tell(day("2008-06-01"), EndTemporary(until=day("2008-08-31")))
    story.tell(day("2008-06-01"), name(BEN, "2008-09-01"))
    assert (temporary(story, "2008-08-31"), permanent(story, "2008-09-01")) == (BEN, BEN)


def test_two_temporary_partners_at_once_are_refused() -> None:
    """One of them would be responsible for nothing."""
    story = school()
    story.tell(day("2008-03-01"), cover(BEN))
    assert story.refused(day("2008-03-02"), cover(CAT)).code == "already_covered"


def test_cover_may_be_changed_and_prolonged() -> None:
    """Another person takes over, or the same one stays longer."""
    story = school()
    story.tell(day("2008-03-01"), cover(BEN, until="2008-06-30"))
    longer = ChangeTemporary(
        person=BEN, starts=day("2008-06-01"), until=day("2008-07-31"), reason=Code("absence")
    )
    story.tell(day("2008-05-20"), longer)
    story.tell(
        day("2008-07-01"), ChangeTemporary(person=CAT, starts=day("2008-07-10"), reason=Code("absence"))
    )

    assert [temporary(story, on) for on in ("2008-05-31", "2008-07-09", "2008-07-10")] == [BEN, BEN, CAT]


def test_a_last_day_before_the_first_is_refused() -> None:
    """Two dates in the wrong order are a slip of the pen."""
    assert school().refused(day("2008-03-01"), cover(until="2008-03-01")).code == "ends_early"
    assert school().refused(day("2008-03-01"), name(until="2008-03-01")).code == "ends_early"


def test_only_a_permanent_partner_introduces_themselves() -> None:
    """A temporary partner usually makes no introductory visit, and a stranger none at all."""
    story = school()
    story.tell(day("2008-03-01"), cover(BEN))
    introduction = RecordIntroduction(person=BEN, told_by="school")
    assert story.refused(day("2008-04-03"), introduction).code == "not_permanent"


def test_an_introduction_is_recorded_once_and_an_earlier_one_counts() -> None:
    """The school and the partner both tell it; the first day on which it happened is what people ask for."""
    story = school()
    story.tell(day("2008-03-01"), name())
    story.tell(day("2008-04-10"), RecordIntroduction(person=ANN, told_by="school"))
    assert story.tell(day("2008-04-12"), RecordIntroduction(person=ANN, told_by="sip")) == ()
    story.tell(day("2008-04-03"), RecordIntroduction(person=ANN, told_by="sip"))

    assert introduced_on(story.state.allocation, ANN) == day("2008-04-03")


def test_what_a_school_said_is_kept_by_its_day() -> None:
    """Has not heard in June, has heard in July; told twice on one day it is one call."""
    story = school()
    story.tell(day("2008-07-02"), HearSchool(heard=True))
    story.tell(day("2008-06-02"), HearSchool(heard=False))
    assert story.tell(day("2008-06-02"), HearSchool(heard=False)) == ()
    assert story.state.allocation.words == ((day("2008-06-02"), False), (day("2008-07-02"), True))


def test_a_school_has_one_development_adviser_at_a_time() -> None:
    """A second one follows on the first."""
    story = school()
    story.tell(day("2008-03-01"), AllocateAdviser(person=CAT, starts=day("2008-04-01")))
    second = AllocateAdviser(person=BEN, starts=day("2008-09-01"))
    assert story.refused(day("2008-06-01"), second).code == "already_allocated"

    story.tell(day("2008-06-01"), EndAdviser(until=day("2008-08-31")))
    assert story.tell(day("2008-06-01"), second) == (AdviserAllocated(person=BEN, starts=day("2008-09-01")),)
    assert story.tell(day("2008-06-02"), second) == ()


FACTS: tuple[tuple[str, Any], ...] = (
    ("2008-03-01", name()),
    ("2008-03-01", cover()),
    ("2008-03-01", AllocateAdviser(person=CAT, starts=day("2008-04-01"))),
    ("2008-04-02", HearSchool(heard=False)),
    ("2008-04-03", RecordIntroduction(person=ANN, told_by="sip")),
    ("2008-04-04", EndTemporary()),
    ("2008-05-01", cover(CAT, "2008-05-05")),
    ("2008-05-02", ChangeTemporary(person=BEN, starts=day("2008-05-12"), reason=AWAITING)),
    ("2008-06-01", ChangePermanent(person=PersonId("dan"), starts=day("2008-09-01"))),
    ("2008-06-02", EndPermanent(until=day("2009-08-31"))),
    ("2008-06-03", EndAdviser()),
)


@pytest.mark.parametrize("number", range(len(FACTS)))
def test_every_fact_can_be_undone(number: int) -> None:
    """After an undo the school stands as it did before, whatever was told."""
    story = school()
    for on, what in FACTS[:number]:
        story.tell(day(on), what)
    before = story.state
    on, what = FACTS[number]
    assert story.tell(day(on), what, command="told") != ()

    story.tell(day("2008-07-01"), Undo(command="told"))

    assert story.state == before


def test_what_followed_from_a_naming_is_named() -> None:
    """Who takes a naming out is told what stands on it."""
    story = school()
    story.tell(day("2008-03-01"), name())
    story.tell(day("2008-04-03"), RecordIntroduction(person=ANN, told_by="sip"))
    story.tell(day("2008-06-01"), ChangePermanent(person=BEN, starts=day("2008-09-01")))

    refusal = story.refused(day("2008-06-02"), Correct(event=1, reason="never was"))

    assert refusal.code == "has_followed"
    assert "permanent.introduced (2), permanent.ended (3)" in refusal.message


def test_an_end_that_somebody_followed_on_is_not_taken_out_alone() -> None:
    """Else the school had two permanent partners."""
    story = school()
    story.tell(day("2008-03-01"), name())
    story.tell(day("2008-06-01"), EndPermanent())
    story.tell(day("2008-06-02"), name(BEN, "2008-06-02"))

    refusal = story.refused(day("2008-06-03"), Correct(event=2, reason="never ended"))

    assert (refusal.code, "permanent.named (3)" in refusal.message) == ("has_followed", True)


def test_a_correction_that_clashes_is_told_with_what_it_clashes() -> None:
    """Ben's first day is put into Ann's time: what is said is that Ann is there, not that Ben would go."""
    story = school()
    story.tell(day("2008-03-01"), name(ANN, "2008-04-01", "2008-08-31"))
    story.tell(day("2008-03-02"), name(BEN, "2008-09-01"))

    refusal = story.refused(
        day("2008-03-03"), Correct(event=2, reason="x", set={"starts": day("2008-08-31")})
    )

    assert (refusal.code, "ann is the permanent partner" in refusal.message) == ("already_named", True)


def test_a_reversed_naming_has_held_until_then() -> None:
    """We changed our mind in May: reports of April still show whom we had named."""
    story = school()
    story.tell(day("2008-03-01"), name())
    story.tell(day("2008-05-01"), Reverse(event=1, reason="named elsewhere"))

    assert story.as_at(day("2008-04-30")).allocation.permanents != ()
    assert story.as_at(day("2008-05-01")).allocation.permanents == ()


PEOPLE = st.sampled_from([ANN, BEN, CAT])
DAYS = st.dates(day("2008-03-01"), day("2008-05-31"))
UNTIL = st.none() | DAYS
COMMANDS = st.one_of(
    st.builds(NamePermanent, person=PEOPLE, starts=DAYS, until=UNTIL),
    st.builds(ChangePermanent, person=PEOPLE, starts=DAYS),
    st.builds(EndPermanent, until=UNTIL),
    st.builds(CoverTemporarily, person=PEOPLE, starts=DAYS, until=UNTIL, reason=st.just(AWAITING)),
    st.builds(ChangeTemporary, person=PEOPLE, starts=DAYS, until=UNTIL, reason=st.just(AWAITING)),
    st.builds(EndTemporary, until=UNTIL),
    st.builds(RecordIntroduction, person=PEOPLE, told_by=st.sampled_from(["sip", "school", "office"])),
    st.builds(Correct, event=st.integers(1, 12), reason=st.just("wrong"), cascade=st.booleans()),
    st.builds(Reverse, event=st.integers(1, 12), reason=st.just("no more"), cascade=st.booleans()),
    st.builds(
        Correct,
        event=st.integers(1, 12),
        reason=st.just("wrong"),
        set=st.builds(lambda on: {"on": on.isoformat()}, DAYS),
    ),
)


@given(st.lists(st.tuples(DAYS, COMMANDS), max_size=14), DAYS)
def test_no_day_has_two_of_a_kind_or_one_person_in_both(
    told: list[tuple[dt.date, Any]], seen: dt.date
) -> None:
    """Whatever is told, in whatever order, and put right: one permanent and one temporary partner at most."""
    story = school()
    for on, what in told:
        try:
            story.tell(on, what)
        except Rejected:
            continue

    for state in (story.state, story.as_at(seen)):
        assert_one_of_a_kind(state.allocation, seen)


def assert_one_of_a_kind(state: Allocation, on: dt.date) -> None:
    permanents = [each.person for each in state.permanents if allocation.serves(each, on)]
    temporaries = [each.person for each in state.temporaries if allocation.serves(each, on)]
    assert len(permanents) <= 1
    assert len(temporaries) <= 1
    assert not set(permanents) & set(temporaries)


@pytest.mark.parametrize(
    ("told", "other"),
    [
        (name(), NamePermanent(person=ANN, starts=day("2008-04-01"), remark="asked for by the head")),
        (name(), NamePermanent(person=ANN, starts=day("2008-04-01"), reason=Code("near"))),
        (cover(), CoverTemporarily(person=BEN, starts=day("2008-04-01"), reason=Code("absence"))),
        (
            cover(),
            CoverTemporarily(person=BEN, starts=day("2008-04-01"), reason=AWAITING, introductory_visit=True),
        ),
        (
            cover(),
            CoverTemporarily(person=BEN, starts=day("2008-04-01"), reason=AWAITING, remark="till June"),
        ),
    ],
)
def test_a_naming_told_again_in_other_words_is_not_passed_over(told: Any, other: Any) -> None:
    """What somebody adds is never lost without a word: it is a correction."""
    story = school()
    story.tell(day("2008-03-01"), told)
    assert story.refused(day("2008-03-02"), other).code == "already_told"


@pytest.mark.parametrize(
    ("begun", "end"), [(name(), EndPermanent), (cover(), EndTemporary)], ids=["permanent", "temporary"]
)
def test_an_end_told_again_in_other_words_is_not_passed_over(begun: Any, end: Any) -> None:
    """Told again as it was, or with less, it changes nothing; with another reason it is a correction."""
    story = school()
    story.tell(day("2008-03-01"), begun)
    first = end(until=day("2008-05-31"), reason=Code("moved"), remark="to Suffolk")
    story.tell(day("2008-05-01"), first)

    assert story.tell(day("2008-05-02"), first) == ()
    assert story.tell(day("2008-05-02"), end(until=day("2008-05-31"))) == ()
    for other in (attrs.evolve(first, reason=Code("retires")), attrs.evolve(first, remark="to Essex")):
        assert story.refused(day("2008-05-02"), other).code == "already_told"
