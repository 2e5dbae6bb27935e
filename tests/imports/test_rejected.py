"""Rejected rows go to a file that can be mended and imported again."""

from __future__ import annotations

import csv
from typing import NoReturn

import pytest

from siprecruit.importing import Source, import_responses
from siprecruit.importing.rejected import REASON, ROW
from siprecruit.intake.sheets import read_sheet
from siprecruit.record.errors import RecordError

BAD = {"received_on": "31/02/2007", "email": "bad@example.org", "last_name": "Müller"}


def rows_of(path, encoding="utf-8"):
    """The rows of a csv file, by heading."""
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def test_file_holds_the_rejected_rows_with_their_reasons(office):
    """The rows stand under the sheet's own headings, the reason and the number before them."""
    taken = office.take_rows({}, BAD)
    (row,) = rows_of(taken.rejected_file)
    assert (row[ROW], row[REASON]) == ("3", "received_on: There is no such day as 31/02/2007.")
    assert (row["received_on"], row["last_name"]) == ("31/02/2007", "Müller")
    assert taken.rejected_file == office.folder / "responses-rejected.csv"


def test_mended_file_goes_in(office):
    """Given the file, when its date is mended, then it is imported as it stands, and all is accepted."""
    first = office.take_rows({}, BAD)
    path = first.rejected_file
    path.write_text(path.read_text("utf-8").replace(",31/02/2007", ",28/02/2007"), "utf-8")
    taken = office.take(path)
    assert (taken.accepted, taken.rejected, taken.ignored_columns) == (1, (), ())
    assert taken.rejected_file is None


def test_file_that_was_not_mended_is_rejected_as_before(office):
    """Imported as it is, the file gives the same rows with the same reasons, not its own columns twice."""
    first = office.take_rows({}, BAD)
    again = office.take(first.rejected_file)
    assert [(one.code, one.message) for one in again.rejected] == [
        (one.code, one.message) for one in first.rejected
    ]
    with again.rejected_file.open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)).count(REASON) == 1


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-16"])
def test_file_is_written_as_the_sheet_was(office, encoding):
    """Whoever opens it sees what they see in the sheet."""
    taken = office.take(office.file({}, BAD, encoding=encoding))
    assert read_sheet(taken.rejected_file).encoding == encoding
    assert rows_of(taken.rejected_file, encoding)[0]["last_name"] == "Müller"


def test_row_that_cannot_be_read_stays_so(office):
    """A row with a cell too many, or an open quotation mark, becomes no good one by being written anew."""
    path = office.file({})
    good = path.read_text("utf-8").splitlines()[1]
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(good.replace("01603 997998", "01603, 997998, ") + ",one,more\r\n")
        file.write(good.replace("Gillian,", '"Gillian" Anne,').replace("gillian.", "anne.") + "\r\n")
    taken = office.take(path)
    assert [(one.row, one.code, one.field) for one in taken.rejected] == [
        (3, "unreadable_row", "row"),
        (4, "unreadable_row", "row"),
    ]
    again = office.take(taken.rejected_file)
    assert [one.code for one in again.rejected] == ["unreadable_row", "unreadable_row"]


def test_no_file_without_a_rejected_row(office):
    """Where nothing was rejected, no file is written."""
    assert office.take_rows({}).rejected_file is None
    assert list(office.folder.glob("*rejected*")) == []


def test_half_mended_file_is_not_written_over(office):
    """Given a file that somebody has begun to mend, when the sheet comes again, another name is taken."""
    first = office.take_rows({}, BAD).rejected_file
    assert office.take_rows({}, BAD).rejected_file == first
    first.write_text("half mended", "utf-8")
    second = office.take_rows({}, BAD).rejected_file
    assert second == office.folder / "responses-rejected-2.csv"
    assert first.read_text("utf-8") == "half mended"


def test_file_is_for_its_owner_alone(office):
    """It holds names and addresses: nobody else on the machine reads it."""
    assert office.take_rows(BAD).rejected_file.stat().st_mode & 0o077 == 0


def test_where_the_file_cannot_be_written_nothing_is_recorded(office):
    """Nothing goes in before the rejected rows are safe."""
    path = office.file({}, BAD)
    source = Source(path=path, folder=office.folder, rejected_file=office.folder / "no" / "such.csv")
    with pytest.raises(FileNotFoundError) as refused:
        import_responses(office.service, read_sheet(path), source)
    assert refused.value.filename == str(office.folder / "no")
    assert office.events() == 0


def test_import_that_fails_leaves_no_file(office, monkeypatch):
    """A file of rejected rows beside a record that nothing went into would be mended in vain."""
    older = office.folder / "responses-rejected.csv"
    older.write_text("half mended", "utf-8")
    path = office.file({}, BAD)
    names = set(office.folder.iterdir())

    def full(*_words: object, **_more: object) -> NoReturn:
        raise RecordError("disk_full", "the disk is full")

    monkeypatch.setattr("siprecruit.service.Sitting.settle", full)
    with pytest.raises(RecordError):
        office.take(path)
    assert set(office.folder.iterdir()) == names
    assert older.read_text("utf-8") == "half mended"


FORMULAS = {
    "employer": '=HYPERLINK("http://example.org";"x")',
    "current_post": "+adviser",
    "pen_portrait": "@SUM(A1)",
    "note": "-2+3",
    "referee2_role": "'=mentor",
    "phone": "-1",
}


def test_no_spreadsheet_runs_what_an_applicant_wrote(office):
    """A cell that starts a formula has an apostrophe before it, and is read back as it was."""
    taken = office.take_rows(BAD | FORMULAS)
    (row,) = rows_of(taken.rejected_file)
    kept = {field: f"'{text}" for field, text in FORMULAS.items()}
    assert {field: row[field] for field in FORMULAS} == kept | {"referee2_role": "'=mentor", "phone": "-1"}
    path = taken.rejected_file
    path.write_text(path.read_text("utf-8").replace(",31/02/2007", ",28/02/2007"), "utf-8")
    (code,) = office.take(path).applications.values()
    direct = office.take(office.file(BAD | FORMULAS | {"received_on": "28/02/2007"}))
    assert direct.unchanged == 1
    assert list(direct.applications.values()) == [code]


def test_no_spreadsheet_runs_a_row_that_cannot_be_read(office):
    """Also a cell whose quotation mark is never closed is harmless, and stays as unreadable as it was."""
    path = office.file({})
    good = path.read_text("utf-8").splitlines()[1]
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(good.replace("Primary adviser", '"=1" + 1').replace("Gillian", "=2+2") + "\r\n")
    taken = office.take(path)
    text = taken.rejected_file.read_text("utf-8")
    assert ',"\'=1" + 1,' in text
    assert ",'=2+2," in text
    assert [one.code for one in office.take(taken.rejected_file).rejected] == ["unreadable_row"]
