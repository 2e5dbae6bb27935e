from __future__ import annotations

import datetime as dt
import io
import os
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siprecruit.core.text import BLANKS
from siprecruit.intake.sheets import UnreadableSheet, read_sheet

HEADINGS = ("Date received", "First name", "Surname", "E-mail address")

# What people type: no control characters, which no spreadsheet program lets into a cell.
characters = st.characters(exclude_categories=("Cs", "Cc", "Cn"), include_characters="\n\t")
cp1252_characters = st.sampled_from(
    [bytes([each]).decode("cp1252") for each in range(0xA0, 0x100)] + list("aZ09 ,;\t\n\"'")
)


def tables(cell):
    """Rows of as many cells as there are headings, some of them blank."""
    return st.lists(st.tuples(cell, cell, cell, cell), max_size=6)


def rows_of(sheet):
    """The rows with their numbers, each filled up to the width of the headings."""
    return [(row.number, row.cells + ("",) * (len(HEADINGS) - len(row.cells))) for row in sheet.rows]


def expected(table):
    """What should be read: the numbers count blank rows, blank rows themselves are left out."""
    numbered = enumerate([HEADINGS, *table], start=1)
    return [
        (number, trimmed(cells)) for number, cells in numbered if any(cell.strip(BLANKS) for cell in cells)
    ]


def trimmed(cells):
    """Cells whose blank ones at the row's end are empty."""
    kept = list(cells)
    while not kept[-1].strip(BLANKS):
        kept.pop()
    return tuple(kept) + ("",) * (len(cells) - len(kept))


def read_back(path, text, encoding):
    path.write_bytes(text.encode(encoding))
    return read_sheet(path)


def book_of(*sheets: tuple[str, list]):
    """The bytes of a workbook of sheets, each a name and its rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        worksheet = book.create_sheet(name)
        for row in rows:
            worksheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def attempt(path):
    """The sheet, or None and the sentence with which the file is refused."""
    try:
        return read_sheet(path), ""
    except UnreadableSheet as refused:
        return None, refused.message


def refusal(path, sheet=None):
    """The code and the sentence with which a file is refused."""
    with pytest.raises(UnreadableSheet) as refused:
        read_sheet(path, sheet=sheet)
    return refused.value.code, refused.value.message


@given(
    table=tables(st.text(characters, max_size=12)),
    delimiter=st.sampled_from([",", ";", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_table_written_as_csv_reads_back_the_same(tmp_path, make_csv, table, delimiter, encoding):
    """Whatever separator and encoding the spreadsheet program chose, the officer's cells are unchanged."""
    sheet = read_back(tmp_path / "sheet.csv", make_csv([HEADINGS, *table], delimiter), encoding)
    assert rows_of(sheet) == expected(table)
    assert sheet.delimiter == delimiter


@given(table=tables(st.text(cp1252_characters, max_size=12)), delimiter=st.sampled_from([",", ";", "\t"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_windows_table_reads_back_the_same(tmp_path, make_csv, table, delimiter):
    """A csv of Excel on Windows (cp1252) with accents and pound signs keeps them."""
    table = [*table, ("", "Siân", "Müller – £", "")]
    sheet = read_back(tmp_path / "sheet.csv", make_csv([HEADINGS, *table], delimiter), "cp1252")
    assert rows_of(sheet) == expected(table)
    assert sheet.encoding == "cp1252"


@given(content=st.binary(max_size=400))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
def test_any_bytes_are_read_or_refused_with_a_sentence(tmp_path, content):
    """No file, whatever is in it, ends in a traceback."""
    path = tmp_path / "sheet.csv"
    path.write_bytes(content)
    read, sentence = attempt(path)
    assert sentence.endswith(".") if read is None else all(row.cells for row in read.rows)


@given(start=st.integers(0, 4_000), damage=st.binary(min_size=1, max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_damage_to_a_workbook_is_read_or_refused_with_a_sentence(tmp_path, start, damage):
    """A workbook that was cut or changed on its way ends in a sentence, not in a traceback."""
    raw = book_of(("Responses", [HEADINGS, ["24/05/2007", "Siân", "D’Arcy", "sian@example.org"]]))
    path = tmp_path / "sheet.xlsx"
    path.write_bytes(raw[:start] + damage + raw[start + len(damage) :])
    read, sentence = attempt(path)
    assert sentence.endswith(".") if read is None else read.kind


def test_a_cell_of_several_lines_is_in_one_row(written):
    """Rows count as in a spreadsheet, not as lines of the file."""
    sheet = read_sheet(written('Surname,Notes\r\nIves,"rang\r\ntwice"\r\n\r\nRix,\r\n'))
    assert [(row.number, row.cells) for row in sheet.rows] == [
        (1, ("Surname", "Notes")),
        (2, ("Ives", "rang\r\ntwice")),
        (4, ("Rix",)),
    ]


def test_the_last_response_of_2007_is_in_row_150(shared_data):
    """The panel secretary's sheet is numbered as she sees it."""
    sheet = read_sheet(shared_data / "responses_2007.csv")
    assert (sheet.rows[-1].number, sheet.encoding, sheet.delimiter) == (150, "cp1252", ",")


def test_old_line_ends_are_line_ends(written):
    """A csv of an old Macintosh has carriage returns alone."""
    sheet = read_sheet(written("Surname,Notes\rIves,a\rRix,b\r"))
    assert [row.cells for row in sheet.rows] == [("Surname", "Notes"), ("Ives", "a"), ("Rix", "b")]


def test_excels_line_about_the_separator_is_no_row(written):
    """Excel hides the line "sep=;" and counts from the next one."""
    sheet = read_sheet(written("sep=;\r\nSurname;Notes\r\nIves;a,b,c,d\r\n"))
    assert (sheet.rows[0].number, sheet.rows[1].cells) == (1, ("Ives", "a,b,c,d"))


def test_the_content_says_what_a_file_is(written):
    """A workbook that was renamed to csv is a workbook, and a list with tabs is one whatever its name."""
    workbook = written(book_of(("Responses", [HEADINGS])), name="sheet.csv")
    tabs = written("Surname\tNotes\nIves\ta\n", name="sheet.txt")
    assert (read_sheet(workbook).kind, read_sheet(tabs).kind) == ("xlsx", "tsv")


def test_the_longest_cell_of_excel_is_read(written):
    """A cell may have 32,767 characters."""
    sheet = read_sheet(written(f"Surname,Notes\nIves,{'x' * 32_767}\n"))
    assert len(sheet.rows[1].cells[1]) == 32_767


def test_cells_of_a_workbook_come_out_as_people_see_them(written):
    """Dates are dates, whole numbers have no decimal point, ticks are yes and no."""
    day = dt.datetime.fromisoformat("2007-05-24")
    row = [day, 40.0, 12, True, False, 0.1 + 0.2, None, day.replace(hour=10, minute=30)]
    path = written(book_of(("Sheet1", [["Date received", "Days"], [], row])), name="sheet.xlsx")
    assert [(each.number, each.cells) for each in read_sheet(path).rows] == [
        (1, ("Date received", "Days")),
        (3, ("2007-05-24", "40", "12", "yes", "no", "0.3", "", "2007-05-24 10:30:00")),
    ]


def test_of_a_workbook_the_first_sheet_with_known_headings_is_read(written):
    """A cover page in front doesn't matter, and the reader is told what was left."""
    path = written(
        book_of(("Cover", [["Round 2007"]]), ("Answers", [["Title"], HEADINGS])), name="sheet.xlsx"
    )
    sheet = read_sheet(path)
    assert (sheet.sheet_name, sheet.notes) == ("Answers", ("Sheet Answers was read; not Cover.",))


def test_a_sheet_can_be_named(written):
    """The officer's word counts more than a guess; the case of the name doesn't."""
    path = written(book_of(("2006", [HEADINGS]), ("May 2007", [["Surname"]])), name="sheet.xlsx")
    assert read_sheet(path, sheet="may 2007").rows[0].cells == ("Surname",)
    code, message = refusal(path, sheet="June")
    assert code == "no_such_sheet"
    assert "2006, May 2007" in message


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf\r\n  \n", "empty_file"),
        (b"%PDF-1.4\n1 0 obj", "not_a_sheet"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not_a_sheet"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "not_a_sheet"),
        (b"Surname,Notes\nIves,\0\nRix,b\n", "stray_nul"),
        (bytes(range(256)), "stray_nul"),
        (b"Surname,Notes\nIves,\x07\n", "not_a_sheet"),
        (b"Surname,Notes\nIves,\x81\xff\n", "unknown_encoding"),
        (b"PK\x03\x04 cut off", "broken_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "old_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted_workbook"),
    ],
)
def test_what_is_no_sheet_is_refused_with_a_sentence(written, content, code):
    """Pictures, letters, damaged and protected files are named for what they are."""
    found, message = refusal(written(content))
    assert found == code
    assert "sheet.csv" in message


def test_a_file_that_is_not_there_or_a_folder_is_said_so(tmp_path):
    """A slip in the name of the file is the commonest mistake."""
    assert refusal(tmp_path / "nothing.csv")[0] == "no_file"
    assert refusal(tmp_path)[0] == "is_directory"
    assert refusal(Path(os.devnull))[0] == "not_a_sheet"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may read every file")
def test_a_file_that_may_not_be_read_is_said_so(written):
    """A colleague's locked file needs a sentence."""
    path = written("Surname,Notes\n")
    path.chmod(0)
    assert refusal(path)[0] == "no_permission"


def test_a_quotation_mark_that_swallows_rows_is_refused(written):
    """Rows would be lost within one cell: the officer is told where the mark stands."""
    code, message = refusal(written('Surname,Notes\nIves,"very keen\nRix,a\nEke,"b, c"\n'))
    assert code == "unbalanced_quote"
    assert "row 2" in message


def test_a_quotation_mark_within_one_line_costs_that_row_alone(written):
    """All the good rows beside it can be taken."""
    sheet = read_sheet(written('Surname,Notes\nIves,"very" keen\nRix,a\n'))
    assert [(row.number, row.fault is None) for row in sheet.rows] == [(1, True), (2, False), (3, True)]


def test_a_cell_longer_than_any_spreadsheet_has_is_read(written):
    """A closed cell is a cell, however long it is and whatever stands in it: the rows after it are there."""
    long = "x, y\n" * 40_000
    sheet = read_sheet(written(f'Surname,Notes\nIves,"{long}"\nRix,a\n'))
    assert [row.number for row in sheet.rows] == [1, 2, 3]
    assert sheet.rows[1].cells == ("Ives", long)


def test_a_long_cell_that_is_never_closed_is_refused(written):
    """All that comes after the mark would be lost, also where that is more than a cell may hold."""
    code, message = refusal(written('Surname,Notes\nIves,"very keen\n' + "Rix,a\n" * 40_000))
    assert code == "unbalanced_quote"
    assert "row 2" in message


def test_a_workbook_that_unpacks_to_very_much_is_not_opened(written):
    """A zip bomb fills no memory."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/worksheets/sheet1.xml", b" " * 20_000_000)
    assert refusal(written(packed.getvalue(), name="bomb.xlsx"))[0] == "zip_bomb"


@pytest.mark.parametrize("row", ["600001", "99999999999"])
def test_a_workbook_with_a_row_far_away_is_refused(written, row):
    """A few bytes that claim a million rows take neither the time nor the memory of a million rows."""
    raw = book_of(("Responses", [HEADINGS]))
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as book, zipfile.ZipFile(changed, "w") as copy:
        for name in book.namelist():
            part = book.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = part.replace(b'<row r="1"', f'<row r="{row}"'.encode()).replace(
                    b'"A1"', f'"A{row}"'.encode()
                )
            copy.writestr(name, part)
    assert refusal(written(changed.getvalue(), name="far.xlsx"), sheet="Responses")[0] == "too_large"


def test_an_archive_that_is_no_workbook_is_said_so(written):
    """A folder that was packed is no sheet."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("responses.csv", "Surname\n")
    assert refusal(written(packed.getvalue(), name="all.zip"))[0] == "not_a_sheet"


def test_a_file_without_line_ends_is_refused(written):
    """A line of millions of commas takes no memory worth speaking of."""
    assert refusal(written("Surname,Notes\n" + "," * 3_000_000))[0] == "too_large"


def test_many_faulty_rows_take_no_longer_than_good_ones(written):
    """Each of 20,000 rows with an open quotation mark is marked, in one pass."""
    sheet = read_sheet(written("Surname,Notes\n" + 'Ives,"very" keen\n' * 20_000))
    assert sum(row.fault is not None for row in sheet.rows) == 20_000
