"""What is to be otherwise in a sheet that is written anew; all that isn't named here stays as it is."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

Cells = Mapping[int, str]
"""By column, counted from 0, the text of a cell."""


class NotExported(Exception):  # noqa: N818 - it is the sheet that can't be written, the program is right
    """A sheet can't be given back: ``code`` for programs, ``message`` one plain sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@attrs.frozen(kw_only=True)
class Edits:
    """By row number the cells that change, and the rows that are added at the end.

    ``beside`` are cells that go after whatever a row has, because its cells can't be counted.
    ``recorded`` are the columns whose cells have to read back as they were.
    """

    rows: Mapping[int, Cells]
    beside: Mapping[int, tuple[str, ...]]
    appended: tuple[Cells, ...]
    headings: int
    recorded: frozenset[int]
