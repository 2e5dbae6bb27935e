"""The text of one cell to the value that is meant: dates, whole numbers, lists, yes and no."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from functools import lru_cache

from siprecruit.core.text import BLANKS, fold, trim

#: What people put into a cell to say that there is nothing to say.
_NOTHING = frozenset({"", "-", "--", "–", "—", "n/a", "na", "n.a.", "none", "nil", "."})

_MONTHS = {
    name[:length].casefold(): number
    for number, name in enumerate(calendar.month_name)
    if name
    for length in (3, 4, len(name))
}
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_DAY_FIRST = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4})")
_TWO_DIGIT_YEAR = re.compile(r"\d{1,2}([-/. ])(\d{1,2}|[A-Za-z]{3,9})\1'?\d\d")
_WRITTEN = re.compile(
    r"(?:[A-Za-z]{3,9},? )?(\d{1,2})(?:st|nd|rd|th)?[ -](?:of )?([A-Za-z]{3,9})[.,]?[ -](\d{4})"
)
_MONTH_FIRST = re.compile(r"([A-Za-z]{3,9}) (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_TIME = re.compile(r"[ T]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?: ?[AaPp][Mm]| ?Z|[+-]\d\d:?\d\d)?$")

#: Day 0 of the serial numbers of Excel for Windows, for all days from 1 March 1900.
_SERIAL_ZERO = dt.date(1899, 12, 30)
#: Serial numbers outside these years are rather a telephone extension or a URN.
_SERIAL_YEARS = range(1980, 2051)
_YEARS = range(1800, 2101)

_SEPARATORS = re.compile(r"[;,/\n|+&]|\band\b", re.IGNORECASE)
_URN_SEPARATORS = re.compile(r"[;,/\s|+&]+|\band\b", re.IGNORECASE)
_URN = re.compile(r"0*([1-9][0-9]{3,6})(?:\.0)?")
_WHOLE = re.compile(r"([0-9]{1,7})(?:\.0+)?")

_YES = frozenset({"yes", "y", "true", "1", "x", "✓", "✔"})
_NO = frozenset({"no", "n", "false", "0"})


#: What a spreadsheet program may take for the start of a formula, and what is none all the same.
_FORMULA = re.compile(r"[=+\-@]")
_HARMLESS = re.compile(r"-+|-\d{1,15}(?:\.\d{1,15})?")
#: A spreadsheet program may have made a line feed of the carriage return.
_DEFUSED = re.compile(rf"'+(?:[{re.escape(BLANKS)}]*[=+\-@]|[\t\r\n])")


class BadCell(ValueError):  # noqa: N818 (the cell is bad, the program isn't)
    """A cell that can't be taken for what its column holds; its text is one sentence."""


def starts_formula(text: str) -> bool:
    """Whether a spreadsheet program may run a cell: it starts with = + - @, a tab or a carriage return.

    Some leave out the blanks before such a start, so that those don't count. A dash alone, a plain negative
    number and blanks can do no harm, nor can what an apostrophe stands before; a telephone number with its +
    would lose it.
    """
    said = text.strip(BLANKS)
    if not said or said.startswith("'") or _HARMLESS.fullmatch(said):
        return False
    return text.startswith(("\t", "\r")) or _FORMULA.match(said) is not None


def defused(text: str) -> str:
    """A text as a cell that nobody runs: an apostrophe stands in front, also of such an apostrophe.

    Blanks at its ends are no part of a text.
    """
    said = text.strip(BLANKS)
    return f"'{said}" if starts_formula(said) or _DEFUSED.match(said) else said


def harmless(cell: str) -> str:
    """A cell that nobody runs and that is read as before: where needed an apostrophe stands in front."""
    return f"'{cell}" if starts_formula(cell) else cell


def read_back(cell: str) -> str:
    """The text of a cell without the apostrophe that keeps it from being run."""
    said = cell.strip(BLANKS)
    return said[1:] if _DEFUSED.match(said) else cell


def is_nothing(text: str) -> bool:
    """Whether a cell says that there is nothing to say: blank, a dash, "n/a", "none"."""
    return not text or text.casefold() in _NOTHING


@lru_cache(maxsize=4096)
def read_date(text: str) -> dt.date:
    """A day, written dd/mm/yyyy, ISO, "24 May 2007" or as Excel's serial number; a time after it is left out.

    The day stands before the month, as in the United Kingdom, and the year has four digits: nothing is
    guessed. Raises `BadCell`.
    """
    written = _TIME.sub("", trim(text).replace("\xa0", " "))
    if not written:
        raise BadCell("There is no date.")
    if _TWO_DIGIT_YEAR.fullmatch(written):
        raise BadCell(f"The year of {written} has two digits only; write it with four.")
    parts = _year_month_day(written)
    if parts is None:
        raise BadCell(f'"{_short(written)}" is no date; write it as 24/05/2007.')
    try:
        day = dt.date(*parts)
    except ValueError:
        raise BadCell(_no_such_day(written, *parts)) from None
    if day.year not in _YEARS:
        raise BadCell(f"The year of {written} can't be right.")
    return day


def _no_such_day(written: str, _year: int, month: int, day: int) -> str:
    """With a hint where the month stands first, as in the United States."""
    if month > 12 >= day and _DAY_FIRST.fullmatch(written):  # noqa: PLR2004 - months
        return f"There is no such day as {written}: the day comes first, then the month, as in 24/05/2007."
    return f"There is no such day as {written}."


def _year_month_day(text: str) -> tuple[int, int, int] | None:
    if not text.isascii():
        return None
    if found := _DAY_FIRST.fullmatch(text):
        return int(found[4]), int(found[3]), int(found[1])
    if found := _ISO.fullmatch(text):
        return int(found[1]), int(found[3]), int(found[4])
    if found := _SERIAL.fullmatch(text):
        day = _SERIAL_ZERO + dt.timedelta(days=int(found[1]))
        return (day.year, day.month, day.day) if day.year in _SERIAL_YEARS else None
    if found := _COMPACT.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    return _with_named_month(text)


def _with_named_month(text: str) -> tuple[int, int, int] | None:
    text = " ".join(text.split())
    if found := _WRITTEN.fullmatch(text):
        day, month, year = found[1], found[2], found[3]
    elif found := _MONTH_FIRST.fullmatch(text):
        month, day, year = found[1], found[2], found[3]
    else:
        return None
    number = _MONTHS.get(month.casefold())
    return (int(year), number, int(day)) if number else None


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"  # noqa: PLR2004 (a sentence, not a page)


def read_whole(text: str, *, lowest: int, highest: int) -> int | None:
    """A whole number within bounds (both included), written in digits; None for anything else."""
    found = _WHOLE.fullmatch(text.strip(BLANKS))
    return int(found[1]) if found and lowest <= int(found[1]) <= highest else None


def read_yes_or_no(text: str) -> bool | None:
    """True for yes, y, true, 1 or a tick, False for their opposites, None for anything else."""
    folded = text.strip(BLANKS).casefold()
    return True if folded in _YES else False if folded in _NO else None


def split_list(text: str) -> tuple[str, ...]:
    """The things of a list, in order, each once: separated by ; , / | + & line breaks or the word "and"."""
    return tuple(
        dict.fromkeys(each for part in _SEPARATORS.split(text) if (each := part.strip(BLANKS + ".")))
    )


def read_urns(text: str) -> tuple[tuple[str, ...], bool]:
    """The URNs in a cell, in order, each once, and whether the cell holds nothing else."""
    if is_nothing(text):
        return (), True
    urns: dict[str, None] = {}
    clear = True
    for part in _URN_SEPARATORS.split(text.strip(BLANKS)):
        found = _URN.fullmatch(part)
        if found:
            urns[found[1]] = None
        elif part.casefold() not in {"", "urn", "urn:"}:
            clear = False
    return tuple(urns), clear


def read_urn(text: str) -> str | None:
    """One URN, without the zeros or the ".0" that a spreadsheet may put there; None for anything else."""
    found = _URN.fullmatch(text.strip(BLANKS))
    return found[1] if found else None


def code_of(words: str) -> str:
    """A code made of a register's own words: "Academy 16-19 converter" gives "academy_16_19_converter"."""
    return fold(words).replace(" ", "_")
