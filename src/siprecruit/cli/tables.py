"""Aligned text for people: tables no wider than the terminal, and facts in two columns."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Sequence

from siprecruit.cli.telling import printable

GAP = "  "
NARROWEST = 8
"""A column is not cut below that many characters."""


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows under their headings, each column as wide as its longest cell, the widest ones cut to fit."""
    cells = [[_cell(value) for value in row] for row in rows]
    lines = [list(headings), *cells]
    widths = _fitted([max(len(line[place]) for line in lines) for place in range(len(headings))], room())
    shown = [GAP.join(_cut(text, width) for text, width in zip(line, widths, strict=True)) for line in lines]
    return "\n".join(line.rstrip() for line in shown)


def facts(pairs: Iterable[tuple[str, object]]) -> str:
    """Names and what they stand for, one to a line; what is empty is left out."""
    told = [(name, _cell(value)) for name, value in pairs if value not in (None, "", (), [])]
    width = max((len(name) for name, _ in told), default=0)
    return "\n".join(f"{name:<{width}}{GAP}{value}" for name, value in told)


def room() -> int | None:
    """How many characters a line may have; None where nobody has set a width and it is no terminal."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS"):
        return shutil.get_terminal_size().columns
    return None


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case tuple() | list():
            return ", ".join(_cell(each) for each in value)
        case _:
            return printable(str(value))


def _fitted(widths: list[int], limit: int | None) -> list[int]:
    """The widths, the widest made narrower one by one until a line fits, or nothing more can be cut."""
    while limit is not None and sum(widths) + len(GAP) * (len(widths) - 1) > limit:
        widest = max(range(len(widths)), key=widths.__getitem__)
        if widths[widest] <= NARROWEST:
            break
        widths[widest] -= 1
    return widths


def _cut(text: str, width: int) -> str:
    return f"{text:<{width}}" if len(text) <= width else f"{text[: width - 1]}…"
