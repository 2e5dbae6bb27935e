"""Whom to ring about what, by a sheet kept by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from imports.by_hand import cells, clashes, state, take, told
from siprecruit.core.contacts import SetContact, contacts_on
from siprecruit.core.purposes import purposes_on

TODAY = dt.date(2008, 1, 31)
SCHOOLS = (
    "urn,name,la_code,phase,type,status,town\n"
    "120777,Aldborough Primary School,926,primary,community,open,Norwich\n"
    "120778,St Mary’s School,926,primary,community,open,Diss\n"
    "120779,St Mary’s School,926,primary,community,open,Watton\n"
)
HEAD = {
    "School": "Aldborough primary school",
    "Role": "Head",
    "Name": "Jane Holt",
    "E-mail": "jane.holt@example.org",
    "Telephone": "01263 1",
    "From": "01/09/2005",
}
OFFICER = {
    "Role": "Ofsted",
    "Area": "north",
    "Name": "Sheila Brook",
    "E-mail": "sheila.brook@example.org",
    "Telephone": "01603 2",
    "From": "01/09/2007",
}


@pytest.fixture(autouse=True)
def schools(office):
    """Three schools, two of them of one name."""
    path = office.folder / "schools.csv"
    path.write_text(SCHOOLS, "utf-8")
    assert office.take_schools(path).accepted == 3


def contacts(office, day=TODAY):
    return [
        (one.told.purpose, one.told.name, one.told.phone)
        for one in contacts_on(state(office, "placement/120777").contacts, day)
    ]


def test_a_school_and_an_officer_in_one_sheet(office):
    """A row with a school is somebody there; one without is an officer, with the area and the days."""
    taken = take(office, "contacts", HEAD, OFFICER)
    assert (taken.accepted, told(taken)) == (2, [])
    assert contacts(office) == [("headteacher", "Jane Holt", "01263 1")]
    officer = state(office, f"person/{taken.subjects[3]}")
    assert purposes_on(officer.purposes, TODAY) == (("inspection", "north"),)
    assert officer.particulars.recorded.email == "sheila.brook@example.org"


def test_the_same_sheet_again_changes_nothing(office):
    """Nor does another officer's sheet that says the same."""
    take(office, "contacts", HEAD, OFFICER)
    before = office.events()
    assert take(office, "contacts", HEAD, OFFICER).unchanged == 2
    assert take(office, "contacts", HEAD, OFFICER, name="other.csv").unchanged == 2
    assert office.events() == before


def test_an_officer_for_several_purposes_is_one_person(office):
    """Each purpose has its row; the number is kept once."""
    taken = take(office, "contacts", OFFICER, OFFICER | {"Role": "introductions", "Area": ""})
    assert (taken.accepted, taken.subjects[2]) == (2, taken.subjects[3])
    officer = state(office, f"person/{taken.subjects[2]}")
    assert purposes_on(officer.purposes, TODAY) == (("inspection", "north"), ("introductions", None))
    assert take(office, "contacts", OFFICER, OFFICER | {"Role": "introductions", "Area": ""}).unchanged == 2


def test_an_edited_cell_is_a_correction_and_a_later_day_another_head(office):
    """A number was wrong; a head who comes in January takes over from that day."""
    take(office, "contacts", HEAD)
    right = HEAD | {"Telephone": "01263 2", "Name": "Janet Holt"}
    assert cells(take(office, "contacts", right)) == [
        (2, "name", "Jane Holt", "Janet Holt"),
        (2, "phone", "01263 1", "01263 2"),
    ]
    new = HEAD | {"Name": "Tom Ives", "Telephone": "01263 3", "From": "07/01/2008"}
    assert take(office, "contacts", new).accepted == 1
    assert contacts(office, dt.date(2008, 1, 6)) == [("headteacher", "Janet Holt", "01263 2")]
    assert contacts(office) == [("headteacher", "Tom Ives", "01263 3")]
    assert take(office, "contacts", new).unchanged == 1


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        (HEAD | {"School": "St Mary's School"}, "school", "ambiguous"),
        (HEAD | {"School": "Nowhere School"}, "school", "unknown_school"),
        (HEAD | {"School": "", "URN": "999999"}, "urn", "unknown_school"),
        (HEAD | {"School": ""}, "school", "unknown_school"),
        (HEAD | {"Role": "wizard"}, "purpose", "unknown_purpose"),
        (HEAD | {"Role": ""}, "purpose", "unknown_purpose"),
        (OFFICER | {"School": "Aldborough Primary School"}, "purpose", "unknown_purpose"),
        (HEAD | {"Name": "", "E-mail": "", "Telephone": ""}, "name", "missing_name"),
        (OFFICER | {"Name": "", "E-mail": ""}, "name", "missing_name"),
        (OFFICER | {"Area": "Atlantis"}, "area", "unknown_area"),
    ],
)
def test_what_cannot_be_recorded_is_told_with_row_and_reason(office, row, field, code):
    """Everything good beside it goes in."""
    taken = take(office, "contacts", HEAD | {"Role": "chair"}, row)
    assert (told(taken), taken.accepted) == ([(3, field, code)], 1)


def test_an_address_added_to_the_offices_contact_settles_no_clash(office):
    """Given a head told by the office, a sheet that adds the address clashes in the number, each time."""
    ring = SetContact(purpose="headteacher", name="Jane Holt", phone="01263 9")
    assert office.tell("placement/120777", "2005-09-01", ring).outcome == "done"
    assert cells(take(office, "contacts", HEAD)) == [(2, "email", "", "jane.holt@example.org")]
    for _ in range(2):
        again = take(office, "contacts", HEAD)
        assert (clashes(again), cells(again)) == ([(2, "phone", "01263 1", "01263 9")], [])
    assert contacts(office) == [("headteacher", "Jane Holt", "01263 9")]


def test_a_town_tells_two_schools_of_one_name_apart(office):
    """So nobody has to look up a URN."""
    taken = take(office, "contacts", HEAD | {"School": "St Mary's School", "Town": "Diss"})
    assert taken.subjects == {2: "120778"}


def test_two_heads_of_one_school_are_not_both_believed(office):
    """The second row is to be mended."""
    taken = take(office, "contacts", HEAD, HEAD | {"Name": "Tom Ives"})
    assert told(taken) == [(3, "row", "told_twice")]
