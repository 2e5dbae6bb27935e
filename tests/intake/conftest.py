"""Small makers of the sheets that officers keep."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from siprecruit.core.programme import Programme
from siprecruit.intake.rows import Sheet, SheetRow, without_trailing_blanks
from siprecruit.programmes import load

#: The fields of a response that nobody needs to look at.
GOOD = {
    "advert": "TES May 2007",
    "received_on": "24/05/2007",
    "first_name": "Gillian",
    "last_name": "Youngs",
    "email": "gillian.youngs@example.org",
    "phone": "01603 997998",
    "category": "LA adviser",
    "current_post": "Primary adviser",
    "employer": "Norfolk County Council",
    "employer_urn": "",
    "home_authority": "Norfolk",
    "phases": "primary",
    "days_available": "40",
    "interests": "",
    "pen_portrait": "Led two schools out of difficulty.",
    "referee1_name": "Head of Primary School Development",
    "referee1_email": "la.referee@norfolk.example.org",
    "referee1_role": "LA officer",
    "referee1_la": "yes",
    "referee2_name": "Priya MacLeod",
    "referee2_email": "priya.macleod@example.org",
    "referee2_role": "Chair of governors",
    "referee2_la": "no",
    "note": "",
}


def as_csv(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    """Rows as a spreadsheet program writes them."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def sheet_of(*rows: Sequence[str], delimiter: str | None = ",") -> Sheet:
    """A sheet of these rows, the first of them in row 1; a workbook's if there is no delimiter."""
    return Sheet(
        rows=tuple(
            SheetRow(number=number, width=len(cells), cells=without_trailing_blanks(list(cells)))
            for number, cells in enumerate(rows, start=1)
            if any(cells)
        ),
        kind="csv" if delimiter else "xlsx",
        encoding="utf-8" if delimiter else None,
        delimiter=delimiter,
        sheet_name=None if delimiter else "Responses",
    )


def responses(*changes: dict[str, str]) -> Sheet:
    """A sheet of responses, each the good one with some cells changed; the first stands in row 2."""
    return sheet_of(list(GOOD), *(list((GOOD | change).values()) for change in changes))


@pytest.fixture(scope="session")
def norfolk() -> Programme:
    """Norfolk's programme of 2008."""
    return load("norfolk-2008")


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file of these bytes (or of this text) and says where."""

    def write(content: bytes | str, name: str = "sheet.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def make_responses() -> Callable[..., Sheet]:
    """A sheet of responses from what is odd about each."""
    return responses


@pytest.fixture
def make_sheet() -> Callable[..., Sheet]:
    """A sheet from rows of cells."""
    return sheet_of


@pytest.fixture
def make_csv() -> Callable[..., str]:
    """The text of a csv file from rows of cells."""
    return as_csv
