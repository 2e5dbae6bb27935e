"""A page of a long list, and the one thing that all lists do: no more rows are read than are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Generic, TypeVar

import attrs
import sqlalchemy as sa

from siprecruit.record.reading import Reader

Row = TypeVar("Row")

COUNTED: Final = 1000
"""Up to so many rows are counted: counting all of them would cost more the more there are."""


@attrs.frozen(kw_only=True)
class Page(Generic[Row]):
    """Some rows of a list. ``total`` is how many there are, or more than that where ``more_than`` is true."""

    rows: tuple[Row, ...]
    page: int
    size: int
    total: int
    more_than: bool = False

    @property
    def last(self) -> bool:
        """Whether no row comes after these."""
        return not self.more_than and self.page * self.size >= self.total


def read_page(
    reader: Reader, statement: sa.Select[Any], page: int, size: int
) -> tuple[Sequence[Any], int, bool]:
    """The rows of one page of a query (two statements), how many it has in all, and whether it has more."""
    found = reader.select(statement.limit(size).offset((page - 1) * size))
    first = statement.selected_columns[0]
    few = statement.with_only_columns(first).order_by(None).limit(COUNTED + 1).subquery()
    counted = reader.select(sa.select(sa.func.count()).select_from(few))[0][0]
    return found, min(counted, COUNTED), counted > COUNTED


def cut(rows: Sequence[Row], page: int, size: int) -> Page[Row]:
    """One page of rows that are all there."""
    first = (page - 1) * size
    return Page(rows=tuple(rows[first : first + size]), page=page, size=size, total=len(rows))
