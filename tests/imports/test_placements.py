"""Who serves which school, by a sheet kept by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from imports.by_hand import cells, state, take, told
from siprecruit.core.allocation import NamePermanent, serving
from siprecruit.core.commands import Undo
from siprecruit.core.school_record import area_on
from siprecruit.reports import coverage as report

TODAY = dt.date(2008, 1, 31)
SCHOOLS = (
    "urn,name,la_code,phase,type,status,town\n"
    "120777,Aldborough Primary School,926,primary,community,open,Norwich\n"
    "120778,St Mary’s School,926,primary,community,open,Diss\n"
    "120779,St Mary’s School,926,primary,community,open,Watton\n"
)
READY = {
    "Category": "LA adviser",
    "In the pool since": "01/09/2006",
    "Accredited for": "primary",
    "Accreditation date": "15/06/2006",
    "Induction date": "10/10/2006",
    "Enhanced disclosure": "11/10/2006",
}
HENRY = {"First name": "Henry", "Surname": "Vane", "E-mail": "henry.vane@example.org", **READY}
NAMED = {
    "First name": "Ann",
    "Surname": "Lee",
    "E-mail": "ann.lee@example.org",
    "Category": "consultant",
    "In the pool since": "03/07/2007",
    "Works there (URNs)": "120778",
}
SHEILA = {"First name": "Sheila", "Surname": "Brook", "E-mail": "sheila.brook@example.org", "Role": "CDA"}
ROW = {
    "URN": "120777",
    "Area": "North",
    "SIP": "Ann Lee",
    "SIP from": "01/01/2008",
    "Temporary SIP": "henry.vane@example.org",
    "Temporary from": "01/01/2008",
    "Reason": "The permanent partner awaits accreditation",
    "CDA": "Brook, Sheila",
    "CDA from": "01/09/2007",
}


@pytest.fixture(autouse=True)
def people(office):
    """Three schools; a partner who may serve, one who may not yet, and an adviser: their ids by surname."""
    path = office.folder / "schools.csv"
    path.write_text(SCHOOLS, "utf-8")
    assert office.take_schools(path).accepted == 3
    taken = take(office, "people", HENRY, NAMED, SHEILA)
    return dict(zip(("Vane", "Lee", "Brook"), taken.subjects.values(), strict=True))


def allocation(office, urn="120777"):
    return state(office, f"placement/{urn}").allocation


def covered(office, day):
    with office.service.record.reading() as reader:
        return report.coverage(reader, office.service.programme, day).covered


def test_a_named_partner_a_cover_and_an_adviser(office, people):
    """Whoever isn't ready is named, somebody ready covers for a reason, and the school is covered by them."""
    taken = take(office, "placements", ROW)
    assert (taken.accepted, told(taken), taken.flags) == (1, [], ())
    held = allocation(office)
    assert serving(held.permanents, TODAY).person == people["Lee"]
    cover = serving(held.temporaries, TODAY)
    assert (cover.person, cover.reason) == (people["Vane"], "awaiting_accreditation")
    assert serving(held.advisers, dt.date(2007, 9, 1)).person == people["Brook"]
    assert area_on(state(office, "placement/120777").school, TODAY) == "north"
    assert [covered(office, day) for day in (dt.date(2007, 12, 31), dt.date(2008, 1, 1))] == [0, 1]


def test_the_same_sheet_again_changes_nothing(office):
    """Nor does one with the people under other names of theirs."""
    take(office, "placements", ROW)
    before = office.events()
    assert take(office, "placements", ROW).unchanged == 1
    other = ROW | {"SIP": "ann.lee@example.org", "Temporary SIP": "henry VANE"}
    assert take(office, "placements", other, name="other.csv").unchanged == 1
    assert office.events() == before


def test_an_edited_cell_is_a_correction(office, people):
    """Another adviser, another first day, another reason: exactly that is put right."""
    take(office, "placements", ROW)
    for change, shown in (
        ({"Temporary from": "07/01/2008"}, ("temporary_from", "2008-01-01", "2008-01-07")),
        ({"Reason": "vacancy"}, ("temporary_reason", "awaiting_accreditation", "vacancy")),
        ({"CDA": "Ann Lee", "SIP": "", "SIP from": ""}, ("cda", people["Brook"], people["Lee"])),
    ):
        before = allocation(office)
        taken = take(office, "placements", ROW | change)
        assert (told(taken), (2, *shown) in cells(taken)) == ([], True)
        take(office, "placements", ROW)
        assert allocation(office).temporaries == before.temporaries
        assert allocation(office).advisers == before.advisers


def test_a_later_partner_follows_the_former(office, people):
    """Given another SIP with a later first day, both served, one after the other."""
    row = {"URN": "120777", "SIP": "Henry Vane", "SIP from": "01/09/2007"}
    take(office, "placements", row)
    later = row | {"SIP": "Ann Lee", "SIP from": "07/01/2008"}
    taken = take(office, "placements", later)
    assert (taken.accepted, told(taken)) == (1, [])
    held = allocation(office).permanents
    days = (dt.date(2008, 1, 6), dt.date(2008, 1, 7))
    assert [serving(held, day).person for day in days] == [people["Vane"], people["Lee"]]
    assert take(office, "placements", later).unchanged == 1


def test_an_introduction_of_somebody_ready_ends_the_cover(office, people):
    """Briefed and introduced, the partner who may start has started."""
    take(office, "people", HENRY, NAMED | READY, SHEILA)
    taken = take(office, "placements", ROW | {"Briefed": "10/01/2008", "Introduced": "14/01/2008"})
    assert told(taken) == []
    held = allocation(office)
    assert [serving(held.temporaries, dt.date(2008, 1, day)) is None for day in (13, 14)] == [False, True]
    assert covered(office, TODAY) == 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"URN": "120778"}, (3, "sip", "own_school")),
        ({"Temporary SIP": "Ann Lee", "SIP": "", "SIP from": ""}, (3, "temporary", "not_deployable")),
        ({"SIP": "Sheila Brook", "CDA": "", "CDA from": ""}, (3, "sip", "not_appointed")),
        ({"Temporary SIP": "Ann Lee"}, (3, "temporary", "same_person")),
        ({"CDA": "Henry Vane"}, (3, "temporary", "support_and_challenge_apart")),
        ({"SIP": "Nobody Known"}, (3, "sip", "unknown_person")),
        ({"Introduced": "14/01/2008", "SIP": "", "SIP from": ""}, (3, "introduced_on", "unknown_person")),
    ],
)
def test_what_the_rules_refuse_is_told_and_everything_else_goes_in(office, change, expected):
    """With the row, the column and the reason; the rest of the row and the other rows are recorded."""
    row = {**ROW, "URN": "120779"} | change
    taken = take(office, "placements", ROW, row)
    assert told(taken) == [expected]
    assert (taken.accepted, taken.rejected) == (2, ())
    assert all(one.message for one in taken.not_recorded)
    again = take(office, "placements", ROW, row)
    assert (again.accepted, again.facts, told(again)) == (0, 0, [expected])


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (ROW | {"URN": "999999"}, (2, "urn", "unknown_school")),
        (ROW | {"URN": "", "School": "St Mary's School"}, (2, "school", "ambiguous")),
        (ROW | {"URN": ""}, (2, "urn", "unknown_school")),
        (ROW | {"URN": "120777, 120778"}, (2, "urn", "bad_urn")),
        (ROW | {"SIP from": "1/1/08"}, (2, "sip_from", "bad_date")),
        (ROW | {"Area": "Atlantis"}, (2, "area", "unknown_area")),
    ],
)
def test_a_row_that_cannot_be_understood_goes_to_be_mended(office, row, expected):
    """Nothing of it is recorded."""
    before = office.events()
    assert (told(take(office, "placements", row)), office.events()) == ([expected], before)


def test_without_a_first_day_one_is_assumed_and_flagged(office):
    """It is the statutory date while that lies ahead; told later, the day is put right."""
    row = {"URN": "120777", "SIP": "Ann Lee"}
    taken = take(office, "placements", row)
    assert taken.flags == ((2, ("sip_from_assumed",)),)
    assert allocation(office).permanents[0].starts == dt.date(2008, 4, 1)
    assert take(office, "placements", row).unchanged == 1


def test_a_reason_in_words_is_kept_as_written(office):
    """It is none of the programme's: recorded as another one, with the words beside it."""
    taken = take(office, "placements", ROW | {"Reason": "maternity leave until Easter"})
    assert told(taken) == []
    with office.service.record.reading() as reader:
        texts = reader.texts("placement/120777")
    assert "maternity leave until Easter" in str(texts)
    assert allocation(office).temporaries[0].reason == "other"


def test_a_cover_taken_over_is_undone_like_any_other_fact(office):
    """Each row's commands say how they are taken back."""
    taken = take(office, "placements", ROW)
    for envelope in taken.undo:
        result = office.tell(envelope["stream"], "2008-01-31", Undo(command=envelope["data"]["command"]))
        assert result.outcome == "done"
    held = allocation(office)
    assert (held.permanents, held.temporaries, held.advisers) == ((), (), ())


def test_another_partner_in_the_record_is_not_overwritten(office, people):
    """Given somebody named in the office, when the sheet names another, then it is told."""
    named = NamePermanent(person=people["Vane"], starts=dt.date(2008, 1, 1))
    assert office.tell("placement/120777", "2008-01-31", named).outcome == "done"
    taken = take(office, "placements", {"URN": "120777", "SIP": "Ann Lee", "SIP from": "01/01/2008"})
    assert told(taken) == [(2, "sip", "already_named")]


def test_who_may_not_serve_is_called_as_the_sheet_calls_them(office):
    """The officer knows the partner by the name in the cell, and nobody by an id."""
    row = {**ROW, "URN": "120779", "SIP": "Sheila Brook", "CDA": "", "CDA from": ""}
    (refused,) = take(office, "placements", row).not_recorded
    assert refused.message.startswith("Sheila Brook is not appointed on ")
