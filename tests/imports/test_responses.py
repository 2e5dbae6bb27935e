"""A sheet of responses goes in once, however often it is imported, and nothing is lost on its way."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.offices import open_office
from siprecruit.core.commands import Undo
from siprecruit.core.particulars import KeepApart, MergePerson
from siprecruit.core.references import RefereeNamed
from siprecruit.importing import Source, import_responses
from siprecruit.intake.sheets import read_sheet
from siprecruit.record.views import applicants


def codes(document: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of the rejected rows what is expected by number and code."""
    return [{key: one[key] for key in ("row", "code")} for one in document]


@pytest.fixture
def expected(shared_data):
    return json.loads((shared_data / "responses_2007.expected.json").read_text(encoding="utf-8"))


def test_officers_sheet_is_taken_in_as_expected(office, shared_data, expected):
    """Given Norfolk's schools, when the sheet of 2007 is imported, it says what an honest import says."""
    office.take_schools(shared_data / "norfolk_primaries_2018.csv")
    document = office.take(shared_data / "responses_2007.csv").document()
    document["rejected"] = codes(document["rejected"])
    assert {key: document[key] for key in expected} == expected


def test_officers_sheet_again_changes_nothing(office, shared_data, expected):
    """When the same sheet is imported again, all are unchanged, and what to look at is as before."""
    office.take_schools(shared_data / "norfolk_primaries_2018.csv")
    office.take(shared_data / "responses_2007.csv")
    before = office.events()
    document = office.take(shared_data / "responses_2007.csv").document()
    document["rejected"] = codes(document["rejected"])
    again = expected | {"accepted": 0, "unchanged": 139}
    assert {key: document[key] for key in again} == again
    assert office.events() == before


def test_rejected_row_says_where_and_what(office, shared_data):
    """Every rejected row has a field and a sentence."""
    taken = office.take(shared_data / "responses_2007.csv")
    said = {one.row: (one.field, one.message) for one in taken.rejected}
    assert said[66] == ("received_on", "Date received: There is no such day as 31/02/2007.")
    assert said[24][0] == "advert"
    assert all(message.endswith(".") for _, message in said.values())


def test_what_the_sheet_says_is_recorded(both_offices):
    """Given a full row, when it is imported, the application says the same, on the day of its receipt."""
    taken = both_offices.take_rows(
        {"phases": "primary; special", "interests": "120777 and 120781", "note": "rang, very keen"}
    )
    state = both_offices.state(taken.applications[2])
    said = state.response.submitted
    assert state.response.submitted_on == dt.date(2007, 5, 24)
    assert (said.first_name, said.last_name, said.category) == ("Gillian", "Youngs", "la_adviser")
    assert (said.phases, said.days_available) == (("primary", "special"), 40)
    assert said.interests == ("120777", "120781")
    assert [one.named for one in state.references.referees.values()] == [
        RefereeNamed(
            referee="1",
            from_la=True,
            name="Head of Primary School Development",
            email="la.referee@norfolk.example.org",
            role="LA officer",
        ),
        RefereeNamed(
            referee="2", name="Priya MacLeod", email="priya.macleod@example.org", role="Chair of governors"
        ),
    ]


def test_what_is_not_understood_is_kept_as_written(office):
    """What a cell means is not guessed: its words stay, and an import of the same words changes nothing."""
    odd = {
        "category": "deputy headteacher",
        "days_available": "lots",
        "referee2_la": "perhaps",
        "employer_urn": "see letter",
    }
    taken = office.take_rows(odd)
    assert office.state(taken.applications[2]).response.submitted.as_written == odd
    assert office.take_rows(odd).unchanged == 1


def test_role_without_a_name_is_nobody(office):
    """A role that a form leaves behind is no referee, but it isn't lost: it comes back as it was written."""
    nobody = {"referee2_name": "", "referee2_email": "", "referee2_role": "Chair of governors"}
    taken = office.take_rows(nobody)
    state = office.state(taken.applications[2])
    assert list(state.references.referees) == ["1"]
    assert state.response.submitted.as_written == {"referee2_role": "Chair of governors"}
    assert office.take_rows(nobody).unchanged == 1


def test_day_that_has_not_come_is_a_bad_date(office):
    """Nothing can have been received tomorrow: such a row is rejected, and is part of no pair."""
    taken = office.take_rows({}, {"received_on": "01/02/2008", "days_available": "lots"})
    assert [(one.row, one.code, one.field, one.message) for one in taken.rejected] == [
        (3, "bad_date", "received_on", "received_on: 1 February 2008 has not come yet.")
    ]
    assert (taken.accepted, taken.flags, taken.possible_duplicates) == (1, (), ())


def test_each_cell_to_be_mended_is_named_by_the_sheets_own_heading(office):
    """Two cells of a row are wrong: each sentence says where, as the sheet does; the field is ours."""
    path = office.folder / "own.csv"
    path.write_text(
        "Answering,Date received,First name,Surname\nTES March,31/02/2007,Ann,Lee\n", encoding="utf-8"
    )
    source = Source(path=path, folder=office.folder, columns={"Answering": "advert"})
    taken = import_responses(office.service, read_sheet(path), source, run=office.run)
    (told,) = taken.document()["rejected"]
    assert (told["code"], told["field"]) == ("bad_date", "received_on")
    assert told["message"] == (
        "Date received: There is no such day as 31/02/2007. "
        'Answering: The programme has no advert called "TES March".'
    )


def test_a_sheet_of_another_kind_is_told_as_such(office):
    """Given a sheet of progress of which no row is a response, the command that takes it is told."""
    path = office.folder / "progress.csv"
    headings = "E-mail,Advert,Reference 1 asked,Reference 1 received,Interview date,Decision"
    path.write_text(f"{headings}\na@example.org,TES May 2007,,,,\n", encoding="utf-8")
    taken = office.take(path)
    assert len(taken.rejected) == taken.rows == 1
    assert any("`siprecruit import progress`" in note for note in taken.notes)


def test_nobody_is_sent_a_message(office):
    """Taking a sheet over acknowledges nothing by itself, and the import says so."""
    taken = office.take_rows({})
    with office.service.record.reading() as reader:
        queued = reader.connection.execute(sa.text("SELECT count(*) FROM outbox")).scalar_one()
    assert queued == 0
    assert any("sent a message" in note for note in taken.notes)


def test_dry_run_records_nothing(office):
    """A dry run says what would happen, and where rejected rows would go; nothing is written anywhere."""
    path = office.file({}, {"first_name": "", "last_name": ""})
    taken = office.take(path, dry=True)
    assert (taken.accepted, len(taken.rejected), taken.dry_run) == (1, 1, True)
    assert office.events() == 0
    assert taken.rejected_file == office.folder / "responses-rejected.csv"
    assert list(office.folder.glob("*rejected*")) == []


def test_case_and_blanks_of_an_address_make_no_other_person(office):
    """A response is known by its folded address; that the cell is written otherwise is a change in it."""
    first = office.take_rows({})
    again = office.take_rows({"email": " Gillian.Youngs@Example.org "})
    assert (again.accepted, len(again.changed)) == (0, 1)
    assert again.applications == first.applications


def test_other_day_or_other_advert_is_another_response(office):
    """Who answers again on another day, or another advert, has sent another response."""
    taken = office.take_rows(
        {}, {"received_on": "25/05/2007"}, {"advert": "TES January 2007", "received_on": "24/05/2007"}
    )
    assert (taken.accepted, len(set(taken.applications.values()))) == (3, 3)
    assert taken.possible_duplicates == ((2, 3), (2, 4))


def test_row_copied_twice_is_one_response(office):
    """Two rows that say the very same are one response; two that differ are two, and pair as duplicates."""
    taken = office.take_rows({}, {}, {"phone": "01603 111111"})
    assert (taken.accepted, taken.unchanged) == (2, 1)
    assert taken.applications[2] == taken.applications[3] != taken.applications[4]
    again = office.take_rows({}, {}, {"phone": "01603 111111"})
    assert (again.accepted, again.unchanged, len(again.changed)) == (0, 3, 0)
    assert again.applications == taken.applications


def test_without_an_address_the_name_counts(office):
    """Where an address is missing or bad a response is known by the folded name."""
    office.take_rows({"email": ""}, {"email": "by post", "first_name": "Siân"})
    again = office.take_rows({"email": ""}, {"email": "by post", "first_name": "SIÂN"})
    assert (again.accepted, again.unchanged) == (0, 1)
    assert [(cell.field, cell.was, cell.now) for cell in again.changed[0].cells] == [
        ("first_name", "Siân", "SIÂN")
    ]


def test_mended_address_is_no_other_person(office):
    """Given a bad address, when the officer mends it in the sheet, then it is the same response, changed."""
    first = office.take_rows({"email": "gillian.youngs(at)example.org"})
    again = office.take_rows({})
    assert again.applications == first.applications
    assert [cell.field for cell in again.changed[0].cells] == ["email"]


def test_namesake_with_another_telephone_is_somebody_else(office):
    """Given a response without an address, when a namesake with another telephone comes, then both stay."""
    office.take_rows({"email": ""})
    again = office.take_rows({"phone": "01508 222333"})
    assert (again.accepted, len(again.changed)) == (1, 0)


def test_people_already_in_the_record_are_possible_duplicates(office):
    """Given a response from elsewhere, when the same address answers another advert, it is asked about."""
    first = office.take_rows({})
    taken = office.take(office.file({"advert": "TES January 2007"}, name="january.csv"))
    assert taken.possible_duplicates_in_record == ((2, first.applications[2]),)
    again = office.take(office.file({"advert": "TES January 2007"}, name="january.csv"))
    assert again.possible_duplicates_in_record == taken.possible_duplicates_in_record


def test_row_that_is_repeated_word_for_word_is_no_duplicate(office):
    """Given a row twice in a sheet, it is taken once, and told as a repeat, not as two people alike."""
    other = {"advert": "TES January 2007"}
    taken = office.take_rows({}, other, {})
    assert (taken.accepted, taken.unchanged, taken.repeats) == (2, 1, ((4, 2),))
    assert taken.possible_duplicates == ((2, 3),)
    again = office.take_rows({}, {})
    assert (again.repeats, again.possible_duplicates) == (((3, 2),), ())
    assert [row for row, _ in again.possible_duplicates_in_record] == [2]


@pytest.mark.parametrize("settle", [MergePerson, KeepApart])
def test_settled_question_is_not_asked_again(office, settle):
    """Once somebody has said that two are one person, or two, an import does not ask again."""
    first = office.take_rows({})
    path = office.file({"advert": "TES January 2007"}, name="january.csv")
    taken = office.take(path)
    one, other = first.applications[2], taken.applications[2]
    assert office.tell(f"person/{one}", "2008-01-30", settle(other=other)).outcome == "done"
    assert office.take(path).possible_duplicates_in_record == ()


def test_an_import_can_be_undone_as_a_whole(office):
    """Every import says what takes it back: done in that order, the views are empty again."""
    taken = office.take_rows({}, {"email": "siobhan@example.org", "note": "by post"})
    for envelope in taken.undo:
        office.tell(envelope["stream"], "2008-01-31", Undo(command=envelope["data"]["command"]))
    with office.service.record.reading() as reader:
        assert reader.select(sa.select(applicants.c.application)) == []


def test_after_an_undone_import_the_sheet_goes_in_again(office):
    """Given an import that was taken back, when the sheet comes again, then its responses are new."""
    taken = office.take_rows({})
    office.tell(taken.undo[0]["stream"], "2008-01-31", Undo(command=taken.undo[0]["data"]["command"]))
    again = office.take_rows({})
    assert (again.accepted, again.unchanged) == (1, 0)


_cell = st.text(alphabet='Ab ’é@.;,1/\n"', max_size=8)
_row = st.fixed_dictionaries(
    {},
    optional={
        "first_name": _cell,
        "email": st.sampled_from(["", "a@example.org", "A@example.org ", "by post"]),
        "category": st.sampled_from(["LA adviser", "deputy headteacher", ""]),
        "days_available": st.sampled_from(["", "lots", "12", "400"]),
        "phases": st.sampled_from(["primary", "primary; moon", ""]),
        "interests": st.sampled_from(["", "120777", "120777 and my own"]),
        "referee1_name": _cell,
        "referee1_la": st.sampled_from(["yes", "no", "?", ""]),
        "referee2_name": _cell,
        "referee2_email": st.sampled_from(["", "a@example.org"]),
        "note": _cell,
    },
)


@given(rows=st.lists(_row, max_size=6))
@settings(max_examples=25)
def test_any_sheet_imported_twice_changes_nothing(tmp_path_factory, rows):
    """Whatever stands in a sheet: the second import accepts nothing, changes nothing, records nothing."""
    folder = tmp_path_factory.mktemp("office")
    office = open_office(f"sqlite:///{folder / 'siprecruit.db'}", folder)
    first = office.take_rows(*rows)
    before = office.events()
    again = office.take_rows(*rows)
    assert (again.accepted, again.changed) == (0, ())
    assert again.unchanged == first.accepted + first.unchanged
    assert again.applications == first.applications
    assert office.events() == before
