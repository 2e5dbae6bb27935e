"""What a sheet is once it is read: rows of text with their numbers, or one sentence why it can't be read."""

from __future__ import annotations

import attrs

from siprecruit.core.text import BLANKS


class UnreadableSheet(Exception):  # noqa: N818 (it names what the officer has in hand)
    """A file that can't be taken as a sheet: `code` for programs, `message` one plain sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@attrs.frozen(kw_only=True)
class SheetRow:
    """One row as it is written, by the number that a spreadsheet shows (the first is 1)."""

    number: int
    #: how many cells the row has in the file
    width: int
    #: those up to the last one that holds more than blanks
    cells: tuple[str, ...]
    #: why the row's cells can't be trusted, as a sentence; None for nearly all
    fault: str | None = None


@attrs.frozen(kw_only=True)
class MergedRows:
    """A cell of a workbook that was merged with those below it, of which the file keeps the first alone."""

    #: counted from 0
    column: int
    #: numbers of rows, both within it
    first: int
    last: int


@attrs.frozen(kw_only=True)
class Sheet:
    """The rows that hold anything (the numbers tell where blank ones are), and how the file was written."""

    rows: tuple[SheetRow, ...]
    #: "csv", "tsv" or "xlsx"
    kind: str
    #: Python's name of the encoding, with "-sig" for a UTF-8 mark; None for a workbook
    encoding: str | None
    delimiter: str | None
    sheet_name: str | None
    #: what a reader should be told, such as which sheet of a workbook was taken
    notes: tuple[str, ...] = ()
    #: cells of a workbook that reach over several rows, from the top
    merged: tuple[MergedRows, ...] = ()


def column_letter(index: int) -> str:
    """The letters over a column in a spreadsheet, counted from 0: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def without_trailing_blanks(cells: list[str]) -> tuple[str, ...]:
    """The cells up to the last one that holds more than blanks."""
    while cells and (not cells[-1].strip(BLANKS)):
        cells.pop()
    return tuple(cells)
