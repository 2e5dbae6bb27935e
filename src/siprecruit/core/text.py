"""Folding of what people type, so that two spellings of one name or address compare equal."""

from __future__ import annotations

import re
import unicodedata

#: Blanks that a cell or a form may carry at either end: those that can't be seen as well.
BLANKS = (
    " \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff\xad"
)

#: Letters that have no decomposition in Unicode but that people write without their stroke.
_STROKES = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ŋ": "n"}
)
_APOSTROPHES = str.maketrans("", "", "'’‘ʼ`´′＇\xad\u200b\u200c\u200d\u2060\ufeff")
_NOT_A_LETTER = re.compile(r"[\W_]+")
_UNSEEN = str.maketrans("", "", "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\xad")

_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[^\W_](?:[^\W_]|-){0,62}\.)+[^\W\d_](?:[^\W_]|-){1,62}"
)
_LONGEST_ADDRESS = 254
_LONGEST_LOCAL_PART = 64


def trim(text: str) -> str:
    """A text without blanks at its ends (invisible ones too), with line feeds between its lines."""
    trimmed = text.strip(BLANKS)
    return trimmed.replace("\r\n", "\n").replace("\r", "\n") if "\r" in trimmed else trimmed


def fold(name: str) -> str:
    """A name as it is compared and looked up: lower case, no accent, no apostrophe, one blank between words.

    Hyphens and other punctuation count as blanks: "O’Brien" gives "obrien", "Müller" gives "muller",
    "Smith-Jones" gives "smith jones".
    """
    text = name.translate(_APOSTROPHES).casefold()
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(each for each in decomposed if not unicodedata.combining(each)).translate(_STROKES)
        # A compatibility form may have hidden capitals or an apostrophe (as in "ŉ").
        text = text.translate(_APOSTROPHES).casefold()
    return _NOT_A_LETTER.sub(" ", text).strip()


def fold_address(email: str) -> str:
    """An e-mail address as it is compared: no blanks at its ends, nothing invisible within, case ignored."""
    return _seen(email.strip(BLANKS)).casefold()


def fold_telephone(number: str) -> str:
    """A telephone number as it is compared: its digits alone, a British country code written as 0."""
    digits = "".join(each for each in number if "0" <= each <= "9")
    if number.lstrip(BLANKS + "(").startswith(("+44", "0044")):
        return "0" + digits.removeprefix("00").removeprefix("44").removeprefix("0")
    return digits


def is_address(email: str) -> bool:
    """Whether a message could be sent to this text, as far as its form tells.

    The lengths are those of RFC 5321; a quoted local part, which nobody has, counts as a mistake.
    """
    address = _seen(email.strip(BLANKS))
    return (
        len(address) <= _LONGEST_ADDRESS
        and address.find("@") <= _LONGEST_LOCAL_PART
        and _ADDRESS.fullmatch(address) is not None
        and "-." not in address.rpartition("@")[2]
        and not address.endswith("-")
    )


def _seen(text: str) -> str:
    return text if text.isascii() else text.translate(_UNSEEN)
