"""The kinds of sheet whose columns depend on the programme, and the rows under their headings."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Final

from siprecruit.core.programme import Programme
from siprecruit.intake.headings import Headings, HeadingTable, fold_heading, heading_table
from siprecruit.intake.rows import Sheet, SheetRow

CHECK: Final = "check_"
"""Before a requirement's code: the column in which the day of that check stands."""

INTEREST: Final = "interest_"
"""Before the code of a kind of interest: the column with the URNs of such schools."""

_WITH_CHECKS: Final = ("progress", "people")
_WITH_INTERESTS: Final = ("people",)


def table_for(kind: str, programme: Programme) -> HeadingTable:
    """The known headings of a kind of sheet, those that the programme's own requirements give among them."""
    table = heading_table(kind)
    more = {field: (title, *names) for field, title, names, _ in _own(kind, programme)}
    aliases = {fold_heading(name): field for field, names in more.items() for name in (field, *names)}
    return HeadingTable(kind=kind, fields=(*table.fields, *more), aliases={**aliases, **table.aliases})


def columns_of(kind: str, programme: Programme) -> dict[str, tuple[str, str]]:
    """By field the heading and the help that an empty sheet of a kind has, in its order."""
    packed = resources.files(__package__).joinpath("templates.toml").read_text(encoding="utf-8")
    known: Mapping[str, list[str]] = tomllib.loads(packed)[kind]
    columns = {field: (heading, told) for field, (heading, told) in known.items()}
    return columns | {field: (title, told) for field, title, _, told in _own(kind, programme)}


def _own(kind: str, programme: Programme) -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    if kind in _WITH_CHECKS:
        for check in programme.requirements:
            yield (
                f"{CHECK}{check.code}",
                check.title,
                (check.code, f"{check.title} clear", f"{check.title} date"),
                "the day on which it was found clear",
            )
    if kind in _WITH_INTERESTS:
        for tie in programme.interests:
            yield f"{INTEREST}{tie.code}", f"{tie.title} (URNs)", (tie.title,), "the URNs of such schools"


def rows_under(sheet: Sheet, headings: Headings) -> list[SheetRow]:
    """The rows below the headings, without the row of help that our own empty sheets have."""
    helped = _help()
    return [row for row in sheet.rows if row.number > headings.row and not _is_help(row.cells, helped)]


@cache
def _help() -> frozenset[str]:
    packed = resources.files(__package__).joinpath("templates.toml").read_text(encoding="utf-8")
    told = {
        words.strip() for columns in tomllib.loads(packed).values() for _, words in columns.values() if words
    }
    return frozenset(told)


def _is_help(cells: tuple[str, ...], helped: frozenset[str]) -> bool:
    """Nobody writes two of these sentences into a row that tells something."""
    return sum(cell.strip() in helped for cell in cells) >= 2  # noqa: PLR2004 - said in the line above
