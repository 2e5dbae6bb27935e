"""Partners, advisers and officers who never answered an advert, by a sheet kept by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from imports.by_hand import cells, clashes, state, take, told
from siprecruit.core.accreditation import accredited
from siprecruit.core.particulars import (
    RecordPerson,
    appointed_without_advert,
    days_available,
    interests_on,
    roles_on,
)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


HENRY = {
    "First name": "Henry",
    "Surname": "Vane",
    "E-mail": "henry.vane@example.org",
    "Tel": "01603 111222",
    "Category": "LA adviser",
    "In the pool since": "01/09/2006",
    "Accredited for": "primary",
    "Accreditation date": "15/06/2006",
    "Accredited until": "31/08/2009",
    "Induction date": "10/10/2006",
    "Enhanced disclosure": "11/10/2006",
    "Works there (URNs)": "120777; 120778",
    "Is or was a governor there": "120789",
    "Days a year": "40",
}
SHEILA = {
    "First name": "Sheila",
    "Surname": "Brook",
    "E-mail": "sheila.brook@example.org",
    "Role": "CDA",
    "Area": "North",
    "Role from": "01/09/2007",
}


def person(office, taken, row=2):
    return state(office, f"person/{taken.subjects[row]}")


def test_a_partner_from_before_comes_in_with_all_that_is_known(office):
    """Appointed, accredited, inducted, checked, with their own schools and days: nothing is keyed again."""
    taken = take(office, "people", HENRY)
    assert (taken.accepted, told(taken), taken.flags) == (1, [], ())
    found = person(office, taken)
    said = found.particulars.recorded
    assert (said.first_name, said.last_name, said.phone) == ("Henry", "Vane", "01603 111222")
    assert appointed_without_advert(found.particulars, day("2006-09-01"))
    assert accredited(found.accreditation, "primary", day("2009-08-31"))
    assert not accredited(found.accreditation, "primary", day("2009-09-01"))
    ties = [(one.urn, one.kind) for one in interests_on(found.particulars, day("2008-01-31"))]
    assert ties == [("120777", "employer"), ("120778", "employer"), ("120789", "governor")]
    assert days_available(found.particulars, day("2008-01-31")) == 40


def test_an_adviser_has_a_role_for_an_area_and_no_place_in_the_pool(office):
    """A CDA supports schools and is no partner."""
    found = person(office, take(office, "people", SHEILA))
    assert roles_on(found.particulars, day("2007-09-01")) == (("cda", "north"),)
    assert not appointed_without_advert(found.particulars, day("2008-01-31"))


def test_the_same_sheet_again_changes_nothing(office):
    """Everybody is known again by the address."""
    first = take(office, "people", HENRY, SHEILA)
    before = office.events()
    again = take(office, "people", HENRY, SHEILA)
    assert (again.unchanged, again.accepted, again.changed, office.events()) == (2, 0, (), before)
    assert again.subjects == first.subjects


def test_without_an_address_name_and_number_know_somebody_again(office):
    """And the name alone where only one person has it."""
    row = {"Name": "Vane, Henry", "Tel": "01603 111222", "Category": "LA adviser"}
    first = take(office, "people", row)
    again = take(office, "people", row | {"Tel": "(01603) 111 222"})
    assert again.subjects == first.subjects
    assert cells(again) == [(2, "phone", "01603 111222", "(01603) 111 222")]
    assert (
        take(office, "people", {"Name": "Henry Vane", "Tel": ""}, name="other.csv").subjects == first.subjects
    )


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"Tel": "01508 1"}, [("phone", "01603 111222", "01508 1")]),
        ({"Tel": ""}, [("phone", "01603 111222", "")]),
        ({"Surname": "Vain"}, [("last_name", "Vane", "Vain")]),
        ({"In the pool since": "01/10/2006"}, [("appointed_on", "2006-09-01", "2006-10-01")]),
        ({"Category": "consultant"}, [("category", "la_adviser", "consultant")]),
        ({"Accredited until": "31/08/2010"}, [("accredited_until", "2009-08-31", "2010-08-31")]),
        ({"Accredited until": ""}, [("accredited_until", "2009-08-31", "")]),
        ({"Accredited for": "special"}, [("accreditation_phase", "primary", "special")]),
        ({"Days a year": "30"}, [("days_available", "40", "30")]),
        ({"Works there (URNs)": "120777"}, [("interest_employer", "120778", "")]),
        ({"Works there (URNs)": "120777; 120790"}, [("interest_employer", "120778", "120790")]),
    ],
)
def test_an_edited_cell_is_that_correction_and_back_is_as_before(office, change, shown):
    """The cell is shown with what it was; changed back, the person is as at first."""
    first = take(office, "people", HENRY)
    before = person(office, first)
    taken = take(office, "people", HENRY | change)
    assert (cells(taken), told(taken)) == ([(2, *each) for each in shown], [])
    assert person(office, first) != before
    take(office, "people", HENRY)
    ties = {(one.urn, one.kind) for one in before.particulars.interests}
    after = person(office, first)
    assert {(one.urn, one.kind) for one in after.particulars.interests} == ties
    assert (after.accreditation, after.particulars.recorded) == (
        before.accreditation,
        before.particulars.recorded,
    )


def test_an_edited_address_is_the_same_person(office):
    """Name and number say so."""
    first = take(office, "people", HENRY)
    taken = take(office, "people", HENRY | {"E-mail": "h.vane@example.org"})
    assert taken.subjects == first.subjects
    assert cells(taken) == [(2, "email", "henry.vane@example.org", "h.vane@example.org")]


def test_two_people_share_one_address(office):
    """A school's office, a couple: both go in and are to be looked at; the name then says which is meant."""
    alma = {**SHEILA, "First name": "Alma", "Tel": ""}
    first = take(office, "people", SHEILA, alma)
    assert (first.accepted, told(first)) == (2, [])
    assert first.flags == ((2, ("same_address_twice",)), (3, ("same_address_twice",)))
    assert first.subjects[2] != first.subjects[3]
    again = take(office, "people", SHEILA, alma)
    assert (again.unchanged, told(again), again.subjects) == (2, [], first.subjects)


def test_a_newcomer_who_shares_an_address_is_nobody_else(office):
    """The row of whoever is known already says that the other row is about another person."""
    first = take(office, "people", SHEILA)
    both = take(office, "people", SHEILA, {**SHEILA, "First name": "Alma"})
    assert (both.unchanged, both.accepted, both.flags) == (1, 1, ((3, ("same_address_twice",)),))
    assert both.subjects[2] == first.subjects[2] != both.subjects[3]


def test_a_namesake_with_another_address_and_number_is_somebody_else(office):
    """Two people of one name are not one; a person may look."""
    first = take(office, "people", HENRY)
    other = {**HENRY, "E-mail": "another@example.org", "Tel": "01508 9"}
    both = take(office, "people", HENRY, other)
    assert (both.accepted, both.unchanged, both.flags) == (1, 1, ((3, ("namesake",)),))
    assert both.subjects[2] == first.subjects[2] != both.subjects[3]
    again = take(office, "people", {"Name": "Henry Vane", "Tel": ""}, name="other.csv")
    assert told(again) == [(2, "name", "ambiguous")]


def test_an_applicant_is_known_and_their_particulars_stay_in_the_application(office):
    """Somebody who answered an advert and is a senior adviser too is one person."""
    code = office.take_rows({}).applications[2]
    row = {"E-mail": "gillian.youngs@example.org", "Name": "Gillian Youngs", "Role": "area senior adviser"}
    taken = take(office, "people", row)
    assert (taken.subjects, told(taken)) == ({2: code}, [])
    assert roles_on(state(office, f"person/{code}").particulars, day("2008-01-31")) == (
        ("senior_adviser", None),
    )
    assert take(office, "people", row).unchanged == 1


def test_what_the_office_knows_otherwise_is_a_clash(office):
    """Both numbers are shown, with who told the other one; nothing is overwritten."""
    office.tell(
        "person/vane",
        "2008-01-02",
        RecordPerson(first_name="Henry", last_name="Vane", email="henry.vane@example.org", phone="01508 7"),
    )
    taken = take(office, "people", HENRY)
    assert (taken.subjects, clashes(taken)) == ({2: "vane"}, [(2, "phone", "01603 111222", "01508 7")])
    assert state(office, "person/vane").particulars.recorded.phone == "01508 7"


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"Category": "wizard"}, "category", "unknown_category"),
        ({"Category": ""}, "category", "missing_category"),
        ({"Role": "wizard"}, "role", "unknown_role"),
        ({"Area": "Atlantis"}, "area", "unknown_area"),
        ({"Days a year": "lots"}, "days_available", "bad_value"),
        ({"Works there (URNs)": "the school"}, "interest_employer", "bad_urn"),
        ({"First name": "", "Surname": ""}, "last_name", "missing_name"),
    ],
)
def test_a_row_that_cannot_be_understood_goes_to_be_mended(office, change, field, code):
    """Nothing of it is recorded, and a sentence says what is wrong."""
    taken = take(office, "people", HENRY | change)
    assert (told(taken), office.events()) == ([(2, field, code)], 0)


def test_an_accreditation_without_its_phase_is_told_and_the_rest_goes_in(office):
    """Primary is not to be guessed where a programme knows three phases."""
    taken = take(office, "people", HENRY | {"Accredited for": ""})
    assert told(taken) == [(2, "accreditation_phase", "unknown_phase")]
    assert appointed_without_advert(person(office, taken).particulars, day("2008-01-31"))


def test_an_induction_before_the_appointment_is_flagged(office):
    """Both days are kept."""
    taken = take(office, "people", HENRY | {"Induction date": "10/08/2006"})
    assert (taken.flags, taken.rejected) == (((2, ("inducted_before_appointed",)),), ())
    assert person(office, taken).induction.attended == day("2006-08-10")
