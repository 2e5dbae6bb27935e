"""Who is responsible for a school on a day, who covers it when, and what keeps a school uncovered."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.harness import Story
from core.pool import (
    ANN,
    BEN,
    CAT,
    OTHER_URN,
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
from siprecruit.core import gates, person
from siprecruit.core.accreditation import EndAccreditation, RecordAccreditation
from siprecruit.core.allocation import (
    ChangePermanent,
    CompleteHandover,
    CoverTemporarily,
    EndPermanent,
    EndTemporary,
    HearSchool,
    NamePermanent,
    RecordIntroduction,
    serves,
)
from siprecruit.core.commands import Rejected
from siprecruit.core.coverage import (
    Cover,
    NotHeard,
    Pool,
    Reason,
    Report,
    Responsible,
    Uncovered,
    cover_intervals,
    coverage,
    introduced,
    not_heard,
    responsible,
    why_uncovered,
)
from siprecruit.core.ids import Code, PersonId, Urn
from siprecruit.core.induction import AttendInduction, ClearRequirement, GiveBriefing
from siprecruit.core.intervals import DAY, Interval
from siprecruit.core.particulars import AppointPerson, DeclareInterest, LeavePool, ReturnToPool
from siprecruit.core.person import Person
from siprecruit.core.placement import Placement
from siprecruit.programmes import load

NORFOLK = load("norfolk-2008")
MARCH = day("2008-03-01")
NAME = NamePermanent(person=ANN, starts=STATUTORY)
COVER = CoverTemporarily(person=BEN, starts=STATUTORY, reason=Code("awaiting_accreditation"))
ANN_SERVES = Responsible(kind=Code("permanent"), person=ANN)
BEN_COVERS = Responsible(kind=Code("temporary"), person=BEN)


def pool(*people: Person) -> Pool:
    return Pool(people={each.id: each for each in people if each.id}, applications={}, programme=NORFOLK)


def placed(*facts: Any, people: tuple[Person, ...] = (), **other: Any) -> Story:
    """A school of which these facts were told in March; everybody was ready then."""
    story = school(*people, ready(ANN), ready(BEN), ready(CAT), **other)
    for what in facts:
        story.tell(MARCH, what)
    return story


def of(*stories: Story) -> dict[Urn, Placement]:
    return {Urn(each.stream.partition("/")[2]): each.state for each in stories}


def test_a_permanent_partner_who_is_ready_is_responsible() -> None:
    """Without an introduction, where nobody covers for them."""
    story = placed(NAME)
    assert responsible(story.state, pool(ready(ANN)), STATUTORY) == ANN_SERVES
    assert responsible(story.state, pool(ready(ANN)), STATUTORY - DAY) is None


def test_temporary_cover_is_responsible_until_it_is_handed_over() -> None:
    """Also while the permanent partner could serve: the school knows the one who came."""
    story = placed(NAME, COVER)
    both = pool(ready(ANN), ready(BEN))
    assert responsible(story.state, both, day("2008-04-22")) == BEN_COVERS

    story.tell(day("2008-04-22"), RecordIntroduction(person=ANN, told_by="sip"))

    assert responsible(story.state, both, day("2008-04-21")) == BEN_COVERS
    assert responsible(story.state, both, day("2008-04-22")) == ANN_SERVES


def test_cover_that_lost_its_accreditation_covers_nothing() -> None:
    """Nobody may remain a partner unless accredited for the time being (EIA 2006 s.5)."""
    story = placed(NAME, COVER)
    removed = ("2008-05-01", EndAccreditation(phase=Code("primary"), why="removed"))
    people = pool(awaiting(ANN), ready(BEN, removed))

    assert responsible(story.state, people, day("2008-04-30")) == BEN_COVERS
    assert responsible(story.state, people, day("2008-05-01")) is None
    assert why_uncovered(story.state, people, day("2008-05-01")) == (
        Reason(code="not_accredited", kind=Code("temporary"), person=BEN),
        Reason(code="not_accredited", kind=Code("permanent"), person=ANN),
    )


def test_a_school_for_which_nobody_is_named_says_so() -> None:
    """That is the first thing to mend."""
    assert why_uncovered(placed().state, pool(), STATUTORY) == (Reason(code="nobody_named"),)


def test_a_school_whose_partner_begins_later_says_so() -> None:
    """On the days before there is nobody, yet somebody is coming."""
    story = placed(NAME)
    assert why_uncovered(story.state, pool(ready(ANN)), MARCH) == (
        Reason(code="not_begun", kind=Code("permanent"), person=ANN),
    )


def test_a_school_names_all_that_keeps_its_partner_from_starting() -> None:
    """So that each is chased at once, not one after the other."""
    story = placed(NAME)
    people = pool(told(ANN, appointed(), accredited()).state)
    codes = [each.code for each in why_uncovered(story.state, people, STATUTORY)]
    assert codes == ["not_inducted", "requirement:enhanced_disclosure", "not_briefed"]


@pytest.mark.parametrize("what", [NAME, COVER])
def test_a_tie_told_after_the_naming_uncovers_the_school(what: Any) -> None:
    """Never one's own school: whoever becomes its head in May serves it until then and no longer."""
    story = placed(what)
    own = "2008-05-01", DeclareInterest(urn=URN, kind=Code("employer"))
    tied = pool(ready(ANN, own), ready(BEN, own))

    assert responsible(story.state, tied, day("2008-04-30")) is not None
    assert responsible(story.state, tied, day("2008-05-01")) is None
    assert [each.code for each in why_uncovered(story.state, tied, day("2008-05-01"))] == ["own_school"]
    stretches = cover_intervals(story.state, tied, STATUTORY, day("2008-05-31"))
    assert [each.days.starts for each in stretches] == [STATUTORY, day("2008-05-01")]
    assert stretches[1].responsible is None


def test_a_covered_school_has_no_reasons() -> None:
    """There is nothing to mend."""
    assert why_uncovered(placed(NAME).state, pool(ready(ANN)), STATUTORY) == ()


def test_coverage_counts_every_school_in_scope_once() -> None:
    """Permanent and temporary make covered; covered and uncovered make the schools in scope."""
    served = placed(NAME, urn="120001")
    covered = placed(COVER, urn="120002")
    left_out = placed(urn="120003")
    academy = school(urn="120004", type_group="academy")

    people = pool(ready(ANN, briefed(urn=Urn("120001"))), ready(BEN))
    report = coverage(of(served, covered, left_out, academy), people, STATUTORY)

    assert report == Report(
        as_at=STATUTORY,
        in_scope=3,
        covered=2,
        permanent=1,
        temporary=1,
        uncovered=(Uncovered(urn=Urn("120003"), reasons=(Reason(code="nobody_named"),)),),
    )


def test_a_closed_school_needs_nobody() -> None:
    """Its last day is the last one on which it counts."""
    story = placed(closed=STATUTORY)
    assert coverage(of(story), pool(), STATUTORY).in_scope == 1
    assert coverage(of(story), pool(), STATUTORY + DAY).in_scope == 0


def test_a_programme_without_an_accreditor_asks_for_no_accreditation() -> None:
    """A present-day pool is covered by whom the authority appointed, inducted and briefed."""
    today = load("improvement-partners-2026")
    ann = Story(decider=person.DECIDER, stream=f"person/{ANN}", programme=today)
    ann.tell(MARCH, AppointPerson(category=Code(today.categories[0].code)))
    for each in today.requirements:
        ann.tell(day("2008-01-05"), ClearRequirement(requirement=Code(each.code), outcome="clear"))
    for on, what in (inducted(), briefed()):
        ann.tell(day(on), what)
    people = Pool(people={ANN: ann.state}, applications={}, programme=today)
    assert responsible(placed(NAME).state, people, STATUTORY) == ANN_SERVES


def test_cover_is_told_in_stretches() -> None:
    """Nobody in March, Ben from the statutory date, Ann from her introduction on."""
    story = placed(NAME, COVER)
    story.tell(day("2008-04-22"), RecordIntroduction(person=ANN, told_by="sip"))

    found = cover_intervals(story.state, pool(ready(ANN), ready(BEN)), MARCH, day("2008-06-30"))

    assert found == (
        Cover(days=Interval(starts=MARCH, ends=STATUTORY), responsible=None),
        Cover(days=Interval(starts=STATUTORY, ends=day("2008-04-22")), responsible=BEN_COVERS),
        Cover(days=Interval(starts=day("2008-04-22"), ends=day("2008-07-01")), responsible=ANN_SERVES),
    )


def test_a_school_that_closes_ends_the_stretches() -> None:
    """Days out of scope are nobody's."""
    story = placed(NAME, closed=day("2008-08-31"))
    found = cover_intervals(story.state, pool(ready(ANN)), STATUTORY, day("2008-12-31"))
    assert found == (Cover(days=Interval(starts=STATUTORY, ends=day("2008-09-01")), responsible=ANN_SERVES),)


def test_a_silent_school_is_watched_from_the_introduction_date() -> None:
    """A school that has not heard by mid-July is to ring a named person (sheet 102/08)."""
    story = placed(NAME)
    people = pool(ready(ANN))
    assert not_heard(of(story), people, day("2008-07-14")) == ()
    assert not_heard(of(story), people, day("2008-07-15")) == (NotHeard(urn=URN, person=ANN, said=False),)


def test_a_school_that_rings_is_watched_at_once() -> None:
    """Has not heard, says the school in May, and has heard once the partner came."""
    story = placed(NAME)
    people = pool(ready(ANN))
    story.tell(day("2008-05-06"), HearSchool(heard=False))
    assert not_heard(of(story), people, day("2008-05-05")) == ()
    assert not_heard(of(story), people, day("2008-05-06")) == (NotHeard(urn=URN, person=ANN, said=True),)

    story.tell(day("2008-05-20"), RecordIntroduction(person=ANN, told_by="sip"))
    assert not_heard(of(story), people, day("2008-07-15")) == ()
    assert introduced(of(story), day("2008-05-19")) == ()
    assert introduced(of(story), day("2008-05-20")) == (URN,)


def test_a_school_may_deny_what_the_partner_told() -> None:
    """The partner says that they have rung; the school says later that nobody has."""
    story = placed(NAME)
    story.tell(day("2008-05-20"), RecordIntroduction(person=ANN, told_by="sip"))
    story.tell(day("2008-07-02"), HearSchool(heard=False))
    assert not_heard(of(story), pool(ready(ANN)), day("2008-07-03")) == (
        NotHeard(urn=URN, person=ANN, said=True),
    )


def test_a_school_that_has_heard_is_not_watched() -> None:
    """By telephone, without an introduction in the record."""
    story = placed(NAME)
    story.tell(day("2008-07-02"), HearSchool(heard=True))
    assert not_heard(of(story), pool(ready(ANN)), day("2008-07-15")) == ()


def test_what_a_school_said_of_an_earlier_partner_is_not_about_the_next() -> None:
    """It has heard from Ann; of Ben, who follows in September, it hasn't yet."""
    story = placed(NAME)
    story.tell(day("2008-05-20"), ChangePermanent(person=BEN, starts=day("2008-09-01")))
    story.tell(day("2008-06-02"), HearSchool(heard=True))
    people = pool(ready(ANN), ready(BEN))
    assert not_heard(of(story), people, day("2008-07-31")) == ()
    assert not_heard(of(story), people, day("2008-09-01")) == (NotHeard(urn=URN, person=BEN, said=False),)


def test_a_school_whose_partner_is_not_ready_is_not_watched() -> None:
    """Its temporary partner makes no introductory visit, and the permanent one can't come yet."""
    story = placed(NAME, COVER)
    assert not_heard(of(story), pool(awaiting(ANN), ready(BEN)), day("2008-07-15")) == ()


def test_a_stalled_hand_over_is_watched() -> None:
    """The permanent partner could serve and hasn't come: cover goes on, and somebody should ask."""
    story = placed(NAME, COVER)
    assert not_heard(of(story), pool(ready(ANN), ready(BEN)), day("2008-07-15")) == (
        NotHeard(urn=URN, person=ANN, said=False),
    )


FIRST, LAST = day("2008-02-01"), day("2008-04-30")
PEOPLE = st.sampled_from([ANN, BEN])
DAYS = st.dates(FIRST, LAST)
UNTIL = st.none() | DAYS
PRIMARY = Code("primary")
ABOUT_PEOPLE = st.one_of(
    st.builds(RecordAccreditation, phase=st.just(PRIMARY), source=st.just(Code("ncsl")), until=UNTIL),
    st.builds(EndAccreditation, phase=st.just(PRIMARY), why=st.just("suspended")),
    st.builds(AttendInduction),
    st.builds(GiveBriefing, urn=st.sampled_from([URN, OTHER_URN])),
    st.builds(LeavePool, reason=st.just(Code("retired"))),
    st.builds(ReturnToPool),
    st.builds(DeclareInterest, urn=st.just(URN), kind=st.just(Code("family")), until=UNTIL),
)
ABOUT_SCHOOLS = st.one_of(
    st.builds(NamePermanent, person=PEOPLE, starts=DAYS, until=UNTIL),
    st.builds(ChangePermanent, person=PEOPLE, starts=DAYS),
    st.builds(EndPermanent, until=UNTIL),
    st.builds(CoverTemporarily, person=PEOPLE, starts=DAYS, until=UNTIL, reason=st.just(Code("absence"))),
    st.builds(EndTemporary, until=UNTIL),
    st.builds(RecordIntroduction, person=PEOPLE, told_by=st.just("sip")),
    st.builds(CompleteHandover, person=PEOPLE),
)
TOLD = st.lists(
    st.tuples(DAYS, st.one_of(st.tuples(PEOPLE, ABOUT_PEOPLE), st.tuples(st.none(), ABOUT_SCHOOLS))),
    max_size=16,
)


def lived(facts: list[tuple[dt.date, tuple[PersonId | None, Any]]], *beginning: Any) -> tuple[Story, Pool]:
    """A school's and two people's stories, told in one go; what is refused has not happened."""
    people = {each: told(each, appointed("2008-01-02"), disclosed(), *beginning) for each in (ANN, BEN)}
    story = school()
    for on, (who, what) in facts:
        give(story, [each.state for each in people.values()])
        try:
            (people[who] if who else story).tell(on, what)
        except Rejected:
            continue
    return story, pool(*(each.state for each in people.values()))


def days_between(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]


@pytest.mark.parametrize("beginning", [(), (accredited(), inducted(), briefed())], ids=["nobody", "ready"])
@given(TOLD)
def test_nobody_is_responsible_without_accreditation_on_the_day(
    beginning: tuple[Any, ...], facts: list[tuple[dt.date, tuple[PersonId | None, Any]]]
) -> None:
    """Whatever is told, in whatever order: a placement is active only while its person is accredited."""
    story, people = lived(facts, *beginning)
    for on in days_between(FIRST - DAY, LAST + DAY):
        found = responsible(story.state, people, on)
        if found is not None:
            named = story.state.allocation
            tenures = named.permanents if found.kind == "permanent" else named.temporaries
            assert gates.accredited(people.people[found.person], NORFOLK, PRIMARY, on)
            assert any(each.person == found.person and serves(each, on) for each in tenures)
        else:
            assert why_uncovered(story.state, people, on) != ()


@pytest.mark.parametrize("beginning", [(), (accredited(), inducted(), briefed())], ids=["nobody", "ready"])
@given(TOLD)
def test_stretches_agree_with_days(
    beginning: tuple[Any, ...], facts: list[tuple[dt.date, tuple[PersonId | None, Any]]]
) -> None:
    """Each day lies in one stretch, which says what is said of the day; neighbours say different things."""
    story, people = lived(facts, *beginning)
    found = cover_intervals(story.state, people, FIRST, LAST)
    for on in days_between(FIRST, LAST):
        assert [each.responsible for each in found if on in each.days] == [
            responsible(story.state, people, on)
        ]
    assert all(one.responsible != two.responsible for one, two in pairwise(found))
