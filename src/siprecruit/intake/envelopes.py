"""Reads envelopes from a text: one JSON object, a list of them, or JSON Lines as they come."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final, Literal, Protocol

import attrs

from siprecruit.intake.json_list import CutShort, items
from siprecruit.schema import BadJson, loads_strict

Form = Literal["one", "list", "lines"]

LONGEST: Final = 1_000_000
"""How many characters (bytes, where the stream gives bytes) one envelope may have."""

LONGEST_LIST: Final = 32_000_000
"""The same for a list, which is read as a whole before its first envelope is given."""

BROKEN_AT_MOST: Final = 10
"""After how many lines that aren't even an attempt at JSON a file is taken for something else."""

_LINE_AND_COLUMN: Final = re.compile(r"line (\d+), column (\d+)")


class Stream(Protocol):
    """Where lines come from: a file opened as text or as bytes, or standard input."""

    def readline(self, size: int = -1, /) -> str | bytes:
        """The next line with its end, at most ``size`` of it; empty at the end of the stream."""


@attrs.frozen(kw_only=True)
class Envelope:
    """One document, which need not be a sound command yet.

    ``form`` is how the text is made up as a whole: ``one`` object, a ``list``, or ``lines``. ``number`` is
    that of the line, or of the list's item; both count from 1.
    """

    document: Any
    form: Form
    number: int

    @property
    def place(self) -> str:
        """Where it stands, for people: ``line 3``, ``item 2``; empty where there is only the one."""
        return _place(self.form, self.number)


@attrs.frozen(kw_only=True)
class Problem:
    """What could not be read as JSON, in the place of an envelope. ``message`` is a sentence for people.

    ``code`` is ``empty``, ``not_json``, ``key_twice``, ``unusable_character``, ``not_utf8`` or ``too_long``.
    """

    code: str
    message: str
    form: Form
    number: int

    @property
    def place(self) -> str:
        """Where it stands, as in an envelope."""
        return _place(self.form, self.number)


class _Unread(Exception):  # noqa: N818 - a line that was passed over
    """A line could not be taken in."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def _not_utf8() -> _Unread:
    return _Unread("not_utf8", "not in UTF-8: save the file with that encoding")


def _too_long(limit: int) -> _Unread:
    what = "send one command a line" if limit > LONGEST else "no command is as long as that"
    return _Unread("too_long", f"longer than {limit:,} characters: {what}")


def read_envelopes(source: str | Stream) -> Iterator[Envelope | Problem]:
    """Each envelope of a text or a stream, or the problem in its place; the reading goes on after a problem.

    What begins with ``[`` is a list, an object over several lines is one, all else is JSON Lines: those are
    given as soon as their line has been read, and only one line is held at a time. Blank lines count, and are
    passed over. A stream of bytes is read as UTF-8; a byte order mark is no part of it.
    """
    lines = _Lines(source)
    try:
        first = lines.next_with_text(LONGEST_LIST)
    except _Unread as unread:
        yield _passed_over(unread, "lines", lines.number)
        yield from _each_line(lines, strange=True)
        return
    begins = first.lstrip()[:1] if first is not None else ""
    if first is None:
        yield Problem(code="empty", message="there is nothing in it: no command", form="one", number=1)
    elif begins == "[":
        yield from _list(first, lines)
    elif _is_cut_short(first):
        yield from _one_or_lines(first, lines)
    else:
        yield _line(first, lines.number)
        yield from _each_line(lines, strange=begins != "{")


class _Lines:
    """The lines of a source one after the other, with their numbers."""

    def __init__(self, source: str | Stream) -> None:
        self.number = 0
        self._over = False
        self._readline = _readline_of(source) if isinstance(source, str) else source.readline

    def next(self, limit: int = LONGEST) -> str | None:
        """The next line, None at the end. Raises _Unread, after which one can go on with the next line."""
        try:
            line = b"" if self._over else self._readline(limit + 1)
        except UnicodeDecodeError:
            # A stream of text can't go on after that; one of bytes can.
            self._over = True
            raise _not_utf8() from None
        if not line:
            return None
        self.number += 1
        if len(line) > limit:
            self._pass_over(line)
            raise _too_long(limit)
        text = line if isinstance(line, str) else _decoded(line)
        return text.removeprefix("\ufeff") if self.number == 1 else text

    def next_with_text(self, limit: int = LONGEST) -> str | None:
        """The next line that isn't blank."""
        while (line := self.next(limit)) is not None and not line.strip():
            pass
        return line

    def _pass_over(self, line: str | bytes) -> None:
        while line and line[-1:] not in ("\n", b"\n"):
            line = self._readline(LONGEST)


def _readline_of(text: str) -> Any:
    # io.StringIO would hold a second copy; this one is walked through.
    place = 0

    def readline(size: int) -> str:
        nonlocal place
        end = text.find("\n", place, place + size) + 1 or min(place + size, len(text))
        line, place = text[place:end], end
        return line

    return readline


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        raise _not_utf8() from None


def _each_line(lines: _Lines, *, strange: bool = False) -> Iterator[Envelope | Problem]:
    """The rest as JSON Lines; given up where the first lines are all ``strange``: no attempt at an object."""
    passed = int(strange)
    while passed < BROKEN_AT_MOST:
        try:
            line = lines.next_with_text()
        except _Unread as unread:
            yield _passed_over(unread, "lines", lines.number)
            passed += strange
            continue
        if line is None:
            return
        strange = strange and not line.lstrip().startswith("{")
        passed = passed + 1 if strange else 0
        yield _line(line, lines.number)
    message = f"none of the first {passed} lines is a command: nothing after them was read"
    yield Problem(code="not_json", message=message, form="lines", number=lines.number + 1)


def _line(line: str, number: int) -> Envelope | Problem:
    if len(line) > LONGEST:
        return _passed_over(_too_long(LONGEST), "lines", number)
    # Without its end, so that what is missing is missed on this line and not on the next.
    return _moved(_read(line.rstrip(), "lines", number), number - 1, 0)


def _read(text: str, form: Form, number: int) -> Envelope | Problem:
    try:
        return Envelope(document=loads_strict(text), form=form, number=number)
    except BadJson as bad:
        return Problem(code=bad.code, message=bad.message.rstrip("."), form=form, number=number)


def _moved(read: Envelope | Problem, lines: int, columns: int) -> Envelope | Problem:
    """A problem with the line and the column that it has in the whole text."""
    if isinstance(read, Envelope):
        return read

    def whole(found: re.Match[str]) -> str:
        line, column = int(found[1]), int(found[2])
        return f"line {line + lines}, column {column + (columns if line == 1 else 0)}"

    return attrs.evolve(read, message=_LINE_AND_COLUMN.sub(whole, read.message))


def _passed_over(unread: _Unread, form: Form, number: int) -> Problem:
    return Problem(code=unread.code, message=unread.message, form=form, number=number)


def _is_cut_short(line: str) -> bool:
    """Whether a line is an object's beginning and no more: it could be read if only it went on."""
    if not line.lstrip().startswith("{") or len(line) > LONGEST:
        return False
    try:
        json.loads(line)
    except json.JSONDecodeError as error:
        return error.pos >= len(line.rstrip())
    except (RecursionError, ValueError):
        return False
    return False


def _one_or_lines(first: str, lines: _Lines) -> Iterator[Envelope | Problem]:
    """An object over several lines, or JSON Lines whose first is broken off: then an object follows it."""
    at = lines.number
    try:
        second = lines.next_with_text()
        if second is not None and second.lstrip().startswith("{"):
            yield _line(first, at)
            yield _line(second, lines.number)
            yield from _each_line(lines)
            return
        blank = "\n" * (lines.number - at - 1)
        text = first + blank + (second or "") + _rest(lines, LONGEST)
    except _Unread as unread:
        yield _passed_over(unread, "one", 1)
        return
    yield _moved(_read(text, "one", 1), at - 1, 0)


def _rest(lines: _Lines, limit: int) -> str:
    taken, length = [], 0
    while (line := lines.next(limit)) is not None:
        length += len(line)
        if length > limit:
            raise _too_long(limit)
        taken.append(line)
    return "".join(taken)


def _list(first: str, lines: _Lines) -> Iterator[Envelope | Problem]:
    """The items of a list, each read on its own, so that what is wrong with one is said of that one."""
    begins = lines.number
    try:
        text = "\n" * (begins - 1) + first + _rest(lines, LONGEST_LIST)
    except _Unread as unread:
        yield _passed_over(unread, "list", 1)
        return
    try:
        for number, (start, end) in enumerate(items(text), start=1):
            item = _read(text[start:end], "list", number)
            if isinstance(item, Problem):
                item = _moved(item, text.count("\n", 0, start), start - text.rfind("\n", 0, start) - 1)
            yield item
    except CutShort as cut:
        place = f"line {cut.line}, column {cut.column}"
        message = f"This list can't be read at {place}: nothing from there on was read"
        yield Problem(code="not_json", message=message, form="list", number=cut.number)


def _place(form: Form, number: int) -> str:
    match form:
        case "one":
            return ""
        case "list":
            return f"item {number}"
        case "lines":
            return f"line {number}"
