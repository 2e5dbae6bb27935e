"""A workbook (xlsx) with some cells changed: styles, widths and other sheets stay."""

from __future__ import annotations

import datetime as dt
import io
import warnings
import zipfile
from collections.abc import Iterator
from copy import copy
from typing import TYPE_CHECKING, Any, Final

from siprecruit.exporting.edits import Edits, NotExported
from siprecruit.intake.cells import defused, starts_formula
from siprecruit.intake.rows import Sheet, column_letter
from siprecruit.intake.workbooks import formula_text, is_unsaved

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

#: Excel's own limit; whatever is longer would be cut off silently.
_LONGEST: Final = 32_767
_PICTURES: Final = ("xl/charts/", "xl/media/", "xl/drawings/drawing", "xl/pivotTables/")
_LOST: Final = "Pictures, charts and pivot tables of the workbook are not in the export."
_VALUES: Final = "Formulas in columns that are recorded were replaced by their values."
_TEXTS: Final = "Formulas in columns that are recorded, saved without a value, were replaced by their text."


def write_workbook(raw: bytes, sheet: Sheet, edits: Edits) -> tuple[bytes, tuple[str, ...]]:
    """The workbook with the edits in its sheet, and what an officer should be told. Raises NotExported."""
    import openpyxl

    with warnings.catch_warnings():
        # openpyxl warns of what it leaves out; of what an officer would miss a note is given.
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(raw))
        values = openpyxl.load_workbook(io.BytesIO(raw), data_only=True)
        page = book[sheet.sheet_name]
        told = [*_fixed(page, values[sheet.sheet_name], edits)]
        _defuse(page)
        _fill(page, edits)
        _append(page, sheet, edits)
        saved = io.BytesIO()
        book.save(saved)
    names = zipfile.ZipFile(io.BytesIO(raw)).namelist()
    if any(name.startswith(_PICTURES) for name in names):
        told.append(_LOST)
    return saved.getvalue(), tuple(dict.fromkeys(told))


def _fixed(page: Worksheet, values: Worksheet, edits: Edits) -> Iterator[str]:
    """A formula loses its value when it is saved, until Excel counts again: what is recorded keeps it."""
    for row in page.iter_rows(min_row=edits.headings):
        for cell in row:
            if cell.data_type == "f" and (cell.row == edits.headings or cell.column - 1 in edits.recorded):
                saved = values.cell(cell.row, cell.column)
                if is_unsaved(saved):
                    # Such a cell was read as the formula's text.
                    cell.value = defused(str(formula_text(cell.value)))
                    yield _TEXTS
                else:
                    cell.value = saved.value
                    yield _VALUES


def _defuse(page: Worksheet) -> None:
    for row in page.iter_rows():
        for cell in row:
            if cell.data_type == "f" or not isinstance(cell.value, str):
                continue
            if starts_formula(cell.value.replace("_x000D_", "\r")):
                cell.value = f"'{cell.value}"


def _fill(page: Worksheet, edits: Edits) -> None:
    for number, cells in edits.rows.items():
        for column, text in cells.items():
            cell = page.cell(number, column + 1)
            _put(cell, text, cell)
            if number == edits.headings and column > 0 and cell.font == page.cell(number, column).font:
                continue
            if number == edits.headings and column > 0:
                _style(cell, page.cell(number, 1))


def _append(page: Worksheet, sheet: Sheet, edits: Edits) -> None:
    last = sheet.rows[-1].number
    for number, cells in enumerate(edits.appended, start=last + 1):
        for column, text in cells.items():
            if text:
                cell, above = page.cell(number, column + 1), page.cell(last, column + 1)
                _put(cell, text, above)
                if last > edits.headings:
                    _style(cell, above)


def _style(cell: Cell, like: Cell) -> None:
    if like.has_style:
        cell._style = copy(like._style)  # noqa: SLF001 - openpyxl has no public way to take a whole style over


def _put(cell: Cell, text: str, like: Cell) -> None:
    """Write a text; a day as a day and a number as a number where ``like`` holds one."""
    from openpyxl.cell.cell import MergedCell
    from openpyxl.utils.escape import escape

    if isinstance(cell, MergedCell):
        where = f"{column_letter(cell.column - 1)}{cell.row}"
        raise NotExported("merged_cell", f"Cell {where} is merged with another one; split it and try again.")
    if len(text) > _LONGEST:
        where = f"{column_letter(cell.column - 1)}{cell.row}"
        raise NotExported(
            "cell_too_long",
            f"What belongs into {where} has {len(text):,} characters, and a workbook's cell holds "
            f"{_LONGEST:,}: export like a csv file.",
        )
    cell.value = _as(text, like.value) if text else None
    if isinstance(cell.value, str):
        cell.value = escape(text) if any(each < " " and each not in "\t\n" for each in text) else text


def _as(text: str, like: Any) -> Any:
    if isinstance(like, (dt.date, dt.datetime)):
        try:
            return dt.datetime.fromisoformat(text)
        except ValueError:
            return text
    number = isinstance(like, (int, float)) and not isinstance(like, bool)
    return int(text) if number and text.isascii() and text.isdigit() and text[0] != "0" else text
