"""What a programme answers about names, categories and schools."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import attrs
import pytest

from siprecruit import programmes
from siprecruit.core.programme import Programme
from siprecruit.core.schools import School

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data"
STATUTORY_DAY = dt.date(2008, 4, 1)


@pytest.fixture(scope="module")
def norfolk() -> Programme:
    return programmes.load("norfolk-2008")


@pytest.fixture(scope="module")
def partners() -> Programme:
    return programmes.load("improvement-partners-2026")


def school(**changes: object) -> School:
    plain = School(
        urn="100000", name="A", la_code="926", phase="primary", type="community", type_group="maintained"
    )
    return attrs.evolve(plain, **changes)


@pytest.mark.parametrize("written", ["TES May 2007", "tes  may 2007 ", "tes-2007-05", "TES 18 May 2007"])
def test_an_advert_is_known_by_code_title_or_alias(norfolk, written):
    """A response says which advert it answers in the officer's own spelling."""
    found = norfolk.advert_named(written)
    assert found is not None
    assert found.code == "tes-2007-05"
    assert found.closes == dt.date(2007, 6, 15)


@pytest.mark.parametrize("written", ["", "  ", "Guardian June 2006", "TES"])
def test_an_advert_that_nobody_placed_is_unknown(norfolk, written):
    """A response to no advert of ours can't be recorded truthfully, so nothing is guessed."""
    assert norfolk.advert_named(written) is None


def test_the_january_advert_never_closed(norfolk):
    """No closing date is known for the TES advert of 19 and 26 January 2007 (sheet 7/07)."""
    january = norfolk.advert_named("TES January 2007")
    assert january is not None
    assert january.closes is None
    assert january.insertions == (dt.date(2007, 1, 19), dt.date(2007, 1, 26))


def test_every_advert_belongs_to_one_round(norfolk, partners):
    """A response is decided in the round whose advert it answers."""
    for programme in (norfolk, partners):
        for advert in programme.adverts:
            found = programme.round_of(advert.code)
            assert found is not None
            assert advert in found.adverts
    assert norfolk.round_of("tes-2026-02") is None


def test_former_headteachers_count_as_consultants(norfolk):
    """Sheet 102/08 counts headteachers, consultants and LA advisers: former heads are in the second group."""
    former = norfolk.category_named("FORMER HEADTEACHER  ")
    assert former is not None
    assert norfolk.counts_as(former.code) == "consultant"
    counted = {norfolk.counts_as(each.code) for each in norfolk.categories}
    assert counted == {"headteacher", "consultant", "la_adviser"}


def test_a_category_nobody_knows_counts_as_itself(norfolk):
    """A report leaves nobody out because a category was dropped from the pack."""
    assert norfolk.counts_as("bishop") == "bishop"


def test_a_deputy_headteacher_is_in_no_eligible_group(norfolk):
    """Serving and former headteachers, LA advisers and independent consultants may apply (sheet 7/07)."""
    assert norfolk.category_named("deputy headteacher") is None
    assert {each.code for each in norfolk.categories if each.eligible} == {
        "headteacher",
        "former_headteacher",
        "la_adviser",
        "consultant",
    }


def test_a_serving_inspector_is_known_and_not_eligible(partners):
    """A pool of today may name a group in order to keep it out."""
    inspector = partners.category_named("HMI")
    assert inspector is not None
    assert not inspector.eligible


def test_home_authorities_and_phases_go_by_their_usual_names(norfolk):
    """The sheet says "Northants" and "Norfolk County Council"; an authority that is not listed is allowed."""
    assert getattr(norfolk.authority_named("Northants"), "code", None) == "northamptonshire"
    assert getattr(norfolk.authority_named("norfolk county council"), "code", None) == "norfolk"
    assert norfolk.authority_named("Rutland") is None
    assert getattr(norfolk.phase_named("Special schools"), "code", None) == "special"
    assert norfolk.phase_named("tertiary") is None


def test_a_school_is_in_scope_from_its_first_day_to_its_last(norfolk):
    """A register gives a school's first and last day: it is served on both and on none outside."""
    first, last = dt.date(2007, 9, 1), dt.date(2008, 8, 31)
    known = school(opened=first, closed=last, status="closed")
    assert norfolk.in_scope(known, first)
    assert norfolk.in_scope(known, last)
    assert not norfolk.in_scope(known, first - dt.timedelta(days=1))
    assert not norfolk.in_scope(known, last + dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("status", "served"),
    [("open", True), ("proposed_to_close", True), ("closed", False), ("proposed_to_open", False)],
)
def test_without_dates_the_register_s_word_decides(norfolk, status, served):
    """Most old schools have no opening date; one called closed without a date is closed."""
    assert norfolk.in_scope(school(status=status), STATUTORY_DAY) is served


def test_a_school_still_to_open_is_served_from_its_opening_day(norfolk):
    """A school proposed for September is no school of April."""
    coming = school(status="proposed_to_open", opened=dt.date(2008, 9, 1))
    assert not norfolk.in_scope(coming, STATUTORY_DAY)
    assert norfolk.in_scope(coming, dt.date(2008, 9, 1))


@pytest.mark.parametrize(
    ("changes", "then", "now"),
    [
        ({}, True, True),
        ({"type": "academy_converter", "type_group": "academy"}, False, True),
        ({"type": "nursery", "phase": "nursery"}, False, False),
        ({"type": "nursery"}, False, False),
        ({"phase": "secondary"}, False, False),
        ({"phase": "middle_deemed_primary"}, True, True),
        ({"type": "independent", "type_group": "independent"}, False, False),
        ({"phase": "not_applicable", "type_group": "special"}, False, False),
    ],
)
def test_scope_is_the_programme_s(norfolk, partners, changes, then, now):
    """The statute meant maintained primary schools without nurseries; a pool of today counts academies in."""
    assert norfolk.in_scope(school(**changes), STATUTORY_DAY) is then
    assert partners.in_scope(school(**changes), STATUTORY_DAY) is now


def test_norfolk_s_schools_of_2018(norfolk, partners):
    """Of Norfolk's 324 primary-phase schools 157 are academies: the statute meant the other 167."""
    path = SHARED / "norfolk_primaries_2018.csv"
    if not path.is_file():
        pytest.skip("the shared data is not beside this checkout")
    with path.open(encoding="utf-8-sig", newline="") as sheet:
        schools = [
            school(
                urn=row["urn"],
                type_group="academy" if row["type"] == "Academy" else "maintained",
                opened=dt.date.fromisoformat(row["date_opened"]) if row["date_opened"] else None,
            )
            for row in csv.DictReader(sheet)
        ]
    as_at = dt.date(2020, 1, 1)
    assert len(schools) == 324
    assert sum(norfolk.in_scope(each, as_at) for each in schools) == 167
    assert sum(partners.in_scope(each, as_at) for each in schools) == 324
