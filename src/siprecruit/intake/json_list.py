"""Where the items of a JSON list stand in its text, so that each can be read, and judged, on its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import count
from typing import Final

_NOT_BLANK: Final = re.compile(r"\S")


class CutShort(Exception):  # noqa: N818 - where a list ends unexpectedly
    """A list is no JSON from that line and column on, which is in or after its item ``number``."""

    def __init__(self, text: str, at: int, number: int) -> None:
        super().__init__()
        self.line = text.count("\n", 0, at) + 1
        self.column = at - text.rfind("\n", 0, at)
        self.number = number


def items(text: str) -> Iterator[tuple[int, int]]:
    """Where each item of the list begins and ends. Raises CutShort where the list is no JSON."""
    decode = json.JSONDecoder().raw_decode
    at = _next(text, text.index("[") + 1)
    if text[at : at + 1] == "]":
        _nothing_after(text, at + 1, 1)
        return
    for number in count(1):
        try:
            _, end = decode(text, at)
        except json.JSONDecodeError as error:
            raise CutShort(text, error.pos, number) from None
        except (RecursionError, ValueError):
            raise CutShort(text, at, number) from None
        yield at, end
        at = _next(text, end)
        if text[at : at + 1] == "]":
            _nothing_after(text, at + 1, number + 1)
            return
        if text[at : at + 1] != ",":
            raise CutShort(text, at, number + 1)
        at = _next(text, at + 1)


def _nothing_after(text: str, at: int, number: int) -> None:
    at = _next(text, at)
    if at < len(text):
        raise CutShort(text, at, number)


def _next(text: str, at: int) -> int:
    found = _NOT_BLANK.search(text, at)
    return found.start() if found else len(text)
