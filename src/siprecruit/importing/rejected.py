"""The file of rejected rows: as the sheet has them, with the reason, to be mended and imported again."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Final

from siprecruit.intake.headings import Headings
from siprecruit.intake.responses import RejectedRow
from siprecruit.intake.rows import Sheet

REASON: Final = "siprecruit: reason"
ROW: Final = "siprecruit: row"
OWN: Final = frozenset({REASON, ROW})
"""The headings of the columns that stand before the sheet's own; read again, nobody misses them."""

_ENDING: Final = "-rejected"


def rejected_text(sheet: Sheet, headings: Headings, rejected: Sequence[RejectedRow]) -> str:
    """The headings and the rejected rows of a sheet, each with its reason and number in front.

    In front, so that a row with a cell too many is still one when it is read again.
    """
    delimiter = sheet.delimiter or ","
    top = next(row for row in sheet.rows if row.number == headings.row)
    own = [place for place, cell in enumerate(top.cells) if cell.strip() in OWN]
    broken = {row.number for row in sheet.rows if row.fault}
    lines = [_line([REASON, ROW, *_without(top.cells, own)], delimiter)]
    for row in rejected:
        first = _line([row.message, str(row.row)], delimiter)
        cells = _without(row.cells, own)
        # A quotation mark that isn't closed is left so: in quotation marks of ours it would be read as meant.
        rest = delimiter.join(cells) + "\r\n" if row.row in broken else _line(cells, delimiter)
        lines.append(first.removesuffix("\r\n") + delimiter + rest)
    return "".join(lines)


def write_rejected(path: Path, text: str, sheet: Sheet) -> None:
    """Write the file as the sheet was written. Raises OSError."""
    write_whole(path, _encoded(text, sheet))


def write_whole(path: Path, raw: bytes) -> None:
    """Write a file whole or not at all, for its owner's eyes only. Raises OSError."""
    beside = path.with_name(f".{path.name}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def place_for(folder: Path, source: Path, text: str, sheet: Sheet) -> Path:
    """Where the file goes by default: never over one that says something else, which may be half mended."""
    stem = source.stem.removesuffix(_ENDING)
    ending = ".tsv" if sheet.kind == "tsv" else ".csv"
    raw = _encoded(text, sheet)
    return next(path for path in _names(folder, stem, ending) if not path.exists() or _holds(path, raw))


def _names(folder: Path, stem: str, ending: str) -> Iterator[Path]:
    yield folder / f"{stem}{_ENDING}{ending}"
    for number in count(2):
        yield folder / f"{stem}{_ENDING}-{number}{ending}"


def _holds(path: Path, raw: bytes) -> bool:
    return path.is_file() and path.read_bytes() == raw


def _encoded(text: str, sheet: Sheet) -> bytes:
    encoding = sheet.encoding or "utf-8-sig"
    # Without its mark UTF-16 is a guess; what isn't in the sheet's letters can only be in our reason.
    return text.encode("utf-16" if encoding.startswith("utf-16") else encoding, errors="replace")


def _without(cells: Sequence[str], places: Sequence[int]) -> list[str]:
    return [cell for place, cell in enumerate(cells) if place not in places]


def _line(cells: Sequence[str], delimiter: str) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerow(cells)
    return text.getvalue()
