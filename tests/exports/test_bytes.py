"""A sheet comes back byte for byte as it was, with what the record says beside it."""

from __future__ import annotations

import codecs
import csv
import io

import pytest

from exports.sheets import export, import_back, later, rows_of
from imports.offices import GOOD
from siprecruit.core.commands import Correct
from siprecruit.importing.marks import ADDED, APPLICATION, BLOCKS, EXPORTED, MOVE, STAGE
from siprecruit.importing.rejected import REASON
from siprecruit.intake.sheets import read_sheet

FORMS = {
    "cp1252": (",", "cp1252", b""),
    "utf-8 with a mark": (",", "utf-8", codecs.BOM_UTF8),
    "utf-16, tabs": ("\t", "utf-16-le", codecs.BOM_UTF16_LE),
    "utf-16, big end first": ("\t", "utf-16-be", codecs.BOM_UTF16_BE),
    "semicolons": (";", "utf-8", b""),
}


def in_form(text, form):
    """The text of a comma-separated sheet in another form, all its cells quoted as csv does by itself."""
    delimiter, encoding, mark = FORMS[form]
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter).writerows(csv.reader(io.StringIO(text, newline="")))
    return mark + written.getvalue().encode(encoding)


def lines(raw, form):
    """The lines of a file, without its mark."""
    _, encoding, mark = FORMS[form]
    assert raw.startswith(mark)
    return raw.removeprefix(mark).decode(encoding).split("\r\n")


@pytest.mark.parametrize("form", FORMS)
def test_officers_sheet_comes_back_as_it_was(office, shared_data, form):
    """Given the sheet of 2007 in any form, only formulas differ in its export, which changes nothing."""
    path = office.folder / "responses.csv"
    path.write_bytes(in_form((shared_data / "responses_2007.csv").read_bytes().decode("cp1252"), form))
    office.take(path)
    before = office.events()
    out, exported = export(office, path)
    pairs = list(zip(lines(path.read_bytes(), form), lines(out.read_bytes(), form), strict=True))
    other = [(was, now) for was, now in pairs if not now.startswith(was)]
    assert [now.replace("'=HYPERLINK", "=HYPERLINK").startswith(was) for was, now in other] == [True] * 2
    assert (exported.rows, exported.known, exported.rejected, exported.appended) == (144, 139, 5, 0)
    assert (exported.rewritten, exported.notes) == ((), ())
    again = import_back(office, out)
    assert (again.accepted, again.changed, again.clashes, again.absent) == (0, (), (), ())
    assert (again.unchanged, len(again.rejected), again.ignored_columns) == (139, 5, ("Colour",))
    assert office.events() == before


def test_export_of_an_export_is_the_same(office):
    """Exported again while nothing happens, not a byte differs: our own columns are filled in, not added."""
    path = office.file({}, {"email": "b@example.org", "received_on": "31/02/2007"})
    office.take(path)
    out, _ = export(office, path)
    twice, _ = export(office, out)
    assert twice.read_bytes() == out.read_bytes()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_quotation_marks_and_line_ends_stay(office, end, last):
    """Cells in needless quotation marks, line ends of any kind, and a last line without one stay so."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator=end)
    writer.writerows([GOOD, (GOOD | {"note": f'said "yes",{end}twice'}).values()])
    path = office.folder / "quoted.csv"
    path.write_bytes(text.getvalue().removesuffix("" if last else end).encode())
    office.take(path)
    out, _ = export(office, path)
    was, now = path.read_bytes().decode(), out.read_bytes().decode()
    assert now.endswith(end) == last
    heading, row = was.split(end, 1)
    assert now.startswith(f"{heading},siprecruit")
    assert row.removesuffix(end) in now
    assert import_back(office, out).unchanged == 1


def test_own_columns_stand_at_the_right(office):
    """Code, time, stage, whose move and what blocks stand beside each row, in words of the authority."""
    path = office.file({})
    code = office.take(path).applications[2]
    headings, row = rows_of(export(office, path)[0])
    assert tuple(headings[-len(ADDED) :]) == ADDED
    told = dict(zip(headings, row, strict=True))
    assert {name: told[name] for name in ADDED} == {
        APPLICATION: code,
        EXPORTED: "2008-01-31T12:00:00Z after event 3",
        STAGE: "references",
        MOVE: "senior administrative assistant",
        BLOCKS: "references; la reference",
        REASON: "",
    }


@pytest.mark.parametrize(
    ("cell", "exported", "recorded"),
    [
        ("=1+1", "'=1+1", "=1+1"),
        ("@SUM(A1)", "'@SUM(A1)", "@SUM(A1)"),
        ("-2+3", "'-2+3", "-2+3"),
        ("+44 1603 997998", "'+44 1603 997998", "+44 1603 997998"),
        ("\t=1", "'\t=1", "=1"),
        ("'=1+1", "'=1+1", "=1+1"),
        ("-", "-", "-"),
        ("-5", "-5", "-5"),
        ("'twas", "'twas", "'twas"),
    ],
)
def test_cell_that_starts_a_formula_is_defused(office, cell, exported, recorded):
    """An apostrophe stands before what might be run, and is read back as none. A dash runs nothing."""
    path = office.file({"current_post": cell})
    code = office.take(path).applications[2]
    assert office.state(code).response.submitted.current_post == recorded
    out, _ = export(office, path)
    assert rows_of(out)[1][7] == exported
    again = import_back(office, out)
    assert (again.unchanged, again.changed) == (1, ())


def test_cell_nobody_records_is_defused_too(office):
    """An unknown column and a title may hold a formula as well."""
    path = office.file({})
    text = path.read_bytes().decode().replace("\r\n", ",=cmd()\r\n")
    path.write_text(f"=TITLE()\r\n{text}", newline="")
    office.take(path)
    cells = [cell for row in rows_of(export(office, path)[0]) for cell in row]
    assert [cell for cell in cells if "cmd" in cell or "TITLE" in cell] == ["'=TITLE()", "'=cmd()", "'=cmd()"]


def test_rejected_row_is_kept_marked_and_can_be_mended(office):
    """Given a rejected row, when it is mended in the export, then it goes in and its mark goes."""
    path = office.file({}, {"received_on": "31/02/2007", "email": "b@example.org"})
    office.take(path)
    out, exported = export(office, path)
    assert exported.rejected == 1
    last = rows_of(out)[2]
    assert (last[-1], last[:3]) == (
        "received_on: There is no such day as 31/02/2007.",
        ["TES May 2007", "31/02/2007", "Gillian"],
    )
    out.write_text(out.read_text().replace("31/02/2007,", "28/02/2007,"))
    again = import_back(office, out)
    assert (again.accepted, again.unchanged, again.rejected) == (1, 1, ())
    once_more, _ = export(office, out)
    assert rows_of(once_more)[2][-1] == ""


def test_rows_that_cannot_be_read_stay_and_are_marked(office):
    """A cell too many, an open quotation mark: the row stays, its reason after it, and the others too."""
    path = office.file({})
    good = path.read_text("utf-8").splitlines()[1]
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(good.replace("01603 997998", "01603, 997998, ") + ",one,more\r\n")
        file.write(good.replace("Gillian,", '"Gillian" Anne,').replace("gillian.", "anne.") + "\r\n")
    office.take(path)
    office.take(office.file({"email": "other@example.org"}, name="other.csv"))
    out, exported = export(office, path)
    assert (exported.rejected, exported.appended) == (2, 1)
    was, now = path.read_text().splitlines(), out.read_text().splitlines()
    assert all(new.startswith(old) for old, new in zip(was, now, strict=False))
    assert "separator may stand in a cell" in now[2]
    assert "quotation mark" in now[3]
    again = import_back(office, out)
    assert [one.code for one in again.rejected] == ["unreadable_row", "unreadable_row"]
    assert (again.accepted, again.unchanged) == (0, 2)
    assert export(office, out)[0].read_bytes() == out.read_bytes()


def test_no_row_is_swallowed_by_a_last_row_that_is_not_closed(office):
    """Given a last row whose quotation mark is open, what is added comes before it."""
    path = office.file({})
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write('TES May 2007,24/05/2007,Ann,"Marsh')
    office.take(path)
    office.take(office.file({"email": "other@example.org"}, name="other.csv"))
    out, _ = export(office, path)
    assert '"Marsh' in out.read_text().splitlines()[-1]
    again = import_back(office, out)
    assert (again.unchanged, [one.code for one in again.rejected]) == (2, ["unreadable_row"])


def test_short_and_blank_rows_stay_where_they_are(office):
    """A row that ends early is filled up to our columns; a blank one and a title stay as they are."""
    text = "Responses\r\n\r\nAdvert,Date,Surname,Notes,Colour\r\nTES May 2007,24/05/2007,Kett\r\n,,\r\n"
    path = office.folder / "short.csv"
    path.write_text(text, newline="")
    office.take(path)
    now = export(office, path)[0].read_bytes().decode().split("\r\n")
    assert now[:2] == ["Responses", ""]
    assert now[3].startswith("TES May 2007,24/05/2007,Kett,,,")
    assert now[4] == ",,"


def test_what_the_record_says_otherwise_is_written_as_the_sheet_writes(office):
    """Given corrections in the office, the cells of the row that differ, and no others, are written anew."""
    path = office.file({}, {"email": "iso@example.org", "received_on": "2007-05-24"})
    taken = office.take(path)
    values = {
        "on": "2007-06-02",
        "category": "headteacher",
        "phases": ["primary", "special"],
        "home_authority": "suffolk",
        "days_available": 12,
        "phone": None,
    }
    for code in taken.applications.values():
        office.tell(f"application/{code}", "2008-01-30", Correct(event=1, set=values, reason="rang"))
    out, exported = export(office, path)
    assert len(exported.rewritten[0].cells) == 6
    was, now = rows_of(path), rows_of(out)
    changed = {
        number: {was[0][place]: cell for place, cell in enumerate(row) if cell != was[number][place]}
        for number, row in enumerate((line[: len(was[0])] for line in now), start=0)
    }
    words = {
        "category": "serving headteacher",
        "phases": "Primary; Special",
        "home_authority": "Suffolk",
        "days_available": "12",
        "phone": "",
    }
    assert changed == {
        0: {},
        1: words | {"received_on": "02/06/2007"},
        2: words | {"received_on": "2007-06-02"},
    }
    again = import_back(office, out)
    assert (again.changed, again.unchanged) == ((), 2)


def test_letter_that_the_sheet_cannot_hold_is_not_lost(office):
    """Given a sheet in Windows' letters and a name that has others, then all of it is written in UTF-8."""
    path = office.file({"last_name": "Müller"}, encoding="cp1252")
    code = office.take(path).applications[2]
    correct = Correct(event=1, set={"last_name": "Łukasz"}, reason="rang")
    office.tell(f"application/{code}", "2008-01-30", correct)
    out, exported = export(office, path)
    assert read_sheet(out).encoding == "utf-8-sig"
    assert ("Ł" in exported.notes[0], "cp1252" in exported.notes[0]) == (True, True)
    assert import_back(office, out).unchanged == 1


def test_responses_without_a_row_are_added_at_the_end(office):
    """Responses to the same adverts that came by another way get rows; those to others don't."""
    office.take_rows(
        {"email": "b@example.org", "note": "by post,\nlate", "referee2_name": "", "referee2_email": ""},
        {"advert": "TES January 2007", "email": "c@example.org"},
        {"email": "d@example.org", "category": "deputy headteacher", "received_on": "2007-05-20"},
    )
    path = office.file({}, name="mine.csv")
    office.take(path)
    out, exported = export(office, path)
    assert exported.appended == 2
    assert [row[4] for row in rows_of(out)[1:]] == [
        "gillian.youngs@example.org",
        "d@example.org",
        "b@example.org",
    ]
    assert rows_of(out)[2][1:7] == [
        "20/05/2007",
        "Gillian",
        "Youngs",
        "d@example.org",
        "01603 997998",
        "deputy headteacher",
    ]
    again = import_back(office, out)
    assert (again.accepted, again.changed, again.unchanged) == (0, (), 3)
    only, exported = export(office, path, only_these=True)
    assert (exported.appended, len(rows_of(only))) == (0, 2)


def test_empty_sheet_is_filled(office):
    """Given headings alone, every response gets a row under them, and what they don't ask for is left out."""
    office.take_rows(
        {}, {"advert": "TES January 2007", "email": "c@example.org", "received_on": "2007-02-01"}
    )
    path = office.folder / "empty.csv"
    path.write_text("Surname;E-mail;Advert;Date received\n", newline="")
    out, exported = export(office, path)
    assert exported.appended == 2
    first = out.read_text().splitlines()[1].split(";")
    assert first[:4] == ["Youngs", "c@example.org", "TES January 2007", "01/02/2007"]
    again = import_back(office, out)
    assert (again.changed, again.unchanged) == ((), 2)


def test_row_that_was_not_imported_says_so(office):
    """A row that the record doesn't have yet is marked, and goes in when the export is imported."""
    path = office.file({})
    out, exported = export(office, path)
    assert (exported.known, exported.not_in_record) == (0, 1)
    assert rows_of(out)[1][-1] == "It is not in the record yet: import this sheet."
    assert import_back(office, out).accepted == 1


def test_clock_that_was_set_back_changes_no_stage(office):
    """Where the views know of a later day and can't be asked, the streams say where somebody stands."""
    path = office.file({})
    office.take(path)
    now, _ = export(office, path)
    before, _ = export(later(office, -24), path, "before.csv")
    assert [row[-4:] for row in rows_of(before)] == [row[-4:] for row in rows_of(now)]
