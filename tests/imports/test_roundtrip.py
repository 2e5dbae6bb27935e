"""A sheet that was exported comes back edited: exactly the edits are recorded, nothing is overwritten."""

from __future__ import annotations

import datetime as dt
from random import Random

import pytest

from exports.sheets import edit, export, import_back, later, rows_of
from siprecruit.core.commands import AddNote, Correct, Undo
from siprecruit.core.particulars import MergePerson
from siprecruit.core.references import NameReferee
from siprecruit.importing.marks import APPLICATION, EXPORTED
from siprecruit.importing.settling import Take

NEW = {
    "advert": "TES January 2007",
    "received_on": "26/05/2007",
    "first_name": "Bridget",
    "last_name": "O'Hara",
    "email": "new@example.org",
    "phone": "+44 1508 222333",
    "category": "independent consultant",
    "current_post": "=Consultant",
    "employer": "Self-employed",
    "employer_urn": "120777",
    "home_authority": "Suffolk",
    "phases": "special",
    "days_available": "17",
    "interests": "120781",
    "pen_portrait": "Another one.",
    "referee1_name": "Ann Other",
    "referee1_email": "ann.other@example.org",
    "referee1_role": "Diocesan officer",
    "referee1_la": "no",
    "referee2_name": "Tom Other",
    "referee2_email": "tom.other@example.org",
    "referee2_role": "Parent",
    "referee2_la": "yes",
    "note": "rang again",
}
"""Another value for each cell of the good row."""


def sheet(office, count, name="responses.csv"):
    """A sheet of so many people that was imported and exported, and the codes of its rows."""
    people = [
        {"email": f"person{number}@example.org", "last_name": f"Person {number}", "note": f"note {number}"}
        for number in range(count)
    ]
    path = office.file(*people, name=name)
    codes = office.take(path).applications
    return export(office, path)[0], codes


def put(*changes: tuple[int, str, str]):
    """Puts values into cells: (row of the sheet, field, value) each."""

    def change(rows) -> None:
        for row, field, value in changes:
            rows[row - 2][field] = value

    return change


def told(taken):
    """(row, field) of all cells that were changed."""
    return {(one.row, cell.field) for one in taken.changed for cell in one.cells}


def some_edits(seed, rows, count):
    """So many different cells, seeded; of no row all that tells who somebody is."""
    cells = [(row, field) for row in range(2, rows + 2) for field in NEW if field != "phone"]
    return Random(seed).sample(cells, count)


def undo(office, line):
    """Type what was printed; the id is what tells."""
    name = line.removeprefix("siprecruit undo ")
    with office.service.record.reading() as reader:
        answer = reader.answer(name)
    return office.tell(answer.stream, "2008-01-31", Undo(command=name)).outcome


def test_two_hundred_edits_are_exactly_the_facts_that_change(office):
    """Given 200 edited cells, those and no others are put right, and the printed lines take them back."""
    out, codes = sheet(office, 30)
    before = {row: office.state(code) for row, code in codes.items()}
    cells = some_edits(200, 30, 200)
    taken = import_back(office, edit(out, put(*((row, field, NEW[field]) for row, field in cells))))
    assert told(taken) == set(cells)
    assert (taken.accepted, taken.rejected, taken.clashes, taken.refused) == (0, (), (), ())
    again = import_back(office, out)
    assert (again.changed, again.unchanged) == ((), 30)
    for changed in taken.changed:
        lines = changed.document()["undo"]
        assert [undo(office, line) for line in lines] == ["done"] * len(lines)
    assert {row: office.state(code) for row, code in codes.items()} == before


def theirs(field, number):
    """What the office told meanwhile of a field."""
    values = {
        "phone": {"phone": f"01603 {number}"},
        "days_available": {"days_available": number % 300},
        "employer": {"employer": f"Employer {number}"},
        "pen_portrait": {"pen_portrait": f"Portrait {number}"},
        "category": {"category": "headteacher"},
    }
    return Correct(event=1, set=values[field], reason="rang")


def with_clashes(office):
    """50 cells, of ten rows, that are edited in the sheet and were changed in the record since its export."""
    out, codes = sheet(office, 10)
    fields = ["phone", "days_available", "employer", "pen_portrait", "category"]
    for row, code in codes.items():
        for place, field in enumerate(fields):
            office.tell(f"application/{code}", "2008-01-30", theirs(field, 1000 * row + place))
    cells = [(row, field) for row in codes for field in fields]
    edit(out, put(*((row, field, NEW[field]) for row, field in cells)))
    return out, codes, cells


def test_fifty_clashes_are_all_shown_and_none_is_lost(office):
    """Given 50 clashing edits, each is shown with both values, who and when; the record stays as it is."""
    out, codes, cells = with_clashes(office)
    before = {row: office.state(code) for row, code in codes.items()}
    taken = import_back(office, out)
    assert {(one.row, one.field) for one in taken.clashes} == set(cells)
    assert (len(taken.clashes), taken.changed, taken.unchanged) == (50, (), 10)
    one = next(one for one in taken.document()["clashes"] if (one["row"], one["field"]) == (3, "phone"))
    assert one == {
        "row": 3,
        "application": codes[3],
        "field": "phone",
        "was": "01603 997998",
        "mine": "+44 1508 222333",
        "theirs": "01603 3000",
        "by": "office",
        "at": "2008-01-31T12:00:00+00:00",
        "command": one["command"],
        "taken": None,
    }
    assert {row: office.state(code) for row, code in codes.items()} == before


def test_clashes_are_settled_for_all_or_row_by_row(office):
    """``mine`` puts the sheet's cells in, ``theirs`` leaves the record; a row may be settled by itself."""
    out, codes, _ = with_clashes(office)
    left = import_back(office, out, Take(otherwise="theirs"))
    assert (left.changed, {one.taken for one in left.clashes}) == ((), {"theirs"})
    some = import_back(office, out, Take(otherwise="theirs", rows={3: "mine"}))
    assert {row for row, _ in told(some)} == {3}
    assert office.state(codes[3]).response.submitted.phone == "+44 1508 222333"
    rest = import_back(office, out, Take(otherwise="mine"))
    assert len(rest.clashes) == 45
    assert import_back(office, out).clashes == ()
    assert {office.state(code).response.submitted.days_available for code in codes.values()} == {17}


def test_changes_of_both_sides_that_do_not_clash_are_both_kept(office):
    """Given another cell of the same response changed in the office, then the edit goes in beside it."""
    out, codes = sheet(office, 1)
    office.tell(f"application/{codes[2]}", "2008-01-30", theirs("phone", 7))
    taken = import_back(office, edit(out, put((2, "employer", "Suffolk County Council"))))
    said = office.state(codes[2]).response.submitted
    assert (said.phone, said.employer, taken.clashes) == ("01603 7", "Suffolk County Council", ())
    assert told(taken) == {(2, "employer")}


def test_same_change_on_both_sides_is_no_clash(office):
    """Where the record says by now what the sheet says, nothing is left to tell."""
    out, codes = sheet(office, 1)
    office.tell(f"application/{codes[2]}", "2008-01-30", theirs("phone", 7))
    taken = import_back(office, edit(out, put((2, "phone", "01603 7"))))
    assert (taken.changed, taken.clashes, taken.unchanged) == ((), (), 1)


def test_cell_that_nobody_edited_does_not_overwrite_the_record(office):
    """A change in the office stands though the sheet still says what was before."""
    out, codes = sheet(office, 1)
    office.tell(f"application/{codes[2]}", "2008-01-30", theirs("phone", 7))
    taken = import_back(office, out)
    assert (taken.changed, taken.clashes) == ((), ())
    assert office.state(codes[2]).response.submitted.phone == "01603 7"


def test_clash_says_who_was_the_last_and_when(office):
    """Of several changes since the export the one that gave the present value is named."""
    out, codes = sheet(office, 1)
    stream = f"application/{codes[2]}"
    later(office, 1).tell(stream, "2008-01-30", theirs("phone", 7))
    evening = later(office, 2).tell(stream, "2008-01-30", theirs("phone", 8))
    later(office, 3).tell(stream, "2008-01-30", theirs("employer", 9))
    edit(out, put((2, "phone", "01508 1")))
    (clash,) = import_back(later(office, 4), out).clashes
    assert (clash.theirs, clash.at) == ("01603 8", dt.datetime(2008, 1, 31, 14, tzinfo=dt.UTC))
    assert clash.command == evening.id


def test_referees_and_notes_clash_as_well(office):
    """Given a referee and a note corrected in the office, an edit of the same cells is a clash."""
    out, codes = sheet(office, 1)
    stream = f"application/{codes[2]}"
    other = Correct(event=2, set={"email": "office@example.org"}, reason="rang")
    office.tell(stream, "2008-01-30", other)
    office.tell(stream, "2008-01-30", Correct(event=4, set={"text": "rang"}, reason="rang"))
    cells = {
        "referee1_email": "mine@example.org",
        "referee1_role": "Director",
        "referee2_name": "Tom Other",
        "note": "away",
    }
    edit(out, put(*((2, field, value) for field, value in cells.items())))
    taken = import_back(office, out)
    assert [(one.field, one.was, one.mine, one.theirs) for one in taken.clashes] == [
        ("referee1_email", "la.referee@norfolk.example.org", "mine@example.org", "office@example.org"),
        ("note", "note 0", "away", "rang"),
    ]
    assert told(taken) == {(2, "referee1_role"), (2, "referee2_name")}
    mine = import_back(office, out, Take(otherwise="mine"))
    assert told(mine) == {(2, "referee1_email"), (2, "note")}
    named = [one.named for one in office.state(codes[2]).references.referees.values()]
    assert [(one.name, one.email, one.role) for one in named] == [
        ("Head of Primary School Development", "mine@example.org", "Director"),
        ("Tom Other", "priya.macleod@example.org", "Chair of governors"),
    ]


def test_referee_who_was_taken_out_meanwhile_is_a_clash(office):
    """A referee whom the office took out is not silently back because of an edit."""
    out, codes = sheet(office, 1)
    office.tell(f"application/{codes[2]}", "2008-01-30", Correct(event=3, reason="no referee"))
    edit(out, put((2, "referee2_email", "p@example.org")))
    (clash,) = import_back(office, out).clashes
    assert (clash.field, clash.mine, clash.theirs) == ("referee2_email", "p@example.org", "")
    import_back(office, out, Take(otherwise="mine"))
    names = [one.named.name for one in office.state(codes[2]).references.referees.values()]
    assert names == ["Head of Primary School Development", "Priya MacLeod"]


def test_referee_named_in_the_office_is_shown_and_can_be_edited(office):
    """A free place of the sheet shows a referee who was named elsewhere, whose cell can then be mended."""
    path = office.file({"referee2_name": "", "referee2_email": "", "referee2_role": "", "referee2_la": ""})
    code = office.take(path).applications[2]
    named = NameReferee(referee="2", name="Roy Kett", email="roy@example.org")
    office.tell(f"application/{code}", "2007-06-01", named)
    out, _ = export(office, path)
    assert "Roy Kett" in rows_of(out)[1]
    assert import_back(office, out).changed == ()
    taken = import_back(office, edit(out, put((2, "referee2_name", "Ray Kett"))))
    assert told(taken) == {(2, "referee2_name")}
    assert office.state(code).references.referees["2"].named.name == "Ray Kett"


def test_row_is_known_by_its_code_whatever_was_edited(office):
    """Address, name and day may be edited: the row is the same response; the code's case is no matter."""
    out, codes = sheet(office, 2)
    cells = {
        "email": "x@example.org",
        "received_on": "25/05/2007",
        "last_name": "Other",
        "advert": "TES January 2007",
    }
    edit(out, put(*((2, field, value) for field, value in cells.items()), (2, APPLICATION, codes[2].lower())))
    taken = import_back(office, out)
    assert (taken.accepted, taken.applications[2], told(taken)) == (
        0,
        codes[2],
        {(2, each) for each in cells},
    )
    state = office.state(codes[2]).response
    assert (state.submitted_on, state.submitted.email) == (dt.date(2007, 5, 25), "x@example.org")


def test_new_row_is_added_and_a_missing_one_is_listed(office):
    """A row without a code goes in; one that is gone is named and stays in the record."""
    out, codes = sheet(office, 3)

    def change(rows) -> None:
        new = {**rows[0], "email": "fresh@example.org", "last_name": "Fresh", APPLICATION: "", EXPORTED: ""}
        rows[1] = new

    taken = import_back(office, edit(out, change))
    assert (taken.accepted, taken.unchanged) == (1, 2)
    assert [(one.application, one.name) for one in taken.absent] == [(codes[3], "Gillian Person 1")]
    assert office.state(codes[3]).open


def test_edited_row_may_come_to_share_the_address_of_a_row_that_is_gone(office):
    """Given name and address edited to those of a response whose row was removed, both are shown as alike."""
    out, codes = sheet(office, 3)
    cells = {"last_name": "Person 2", "email": "person2@example.org", "phone": "01508 1"}

    def change(rows) -> None:
        del rows[2]
        rows[0].update(cells)

    taken = import_back(office, edit(out, change))
    assert taken.possible_duplicates_in_record == ((2, codes[4]),)
    assert office.state(codes[4]).response.submitted.phone == "01603 997998"


def test_response_that_came_after_the_export_is_not_missing(office):
    """Only what stood in the record at the export can be missed in the sheet."""
    out, _ = sheet(office, 1)
    afternoon = later(office, 3)
    afternoon.take(office.file({"email": "late@example.org"}, name="late.csv"))
    assert import_back(later(office, 4), out).absent == ()


def test_code_is_not_taken_for_somebody_else(office):
    """Where columns were sorted apart, and a code stands beside another person, nothing is overwritten."""
    out, codes = sheet(office, 2)

    def sort_apart(rows) -> None:
        rows[0][APPLICATION], rows[1][APPLICATION] = rows[1][APPLICATION], rows[0][APPLICATION]
        for row, phone in zip(rows, ("01508 1", "01508 2"), strict=True):
            row.update(
                {"first_name": "Else", "last_name": f"Body {phone}", "email": f"{phone[-1]}@example.org"}
            )
            row["phone"] = phone

    taken = import_back(office, edit(out, sort_apart))
    assert [(one.code, one.field) for one in taken.rejected] == [("other_person", APPLICATION)] * 2
    assert office.state(codes[2]).response.submitted.last_name == "Person 0"


def test_rows_that_were_rotated_beside_their_codes_are_refused(office):
    """Given all but our own columns moved down a row, though first names are shared, nobody is rewritten."""
    out, codes = sheet(office, 4)
    before = {row: office.state(code) for row, code in codes.items()}

    def rotate(rows) -> None:
        moved = [{name: row[name] for name in NEW} for row in rows]
        for row, other in zip(rows, [moved[-1], *moved[:-1]], strict=True):
            row.update(other)

    taken = import_back(office, edit(out, rotate))
    assert [one.code for one in taken.rejected] == ["other_person"] * 4
    assert (taken.changed, taken.accepted, taken.unchanged) == ((), 0, 0)
    assert {row: office.state(code) for row, code in codes.items()} == before


@pytest.mark.parametrize("left_out", [{"phone"}, {"email", "phone"}])
def test_sheet_without_some_columns_is_guarded_by_those_that_it_has(office, left_out):
    """Given a sheet without telephone or address, another name is another person all the same."""
    path = office.file({}, {"first_name": "Roy", "last_name": "Kett", "email": "roy@example.org"})
    codes = office.take(path).applications
    narrow = [name for name in NEW if name not in left_out]
    rows = [dict(zip(rows_of(path)[0], row, strict=True)) for row in rows_of(path)[1:]]
    lines = [narrow, *([row[name] for name in narrow] for row in rows)]
    path.write_text("\n".join(";".join(line) for line in lines).replace(",", " ").replace(";", ","))
    out, _ = export(office, path)
    names = {"first_name": "Ann", "last_name": "Other", "email": "ann@example.org"}
    edit(out, put(*((2, field, text) for field, text in names.items() if field not in left_out)))
    assert [one.code for one in import_back(office, out).rejected] == ["other_person"]
    assert office.state(codes[2]).response.submitted.last_name == "Youngs"


def test_two_responses_of_one_person_may_come_to_say_the_same(office):
    """Given two responses that somebody called one person's, the name of one is mended to the other's."""
    path = office.file({"first_name": "Gill"}, {"advert": "TES January 2007"})
    codes = office.take(path).applications
    out, _ = export(office, path)
    edit(out, put((2, "first_name", "Gillian")))
    assert [one.code for one in import_back(office, out, dry=True).rejected] == ["other_person"]
    one, other = (office.state(code).response.person for code in (codes[2], codes[3]))
    office.tell(f"person/{one}", "2008-01-30", MergePerson(other=other))
    assert told(import_back(office, out)) == {(2, "first_name")}


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({APPLICATION: "QQQQQ"}, "unknown_application"),
        ({EXPORTED: "last Tuesday"}, "bad_export"),
        ({EXPORTED: "2008-13-31T12:00:00Z after event 4"}, "bad_export"),
        ({EXPORTED: "2008-01-31T12:00:00Z after event 400"}, "bad_export"),
        ({EXPORTED: "2001-01-31T12:00:00Z"}, "bad_export"),
    ],
)
def test_row_whose_export_is_unknown_is_rejected(office, cells, code):
    """A code or a time that this record doesn't know gets a sentence, and nothing is guessed."""
    out, _ = sheet(office, 1)
    taken = import_back(office, edit(out, put(*((2, field, value) for field, value in cells.items()))))
    assert [one.code for one in taken.rejected] == [code]
    assert (taken.accepted, taken.unchanged, taken.rejected[0].message[-1]) == (0, 0, ".")


def test_response_that_was_taken_out_stays_out(office):
    """Given an undone import, when its export comes in, the row is rejected, and says how it goes in anew."""
    path = office.file({})
    first = office.take(path)
    out, _ = export(office, path)
    (line,) = (f"siprecruit undo {each['data']['command']}" for each in first.undo)
    assert undo(office, line) == "done"
    assert [one.code for one in import_back(office, out).rejected] == ["taken_out"]
    assert import_back(office, edit(out, put((2, APPLICATION, "")))).accepted == 1


def test_two_rows_of_one_code_must_say_the_same(office):
    """A row that was copied and edited with its code left in is another person's: it is not recorded."""
    out, codes = sheet(office, 1)

    def copy(rows) -> None:
        rows.append({**rows[0], "phone": "01508 1"})
        rows.append(dict(rows[0]))

    taken = import_back(office, edit(out, copy))
    assert [(one.row, one.code) for one in taken.rejected] == [(3, "code_twice")]
    assert (taken.unchanged, taken.applications[4]) == (2, codes[2])
    edit(out, lambda rows: rows[1].update({APPLICATION: "", "email": "other@example.org"}))
    assert import_back(office, out).accepted == 1


def test_copy_without_its_code_is_no_second_response(office):
    """A row that says the very same as one with a code is its twin."""
    out, _ = sheet(office, 1)
    edit(out, lambda rows: rows.append({**rows[0], APPLICATION: "", EXPORTED: ""}))
    taken = import_back(office, out)
    assert (taken.accepted, taken.unchanged) == (0, 2)


def test_time_alone_tells_what_was_exported(office):
    """Where the cell has the export's time alone, it showed what was recorded until then."""
    out, codes = sheet(office, 1)
    edit(out, put((2, EXPORTED, "2008-01-31T12:30:00Z"), (2, "phone", "01508 1")))
    later(office, 1).tell(f"application/{codes[2]}", "2008-01-30", theirs("phone", 7))
    assert [one.field for one in import_back(later(office, 2), out).clashes] == ["phone"]


def test_without_a_time_a_row_is_compared_with_what_a_sheet_told(office):
    """A row with a code and no time is judged as that of any other sheet: by what was told last."""
    out, codes = sheet(office, 1)
    edit(out, put((2, EXPORTED, ""), (2, "employer", "Suffolk County Council")))
    office.tell(f"application/{codes[2]}", "2008-01-30", theirs("phone", 7))
    assert told(import_back(office, out)) == {(2, "employer")}
    edit(out, put((2, "phone", "01508 1")))
    assert [one.field for one in import_back(office, out).clashes] == ["phone"]
    assert office.state(codes[2]).response.submitted.phone == "01603 7"


def test_sheet_says_nothing_of_what_it_has_no_column_for(office):
    """Given a sheet of a few columns, what the record knows beside them stays."""
    code = office.take(office.file({"note": "rang"})).applications[2]
    before = office.state(code)
    path = office.folder / "narrow.csv"
    path.write_text(
        "Advert,Date received,First name,Surname,E-mail,Referee 1\n"
        "TES May 2007,24/05/2007,Gillian,Youngs,gillian.youngs@example.org,"
        "Head of Primary School Development\n"
    )
    taken = office.take(path)
    assert (taken.changed, taken.unchanged, taken.applications[2]) == ((), 1, code)
    out, _ = export(office, path)
    assert import_back(office, out).unchanged == 1
    path.write_text(path.read_text().replace("Head of Primary School Development", "Roy Kett"))
    assert told(office.take(path)) == {(2, "referee1_name")}
    referee = office.state(code).references.referees["1"].named
    assert (referee.name, referee.email) == ("Roy Kett", "la.referee@norfolk.example.org")
    assert office.state(code).response == before.response


def test_row_of_a_corrected_response_is_still_known(office):
    """Given address and day corrected in the office, the first sheet that comes again is no new response."""
    path = office.file({})
    code = office.take(path).applications[2]
    values = {"on": "2007-05-25", "email": "other@example.org"}
    office.tell(f"application/{code}", "2008-01-30", Correct(event=1, set=values, reason="rang"))
    assert export(office, path)[1].known == 1
    assert office.take(path).applications[2] == code


def test_notes_of_the_office_are_left_alone(office):
    """A second note is none of the sheet's: it is neither shown in its place nor taken out."""
    out, codes = sheet(office, 1)
    office.tell(f"application/{codes[2]}", "2008-01-30", AddNote(text="rang back"))
    out, _ = export(office, out, "again.csv")
    taken = import_back(office, edit(out, put((2, "note", "away"))))
    assert [(cell.was, cell.now) for cell in taken.changed[0].cells] == [("note 0", "away")]
    assert import_back(office, out).unchanged == 1


def test_note_that_the_office_added_meanwhile_is_a_clash(office):
    """Given no note at the export, and since then one in the sheet and one in the office, both are shown."""
    path = office.file({})
    code = office.take(path).applications[2]
    out, _ = export(office, path)
    evening = later(office, 5)
    evening.tell(f"application/{code}", "2008-01-30", AddNote(text="won't come"))
    edit(out, put((2, "note", "will come")))
    before = office.events()
    taken = import_back(office, out)
    (clash,) = taken.clashes
    assert (clash.field, clash.was, clash.mine, clash.theirs) == ("note", "", "will come", "won't come")
    assert (clash.by, clash.at) == ("office", evening.service.clock())
    assert (taken.changed, office.events()) == ((), before)
    assert told(import_back(office, out, Take(rows={2: "mine"}))) == {(2, "note")}
    again = import_back(office, out)
    assert (again.changed, again.clashes) == ((), ())


def test_dry_run_shows_clashes_and_records_nothing(office):
    """What would happen is said, the clashes among it."""
    out, _, cells = with_clashes(office)
    before = office.events()
    taken = import_back(office, out, Take(otherwise="mine"), dry=True)
    assert (len(taken.clashes), len(told(taken))) == (50, len(cells))
    assert office.events() == before
