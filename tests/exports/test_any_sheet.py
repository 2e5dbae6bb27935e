"""Whatever stands in a sheet that can be read: it survives import, export, import."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from exports.sheets import export, import_back
from imports.offices import GOOD, open_office
from siprecruit.core.text import BLANKS
from siprecruit.intake.cells import starts_formula
from siprecruit.intake.sheets import read_sheet

#: All that makes trouble in a cell somewhere: separators, quotation marks, lines, formulas, blanks.
CELL = st.text(alphabet="Ab \t’é\"'=+-@.;,1/\n\r\xa0\u200bש", max_size=8)
HEADINGS = [*GOOD, "Colour"]
COLUMNS = {
    "advert": st.sampled_from(["TES May 2007", "TES January 2007", "Guardian"]),
    "received_on": st.sampled_from(["24/05/2007", "2007-05-24", "31/02/2007", "24 May 2007", "39226"]),
    "first_name": CELL,
    "last_name": CELL,
    "email": st.sampled_from(["", "a@example.org", "A@example.org ", "by post", "=a@example.org"]),
    "phone": st.sampled_from(["", "+44 1603 1", "01603 1"]) | CELL,
    "category": st.sampled_from(["LA adviser", "deputy headteacher", "-", ""]) | CELL,
    "days_available": st.sampled_from(["", "lots", "12", "400", "-5", "40.0"]),
    "employer_urn": st.sampled_from(["", "120777", "see letter", "0120777"]),
    "home_authority": st.sampled_from(["", "Norfolk", "Rutland"]),
    "phases": st.sampled_from(["primary", "primary; moon", "special and primary", ""]),
    "interests": st.sampled_from(["", "120777", "120777 and my own", "n/a"]),
    "referee1_name": CELL,
    "referee1_role": CELL,
    "referee1_la": st.sampled_from(["yes", "no", "?", ""]),
    "referee2_name": CELL,
    "referee2_email": st.sampled_from(["", "a@example.org"]),
    "note": CELL,
    "Colour": CELL,
}
SHEET = st.fixed_dictionaries(
    {
        "columns": st.lists(st.sampled_from(HEADINGS[2:]), unique=True, max_size=4),
        "rows": st.lists(st.fixed_dictionaries({}, optional=COLUMNS), max_size=5),
        "form": st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "xlsx"]),
        "delimiter": st.sampled_from([",", ";", "\t"]),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
        "end": st.sampled_from(["\n", "\r\n", "\r"]),
        "title": st.booleans(),
    }
)


def written(folder, sheet):
    """The sheet as a file; ``columns`` are those that it leaves out."""
    headings = [each for each in HEADINGS if each not in sheet["columns"]]
    rows = [[(GOOD | {"Colour": ""} | row)[name] for name in headings] for row in sheet["rows"]]
    top = [["A title"], []] if sheet["title"] else []
    if sheet["form"] == "xlsx":
        return workbook(folder / "responses.xlsx", [*top, headings, *rows])
    text = io.StringIO(newline="")
    writer = csv.writer(
        text, delimiter=sheet["delimiter"], quoting=sheet["quoting"], lineterminator=sheet["end"]
    )
    writer.writerows([*top, headings, *rows])
    path = folder / "responses.csv"
    path.write_bytes(text.getvalue().encode(sheet["form"]))
    return path


def workbook(path, rows):
    """The rows as a workbook whose cells are all texts."""
    book = openpyxl.Workbook()
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row, start=1):
            cell = book.active.cell(number, column)
            cell.value = text.replace("\r", "_x000D_") or None
            cell.data_type = "s" if text else cell.data_type
    book.save(path)
    return path


def cells_of(path, width):
    """Every cell in the columns that were there, blank ones at the end of a row left out."""
    found = {}
    for row in read_sheet(path).rows:
        for column, cell in enumerate(row.cells[:width]):
            if cell.strip(BLANKS):
                found[row.number, column] = f"'{cell}" if starts_formula(cell) else cell
    return found


#: Making a failing sheet smaller takes minutes; the one that fails tells enough.
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
AWKWARD = {
    "columns": [],
    "rows": [{"referee2_name": "", "referee2_email": "", "note": "'=1", "referee1_name": "\r\n"}],
    "form": "utf-8",
    "delimiter": ",",
    "quoting": csv.QUOTE_ALL,
    "end": "\r",
    "title": True,
}


@given(sheet=SHEET)
@settings(max_examples=12, phases=QUICK)
@example(sheet=AWKWARD)
def test_any_sheet_survives_import_export_import(tmp_path_factory, sheet):
    """Nothing is lost or changed on the way, in the sheet or in the record, and nothing is refused."""
    survives(tmp_path_factory.mktemp("office"), sheet)


@pytest.mark.slow
@given(sheet=SHEET)
@settings(max_examples=120, phases=QUICK)
def test_any_of_many_sheets_survives_import_export_import(tmp_path_factory, sheet):
    """The same, of more sheets than there is time for each day."""
    survives(tmp_path_factory.mktemp("office"), sheet)


def survives(folder, sheet):
    """Import, export and import a sheet; see that everything is as before."""
    office = open_office(f"sqlite:///{folder / 'siprecruit.db'}", folder)
    path = written(folder, sheet)
    first = office.take(path)
    before = office.events()
    out, exported = export(office, path)
    width = len(HEADINGS) - len(sheet["columns"])
    assert cells_of(out, width) == cells_of(path, width)
    assert (exported.known, exported.rejected) == (first.accepted + first.unchanged, len(first.rejected))
    assert (exported.rewritten, exported.appended, exported.not_in_record) == ((), 0, 0)
    again = import_back(office, out)
    assert (again.accepted, again.changed, again.clashes, again.absent) == (0, (), (), ())
    assert again.unchanged == first.accepted + first.unchanged
    assert [(one.row, one.code) for one in again.rejected] == [(one.row, one.code) for one in first.rejected]
    assert again.applications == first.applications
    assert office.events() == before
    assert export(office, out)[1].rewritten == ()
    office.service.record.close()
