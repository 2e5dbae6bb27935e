"""The file of rejected rows: as the sheet has them, with the reason, to be mended and imported again."""

from __future__ import annotations

import csv
import errno
import io
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Final

from siprecruit.intake.cells import harmless
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

    In front, so that a row with a cell too many is still one when it is read again. What a spreadsheet
    program would run as a formula has an apostrophe before it, which is left out when it is read again.
    """
    delimiter = sheet.delimiter or ","
    top = next(row for row in sheet.rows if row.number == headings.row)
    own = [place for place, cell in enumerate(top.cells) if cell.strip() in OWN]
    broken = {row.number for row in sheet.rows if row.fault}
    lines = [_line([REASON, ROW, *map(harmless, _without(top.cells, own))], delimiter)]
    for row in rejected:
        first = _line([harmless(row.message), str(row.row)], delimiter)
        cells = _without(row.cells, own)
        # A quotation mark that isn't closed is left so: in quotation marks of ours it would be read as meant.
        rest = (
            delimiter.join(map(_harmless_piece, cells)) + "\r\n"
            if row.row in broken
            else _line([harmless(cell) for cell in cells], delimiter)
        )
        lines.append(first.removesuffix("\r\n") + delimiter + rest)
    return "".join(lines)


def _harmless_piece(piece: str) -> str:
    """The same of a cell as it is written, perhaps with a quotation mark that is never closed."""
    return f'"{harmless(piece[1:])}' if piece.startswith('"') else harmless(piece)


@contextmanager
def keeping_rejected(
    text: str, sheet: Sheet, place: Callable[[str], Path], *, dry: bool = False
) -> Iterator[Path | None]:
    """Write rejected rows as the sheet was written, where there are any; it has its name once all is in.

    A ``dry`` run only says where they would go. Where it can't be written the block does not begin, so that
    nothing is recorded without it, and where the block fails it is gone: it would be told of by nobody.
    Raises OSError.
    """
    if not text:
        yield None
        return
    path = place(text)
    if dry:
        yield path
        return
    with whole_file(path, _encoded(text, sheet)):
        yield path


def write_whole(path: Path, raw: bytes) -> None:
    """Write a file whole or not at all, for its owner's eyes only. Raises OSError."""
    with whole_file(path, raw):
        pass


@contextmanager
def whole_file(path: Path, raw: bytes) -> Iterator[None]:
    """Write a file beside its place, and put it there once the block has ended well. Raises OSError."""
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(path.parent))
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "that is a folder", str(path))
    beside = path.with_name(f".{path.name}.new")
    try:
        try:
            _write_private(beside, raw)
        except OSError as error:
            # Nobody knows the name under which it is written.
            raise type(error)(error.errno, error.strerror, str(path)) from error
        yield
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _write_private(path: Path, raw: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(raw)


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
