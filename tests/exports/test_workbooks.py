"""A workbook comes back as it was: days, numbers, styles, other sheets."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from itertools import chain
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.formula import ArrayFormula

from exports.sheets import export, import_back
from imports.offices import GOOD
from siprecruit.core.commands import Correct
from siprecruit.exporting import NotExported
from siprecruit.importing.marks import ADDED

HEADINGS = [*GOOD, "Colour"]


def book_of(*rows: dict[str, Any], prepare: Callable[[Any], Any] | None = None):
    """The bytes of a workbook with a title, the headings in row 2, and these rows."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Responses"
    page.append(["Responses to adverts"])
    page.append(HEADINGS)
    for row in rows:
        page.append([(GOOD | row).get(name) for name in HEADINGS])
    if prepare:
        prepare(book)
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def written(office, raw):
    """A workbook in the office's folder."""
    path = office.folder / "responses.xlsx"
    path.write_bytes(raw)
    return path


def day(of_may):
    """A day of May 2007 as a workbook holds it: without a zone."""
    return dt.datetime.combine(dt.date(2007, 5, of_may), dt.time())


def page_of(path, name="Responses"):
    return openpyxl.load_workbook(path)[name]


def values(page, width):
    """What stands in the columns that were there."""
    return [[cell.value for cell in row[:width]] for row in page.iter_rows()]


def test_officers_sheet_as_a_workbook(office, shared_data):
    """Given the sheet of 2007 as a workbook, only formulas differ in its export, which changes nothing."""
    book = openpyxl.Workbook()
    with (shared_data / "responses_2007.csv").open(encoding="cp1252", newline="") as file:
        for number, row in enumerate(csv.reader(file), start=1):
            for column, text in enumerate(row, start=1):
                cell = book.active.cell(number, column)
                cell.value = text or None
                if text.startswith("="):
                    cell.data_type = "s"
    path = office.folder / "responses.xlsx"
    book.save(path)
    office.take(path)
    out, exported = export(office, path)
    was, now = values(page_of(path, "Sheet"), 25), values(page_of(out, "Sheet"), 25)
    other = [(old, new) for old, new in zip(chain(*was), chain(*now), strict=True) if old != new]
    assert [(old.startswith("="), new) for old, new in other] == [(True, f"'{old}") for old, _ in other]
    assert (len(other), exported.known, exported.rejected, exported.notes) == (2, 139, 5, ())
    before = office.events()
    again = import_back(office, out)
    assert (again.unchanged, again.changed, len(again.rejected)) == (139, (), 5)
    assert office.events() == before


def test_days_numbers_and_styles_stay_what_they_are(office):
    """A day stays a day of its own form, a number a number, and colours stay; also where corrected."""

    def prepare(book) -> None:
        page = book["Responses"]
        for row in (3, 4):
            page.cell(row, 2).number_format = "d mmm yyyy"
        page["A2"].font = Font(bold=True)
        page["C3"].fill = PatternFill("solid", fgColor="FFFF00")
        page.column_dimensions["O"].width = 60
        page.freeze_panes = "A3"

    rows = [
        {"received_on": day(24), "days_available": 40, "email": address}
        for address in ("a@example.org", "b@example.org")
    ]
    path = written(office, book_of(*rows, prepare=prepare))
    code = office.take(path).applications[3]
    office.take(office.file({"email": "c@example.org", "received_on": "20/05/2007"}))
    correct = Correct(event=1, set={"on": "2007-05-26", "days_available": 12}, reason="rang")
    office.tell(f"application/{code}", "2008-01-30", correct)
    out, exported = export(office, path)
    page = page_of(out)
    assert (page["B3"].value, page["B3"].number_format) == (day(26), "d mmm yyyy")
    assert (page["B4"].value, page["M3"].value, page["M4"].value) == (day(24), 12, 40)
    assert (page["B5"].value, page["B5"].number_format) == (day(20), "d mmm yyyy")
    assert page["M5"].value == 40
    assert page["C3"].fill.fgColor.rgb == "00FFFF00"
    assert (page.column_dimensions["O"].width, page.freeze_panes) == (60, "A3")
    assert [cell.font.b for cell in page[2][-len(ADDED) :]] == [True] * len(ADDED)
    assert exported.appended == 1
    assert import_back(office, out).unchanged == 3


def test_other_sheets_stay(office):
    """Of a workbook with two sheets the one that was read is filled in, and the other stays."""

    def prepare(book) -> None:
        other = book.create_sheet("Lists", 0)
        other["A1"] = "=1+1"

    path = written(office, book_of({}, prepare=prepare))
    office.take(path)
    out, exported = export(office, path)
    assert page_of(out, "Lists")["A1"].value == "=1+1"
    assert exported.notes == ("Sheet Responses was read; not Lists.",)
    assert import_back(office, out).unchanged == 1


def test_formula_without_a_saved_value_is_not_lost(office):
    """Given a formula that was saved without its value, its text is recorded, and comes back as text."""

    def formulas(book) -> None:
        book["Responses"]["I3"] = "=A3&B3"
        book["Responses"]["I4"] = ArrayFormula("I4", "=SUM(A1:A3)")

    path = written(office, book_of({}, {"email": "other@example.org"}, prepare=formulas))
    codes = office.take(path).applications
    employers = [office.state(codes[row]).response.submitted.employer for row in (3, 4)]
    assert employers == ["=A3&B3", "=SUM(A1:A3)"]
    out, exported = export(office, path)
    assert [page_of(out)[cell].value for cell in ("I3", "I4")] == ["'=A3&B3", "'=SUM(A1:A3)"]
    assert "replaced by their text" in exported.notes[0]
    again = import_back(office, out)
    assert (again.changed, again.unchanged) == ((), 2)


def test_formula_that_came_to_an_empty_text_is_an_empty_cell(office):
    """Given a formula whose saved value is no letter at all, nothing is recorded in its place."""

    def formula(book) -> None:
        book["Responses"]["I3"] = '=""'

    path = written(office, with_cached(book_of({}, prepare=formula), {"I3": ""}))
    code = office.take(path).applications[3]
    assert not office.state(code).response.submitted.employer
    out, _ = export(office, path)
    assert page_of(out)["I3"].value is None
    assert import_back(office, out).unchanged == 1


def test_formula_in_a_recorded_column_keeps_its_value(office):
    """A formula would lose its value in the export; elsewhere it stays a formula."""

    def prepare(book) -> None:
        page = book["Responses"]
        page["M3"] = "=20+20"
        page["Y3"] = '="yel"&"low"'

    raw = book_of({}, prepare=prepare)
    raw = with_cached(raw, {"M3": "40", "Y3": "yellow"})
    path = written(office, raw)
    office.take(path)
    out, exported = export(office, path)
    page = page_of(out)
    assert (page["M3"].value, page["Y3"].value) == (40, '="yel"&"low"')
    assert exported.notes == ("Formulas in columns that are recorded were replaced by their values.",)
    assert import_back(office, out).unchanged == 1


def with_cached(raw, cached):
    """The workbook as Excel would have saved it, with what its formulas came to."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                for where, value in cached.items():
                    pattern = rf'<c r="{where}"([^>]*)>(<f>.*?</f>)<v\s*/?>(?:</v>)?</c>'
                    kind = "" if value.isdigit() else ' t="str"'
                    text = re.sub(
                        pattern, rf'<c r="{where}"{kind}>\g<2><v>{value}</v></c>', text.decode()
                    ).encode()
            new.writestr(name, text)
    return out.getvalue()


def test_merged_advert_is_that_of_each_of_its_rows(office):
    """Given an advert written once for three rows, all three answered it, and the sheet comes back merged."""
    rows = [{"email": f"{name}@example.org"} | ({"advert": None} if name != "a" else {}) for name in "abc"]
    path = written(office, book_of(*rows, prepare=lambda book: book["Responses"].merge_cells("A3:A5")))
    taken = office.take(path)
    assert (taken.accepted, taken.rejected) == (3, ())
    assert "advert: what a merged cell says counts for each of its rows (3 to 5)." in taken.notes
    out, _ = export(office, path)
    assert [str(each) for each in page_of(out).merged_cells.ranges] == ["A3:A5"]
    for sheet in (path, out):
        again = office.take(sheet)
        assert (again.unchanged, again.changed, again.rejected) == (3, (), ())


def test_merged_name_is_of_one_row(office):
    """Two rows under one name may be two people: the second one has no name, and goes to be mended whole."""

    def merge(book: Any) -> None:
        for cells in ("A3:A4", "C3:C4", "D3:D4"):
            book["Responses"].merge_cells(cells)

    taken = office.take(written(office, book_of({}, {}, prepare=merge)))
    assert [(one.row, one.code) for one in taken.rejected] == [(4, "missing_name")]
    assert "TES May 2007" in taken.rejected_file.read_text("utf-8-sig").splitlines()[1]


def test_merged_cells_above_do_not_matter_and_within_are_named(office):
    """A merged title stays; a merged cell that would have to be written is named."""
    path = written(office, book_of({}, prepare=lambda book: book["Responses"].merge_cells("A1:AE1")))
    office.take(path)
    out, _ = export(office, path)
    assert [str(each) for each in page_of(out).merged_cells.ranges] == ["A1:AE1"]
    assert import_back(office, out).unchanged == 1
    path = written(office, book_of({}, prepare=lambda book: book["Responses"].merge_cells("Y3:AA3")))
    with pytest.raises(NotExported) as refused:
        export(office, path)
    assert (refused.value.code, "Z3 is merged" in refused.value.message) == ("merged_cell", True)


def test_text_that_fills_a_cell_comes_back_and_a_longer_one_is_refused(office):
    """Excel's cells hold 32,767 characters: what is longer is not cut off silently."""
    path = written(office, book_of({"pen_portrait": "a" * 32_767}))
    code = office.take(path).applications[3]
    out, _ = export(office, path)
    assert import_back(office, out).unchanged == 1
    longer = Correct(event=1, set={"pen_portrait": "a" * 32_768}, reason="by post")
    office.tell(f"application/{code}", "2008-01-30", longer)
    with pytest.raises(NotExported) as refused:
        export(office, path)
    assert "32,768 characters" in refused.value.message


def test_lines_and_letters_of_all_kinds_come_back(office):
    """Lines within a cell, right-to-left text, quotation marks and tabs are read back as they were."""
    note = 'said "yes",\nthen\tno; שלום O’Brien'
    path = written(office, book_of({"note": note, "last_name": "O'Brien"}))
    code = office.take(path).applications[3]
    correct = Correct(event=1, set={"current_post": "one\rtwo\r\nthree"}, reason="by post")
    office.tell(f"application/{code}", "2008-01-30", correct)
    out, _ = export(office, path)
    assert page_of(out)["X3"].value == note
    assert import_back(office, out).unchanged == 1
