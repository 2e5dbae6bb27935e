"""A workbook (xlsx) to rows, guarded against archives that grow without end."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from siprecruit.intake.headings import fold_heading, known_headings
from siprecruit.intake.rows import MergedRows, Sheet, SheetRow, UnreadableSheet, without_trailing_blanks

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.workbook import Workbook

#: bytes of all parts of the workbook, unpacked; an officer's sheet of 10,000 rows has some 20 million
_MOST_UNPACKED = 256 * 2**20
#: a real part shrinks 5 to 100 times; small ones may do as they like
_MOST_SHRUNK = 200
_SMALL_PART = 8 * 2**20
_MOST_PARTS = 5_000
_MOST_ROWS = 500_000
#: cells that are looked at, the blank ones that a far-away cell brings along too
_MOST_CELLS = 20_000_000
_ROWS_TO_SEARCH = 50
_FEWEST_KNOWN = 2
#: how a formula begins in the part of a worksheet
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
#: the corners of a merged area
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref=["']([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})["']""")
#: Excel shows no more digits of a number than these
_DIGITS = 15


def read_workbook(name: str, raw: bytes, wanted: str | None) -> Sheet:
    """The rows of the wanted worksheet, or of the first that has known headings near its top.

    Dates come out as ISO dates, whole numbers without a decimal point, booleans as yes and no, a formula
    whose value was not saved as its own text. Raises
    `UnreadableSheet`: `zip_bomb`, `encrypted_workbook`, `not_a_sheet`, `broken_workbook`, `no_such_sheet`,
    `too_large`.
    """
    _refuse_bomb(name, raw)
    try:
        with warnings.catch_warnings():
            # openpyxl warns of what it leaves out (styles, drop-down lists); nobody here looks at that.
            warnings.simplefilter("ignore")
            return _read(name, raw, wanted)
    except UnreadableSheet:
        raise
    except Exception as error:
        # A damaged workbook makes openpyxl raise nearly anything: KeyError, TypeError, ParseError ...
        raise UnreadableSheet(
            "broken_workbook", f"{name} is a damaged workbook; open it and save it anew."
        ) from error


def _refuse_bomb(name: str, raw: bytes) -> None:
    try:
        parts = zipfile.ZipFile(io.BytesIO(raw)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnreadableSheet(
            "broken_workbook", f"{name} is a damaged workbook; it may have been cut off on its way."
        ) from error
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableSheet(
            "encrypted_workbook", f"{name} is protected by a password; save it without one."
        )
    if not any(part.filename.lower() == "[content_types].xml" for part in parts):
        raise UnreadableSheet(
            "not_a_sheet", f"{name} is an archive and no workbook; save the sheet as xlsx or csv."
        )
    # No more of a part is unpacked than the archive's directory says, so that a lie there only cuts it off.
    unpacked = sum(part.file_size for part in parts)
    shrunk = any(
        part.file_size > _SMALL_PART and part.file_size > _MOST_SHRUNK * part.compress_size for part in parts
    )
    if unpacked > _MOST_UNPACKED or len(parts) > _MOST_PARTS or shrunk:
        raise UnreadableSheet(
            "zip_bomb",
            f"{name} would unpack to {unpacked:,} bytes, which no sheet of ours needs; it was not opened.",
        )


def _read(name: str, raw: bytes, wanted: str | None) -> Sheet:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
    try:
        title = _choose(name, book, wanted)
        rows = tuple(_rows(name, _with_formulas(raw, book, title)))
        notes = _notes(book, title) if wanted is None else ()
        merged = tuple(_merged(raw, book, title))
    finally:
        book.close()
    return Sheet(
        rows=rows, kind="xlsx", encoding=None, delimiter=None, sheet_name=title, notes=notes, merged=merged
    )


def _merged(raw: bytes, book: Workbook, title: str) -> Iterator[MergedRows]:
    """The merged areas of several rows; what is read row by row tells nothing of them."""
    from openpyxl.utils import column_index_from_string

    part = zipfile.ZipFile(io.BytesIO(raw)).read(_part(book[title]))
    areas = [(int(top), int(bottom), left.decode()) for left, top, bottom in _MERGED.findall(part)]
    for first, last, column in sorted(areas):
        if last > first:
            yield MergedRows(column=column_index_from_string(column) - 1, first=first, last=last)


def _part(worksheet: Any) -> str:
    """Where a worksheet lies in the archive."""
    path: str = worksheet._worksheet_path  # noqa: SLF001 - openpyxl tells it in no other way
    return path


def _values(book: Workbook, title: str) -> Iterator[tuple[object, ...]]:
    worksheet = book[title]
    # The size that a file states may be wrong; without it every row is read.
    worksheet.reset_dimensions()
    yield from worksheet.iter_rows(values_only=True)


def _with_formulas(raw: bytes, book: Workbook, title: str) -> Iterator[tuple[object, ...]]:
    """Programs other than Excel may save a formula without what it came to; it would be lost as a blank."""
    if not _has_formulas(raw):
        yield from _values(book, title)
        return
    import openpyxl

    # Reading twice takes twice as long, so that only a workbook with formulas is.
    formulas = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, keep_links=False)
    worksheet = book[title]
    worksheet.reset_dimensions()
    try:
        for row, beside in zip(worksheet.iter_rows(), _values(formulas, title), strict=True):
            yield tuple(
                formula_text(formula) if is_unsaved(cell) else cell.value
                for cell, formula in zip(row, beside, strict=True)
            )
    finally:
        formulas.close()


def _has_formulas(raw: bytes) -> bool:
    parts = zipfile.ZipFile(io.BytesIO(raw))
    return any(
        _FORMULA.search(parts.read(name)) for name in parts.namelist() if name.startswith("xl/worksheets/")
    )


def is_unsaved(cell: Cell) -> bool:
    """Whether nothing was saved as the value of a cell; an empty text that a formula came to is something."""
    return cell.value is None and cell.data_type != "str"


def formula_text(formula: object) -> object:
    """A formula as it is typed; that of several cells at once too. Anything else stays as it is."""
    return getattr(formula, "text", formula)


def _choose(name: str, book: Workbook, wanted: str | None) -> str:
    titles: list[str] = [worksheet.title for worksheet in book.worksheets]
    if wanted is not None:
        found = [title for title in titles if title.strip().casefold() == wanted.strip().casefold()]
        if found:
            return found[0]
        raise UnreadableSheet("no_such_sheet", f"{name} has no sheet {wanted}; it has {', '.join(titles)}.")
    if not titles:
        raise UnreadableSheet("not_a_sheet", f"{name} has no worksheet.")
    filled = [title for title in titles if _first_rows(name, book, title)]
    known = (title for title in filled if _has_headings(_first_rows(name, book, title)))
    return next(known, (filled or titles)[0])


def _first_rows(name: str, book: Workbook, title: str) -> list[SheetRow]:
    rows = _rows(name, _values(book, title))
    return [row for row, _ in zip(rows, range(_ROWS_TO_SEARCH), strict=False)]


def _has_headings(rows: Iterable[SheetRow]) -> bool:
    known = known_headings()
    return any(sum(fold_heading(cell) in known for cell in row.cells) >= _FEWEST_KNOWN for row in rows)


def _notes(book: Workbook, taken: str) -> tuple[str, ...]:
    left = [worksheet.title for worksheet in book.worksheets if worksheet.title != taken]
    return (f"Sheet {taken} was read; not {', '.join(left)}.",) if left else ()


def _rows(name: str, values: Iterable[tuple[object, ...]]) -> Iterator[SheetRow]:
    seen = 0
    for number, row in enumerate(values, start=1):
        seen += len(row)
        if number > _MOST_ROWS or seen > _MOST_CELLS:
            raise UnreadableSheet(
                "too_large", f"{name} has more than {_MOST_ROWS:,} rows or {_MOST_CELLS:,} cells."
            )
        cells = without_trailing_blanks([_text(value) for value in row])
        if cells:
            yield SheetRow(number=number, width=len(row), cells=cells)


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case str():
            # So Excel writes a carriage return within a cell.
            return value.replace("_x000D_", "\r") if "_x" in value else value
        case bool():
            return "yes" if value else "no"
        case float():
            return str(int(value)) if value.is_integer() else f"{value:.{_DIGITS}g}"
        case dt.datetime():
            return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "seconds")
        case _:
            return str(value)
