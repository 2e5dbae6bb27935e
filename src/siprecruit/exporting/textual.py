"""A csv or tsv file with some cells changed: all others keep their bytes, quotation marks and line ends."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

import attrs

from siprecruit.exporting.edits import Edits
from siprecruit.intake.cells import starts_formula
from siprecruit.intake.delimited import Text, open_text

_END: Final = re.compile(r"(?:\r\n|\n|\r)\Z")
_WIDER: Final = "The sheet was in {}, which has no {}: it was written in UTF-8, which has all letters."


@attrs.frozen
class _Record:
    """A row as it stands in the file: as text, its line end, its cells (None: they can't be told)."""

    raw: str
    end: str
    cells: tuple[str, ...] | None


def write_text(name: str, raw: bytes, edits: Edits) -> tuple[bytes, tuple[str, ...]]:
    """The file with its edits, and what an officer should be told of it. Raises UnreadableSheet."""
    text = open_text(name, raw)
    records = list(_records(text))
    written = [_edited(number, one, edits, text.delimiter) for number, one in enumerate(records, start=1)]
    added = [_line(cells, text.delimiter) for cells in edits.appended]
    ended = records[edits.headings - 1].end or "\r\n"
    # In a row whose quotation mark is never closed, whatever comes after it would be swallowed.
    opened = records[-1].cells is None and records[-1].raw.count('"') % 2
    at = len(records) - 1 if opened else len(records)
    body = "".join(_joined(written, [one.end for one in records], added, at, ended))
    return _encoded(text, f"{text.head}{body}{text.tail}")


def _joined(
    written: Sequence[str], ends: Sequence[str], added: Sequence[str], at: int, ended: str
) -> Iterator[str]:
    for place, (line, end) in enumerate(zip(written, ends, strict=True)):
        if place == at:
            yield from (f"{each}{ended}" for each in added)
        last = place == len(written) - 1
        yield line + (end or (ended if last and added and at == len(written) else ""))
    if at == len(written):
        yield from (f"{each}{ended}" for each in added)


def _records(text: Text) -> Iterator[_Record]:
    """The rows in the order and number in which they are read; a faulty one is of one line."""
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text.body, newline=""):
            taken.append(line)
            yield line

    reader = csv.reader(lines(), delimiter=text.delimiter, strict=True)
    while True:
        taken.clear()
        cells: tuple[str, ...] | None = None
        try:
            cells = tuple(next(reader))
        except StopIteration:
            return
        except csv.Error:
            pass
        raw = "".join(taken)
        end = _END.search(raw)
        yield _Record(raw[: end.start()] if end else raw, end[0] if end else "", cells)


def _edited(number: int, record: _Record, edits: Edits, delimiter: str) -> str:
    beside = edits.beside.get(number, ())
    more = "".join(delimiter + _quoted(cell, delimiter) for cell in beside)
    if record.cells is None:
        return record.raw + more
    changes = edits.rows.get(number, {})
    if not changes and not any(map(starts_formula, record.cells)):
        return record.raw + more
    pieces = _pieces(record, delimiter)
    pieces = [_harmless(piece, cell) for piece, cell in zip(pieces, record.cells, strict=True)] + [""] * (
        max(changes, default=-1) + 1 - len(pieces)
    )
    for column, cell in changes.items():
        pieces[column] = _quoted(cell, delimiter, like=pieces[column])
    return delimiter.join(pieces) + more


def _pieces(record: _Record, delimiter: str) -> list[str]:
    """The cells as they are written, with their quotation marks."""
    assert record.cells is not None
    pieces = [found[0] for found in _piece(delimiter).finditer(record.raw)]
    if [_unquoted(piece) for piece in pieces] == list(record.cells):
        return pieces
    return [_quoted(cell, delimiter) for cell in record.cells]


@cache
def _piece(delimiter: str) -> re.Pattern[str]:
    apart = re.escape(delimiter)
    # Each piece begins at the start or after a separator; the look-behind keeps an empty last one.
    return re.compile(rf'(?:(?<={apart})|\A)(?:"(?:[^"]|"")*"(?=\Z|{apart})|(?!")[^{apart}\r\n]*)')


def _unquoted(piece: str) -> str:
    return piece[1:-1].replace('""', '"') if piece.startswith('"') else piece


def _harmless(piece: str, cell: str) -> str:
    if not starts_formula(cell):
        return piece
    return f"\"'{piece[1:]}" if piece.startswith('"') else f"'{piece}"


def _quoted(cell: str, delimiter: str, *, like: str = "") -> str:
    if like.startswith('"') or any(each in cell for each in (delimiter, '"', "\r", "\n")):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def _line(cells: Mapping[int, str], delimiter: str) -> str:
    width = max(cells, default=-1) + 1
    return delimiter.join(_quoted(cells.get(column, ""), delimiter) for column in range(width))


def _encoded(text: Text, body: str) -> tuple[bytes, tuple[str, ...]]:
    """The file in its own letters, or in UTF-8 with its mark where those don't have all that is in it."""
    encoding = text.encoding.removesuffix("-sig")
    if encoding == "utf-16":
        encoding = "utf-16-le" if text.mark == b"\xff\xfe" else "utf-16-be"
    try:
        return text.mark + body.encode(encoding), ()
    except UnicodeEncodeError as error:
        told = _WIDER.format(encoding, body[error.start : error.start + 1])
        return body.encode("utf-8-sig"), (told,)
