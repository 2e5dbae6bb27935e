"""Which column of a sheet is which field: by the headings that people write, or by a mapping of their own."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path

import attrs

from siprecruit.core.text import BLANKS, fold, trim
from siprecruit.intake.cells import read_back
from siprecruit.intake.rows import Sheet, SheetRow, UnreadableSheet, column_letter

#: A title may stand over the headings, with an address block and blank rows; nobody writes more than this.
_ROWS_TO_SEARCH = 50
#: One familiar word may stand in a title; two in one row are headings.
_FEWEST_KNOWN = 2

LONGEST_CELL = 32_767
"""The most characters of a cell in Excel and in LibreOffice: whatever is longer is no cell of theirs."""


@attrs.frozen(kw_only=True)
class HeadingTable:
    """The fields of one kind of sheet and, by folded heading, which field each heading means."""

    kind: str
    fields: tuple[str, ...]
    aliases: Mapping[str, str]


@attrs.frozen(kw_only=True)
class Headings:
    """Where the fields stand: columns count from 0, `row` is the number of the heading row."""

    row: int
    #: how many cells the heading row has as it is written, blank ones at its end too
    width: int
    columns: Mapping[str, int]
    #: all fields of this kind of sheet, those that it has no column for too
    fields: tuple[str, ...]
    #: headings that nobody here knows, as written
    ignored: tuple[str, ...]

    def texts(self, row: SheetRow) -> dict[str, str]:
        """By field the trimmed cells of a row; "" where the sheet has no such column or the row is short.

        An apostrophe that keeps a cell from being taken for a formula is no part of its text.
        """
        cells, last = row.cells, len(row.cells)
        return {
            field: _text(cells[index]) if 0 <= index < last else ""
            for field in self.fields
            for index in (self.columns.get(field, -1),)
        }


def _text(cell: str) -> str:
    text = cell.strip(BLANKS)
    return trim(read_back(text)) if text.startswith("'") else trim(text)


def fold_heading(text: str) -> str:
    """A heading as it is compared: "E-mail  Address:" and "email_address" are the same."""
    return fold(text).replace(" ", "")


@cache
def heading_table(kind: str) -> HeadingTable:
    """The known headings of one kind of sheet, such as "responses" (they stand in `headings.toml`)."""
    packed = resources.files(__package__).joinpath("headings.toml").read_text(encoding="utf-8")
    known: dict[str, list[str]] = tomllib.loads(packed)[kind]
    aliases = {fold_heading(name): field for field, names in known.items() for name in (field, *names)}
    return HeadingTable(kind=kind, fields=tuple(known), aliases=aliases)


def likelier_kind(row: SheetRow, kind: str) -> str | None:
    """The kind of sheet that has more of a row's headings than ``kind`` has, and most of all."""
    known = {each: count_known(row, heading_table(each)) for each in kinds()}
    most = max(known, key=lambda each: known[each])
    return most if known[most] > max(known[kind], _FEWEST_KNOWN - 1) else None


@cache
def kinds() -> tuple[str, ...]:
    """The kinds of sheet that are imported under a name of their own."""
    packed = resources.files(__package__).joinpath("headings.toml").read_text(encoding="utf-8")
    # The DfE's download is taken as schools, and known by its headings.
    return tuple(each for each in tomllib.loads(packed) if each != "gias")


@cache
def known_headings() -> frozenset[str]:
    """Every folded heading of every kind of sheet: by these a sheet is told from other text."""
    packed = resources.files(__package__).joinpath("headings.toml").read_text(encoding="utf-8")
    return frozenset(heading for kind in tomllib.loads(packed) for heading in heading_table(kind).aliases)


def find_headings(sheet: Sheet, table: HeadingTable, columns: Mapping[str, str] | None = None) -> Headings:
    """The heading row of a sheet: the first of those, near the top, that have the most known headings.

    `columns` (their heading -> our field, "" for a column to leave out) wins over the table. Raises
    `UnreadableSheet`: `no_known_heading`, `column_twice`, `bad_columns`.
    """
    chosen = _chosen(table, columns or {})
    best = max(
        sheet.rows[:_ROWS_TO_SEARCH],
        key=lambda row: _count_known(row, table.aliases, chosen),
        default=None,
    )
    fewest = 1 if chosen else _FEWEST_KNOWN
    if best is None or _count_known(best, table.aliases, chosen) < fewest:
        raise UnreadableSheet("no_known_heading", _no_known_heading(sheet, table))
    return _headings(best, table, chosen)


def read_columns(path: Path, table: HeadingTable) -> Mapping[str, str]:
    """A mapping of one's own: a TOML file with `[columns]` and lines such as `"Their heading" = "our_field"`.

    Raises `UnreadableSheet` with a sentence if it can't be read or names no field: `no_file`, `is_directory`,
    `bad_columns`.
    """
    if path.is_dir():
        raise UnreadableSheet("is_directory", f"{path} is a folder; name the file in it.")
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise UnreadableSheet("no_file", f"There is no file {path}.") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UnreadableSheet(
            "bad_columns", f"{path.name} can't be read as TOML: {_reason(error)}."
        ) from error
    columns = document.get("columns")
    if not isinstance(columns, dict) or not all(isinstance(field, str) for field in columns.values()):
        raise UnreadableSheet(
            "bad_columns",
            f'{path.name} needs a table [columns] with lines such as "Their heading" = "email".',
        )
    _chosen(table, columns)
    return columns


def _reason(error: Exception) -> str:
    return (error.strerror or "it can't be opened") if isinstance(error, OSError) else str(error).rstrip(".")


def names_of_columns(sheet: Sheet, headings: Headings) -> dict[str, str]:
    """By field the heading of its column, as it is written."""
    top = _heading_row(sheet, headings)
    return {field: " ".join(top.cells[place].split()) for field, place in headings.columns.items()}


def under_heading(message: str, field: str, named: Mapping[str, str]) -> str:
    """A sentence on a cell with its column's own heading before it, where the sheet has that column."""
    return f"{named[field]}: {message}" if field in named else message


def other_kind(sheet: Sheet, headings: Headings, kind: str, *, rows: int, rejected: int) -> Iterator[str]:
    """A sentence where none of the rows could be taken, and the headings are rather those of another kind."""
    other = likelier_kind(_heading_row(sheet, headings), kind) if rows and rows == rejected else None
    if other is not None:
        yield f"Its headings are rather those of {other}: `siprecruit import {other}` takes such a sheet."


def _heading_row(sheet: Sheet, headings: Headings) -> SheetRow:
    return next(row for row in sheet.rows if row.number == headings.row)


def fault_of(row: SheetRow, headings: Headings, sheet: Sheet) -> str | None:
    """Why the cells of a row can't be trusted to stand under their headings; None if they can."""
    if row.fault:
        return f"The row can't be read: {row.fault}."
    # A workbook keeps its columns; in text a comma too many shifts all that follows.
    if sheet.delimiter and len(row.cells) > headings.width:
        return (
            f"The row has {len(row.cells)} cells and the headings have {headings.width}: "
            "a separator may stand in a cell without quotation marks."
        )
    for index, cell in enumerate(row.cells):
        if len(cell) > LONGEST_CELL:
            return (
                f"Cell {column_letter(index)}{row.number} holds {len(cell):,} characters, more than the "
                f"{LONGEST_CELL:,} of a spreadsheet's cell: a quotation mark may be missing."
            )
    return None


def count_known(row: SheetRow, table: HeadingTable) -> int:
    """How many different fields the cells of a row are headings of."""
    return _count_known(row, table.aliases, {})


def _chosen(table: HeadingTable, columns: Mapping[str, str]) -> dict[str, str]:
    for heading, field in columns.items():
        if field and field not in table.fields:
            raise UnreadableSheet(
                "bad_columns",
                f'The column "{heading}" is mapped to "{field}", which is no field; fields are '
                f"{', '.join(table.fields)}.",
            )
    return {fold_heading(heading): field for heading, field in columns.items()}


def _count_known(row: SheetRow, aliases: Mapping[str, str], chosen: Mapping[str, str]) -> int:
    fields = (chosen.get(each, aliases.get(each, "")) for each in map(fold_heading, row.cells))
    return len({field for field in fields if field})


def _headings(row: SheetRow, table: HeadingTable, chosen: Mapping[str, str]) -> Headings:
    aliases = table.aliases
    columns: dict[str, int] = {}
    ignored: list[str] = []
    _refuse_missing(row, chosen)
    taken_by_choice = {chosen[each] for each in map(fold_heading, row.cells) if each in chosen}
    for index, cell in enumerate(row.cells):
        heading = fold_heading(cell)
        field = chosen.get(heading, "")
        if not field and heading not in chosen and aliases.get(heading, "") not in taken_by_choice:
            field = aliases.get(heading, "")
        if field in columns:
            raise UnreadableSheet("column_twice", _column_twice(row, field, columns[field], index))
        if field:
            columns[field] = index
        elif trim(cell):
            ignored.append(trim(cell))
    return Headings(
        row=row.number, width=row.width, columns=columns, fields=table.fields, ignored=tuple(ignored)
    )


def _refuse_missing(row: SheetRow, chosen: Mapping[str, str]) -> None:
    # A misspelt heading in the mapping would silently lose a whole column.
    present = {fold_heading(cell) for cell in row.cells}
    missing = sorted(field for heading, field in chosen.items() if field and heading not in present)
    if missing:
        raise UnreadableSheet(
            "bad_columns",
            f"Row {row.number} has no column with the heading that is mapped to {', '.join(missing)}.",
        )


def _column_twice(row: SheetRow, field: str, first: int, second: int) -> str:
    return (
        f"In row {row.number} the columns {column_letter(first)} ({trim(row.cells[first])}) and "
        f"{column_letter(second)} ({trim(row.cells[second])}) both mean {field}; "
        "rename one of them, or map it with --columns."
    )


def _no_known_heading(sheet: Sheet, table: HeadingTable) -> str:
    where = f" of sheet {sheet.sheet_name}" if sheet.sheet_name else ""
    if not sheet.rows:
        return f"There is nothing in any row{where}."
    for row in sheet.rows[:_ROWS_TO_SEARCH]:
        kind = likelier_kind(row, table.kind)
        if kind is not None:
            return (
                f"Row {row.number}{where} has the headings of {kind}, not of {table.kind}: "
                f"`siprecruit import {kind}` takes such a sheet."
            )
    rows = f"the first {_ROWS_TO_SEARCH}" if len(sheet.rows) > _ROWS_TO_SEARCH else "the"
    return (
        f"None of {rows} rows{where} has headings that are known for {table.kind}, "
        f"such as {', '.join(table.fields[:4])}; map your own with --columns."
    )
