"""Text with separators (csv, tsv) to rows, whatever encoding and separator a spreadsheet program chose."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import count

import attrs

from siprecruit.intake.headings import fold_heading, known_headings
from siprecruit.intake.rows import Sheet, SheetRow, UnreadableSheet, without_trailing_blanks

_DELIMITERS = (",", ";", "\t")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\ufffe\uffff]")
_SEP_LINE = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)
_ROWS_TO_TRY = 50
_MOST_ROWS = 500_000
_MOST_CELLS = 20_000_000
#: a row of all cells at their fullest is shorter by far; a file without line ends isn't
_LONGEST_LINE = 2_000_000
_MOST_CHARACTERS = 128 * 2**20
#: Less than this share of plain letters, and UTF-16 without a mark was a wrong guess.
_PLAIN_SHARE = 4
# Set once for all threads: a reader that stops within a cell loses its place, and the rows after it. What is
# too long for a cell is said of its row (`headings.fault_of`).
csv.field_size_limit(_MOST_CHARACTERS)


@attrs.frozen
class _Decoded:
    text: str
    encoding: str
    mark: bytes = b""


@attrs.frozen(kw_only=True)
class Text:
    """A file of text with separators, in the pieces of which it can be put together again.

    ``mark`` are the bytes of its byte order mark; ``head`` is Excel's own line "sep=;", which is an
    instruction and no row; ``tail`` an end-of-file sign of DOS.
    """

    mark: bytes
    encoding: str
    head: str
    body: str
    tail: str
    delimiter: str


def open_text(name: str, raw: bytes) -> Text:
    """A csv or tsv file as text. Raises `UnreadableSheet`: `stray_nul`, `not_a_sheet`, `unknown_encoding`."""
    decoded = _decode(name, raw)
    text = decoded.text.rstrip("\x1a")
    control = _CONTROL.search(text)
    if control:
        raise _unexpected_control(name, text, control.start())
    said = _SEP_LINE.match(text)
    body = text[said.end() :] if said else text
    return Text(
        mark=decoded.mark,
        encoding=decoded.encoding,
        head=said[0] if said else "",
        body=body,
        tail=decoded.text[len(text) :],
        delimiter=said[1] if said else _delimiter(body),
    )


def read_delimited(name: str, raw: bytes) -> Sheet:
    """The rows of a csv or tsv file; a record is a row, however many lines its cells have.

    Raises `UnreadableSheet`: `stray_nul`, `not_a_sheet`, `unknown_encoding`, `unbalanced_quote`, `too_large`.
    """
    text = open_text(name, raw)
    return Sheet(
        rows=_rows(name, text.body, text.delimiter),
        kind="tsv" if text.delimiter == "\t" else "csv",
        encoding=text.encoding,
        delimiter=text.delimiter,
        sheet_name=None,
    )


def _decode(name: str, raw: bytes) -> _Decoded:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if raw.startswith(mark):
            return _decode_as(name, raw, encoding, mark)
    if b"\0" in raw:
        return _decode_unmarked_utf16(name, raw)
    try:
        return _Decoded(raw.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _decode_as(name, raw, "cp1252")


def _decode_as(name: str, raw: bytes, encoding: str, mark: bytes = b"") -> _Decoded:
    try:
        return _Decoded(raw.decode(encoding), encoding, mark)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UnreadableSheet(
            "unknown_encoding",
            f"{name} is no text in UTF-8, UTF-16 or Windows-1252: "
            f"line {line} has a byte that none of them knows.",
        ) from error


def _decode_unmarked_utf16(name: str, raw: bytes) -> _Decoded:
    """UTF-16 without a byte order mark: the order in which plain letters, digits and separators come out."""
    best: tuple[int, _Decoded] | None = None
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        plain = len(re.findall("[\t\n\r -~]", text))
        if (
            plain * _PLAIN_SHARE >= len(text)
            and not _CONTROL.search(text)
            and (best is None or plain > best[0])
        ):
            best = (plain, _Decoded(text, encoding))
    if best is None:
        line = raw.count(b"\n", 0, raw.index(b"\0")) + 1
        raise UnreadableSheet("stray_nul", f"{name} is no text: line {line} holds a NUL character.")
    return best[1]


def _unexpected_control(name: str, text: str, at: int) -> UnreadableSheet:
    line = text.count("\n", 0, at) + 1
    if text[at] == "\0":
        return UnreadableSheet("stray_nul", f"{name} is no text: line {line} holds a NUL character.")
    return UnreadableSheet("not_a_sheet", f"{name} is no text: line {line} holds a control character.")


def _delimiter(text: str) -> str:
    """The separator that gives the top of the file the most known headings, or else the most even columns."""
    return max(_DELIMITERS, key=lambda delimiter: _fit(text, delimiter))


def _fit(text: str, delimiter: str) -> tuple[int, int]:
    known = known_headings()
    most_known, widths = 0, dict[int, int]()
    reader = csv.reader(_Lines(text), delimiter=delimiter)
    for _, cells in zip(range(_ROWS_TO_TRY), _lenient(reader), strict=False):
        most_known = max(most_known, sum(fold_heading(cell) in known for cell in cells))
        widths[len(cells)] = widths.get(len(cells), 0) + 1
    return most_known, max(((width - 1) * count for width, count in widths.items()), default=0)


def _lenient(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    # What is wrong with a record is said when it is read for good.
    try:
        yield from reader
    except csv.Error:
        return


class _Lines:
    """The lines of a text for the csv reader; the last one given is kept for the case that it is faulty."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self.last = ""

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        self.last = next(self._lines)
        if len(self.last) > _LONGEST_LINE:
            raise UnreadableSheet("too_large", f"A line has more than {_LONGEST_LINE:,} characters.")
        return self.last


def _rows(name: str, text: str, delimiter: str) -> tuple[SheetRow, ...]:
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    rows: list[SheetRow] = []
    seen = 0
    for number in count(1):
        first_line = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            _refuse_swallowed(name, number, (first_line, reader.line_num), error)
            row = _broken_row(number, lines.last, delimiter)
        else:
            row = SheetRow(number=number, width=len(record), cells=without_trailing_blanks(record))
        seen += len(row.cells)
        if number > _MOST_ROWS or seen > _MOST_CELLS:
            raise UnreadableSheet(
                "too_large", f"{name} has more than {_MOST_ROWS:,} rows or {_MOST_CELLS:,} cells."
            )
        if row.cells:
            rows.append(row)
    return tuple(rows)


def _refuse_swallowed(name: str, number: int, lines: tuple[int, int], error: csv.Error) -> None:
    """Stop where a faulty cell may have swallowed other rows."""
    first, last = lines
    if last > first:
        raise UnreadableSheet(
            "unbalanced_quote",
            f"{name}: a quotation mark in row {number} (line {first}) is never closed properly, "
            f"so that lines up to {last} would be lost in one cell; close it or write it twice.",
        ) from error


def _broken_row(number: int, line: str, delimiter: str) -> SheetRow:
    """A row of one line whose quotation marks don't match; its cells are a guess, to be mended."""
    cells = line.rstrip("\r\n").split(delimiter)
    return SheetRow(
        number=number,
        width=len(cells),
        cells=without_trailing_blanks(cells),
        fault="a quotation mark in it is not closed",
    )
