from __future__ import annotations

import datetime as dt

import pytest

from siprecruit.intake.register import group_of, vocabulary
from siprecruit.intake.schools import judge_schools
from siprecruit.intake.sheets import UnreadableSheet, read_sheet
from siprecruit.programmes import load

PLAIN = ["urn", "name", "la_code", "type", "is_primary", "status", "date_opened", "easting"]
ALDBOROUGH = ["120777", "Aldborough Primary School", "926", "Maintained School", "1", "1", "", "619158"]


def in_scope(judged, programme, on):
    loaded = load(programme)
    return sum(loaded.in_scope(school, on) for _, school in judged.accepted)


def test_norfolks_schools_of_2018_are_all_taken(shared_data):
    """324 schools, of which the programme of 2008 serves the 167 that are no academies."""
    judged = judge_schools(read_sheet(shared_data / "norfolk_primaries_2018.csv"), authority="926")
    assert (judged.rows, len(judged.accepted), judged.rejected, judged.other_authority) == (324, 324, (), 0)
    on = dt.date(2020, 1, 1)
    assert (in_scope(judged, "norfolk-2008", on), in_scope(judged, "improvement-partners-2026", on)) == (
        167,
        324,
    )


def test_the_registers_own_download_is_recognised(shared_data):
    """Nurseries, academies, independent and overseas schools are taken, and are out of scope in 2008."""
    sheet = read_sheet(shared_data / "gias_subset.csv")
    judged = judge_schools(sheet, authority=None)
    assert (judged.rows, len(judged.accepted), judged.rejected, judged.ignored_columns) == (8, 8, (), ())
    assert in_scope(judged, "norfolk-2008", dt.date(2008, 4, 1)) == 3
    assert judge_schools(sheet, authority="926").other_authority == 8


def test_what_the_register_says_of_a_school_is_understood(shared_data):
    """Codes for phase, type, group and status, days of opening and closing, the place on the grid."""
    judged = judge_schools(read_sheet(shared_data / "gias_subset.csv"), authority="865")
    ((row, school),) = judged.accepted
    assert (row, school.urn, school.la_code) == (9, "126370", "865")
    assert (school.phase, school.type, school.type_group) == ("primary", "voluntary_controlled", "maintained")
    assert (school.status, school.opened, school.closed) == (
        "proposed_to_close",
        dt.date(1900, 1, 1),
        dt.date(2024, 7, 31),
    )
    assert (school.age_from, school.age_to, school.postcode, school.town) == (4, 11, "BA13 3UR", "Westbury")
    assert (school.easting, school.northing, school.religion) == (385990, 150305, "Church of England")


def test_a_whole_country_is_read(shared_data):
    """15,160 schools in 149 authorities have no row that can't be read."""
    judged = judge_schools(read_sheet(shared_data / "england_primaries_2018.csv"), authority=None)
    assert (judged.rows, len(judged.accepted), judged.rejected) == (15_160, 15_160, ())
    assert len({school.la_code for _, school in judged.accepted}) == 149


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({0: "Aldborough"}, "bad_urn", "urn"),
        ({0: ""}, "bad_urn", "urn"),
        ({1: ""}, "no_name", "name"),
        ({2: ""}, "no_authority", "la_code"),
        ({5: "9"}, "bad_status", "status"),
        ({6: "31/02/1950"}, "bad_date", "opened"),
    ],
)
def test_a_row_that_is_no_school_is_rejected_with_a_sentence(make_sheet, change, code, field):
    """The good rows beside it are taken."""
    broken = [change.get(index, cell) for index, cell in enumerate(ALDBOROUGH)]
    judged = judge_schools(make_sheet(PLAIN, broken, ["120781", *ALDBOROUGH[1:]]), authority="926")
    (rejected,) = judged.rejected
    assert (rejected.row, rejected.code, rejected.field) == (2, code, field)
    assert rejected.message.endswith(".")
    assert [row for row, _ in judged.accepted] == [3]


def test_a_school_that_stands_twice_is_taken_once(make_sheet):
    """The second row names the first, so that one of them can be taken out."""
    judged = judge_schools(make_sheet(PLAIN, ALDBOROUGH, ALDBOROUGH), authority="926")
    assert [(each.row, each.code) for each in judged.rejected] == [(3, "urn_twice")]
    assert "row 2" in judged.rejected[0].message


def test_schools_of_other_authorities_are_counted_and_left(make_sheet):
    """A sheet of the region is read for one's own schools; `all` takes every one."""
    sheet = make_sheet(PLAIN, ALDBOROUGH, ["124500", "Bungay", "935", *ALDBOROUGH[3:]])
    own, everyone = judge_schools(sheet, authority="926"), judge_schools(sheet, authority=None)
    assert (own.rows, len(own.accepted), own.other_authority) == (2, 1, 1)
    assert (len(everyone.accepted), everyone.other_authority) == (2, 0)


def test_a_list_without_authorities_is_ones_own(make_sheet):
    """An officer's list of the authority's schools has no column for what all have in common."""
    sheet = make_sheet(["URN", "School name", "Type", "Phase"], ["120777", "Aldborough", "VA", "Infant"])
    ((_, school),) = judge_schools(sheet, authority="926").accepted
    assert (school.la_code, school.type, school.type_group, school.phase) == (
        "926",
        "voluntary_aided",
        "maintained",
        "primary",
    )


def test_a_sheet_that_names_no_school_is_refused(make_sheet):
    """Without a column of names there is nothing to record."""
    with pytest.raises(UnreadableSheet) as refused:
        judge_schools(make_sheet(["URN", "Postcode"], ["120777", "NR11 7PH"]), authority="926")
    assert refused.value.code == "missing_column"


def test_every_type_of_the_register_has_a_group():
    """A type that belonged nowhere would be in no programme's scope without anybody knowing."""
    nowhere = {code for code in vocabulary("type").by_number.values() if group_of(code) == "other"}
    assert nowhere == {
        "british_school_overseas",
        "childrens_centre",
        "childrens_centre_linked_site",
        "miscellaneous",
        "offshore",
        "online_provider",
        "other_department",
        "secure_unit",
        "service_children",
    }


@pytest.mark.parametrize(
    ("flags", "phase"),
    [
        (("1", "0", "0"), "primary"),
        (("1", "1", "0"), "all_through"),
        (("0", "1", "1"), "secondary"),
        (("0", "0", "1"), "sixteen_plus"),
        (("0", "0", "0"), "not_applicable"),
    ],
)
def test_the_phase_is_taken_from_the_tables_columns_of_ones_and_noughts(make_sheet, flags, phase):
    """The performance tables say it in three columns where the register has one."""
    heading = ["URN", "Name", "is_primary", "is_secondary", "is_post16"]
    ((_, school),) = judge_schools(
        make_sheet(heading, ["120777", "Aldborough", *flags]), authority="926"
    ).accepted
    assert school.phase == phase
