"""The columns that an export adds to a sheet, and by which its rows are known when it comes back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from siprecruit.core.text import trim
from siprecruit.importing.rejected import REASON, ROW
from siprecruit.intake.headings import Headings
from siprecruit.intake.rows import Sheet

APPLICATION: Final = "siprecruit: application"
EXPORTED: Final = "siprecruit: exported at"
STAGE: Final = "siprecruit: stage"
MOVE: Final = "siprecruit: whose move"
BLOCKS: Final = "siprecruit: blocks"

ADDED: Final = (APPLICATION, EXPORTED, STAGE, MOVE, BLOCKS, REASON)
"""What an export adds, in its order."""
OWN: Final = frozenset({*ADDED, ROW})
"""All headings of ours: nobody misses what stands under them."""

#: An instant alone doesn't tell what was there before it from what came after where a clock stands still.
_EXPORTED: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z)(?: after event (\d{1,9}))?")


@attrs.frozen(kw_only=True)
class Mark:
    """What a row says of its export: ``events`` is how many the application had, ``at`` when that was.

    Both are None where the cell is empty, ``events`` alone where only its time was left; ``fault`` says what
    is wrong with it.
    """

    application: str
    at: dt.datetime | None = None
    events: int | None = None
    fault: str | None = None


def exported_text(at: dt.datetime, events: int) -> str:
    """The cell that says when a row was exported, and how much was known of its application then."""
    instant = at.astimezone(dt.UTC).isoformat().removesuffix("+00:00")
    return f"{instant}Z after event {events}"


def places_of(cells: Sequence[str]) -> dict[str, int]:
    """Where our own headings stand in a row of headings."""
    return {trim(cell): place for place, cell in enumerate(cells) if trim(cell) in OWN}


def heading_cells(sheet: Sheet, headings: Headings) -> tuple[str, ...]:
    """The cells of the row of headings."""
    return next(row.cells for row in sheet.rows if row.number == headings.row)


def marks(sheet: Sheet, headings: Headings) -> Mapping[int, Mark]:
    """By row what it says of its export; rows without an application's code are not among them."""
    own = places_of(heading_cells(sheet, headings))
    if APPLICATION not in own:
        return {}
    found = {}
    for row in sheet.rows:
        code = _cell(row.cells, own[APPLICATION])
        if row.number > headings.row and code:
            found[row.number] = _mark(code, _cell(row.cells, own.get(EXPORTED, -1)))
    return found


def _cell(cells: Sequence[str], place: int) -> str:
    return trim(cells[place]) if 0 <= place < len(cells) else ""


def _mark(code: str, exported: str) -> Mark:
    if not exported:
        return Mark(application=code)
    told = _EXPORTED.fullmatch(exported)
    try:
        at = dt.datetime.fromisoformat(told[1]) if told else None
    except ValueError:
        at = None
    if told is None or at is None:
        return Mark(application=code, fault=f'"{exported[:40]}" is not the time of an export.')
    return Mark(application=code, at=at, events=int(told[2]) if told[2] else None)
