"""A sheet of responses as whoever looks at it sees it: what a merged cell says stands in each of its rows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import Final

import attrs

from siprecruit.core.text import trim
from siprecruit.intake.headings import Headings, find_headings, heading_table, names_of_columns
from siprecruit.intake.rows import Sheet, SheetRow

_SHARED: Final = ("advert", "received_on")
"""Fields for which several rows may share one cell: nobody shares a name."""
_MOST_NAMED: Final = 5
"""How many merged cells a note names."""


def as_seen(sheet: Sheet, columns: Mapping[str, str] | None = None) -> Sheet:
    """The same with a merged cell's advert, or day of receipt, in each of its rows, as whoever looks sees it.

    A note tells of it. Raises `UnreadableSheet` if the headings can't be found.
    """
    if not sheet.merged:
        return sheet
    headings = find_headings(sheet, heading_table("responses"), columns)
    named = names_of_columns(sheet, headings)
    for field in _SHARED:
        if field in headings.columns:
            sheet = _shared(sheet, headings, headings.columns[field], named[field])
    return sheet


def _shared(sheet: Sheet, headings: Headings, column: int, name: str) -> Sheet:
    """The same with what stands in a column's merged cells in each of their rows that holds anything."""
    areas = [one for one in sheet.merged if one.column == column]
    rows = {row.number: row for row in sheet.rows}
    numbers = sorted(rows)
    told: list[str] = []
    reached = headings.row
    for area in areas:
        if area.first <= reached:
            # No program writes areas that overlap; a file that holds many would take for ever.
            continue
        reached = area.last
        top = _cell(rows.get(area.first), column)
        below = numbers[bisect_right(numbers, area.first) : bisect_right(numbers, area.last)]
        blank = [number for number in below if not trim(_cell(rows[number], column))]
        if trim(top) and blank:
            rows |= {number: _with(rows[number], column, top) for number in blank}
            told.append(f"{area.first} to {area.last}")
    if not told:
        return sheet
    more = f" and {len(told) - _MOST_NAMED:,} more" if len(told) > _MOST_NAMED else ""
    where = ", ".join(told[:_MOST_NAMED]) + more
    note = f"{name}: what a merged cell says counts for each of its rows ({where})."
    return attrs.evolve(sheet, rows=tuple(rows.values()), notes=(*sheet.notes, note))


def _cell(row: SheetRow | None, column: int) -> str:
    return row.cells[column] if row is not None and column < len(row.cells) else ""


def _with(row: SheetRow, column: int, text: str) -> SheetRow:
    cells = [*row.cells, *[""] * (column + 1 - len(row.cells))]
    cells[column] = text
    return attrs.evolve(row, cells=tuple(cells), width=max(row.width, len(cells)))
