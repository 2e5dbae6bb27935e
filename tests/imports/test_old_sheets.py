"""A sheet without marks of ours: by what a sheet last told, its old cells are told from edited ones."""

from __future__ import annotations

import csv

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exports.sheets import edit, export, import_back
from imports.offices import GOOD
from service.office import URN
from siprecruit.core.commands import AddNote, Correct, Undo
from siprecruit.core.references import NameReferee, ReplaceReferee
from siprecruit.core.school_record import RecordSchool
from siprecruit.importing.content import submission
from siprecruit.importing.marks import ADDED
from siprecruit.importing.settling import Take
from siprecruit.intake.responses import judge_responses
from siprecruit.intake.sheets import read_sheet
from siprecruit.record.views import applicants

NOBODY = {"referee2_name": "", "referee2_email": "", "referee2_role": "", "referee2_la": ""}


def corrected(office, code, event=1, **values: object):
    """Somebody in the office puts something right."""
    what = Correct(event=event, set=values or None, reason="rang")
    assert office.tell(f"application/{code}", "2008-01-30", what).outcome == "done"


def cells(taken):
    """(field, was, now) of the cells that were changed."""
    return [(cell.field, cell.was, cell.now) for one in taken.changed for cell in one.cells]


def submitted(office, code):
    """What the record says of the response."""
    return office.state(code).response.submitted


def referees(office, code):
    """The names of all who are referees, by their codes."""
    return {code: one.named.name for code, one in office.state(code).references.referees.items()}


@pytest.mark.parametrize(
    ("event", "values"),
    [
        (1, {"phone": "01508 1234"}),
        (1, {"days_available": 12, "as_written": {"days_available": "a dozen"}}),
        (1, {"on": "2007-05-25", "email": "other@example.org", "phone": "01508 1"}),
        (2, {"email": "office@example.org"}),
        (3, {}),
        (4, {"text": "rang back"}),
        (4, {}),
    ],
    ids=str,
)
def test_old_sheet_sets_no_correction_back(both_offices, event, values):
    """Given something put right or taken out in the office, when the old sheet comes again, it stands."""
    office = both_offices
    code = office.take_rows({"note": "rang"}).applications[2]
    corrected(office, code, event, **values)
    before, events = office.state(code), office.events()
    taken = office.take_rows({"note": "rang"})
    assert (taken.changed, taken.clashes, taken.unchanged, taken.refused) == ((), (), 1, ())
    assert (office.state(code), office.events()) == (before, events)


NO_FIRST = {"referee1_name": "", "referee1_email": "", "referee1_role": "", "referee1_la": ""}
NOT_UNDERSTOOD = [
    ({"days_available": "lots"}, 1, {"days_available": 12}, "12"),
    ({"category": "Chief"}, 1, {"category": "consultant"}, "independent consultant"),
    ({"referee1_la": "perhaps"}, 2, {"from_la": True}, "yes"),
    ({"referee2_la": "perhaps"}, 3, {"from_la": True}, "yes"),
    ({**NO_FIRST, "referee2_la": "perhaps"}, 2, {"from_la": True}, "yes"),
]
"""A cell that nobody understood, the correction that says what was meant, and how it is exported."""


@pytest.mark.parametrize(("row", "event", "values", "shown"), NOT_UNDERSTOOD, ids=str)
def test_what_the_office_made_of_words_stands(office, row, event, values, shown):
    """Given words that nobody understood, what the office made of them is set back by no sheet."""
    path = office.file(row)
    code = office.take(path).applications[2]
    corrected(office, code, event, **values)
    before = office.state(code)
    assert office.take(path).unchanged == 1
    back, _ = export(office, path)
    field = next(field for field, text in row.items() if text)
    (told,) = csv.DictReader(back.read_text().splitlines())
    assert told[field] == shown
    for sheet in (back, path):
        taken = office.take(sheet)
        assert (taken.changed, taken.clashes, taken.unchanged) == ((), (), 1)
    assert office.state(code) == before


@pytest.mark.parametrize(("mine", "days"), [("many", None), ("lots ", None), ("15", 15)])
def test_clash_shows_what_the_office_made_of_words(office, mine, days):
    """Given words made out in the office and edited in an export, the clash shows the office's value."""
    path = office.file({"days_available": "few"})
    code = office.take(path).applications[2]
    back, _ = export(office, path)
    corrected(office, code, days_available=12)
    edit(back, lambda rows: rows[0].update(days_available=mine))
    (clash,) = office.take(back).clashes
    assert (clash.was, clash.mine, clash.theirs) == ("few", mine.strip(), "12")
    import_back(office, back, Take(otherwise="mine"))
    again, _ = export(office, back, "again.csv")
    for sheet in (back, again):
        taken = office.take(sheet)
        assert (taken.changed, taken.clashes, submitted(office, code).days_available) == ((), (), days)


@pytest.mark.parametrize("take", ["mine", "theirs"])
@pytest.mark.parametrize(("mine", "from_la"), [("many", False), ("no", False)])
def test_clash_shows_what_the_office_made_of_a_referees_words(office, mine, from_la, take):
    """Given a referee's LA cell made out in the office and edited in an export, its answer is a clash."""
    path = office.file({"referee1_la": "perhaps", "referee2_la": "yes"})
    code = office.take(path).applications[2]
    back, _ = export(office, path)
    corrected(office, code, 2, from_la=True)
    edit(back, lambda rows: rows[0].update(referee1_la=mine))
    (clash,) = office.take(back).clashes
    assert (clash.field, clash.was, clash.mine, clash.theirs) == ("referee1_la", "perhaps", mine, "yes")
    import_back(office, back, Take(otherwise=take))
    first = office.state(code).references.referees["1"]
    assert first.from_la is (from_la if take == "mine" else True)
    again, _ = export(office, path, "again.csv")
    (row,) = csv.DictReader(again.read_text().splitlines())
    assert row["referee1_la"] == (mine if take == "mine" else "yes")
    assert office.take(again).unchanged == 1


def test_referees_answer_told_in_the_next_export_takes_the_words_away(office):
    """Given a referee's LA cell made out in the office, when the next export says otherwise, that stands."""
    path = office.file({"referee1_la": "perhaps", "referee2_la": "yes"})
    code = office.take(path).applications[2]
    corrected(office, code, 2, from_la=True)
    back, _ = export(office, path)
    edit(back, lambda rows: rows[0].update(referee1_la="no"))
    assert cells(office.take(back)) == [("referee1_la", "yes", "no")]
    again, _ = export(office, path, "again.csv")
    (row,) = csv.DictReader(again.read_text().splitlines())
    assert row["referee1_la"] == "no"


def test_words_made_out_leave_the_flags(office):
    """Given a school that nobody understood, once the office has said which, nobody is asked to look."""
    school = RecordSchool(
        name="The Big School", la_code="926", phase="primary", type="community", type_group="maintained"
    )
    assert office.tell(f"placement/{URN}", "2007-09-01", school).outcome == "done"
    code = office.take_rows({"employer_urn": "the big one"}).applications[2]
    flags = sa.select(applicants.c.flags).where(applicants.c.application == code)
    with office.service.record.reading() as reader:
        assert "unknown_school" in reader.select(flags)[0].flags
    corrected(office, code, employer_urn=URN)
    with office.service.record.reading() as reader:
        assert "unknown_school" not in reader.select(flags)[0].flags


def test_words_that_the_office_made_out_may_be_told_again(office):
    """Given words made out in the office, when the next export is edited to the same words, they count."""
    path = office.file({"days_available": "lots"})
    code = office.take(path).applications[2]
    corrected(office, code, days_available=12)
    back, _ = export(office, path)
    edit(back, lambda rows: rows[0].update(days_available="lots"))
    assert cells(office.take(back)) == [("days_available", "12", "lots")]
    taken = office.take(back)
    assert (taken.changed, taken.clashes, submitted(office, code).days_available) == ((), (), None)


def test_words_count_again_with_what_was_made_of_them_undone(office):
    """Given what the office made of some words, when that is undone, the export shows the words again."""
    path = office.file({"days_available": "lots"})
    code = office.take(path).applications[2]
    corrected(office, code, days_available=12)
    with office.service.record.reading() as reader:
        told = reader.histories([f"application/{code}"])[f"application/{code}"][-1].command
    assert office.tell(f"application/{code}", "2008-01-31", Undo(command=told, reason="no")).outcome == "done"
    back, _ = export(office, path)
    (row,) = csv.DictReader(back.read_text().splitlines())
    assert row["days_available"] == "lots"
    assert office.take(back).unchanged == 1


def test_edit_goes_in_beside_a_correction(office):
    """Given the telephone put right in the office, when the sheet's days are edited, both stand."""
    code = office.take_rows({}).applications[2]
    corrected(office, code, phone="01508 1234")
    assert cells(office.take_rows({"days_available": "15"})) == [("days_available", "40", "15")]
    for row in ({"days_available": "15"}, {"days_available": "15"}):
        assert office.take_rows(row).unchanged == 1
    assert (submitted(office, code).phone, submitted(office, code).days_available) == ("01508 1234", 15)
    assert cells(office.take_rows({})) == [("days_available", "15", "40")]
    assert submitted(office, code).phone == "01508 1234"


def test_cell_that_both_have_changed_is_a_clash(office):
    """Given a cell put right in the office and edited in the sheet, both are shown, and somebody decides."""
    path = office.file({"phone": "01603 1"})
    code = office.take(path).applications[2]
    corrected(office, code, phone="01603 2")
    edit(path, lambda rows: rows[0].update(phone="01603 3"))
    taken = office.take(path)
    (clash,) = taken.clashes
    told = (clash.row, clash.field, clash.was, clash.mine, clash.theirs, clash.by)
    assert told == (2, "phone", "01603 1", "01603 3", "01603 2", "office")
    assert (taken.changed, submitted(office, code).phone) == ((), "01603 2")
    mine = import_back(office, path, Take(rows={2: "mine"}))
    assert (cells(mine), mine.clashes[0].taken) == ([("phone", "01603 2", "01603 3")], "mine")
    corrected(office, code, phone="01603 4")
    assert (office.take(path).clashes, submitted(office, code).phone) == ((), "01603 4")


def test_what_an_import_was_undone_of_is_told_again(office):
    """An undo takes an import back as if it had never been: the same sheet tells its edits once more."""
    code = office.take_rows({}).applications[2]
    edits = {"phone": "01508 1", "note": "away", "referee1_role": "Director"}
    for _ in range(2):
        told = office.take_rows(edits)
        assert {field for field, _, _ in cells(told)} == set(edits)
        for envelope in told.undo:
            office.tell(envelope["stream"], "2008-01-31", Undo(command=envelope["data"]["command"]))
        assert submitted(office, code).phone == GOOD["phone"]


def test_response_that_came_another_way_counts_as_it_came(office):
    """Given a response that no sheet told, its first words are what the sheet may have been copied from."""
    (row,) = judge_responses(read_sheet(office.file({})), office.service.programme, known_urns=()).accepted
    assert office.tell("application/A7K4P", "2007-05-24", submission(row)).outcome == "done"
    corrected(office, "A7K4P", phone="01508 1234")
    assert office.take_rows({}).unchanged == 1
    (clash,) = office.take_rows({"phone": "01508 9"}).clashes
    assert (clash.application, clash.mine, clash.theirs) == ("A7K4P", "01508 9", "01508 1234")


def test_stand_in_of_a_referee_is_no_business_of_an_old_sheet(office):
    """Given a referee who was replaced, an old sheet changes nothing, nor one that names the stand-in."""
    path = office.file({})
    code = office.take(path).applications[2]
    out, _ = export(office, path)
    other = ReplaceReferee(referee="2", by="3", name="Roy Kett", email="roy@example.org")
    assert office.tell(f"application/{code}", "2007-06-01", other).outcome == "done"
    before = referees(office, code)
    stand_in = {"referee2_name": "Roy Kett", "referee2_email": "roy@example.org", "referee2_role": ""}
    for taken in (
        office.take(path),
        office.take_rows(stand_in),
        import_back(office, edit(out, lambda rows: rows[0].update(stand_in))),
    ):
        assert (taken.changed, taken.clashes, taken.refused, taken.unchanged) == ((), (), (), 1)
    assert referees(office, code) == before


def test_what_the_office_added_is_no_business_of_an_old_sheet(office):
    """A referee and a note of the office's stay; an edited note of the sheet's is its own, and no clash."""
    code = office.take_rows(NOBODY).applications[2]
    office.tell(f"application/{code}", "2007-06-01", NameReferee(referee="2", name="Roy Kett"))
    office.tell(f"application/{code}", "2007-06-01", AddNote(text="rang"))
    assert office.take_rows(NOBODY).unchanged == 1
    taken = office.take_rows(NOBODY | {"note": "away"})
    assert (cells(taken), taken.clashes) == ([("note", "", "away")], ())
    assert "Roy Kett" in referees(office, code).values()


def test_statements_of_an_old_sheet_do_not_grow_with_its_rows(office, statements):
    """Ten corrected rows are looked up by as many statements as two are."""
    counts = []
    for size in (2, 10):
        rows = [{"email": f"p{size}.{each}@example.org", "last_name": f"P {each}"} for each in range(size)]
        for code in office.take_rows(*rows).applications.values():
            corrected(office, code, phone="01508 1")
            corrected(office, code, event=3)
        before = len(statements)
        assert office.take_rows(*rows).unchanged == size
        counts.append(len(statements) - before)
    assert counts[0] == counts[1]


FIELDS = ("phone", "employer", "current_post", "note")
CHANGE = st.tuples(st.sampled_from(["sheet", "office"]), st.sampled_from(FIELDS), st.sampled_from("abc"))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(changes=st.lists(CHANGE, max_size=6))
def test_no_sheet_overwrites_what_the_office_said(office, changes):
    """Whatever both sides change in turn, the office's last word stands, and each edit goes in or clashes."""
    # A response of each example's own.
    row = {"email": f"p{office.events()}@example.org", "last_name": f"P {office.events()}", "note": "first"}
    code = office.take_rows(row).applications[2]
    stands = GOOD | row
    told, by_office = dict(stands), set()
    for side, field, value in changes:
        if side == "office" and stands[field] != value:
            values = {"text": value} if field == "note" else {field: value}
            corrected(office, code, 4 if field == "note" else 1, **values)
            stands[field] = value
            by_office.add(field)
        elif side == "sheet":
            row[field] = value
            taken = office.take_rows(row)
            edited = {each for each in FIELDS if (GOOD | row)[each] not in (told[each], stands[each])}
            open_ = {each for each in edited if stands[each] != told[each]}
            assert {one.field for one in taken.clashes} == open_
            assert {one for one, _, _ in cells(taken)} == edited - open_
            for each in edited - open_:
                stands[each] = told[each] = (GOOD | row)[each]
    said = submitted(office, code)
    assert {each: getattr(said, each) for each in FIELDS[:-1]} == {each: stands[each] for each in FIELDS[:-1]}
    assert office.take_rows(row).refused == ()


def test_sheet_whose_own_columns_of_ours_were_cut_off_is_an_old_sheet(office):
    """Given an export without our columns, a correction since then stands all the same."""
    path = office.file({})
    code = office.take(path).applications[2]
    out, _ = export(office, path)
    corrected(office, code, phone="01508 1234")
    lines = [line.rsplit(",", len(ADDED))[0] for line in out.read_text().splitlines()]
    out.write_text("\n".join(lines))
    assert (office.take(out).unchanged, submitted(office, code).phone) == (1, "01508 1234")


def test_each_fact_of_a_sheet_names_its_file_and_row(office):
    """Whether it is a response, a referee, a note or a correction: its source is kept with it."""
    code = office.take_rows({}, {"email": "other@example.org", "note": "rang"}).applications[3]
    office.take_rows({}, {"email": "other@example.org", "note": "away", "referee2_role": "Parent"})
    office.take_rows({}, {"email": "other@example.org", "note": "away", "phone": "01508 1"} | NOBODY)
    stream = f"application/{code}"
    with office.service.record.reading() as reader:
        history = reader.histories([stream], texts=True)[stream]
    assert {one.reason for one in history} == {"told by responses.csv, row 3"}
    assert len(history) == 8
