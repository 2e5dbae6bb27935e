"""The gates: nobody is deployable without accreditation, appointment, induction and all checks."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siprecruit.core import gates, panel
from siprecruit.core.accreditation import (
    Accreditation,
    AccreditationEnded,
    AccreditationRecorded,
    OutcomeTold,
    Said,
)
from siprecruit.core.application import Application
from siprecruit.core.ids import Code, PersonId, Urn
from siprecruit.core.induction import Checked, Induction
from siprecruit.core.intervals import DAY, covers
from siprecruit.core.panel import DecisionMade, Panel
from siprecruit.core.particulars import Appointment, Interest, Leaving, Particulars
from siprecruit.core.person import Person
from siprecruit.core.responses import Response, ResponseSubmitted
from siprecruit.core.schools import School
from siprecruit.programmes import load

NORFOLK = load("norfolk-2008")
PARTNERS = load("improvement-partners-2026")
FIRST = dt.date(2008, 3, 1)
DAY_BEFORE = FIRST - DAY
WINDOW = [FIRST + number * DAY for number in range(-1, 40)]
PRIMARY, SCHOOL = Code("primary"), Urn("120789")
DISCLOSURE = Code("enhanced_disclosure")


def application(
    *decisions: tuple[dt.date, str],
    withdrawn_on: dt.date | None = None,
    submitted_on: dt.date = FIRST,
    ties: dict[str, Any] | None = None,
) -> Application:
    made = tuple(panel.Decision(made=DecisionMade(outcome=Code(outcome)), on=on) for on, outcome in decisions)
    said = ResponseSubmitted(person=PersonId("A7K4P"), advert=Code("tes-2007-05"), **(ties or {}))
    response = Response(said=said, submitted_on=submitted_on, withdrawn_on=withdrawn_on)
    return Application(response=response, panel=Panel(decisions=made))


APPOINTED = (application((FIRST, "appointed")),)
READY = Person(
    id=PersonId("A7K4P"),
    accreditation=Accreditation(
        said=(Said(on=FIRST, word=AccreditationRecorded(phase=PRIMARY, source=Code("ncsl"))),)
    ),
    induction=Induction(
        attended=FIRST,
        checks=(Checked(on=FIRST, requirement=DISCLOSURE, outcome="clear"),),
        briefed={SCHOOL: FIRST},
    ),
)


def blockers(person: Person, applications=APPOINTED, programme=NORFOLK, day=FIRST) -> list[str]:
    return [each.code for each in gates.why_not_deployable(person, applications, programme, PRIMARY, day)]


def test_who_has_all_of_it_is_deployable():
    """Accredited, appointed, inducted and clear by that day: deployable on it, and not the day before."""
    assert gates.deployable(READY, APPOINTED, NORFOLK, PRIMARY, FIRST)
    assert blockers(READY) == []
    assert not gates.deployable(READY, APPOINTED, NORFOLK, PRIMARY, DAY_BEFORE)


def test_everything_that_is_missing_is_said_in_a_fixed_order():
    """The officer reads the same list in the same order each time, and no name in it."""
    nobody = Person(particulars=Particulars(leavings=(Leaving(on=FIRST, reason=Code("retired")),)))
    found = gates.why_not_deployable(nobody, (), NORFOLK, PRIMARY, FIRST)
    assert [each.code for each in found] == [
        "not_appointed",
        "not_accredited",
        "not_inducted",
        "requirement:enhanced_disclosure",
        "left",
    ]
    assert found[1].message == "not accredited for primary on 1 March 2008"


@pytest.mark.parametrize(
    ("person", "applications", "code"),
    [
        (attrs.evolve(READY, accreditation=Accreditation()), APPOINTED, "not_accredited"),
        (READY, (), "not_appointed"),
        (READY, (application((FIRST, "reserve")),), "not_appointed"),
        (READY, (application((FIRST, "appointed"), withdrawn_on=FIRST),), "not_appointed"),
        (
            attrs.evolve(READY, induction=attrs.evolve(READY.induction, attended=None)),
            APPOINTED,
            "not_inducted",
        ),
        (
            attrs.evolve(READY, induction=attrs.evolve(READY.induction, checks=())),
            APPOINTED,
            "requirement:enhanced_disclosure",
        ),
        (
            attrs.evolve(READY, particulars=Particulars(leavings=(Leaving(on=FIRST, reason=Code("moved")),))),
            APPOINTED,
            "left",
        ),
    ],
)
def test_any_one_thing_missing_keeps_a_person_from_being_deployed(person, applications, code):
    """Each of the gates is needed by itself."""
    assert blockers(person, applications) == [code]
    assert not gates.deployable(person, applications, NORFOLK, PRIMARY, FIRST)
    assert not covers(gates.deployable_intervals(person, applications, NORFOLK, PRIMARY), FIRST)


def test_appointed_subject_to_accreditation_waits_for_nothing_but_that():
    """The authority's track and the accreditor's run side by side; neither is a step of the other."""
    subject = (application((FIRST, "appointed_subject_to_accreditation")),)
    awaited = attrs.evolve(READY, accreditation=Accreditation())
    assert gates.appointed(awaited, subject, NORFOLK, FIRST)
    assert blockers(awaited, subject) == ["not_accredited"]
    assert gates.deployable(READY, subject, NORFOLK, PRIMARY, FIRST)


def test_a_reserve_is_appointed_from_the_decision_that_takes_them_up():
    """The decision of a day is the latest one made by then."""
    taken_up = (application((FIRST, "reserve"), (FIRST + 9 * DAY, "appointed")),)
    assert not gates.appointed(READY, taken_up, NORFOLK, FIRST + 8 * DAY)
    assert gates.appointed(READY, taken_up, NORFOLK, FIRST + 9 * DAY)


def test_a_pool_taken_over_needs_no_application():
    """An officer who was appointed before, without an advert of ours, counts like everybody else."""
    officer = attrs.evolve(
        READY, particulars=Particulars(appointments=(Appointment(on=FIRST, category=Code("la_adviser")),))
    )
    assert gates.deployable(officer, (), NORFOLK, PRIMARY, FIRST)
    assert not gates.deployable(officer, (), NORFOLK, PRIMARY, DAY_BEFORE)


def test_the_special_school_self_assessment_gates_nothing():
    """It is unmarked: it informs, and neither opens nor shuts the gate."""
    told = Said(
        on=FIRST,
        word=OutcomeTold(phase=Code("special"), stage=Code("self_assessment"), result="self_assessed"),
    )
    assessed = attrs.evolve(READY, accreditation=Accreditation(said=(*READY.accreditation.said, told)))
    assert gates.deployable(assessed, APPOINTED, NORFOLK, PRIMARY, FIRST)
    assert not gates.accredited(assessed, NORFOLK, "special", FIRST)


def test_without_an_accreditor_accreditation_is_no_gate():
    """A programme that nobody outside accredits for asks for everything else, its other checks too."""
    assert gates.accredited(Person(), PARTNERS, PRIMARY, FIRST)
    assert blockers(Person(), (), PARTNERS) == [
        "not_appointed",
        "not_inducted",
        "requirement:enhanced_dbs",
        "requirement:shadow_visit",
        "requirement:section_128",
    ]


def test_nobody_starts_at_a_school_about_which_they_were_not_briefed():
    """Induction is once for a person; a briefing is once for a person and school (sheet 102/08)."""
    assert gates.may_start_at(SCHOOL, READY, APPOINTED, NORFOLK, PRIMARY, FIRST)
    other = Urn("120790")
    assert not gates.may_start_at(other, READY, APPOINTED, NORFOLK, PRIMARY, FIRST)
    found = gates.why_not_start(other, READY, APPOINTED, NORFOLK, PRIMARY, FIRST)
    assert [each.code for each in found] == ["not_briefed"]
    assert gates.start_intervals(other, READY, APPOINTED, NORFOLK, PRIMARY) == ()


@pytest.mark.parametrize(("kind", "code"), [("employer", "own_school"), ("governor", "declared_interest")])
def test_nobody_serves_a_school_to_which_they_have_a_tie(kind, code):
    """Never one's own school (Hansard), from the day on which the tie is told, through its last day."""
    second, third = FIRST + DAY, FIRST + 2 * DAY
    tie = Interest(on=second, urn=SCHOOL, kind=Code(kind), until=second)
    tied = attrs.evolve(READY, particulars=Particulars(interests=(tie,)))

    def codes(day: dt.date, urn: Urn = SCHOOL) -> list[str]:
        return [each.code for each in gates.why_not_cover(urn, tied, APPOINTED, NORFOLK, PRIMARY, day)]

    assert (codes(FIRST), codes(second), codes(third)) == ([], [code], [])
    assert codes(second, Urn("120790")) == []
    assert not gates.may_start_at(SCHOOL, tied, APPOINTED, NORFOLK, PRIMARY, second)


@pytest.mark.parametrize(
    ("phase", "type_group", "needed"),
    [
        ("primary", "maintained", "primary"),
        ("middle_deemed_primary", "maintained", "primary"),
        ("middle_deemed_secondary", "academy", "secondary"),
        ("all_through", "academy", "primary"),
        ("not_applicable", "special", "special"),
        ("primary", "special", "special"),
    ],
)
def test_a_school_needs_a_partner_accredited_for_its_phase_or_type(phase, type_group, needed):
    """A special school needs a partner accredited for special schools, whatever the ages of its pupils."""
    school = School(urn=SCHOOL, name="A", la_code="926", phase=phase, type="community", type_group=type_group)
    assert gates.phase_of(school) == needed


# -- on every day -------------------------------------------------------------

DAYS = st.integers(0, 30).map(lambda number: FIRST + number * DAY)
OUTCOMES = st.sampled_from([each.code for each in NORFOLK.decisions])
WORDS = st.builds(
    Said,
    on=DAYS,
    word=st.sampled_from([PRIMARY, Code("special")]).flatmap(
        lambda phase: (
            st.builds(
                AccreditationRecorded, phase=st.just(phase), source=st.just("ncsl"), until=st.none() | DAYS
            )
            | st.builds(AccreditationEnded, phase=st.just(phase), why=st.just("removed"))
        )
    ),
)
CHECKS = st.builds(
    Checked,
    on=DAYS,
    requirement=st.just(DISCLOSURE),
    outcome=st.sampled_from(["clear", "clear", "not_clear"]),
    expires=st.none() | DAYS,
)
TIES = st.builds(
    Interest,
    on=DAYS,
    urn=st.sampled_from([SCHOOL, Urn("120790")]),
    kind=st.sampled_from(["employer", "governor"]),
    starts=st.none() | DAYS,
    until=st.none() | DAYS,
)
PEOPLE = st.builds(
    Person,
    particulars=st.builds(
        Particulars,
        appointments=st.lists(
            st.builds(Appointment, on=DAYS, category=st.just("consultant"), until=st.none() | DAYS),
            max_size=2,
        ).map(tuple),
        leavings=st.lists(st.builds(Leaving, on=DAYS, reason=st.none() | st.just("moved")), max_size=3).map(
            tuple
        ),
        interests=st.lists(TIES, max_size=2).map(tuple),
    ),
    accreditation=st.just(READY.accreditation)
    | st.builds(Accreditation, said=st.lists(WORDS, max_size=5).map(tuple)),
    induction=st.just(READY.induction)
    | st.builds(
        Induction,
        attended=st.none() | DAYS,
        checks=st.lists(CHECKS, max_size=3).map(tuple),
        briefed=st.dictionaries(st.just(SCHOOL), DAYS),
    ),
)
APPLICATIONS = st.lists(
    st.builds(
        lambda decisions, withdrawn_on, on, ties: application(
            *sorted(decisions), withdrawn_on=withdrawn_on, submitted_on=on, ties=ties
        ),
        st.lists(st.tuples(DAYS, OUTCOMES), max_size=3),
        st.none() | DAYS,
        DAYS,
        st.sampled_from([{}, {}, {"employer_urn": SCHOOL}, {"interests": (SCHOOL,)}]),
    ),
    max_size=2,
)


@given(PEOPLE, APPLICATIONS)
def test_nobody_is_deployable_on_a_day_without_accreditation(person, applications):
    """Nobody may be appointed or remain a partner who isn't accredited for the time being (EIA 2006 s.5)."""
    for day in WINDOW:
        if gates.deployable(person, applications, NORFOLK, PRIMARY, day):
            assert gates.accredited(person, NORFOLK, PRIMARY, day)
            assert gates.appointed(person, applications, NORFOLK, day)


@given(PEOPLE, APPLICATIONS)
def test_a_person_is_deployable_exactly_when_nothing_blocks(person, applications):
    """The answer and its reasons can't disagree."""
    for day in WINDOW:
        found = gates.why_not_deployable(person, applications, NORFOLK, PRIMARY, day)
        assert gates.deployable(person, applications, NORFOLK, PRIMARY, day) == (found == ())
        may_start = gates.may_start_at(SCHOOL, person, applications, NORFOLK, PRIMARY, day)
        assert may_start == (gates.why_not_start(SCHOOL, person, applications, NORFOLK, PRIMARY, day) == ())
        may_cover = gates.may_cover(SCHOOL, person, applications, NORFOLK, PRIMARY, day)
        assert may_cover == (gates.why_not_cover(SCHOOL, person, applications, NORFOLK, PRIMARY, day) == ())


@given(PEOPLE, APPLICATIONS, st.sampled_from([NORFOLK, PARTNERS]))
def test_the_intervals_agree_with_every_single_day(person, applications, programme):
    """Asked for a stretch or for a day of it, the gates say the same."""
    appointed = gates.appointed_intervals(person, applications, programme)
    deployable = gates.deployable_intervals(person, applications, programme, PRIMARY)
    start = gates.start_intervals(SCHOOL, person, applications, programme, PRIMARY)
    covering = gates.covering_intervals(SCHOOL, person, applications, programme, PRIMARY)
    for day in WINDOW:
        assert covers(appointed, day) == gates.appointed(person, applications, programme, day)
        assert covers(deployable, day) == gates.deployable(person, applications, programme, PRIMARY, day)
        assert covers(start, day) == gates.may_start_at(SCHOOL, person, applications, programme, PRIMARY, day)
        assert covers(covering, day) == gates.may_cover(SCHOOL, person, applications, programme, PRIMARY, day)


def test_the_last_day_of_all_is_a_day_like_another():
    """What has no end holds on the last day that a date can name."""
    assert gates.deployable(READY, APPOINTED, NORFOLK, PRIMARY, dt.date.max)
    assert covers(gates.deployable_intervals(READY, APPOINTED, NORFOLK, PRIMARY), dt.date.max)
