"""A round that was run by hand, taken over on the command line; empty sheets; whom to ring."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from siprecruit.cli.template import _NAMES
from siprecruit.exporting.templates import TEMPLATES

CONTACTS = """URN,Purpose,Area,Name,E-mail,Telephone,From
120777,Headteacher,,Jane O’Holt,jane@example.org,01263 1,01/09/2005
,Inspection,North,Sheila Brook,sheila@example.org,01603 2,01/09/2006
,Allocation,,Henry Vane,henry@example.org,01603 3,01/09/2006
,Wizardry,,Nobody,nobody@example.org,,
"""
PROGRESS = """Code,Reference 1 received,Induction date
A7K4P,28/05/2007,20/05/2007
"""


def written(home, name, text):
    path = home / name
    path.write_text(text, encoding="utf-8")
    return path


def test_contacts_are_taken_over_and_said(told, home):
    """What goes in, what must be mended, how it is undone; and then whom to ring for a school."""
    said = told("import", "contacts", written(home, "contacts.csv", CONTACTS))
    assert said.code == 0, said.err
    assert "4 rows: 3 with something new, 0 changed, 0 unchanged, 1 rejected." in said.out
    assert 'There is no purpose "Wizardry".' in said.out
    assert "All of it is undone by: siprecruit undo import-" in said.out
    listed = told("contacts", "--for", "120777", "--json").json
    assert [(one["purpose"], one["of"], one["name"]) for one in listed] == [
        ("allocation", "authority", "Henry Vane"),
        ("headteacher", "school", "Jane O’Holt"),
    ]
    everybody = told("contacts").out
    assert "Sheila Brook" in everybody
    assert "Jane" not in everybody
    assert told("contacts", "--as-at", "2006-08-31", "--json").json == []


def test_the_area_of_a_school_says_whose_officer_is_rung(told, home, lines):
    """An officer for the north is rung by schools in the north, from the day on which they are put there."""
    told("import", "contacts", written(home, "contacts.csv", CONTACTS))
    placed = {"command": "school.place_in_area", "id": "a1", "stream": "placement/120777", "on": "2007-06-01"}
    assert told("do", "-", stdin=lines([{**placed, "data": {"area": "north"}}])).code == 0
    on = {
        day: [one["purpose"] for one in told("contacts", "--for", "120777", "--as-at", day, "--json").json]
        for day in ("2007-05-31", "2007-06-01")
    }
    assert ("inspection" in on["2007-05-31"], "inspection" in on["2007-06-01"]) == (False, True)


def test_a_school_that_there_is_not_is_told(told):
    """One sentence, exit 2."""
    said = told("contacts", "--for", "999999")
    assert (said.code, "no school 999999 is in the record" in said.err) == (2, True)


def test_the_whole_import_is_undone_by_the_line_that_it_says(told, home):
    """Given a sheet taken over, when that line is typed, then nobody is rung any more."""
    taken = told("import", "contacts", written(home, "contacts.csv", CONTACTS), "--json").json
    words = taken["undo_all"].split()[1:]
    assert told(*words).code == 0
    assert told("contacts", "--json").json == []


def test_progress_is_flagged_told_and_dry(told, home):
    """A dry run says the same, records nothing and offers no undo; --strict makes a rejected row a code."""
    path, head = written(home, "progress.csv", PROGRESS), told("record", "head").out
    dry = told("import", "progress", path, "--dry-run", "--json").json
    assert (dry["accepted"], dry["dry_run"], told("record", "head").out) == (1, True, head)
    assert "undone by" not in told("import", "progress", path, "--dry-run").out
    taken = told("import", "progress", path, "--json").json
    assert taken["facts"] == dry["facts"]
    assert (taken["accepted"], taken["subjects"]) == (1, {"2": "A7K4P"})
    again = told("import", "progress", path)
    assert "1 unchanged" in again.out
    broken = written(home, "broken.csv", PROGRESS.replace("28/05/2007", "28/05/07"))
    assert told("import", "progress", broken, "--strict").code == 1
    assert told("import", "progress", broken).code == 0


def test_a_clash_is_shown_with_both_values_and_settled(told, home, lines):
    """Nothing is overwritten before somebody says which counts."""
    told("import", "progress", written(home, "progress.csv", PROGRESS))
    right = {"command": "undo", "id": "u1", "stream": "person/A7K4P", "on": "2007-06-30"}
    line = told("show", "A7K4P", "--json").out
    assert "induction.attended" in line or "inducted" in line
    with_undo = told("import", "progress", home / "progress.csv", "--json").json
    assert with_undo["facts"] == 0
    run = told("history", "person/A7K4P", "--json").out
    command = next(word for word in run.replace('"', " ").split() if word.startswith("import-"))
    assert told("do", "-", stdin=lines([{**right, "data": {"command": command}}])).code == 0
    said = told("import", "progress", home / "progress.csv")
    assert "Clashes: the record says something else" in said.out
    assert "--take mine, --take theirs" in said.out
    theirs = told("import", "progress", home / "progress.csv", "--take", "theirs")
    assert "The sheet still has its own cells: put the record's into it" in theirs.out
    taken = told("import", "progress", home / "progress.csv", "--take", "2=mine", "--json").json
    assert (taken["clashes"][0]["settled"], taken["facts"]) == ("mine", 1)


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_empty_sheet_is_imported_as_it_is(told, home, name, ending):
    """Every heading is known, and the row of help is known again and left out."""
    path = home / f"{name}.{ending}"
    assert told("template", name, "-o", path).code == 0
    said = told("import", name, path, "--json")
    assert said.code == 0, said.err
    assert (said.json["rows"], said.json["ignored_columns"]) == (0, [])
    assert told("template", name, "-o", path).code == 2


def test_a_filled_in_sheet_goes_in_with_its_help(told, home):
    """Whoever fills in the sheet needn't take the help out."""
    rows = list(csv.reader(io.StringIO(told("template", "people").out.lstrip("\ufeff"))))
    filled = dict(zip(rows[0], [""] * len(rows[0]), strict=True))
    filled |= {"Surname": "Vane", "Telephone": "01603 3", "Role": "CDA", "Role from": "01/09/2006"}
    book = openpyxl.Workbook()
    for row in (*rows, list(filled.values())):
        book.active.append(row)
    book.save(home / "people.xlsx")
    taken = told("import", "people", home / "people.xlsx", "--json").json
    assert (taken["rows"], taken["accepted"], taken["rejected"]) == (1, 1, [])
    assert told("find", "vane").code == 0


def test_every_kind_of_sheet_has_its_template():
    """What can be imported can be begun with an empty sheet."""
    assert tuple(_NAMES) == TEMPLATES


def test_a_template_has_the_programmes_own_checks(told):
    """Norfolk's enhanced disclosure has a column of its own."""
    assert "Enhanced disclosure" in told("template", "progress").out.splitlines()[0]


def test_a_template_of_another_ending_is_refused(told, home):
    """It says which two there are."""
    said = told("template", "people", "-o", home / "people.ods")
    assert (said.code, "must end in .csv or .xlsx" in said.err) == (2, True)
