"""Sheets as rows of texts under the headings that are meant: csv or xlsx, as offices send them."""

from __future__ import annotations

import csv
import datetime as dt
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO, StringIO
from typing import Any, Final

import attrs

Headings = Mapping[str, Sequence[str]]
"""The headings that are meant by a field; a field's own name always is one."""

_FIRST_ROWS: Final = 10
_MOST_ROWS: Final = 100_000
_DAYS: Final = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y")
_WHOLE: Final = re.compile(r"(\d+)\.0+")
_MARKS: Final = re.compile(r"[^a-z0-9]+")


class BadTable(Exception):  # noqa: N818 - says what it is
    """A sheet can't be read; the sentence says why, and repeats nothing of it."""


@attrs.frozen(kw_only=True)
class Row:
    """One line of a sheet: the number of its line, and its texts by field; blank ones are ``""``."""

    number: int
    texts: Mapping[str, str]
    known: frozenset[str]

    def text(self, field: str) -> str:
        """What stands under a field; ``""`` where nothing does, or there is no such column."""
        return self.texts.get(field, "")

    def day(self, field: str) -> dt.date | None:
        """The day that stands there; None for a blank. Raises ValueError where it is none."""
        written = self.text(field)
        return day_in(written) if written else None


def rows_in(content: bytes, headings: Headings, wanted: Iterable[str]) -> list[Row]:
    """The rows below the line that has one of the ``wanted`` fields as a heading. Raises BadTable."""
    lines = _sheet(content) if content.startswith(b"PK\x03\x04") else _lines(content)
    meant = {folded(word): field for field, words in headings.items() for word in (field, *words)}
    for at, line in enumerate(lines[:_FIRST_ROWS]):
        fields = [meant.get(folded(cell), "") for cell in line]
        if set(fields) & set(wanted):
            _refuse_doubles(fields)
            below = enumerate(lines[at + 1 :], start=at + 2)
            return [_row(number, fields, cells) for number, cells in below if any(cells)]
    raise BadTable("the sheet has no line of headings that says which column is which")


def folded(text: str) -> str:
    """A text as it is compared: small letters and digits, without accents or marks."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(each for each in plain if not unicodedata.combining(each))
    return _MARKS.sub(" ", re.sub("['’`]", "", bare)).strip()


def day_in(text: str) -> dt.date:
    """The day that is written, the British way round. Raises ValueError."""
    for form in _DAYS:
        try:
            return dt.datetime.strptime(text.strip()[:40], form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise ValueError("that is no day such as 2007-06-30 or 30/06/2007")


def _row(number: int, fields: Sequence[str], cells: Sequence[str]) -> Row:
    texts = {field: cell for field, cell in zip(fields, cells, strict=False) if field}
    return Row(number=number, texts=texts, known=frozenset(filter(None, fields)))


def _refuse_doubles(fields: Iterable[str]) -> None:
    named = [field for field in fields if field]
    twice = sorted({field for field in named if named.count(field) > 1})
    if twice:
        raise BadTable(f"two columns of the sheet are headed as the {twice[0].replace('_', ' ')}")


def _lines(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")  # as older spreadsheets write it
    if "\0" in text:
        raise BadTable("the sheet is neither csv nor xlsx")
    first = max(text.splitlines()[:_FIRST_ROWS], key=lambda line: max(map(line.count, ",;\t")), default="")
    mark = max(",;\t", key=first.count)
    try:
        read = list(csv.reader(StringIO(text, newline=""), delimiter=mark, strict=True))
    except csv.Error:
        raise BadTable("the sheet is no proper csv: a quotation mark isn't closed") from None
    return [[cell.strip() for cell in line] for line in read[:_MOST_ROWS]]


def _sheet(content: bytes) -> list[list[str]]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(values_only=True, max_row=_MOST_ROWS)
        return [[_cell(value) for value in row] for row in rows]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, IndexError, ValueError, OSError):
        raise BadTable("the workbook can't be opened") from None


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case dt.datetime():
            return value.date().isoformat()
        case dt.date():
            return value.isoformat()
    written = str(value).strip()
    whole = _WHOLE.fullmatch(written)
    return whole[1] if whole and isinstance(value, float) else written
