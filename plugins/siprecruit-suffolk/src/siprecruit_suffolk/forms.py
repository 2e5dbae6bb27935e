"""Reads what the county's form, or a sheet, says of one applicant, as the data of ``response.submit``."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

TEXTS: Final = {
    "first_name": "first_name",
    "last_name": "last_name",
    "email": "email",
    "phone": "phone",
    "post": "current_post",
    "school": "employer",
    "pen_portrait": "pen_portrait",
}
"""The form's names for what is taken as written, and ours."""

GROUPS: Final = {
    "serving headteacher": "headteacher",
    "headteacher": "headteacher",
    "former headteacher": "former_headteacher",
    "county adviser": "la_adviser",
    "independent consultant": "consultant",
}
"""What the form's list of groups offers, and the programme's codes."""

AUTHORITIES: Final = {name: name for name in ("suffolk", "norfolk", "essex", "cambridgeshire")}
PHASES: Final = {
    "first": "primary",
    "primary": "primary",
    "middle": "primary",
    "special": "special",
}
"""Suffolk's middle schools are deemed primary or secondary; the form offers those deemed primary."""

MOST_DAYS: Final = 366
_LONGEST: Final = 20_000
_KNOWN: Final = frozenset({*TEXTS, "group", "authority", "phases", "days", "school_urn", "referees"})
_TO_THE_ENVELOPE: Final = frozenset({"advert", "received"})


class Unreadable(ValueError):  # noqa: N818 - says what it is
    """What was told can't be taken; its text says why, in a sentence without personal data."""


def command_of(told: Any, *, advert: str, day: dt.date) -> dict[str, object]:
    """A response in its envelope, but for the id. ``day`` is when it came, where it doesn't say itself.

    What isn't understood goes along as it was written, for a person to look at. Raises Unreadable.
    """
    if not isinstance(told, Mapping):
        raise Unreadable("it isn't one applicant's answers by name")
    answers = {str(name): value for name, value in told.items() if value not in (None, "", [], {})}
    data = dict(_data(answers))
    if not (data.get("first_name") or data.get("last_name")):
        raise Unreadable("it names nobody: first_name or last_name is needed")
    return {
        "command": "response.submit",
        "stream": "application/new",
        "on": _received(answers.get("received"), day).isoformat(),
        "by": "suffolk",
        "data": {"advert": _advert(answers.get("advert"), advert), **data},
    }


def _data(answers: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    strange: dict[str, str] = {}
    for name, ours in TEXTS.items():
        value = answers.get(name)
        if isinstance(value, str):
            yield ours, value.strip()[:_LONGEST]
        elif value is not None:
            strange[name] = _as_text(value)
    for name, ours, codes in (("group", "category", GROUPS), ("authority", "home_authority", AUTHORITIES)):
        if name in answers:
            code = codes.get(_folded(answers[name]))
            yield from [(ours, code)] if code else []
            strange |= {} if code else {name: _as_text(answers[name])}
    yield from _checked(answers, strange)
    strange |= {name: _as_text(answers[name]) for name in answers.keys() - _KNOWN - _TO_THE_ENVELOPE}
    if strange:
        yield "as_written", {name[:200]: text for name, text in sorted(strange.items())[:100]}


def _checked(answers: Mapping[str, Any], strange: dict[str, str]) -> Iterator[tuple[str, object]]:
    """What has to be of a certain form; what isn't is noted as strange."""
    for name, ours, read in (
        ("phases", "phases", _phases),
        ("days", "days_available", _days),
        ("school_urn", "employer_urn", _urn),
        ("referees", "referees", _referees),
    ):
        if name in answers:
            value = read(answers[name])
            yield from [(ours, value)] if value is not None else []
            strange |= {} if value is not None else {name: _as_text(answers[name])}


def _phases(value: Any) -> list[str] | None:
    words = re.split(r"[,;/]", value) if isinstance(value, str) else value
    if not isinstance(words, list):
        return None
    codes = [PHASES.get(_folded(word)) for word in words]
    return sorted({code for code in codes if code}) if all(codes) else None


def _days(value: Any) -> int | None:
    text = str(value).strip()
    good = re.fullmatch(r"\d{1,3}", text, re.ASCII) and not isinstance(value, bool)
    return int(text) if good and int(text) <= MOST_DAYS else None


def _urn(value: Any) -> str | None:
    text = str(value).strip()
    return text if re.fullmatch(r"\d{1,10}", text, re.ASCII) and not isinstance(value, bool) else None


def _referees(value: Any) -> list[dict[str, object]] | None:
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        return None
    return [_referee(each) for each in value[:10]]


def _referee(told: Mapping[str, Any]) -> dict[str, object]:
    texts = {name: _as_text(told[name]).strip() for name in ("name", "email", "role") if told.get(name)}
    return {**texts, "from_la": _folded(told.get("from_la", "")) in ("true", "yes", "1")}


def _received(value: Any, day: dt.date) -> dt.date:
    if value is None:
        return day
    try:
        received = _day(str(value).strip())
    except ValueError:
        raise Unreadable("received is no day: write 2007-05-23 or 23/05/2007") from None
    if received > day:
        raise Unreadable("received lies ahead")
    return received


def _day(text: str) -> dt.date:
    british = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text, re.ASCII)
    if british is None:
        return dt.date.fromisoformat(text)
    day, month, year = map(int, british.groups())
    return dt.date(year, month, day)


def _advert(value: Any, otherwise: str) -> str:
    code = str(value).strip() if value is not None else otherwise
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.:@+-]{0,63}", code, re.ASCII):
        raise Unreadable("advert is no code, such as tes-2007-05")
    return code


def _folded(value: Any) -> str:
    return " ".join(str(value).split()).casefold()


def _as_text(value: Any) -> str:
    return str(value)[:_LONGEST]
