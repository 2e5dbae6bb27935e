"""What codes are called where people read them: by the programme's titles, else in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, Protocol

from siprecruit.core.programme import Programme

#: What the underscores of a code alone don't say.
_CALLED: Final[Mapping[str, str]] = {
    "la_reference": "LA reference",
    "no_la_referee": "no LA referee",
    "la_referee": "LA referee",
    "la_adviser": "LA adviser",
    "no_email": "no e-mail address",
    "bad_email": "e-mail address not usable",
    "ineligible_category": "category not eligible",
    "before_publication": "before the advert",
    "after_closing": "after the closing date",
    "days_unknown": "days a year unknown",
    "sip": "SIP",
    "cda": "development adviser",
}

#: The first reference is ``reference1``, whatever is said of it.
_NUMBERED: Final = re.compile(r"^(reference|referee)(\d)")

#: Codes that name something after a colon: a reference, a school.
_ABOUT: Final[Mapping[str, str]] = {
    "awaited": "awaiting reference {}",
    "overdue": "reference {} overdue",
    "not_briefed": "not briefed about {}",
    "not_introduced": "not introduced at {}",
}


class Titled(Protocol):
    """Anything that a programme gives a title."""

    @property
    def code(self) -> str:
        """How it is recorded."""

    @property
    def title(self) -> str:
        """What people read."""


def counted(number: int, one: str, many: str = "") -> str:
    """``1 row``, ``2 rows``."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def plain(code: str | None) -> str:
    """A code in words: ``not_accredited`` is not accredited, ``awaited:1`` is awaiting reference 1."""
    if not code:
        return ""
    kind, _, about = code.partition(":")
    if about:
        return _ABOUT.get(kind, f"{_in_words(kind)} {{}}").format(about)
    return _in_words(code)


def _in_words(code: str) -> str:
    return _CALLED.get(code) or _NUMBERED.sub(r"\1 \2", code.replace("_", " "))


def blocks(codes: Iterable[str], programme: Programme) -> list[str]:
    """What keeps somebody from the next step, or is to be looked at; requirements by their titles."""
    return [_block(code, programme) for code in codes]


def _block(code: str, programme: Programme) -> str:
    kind, _, about = code.partition(":")
    return f"{_title(about, programme.requirements)} not clear" if kind == "requirement" else plain(code)


def role(code: str | None, programme: Programme) -> str:
    """A role as the authority calls it."""
    return programme.vocabulary.get(code or "") or plain(code)


def category(code: str | None, programme: Programme) -> str:
    """A category of applicants by its title."""
    return _title(code, programme.categories)


def decision(code: str | None, programme: Programme) -> str:
    """A panel's decision by its title."""
    return _title(code, programme.decisions)


def phase(code: str | None, programme: Programme) -> str:
    """A phase of schools by its title."""
    return _title(code, programme.phases)


def home_authority(code: str | None, programme: Programme) -> str:
    """Another authority by its title; one that the programme doesn't know is as it was written."""
    return next((each.title for each in programme.authorities if each.code == code), code or "")


def reason(code: str | None, programme: Programme) -> str:
    """Why a school needs cover, by its title."""
    return _title(code, programme.cover_reasons)


def interest(told: str, programme: Programme) -> str:
    """An interest that somebody declared, told as its kind and the school's URN."""
    kind, _, urn = told.partition(" ")
    return f"{_title(kind, programme.interests)} {urn}"


def _title(code: str | None, named: Iterable[Titled]) -> str:
    return next((each.title for each in named if each.code == code), plain(code))
