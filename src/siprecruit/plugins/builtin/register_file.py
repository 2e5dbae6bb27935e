"""Looks people up in the accreditor's list, a csv or xlsx file in the installation's folder."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import attrs

from siprecruit.api import (
    AccreditationLookup,
    Context,
    Deferred,
    Finding,
    Found,
    LookupQuery,
    Refused,
    Setting,
    Verdict,
    hookimpl,
)
from siprecruit.plugins.builtin.folders import WITHIN, Outside, within
from siprecruit.plugins.builtin.tables import BadTable, Row, day_in, folded, rows_in

siprecruit_api = ">=1,<2"

HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": (
        "Accreditation number", "Accreditation no", "Registration number", "Reference number", "Reference",
        "NCSL number", "NCSL no", "SIP number", "Participant number", "No", "ID", "TRN",
    ),
    "name": ("Full name", "SIP", "SIP name", "Participant"),
    "first_name": ("Forename", "Forenames", "First names", "Given name"),
    "last_name": ("Surname", "Family name"),
    "phase": ("Phases", "Phase of accreditation", "Accredited for"),
    "status": ("Accreditation status", "Outcome", "Result", "Accreditation", "Accredited"),
    "accredited_on": ("Date accredited", "Accreditation date", "Date of accreditation", "From"),
    "expires_on": ("Expires", "Expiry date", "Expiry", "Accredited until", "Valid until", "Until"),
}  # fmt: skip
"""The headings that such lists have."""

VERDICTS: Final[Mapping[str, Verdict]] = {
    **dict.fromkeys(("accredited", "fully accredited", "yes", "y", "pass", "passed"), "accredited"),
    **dict.fromkeys(
        ("pending", "awaiting", "in progress", "awaiting outcome", "awaiting assessment"), "pending"
    ),
    **dict.fromkeys(("deferred",), "deferred"),
    **dict.fromkeys(("not accredited", "no", "n", "fail", "failed", "unsuccessful"), "not_accredited"),
    **dict.fromkeys(("expired", "lapsed"), "expired"),
    **dict.fromkeys(("suspended",), "suspended"),
    **dict.fromkeys(("removed", "withdrawn"), "removed"),
}
"""What the words of such lists mean; any other one decides nothing."""

_PHASES: Final = re.compile(r"[,;/&+]|\band\b")
_DATED: Final = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")
_LARGEST: Final = 20_000_000


@attrs.frozen(kw_only=True)
class Settings:
    """Which file it is, and what it doesn't say itself.

    ``file`` may hold a ``*``: then the list with the latest day in its name counts. ``dated`` is the list's
    day where its name doesn't say it; ``phases`` what it is about where it has no column of phases.
    """

    file: str
    dated: dt.date | None = None
    phases: frozenset[str] = frozenset()
    source: str = "register file"


@attrs.frozen(kw_only=True)
class Listed:
    """A list: its rows, and the day on which it was true."""

    rows: tuple[Row, ...]
    seen_at: dt.datetime


@hookimpl
def siprecruit_settings() -> Setting:
    """The file, and what it is."""
    return Setting(
        schema={
            "type": "object",
            "required": ["file"],
            "properties": {
                "file": WITHIN,
                "dated": {"type": "string", "format": "date"},
                "phases": {"type": "array", "items": {"type": "string", "minLength": 1}, "uniqueItems": True},
                "source": {"type": "string", "minLength": 1, "maxLength": 100},
            },
        },
        make=_made,
    )


def _made(table: Mapping[str, Any]) -> Settings:
    told: dict[str, Any] = dict(table)
    if "dated" in told:
        told["dated"] = dt.date.fromisoformat(str(told["dated"]))
    return Settings(**{**told, "phases": frozenset(told.get("phases", ()))})


def find(context: Context, query: LookupQuery) -> Found:
    """What the list says of one person."""
    listed = _listed(context)
    return listed if isinstance(listed, Deferred | Refused) else _found(listed, query, context.settings)


def find_many(context: Context, queries: tuple[LookupQuery, ...]) -> Mapping[str, Found]:
    """What the list says of several, by person."""
    return {query.person: find(context, query) for query in queries}


# -- the list -----------------------------------------------------------------


def _listed(context: Context) -> Listed | Deferred | Refused:
    """The list as it lies there now. One that isn't there says nothing about anybody."""
    settings: Settings = context.settings
    try:
        path = _latest(context.home, settings.file)
        status = path.stat()
        if status.st_size > _LARGEST:
            return Refused(reason=f"{path.name} has more than {_LARGEST // 1_000_000} megabytes.")
        rows = _rows(path, status.st_mtime_ns, status.st_size)
    except Outside as error:
        return Refused(reason=f"{error}.")
    except BadTable as error:
        return Refused(reason=f"{settings.file}: {error}.")
    except OSError:
        return Deferred(reason=f"The accreditor's list is not at {settings.file}, or can't be read.")
    written = dt.datetime.fromtimestamp(status.st_mtime, dt.UTC)
    return Listed(rows=rows, seen_at=_day_of(path, settings) or written)


def _latest(home: Path, told: str) -> Path:
    """The file of that path, or the one of several with the latest day in its name. Raises OSError."""
    if "*" not in told:
        return within(home, told)
    found = [each for each in home.glob(told) if each.is_file()]
    if not found:
        raise FileNotFoundError(told)
    latest = max(found, key=lambda each: (_day_in_name(each) or "", each.name))
    return within(home, str(latest.relative_to(home)))


def _day_in_name(path: Path) -> str | None:
    found = _DATED.search(path.name)
    return found[1] if found else None


def _day_of(path: Path, settings: Settings) -> dt.datetime | None:
    written = _day_in_name(path)
    try:
        day = settings.dated or (day_in(written) if written else None)
    except ValueError:
        return None
    return dt.datetime.combine(day, dt.time(12), dt.UTC) if day else None


@lru_cache(maxsize=1)
def _rows(path: Path, _changed: int, _size: int) -> tuple[Row, ...]:
    """The rows of a file, read once for as long as it stays the same."""
    return tuple(rows_in(path.read_bytes(), HEADINGS, ("number", "name", "last_name")))


# -- one person ---------------------------------------------------------------


def _found(listed: Listed, query: LookupQuery, settings: Settings) -> Finding:
    """What the list says of a person, by number; by name alone where no number is known."""
    rows = _by_number(listed.rows, query.number) if query.number else _by_name(listed.rows, query.name)
    how = "number" if query.number else "name alone"
    open_finding = Finding(verdict="unknown", source=settings.source, seen_at=listed.seen_at)
    if not rows:
        return attrs.evolve(open_finding, evidence=f"not in the list by {how}")
    if _several(rows, query):
        lines = ", ".join(str(row.number) for row in rows[:10])
        return attrs.evolve(open_finding, verdict="ambiguous", evidence=f"lines {lines} fit by {how}")
    others = [row for row in rows if _is_named(row) and not _same_name(row, query.name)]
    if others:
        said = f"line {others[0].number} has the number under another name"
        return attrs.evolve(open_finding, verdict="ambiguous", evidence=said)
    return _of_phase(rows, query, settings, open_finding, how)


def _of_phase(
    rows: list[Row], query: LookupQuery, settings: Settings, open_finding: Finding, how: str
) -> Finding:
    """Of one person's rows, what is said for the phase that was asked after."""
    fitting = [row for row in rows if query.phase in _phases(row, settings)]
    number = query.number or rows[0].text("number") or None
    if len(fitting) > 1:
        lines = ", ".join(str(row.number) for row in fitting)
        said = f"lines {lines} tell of the same phase"
        return attrs.evolve(open_finding, verdict="ambiguous", number=number, evidence=said)
    if not fitting:
        phases = frozenset().union(*(_phases(row, settings) for row in rows))
        said = f"listed by {how} in line {rows[0].number}, but not for the phase {query.phase}"
        return attrs.evolve(open_finding, phases=phases, number=number, evidence=said)
    return _told(fitting[0], query, settings, attrs.evolve(open_finding, number=number), how)


def _told(row: Row, query: LookupQuery, settings: Settings, open_finding: Finding, how: str) -> Finding:
    place = f"line {row.number}, found by {how}"
    try:
        begins, ends = row.day("accredited_on"), row.day("expires_on")
    except ValueError as error:
        return attrs.evolve(open_finding, evidence=f"{place}: {error}")
    verdict = _verdict(row)
    if verdict == "accredited" and ends is not None and ends < query.as_at:
        verdict = "expired"
    if verdict == "accredited" and begins is not None and begins > query.as_at:
        verdict = "pending"
    return attrs.evolve(
        open_finding,
        verdict=verdict,
        phases=_phases(row, settings),
        accredited_on=begins,
        expires_on=ends,
        evidence=place if verdict != "unknown" else f"{place}: its status is no word that we know",
    )


def _verdict(row: Row) -> Verdict:
    """What the status says; who stands in a list without such a column is accredited."""
    if "status" not in row.known:
        return "accredited"
    return VERDICTS.get(folded(row.text("status")), "unknown")


def _phases(row: Row, settings: Settings) -> frozenset[str]:
    if "phase" not in row.known:
        return settings.phases
    written = _PHASES.split(row.text("phase").casefold())
    return frozenset(folded(each).replace(" ", "_") for each in written if folded(each))


def _by_number(rows: Iterable[Row], number: str) -> list[Row]:
    """The rows of that number; where there is none, those whose zeros a spreadsheet has eaten."""
    listed = list(rows)
    exact = [row for row in listed if row.text("number") == number]
    return exact or [
        row for row in listed if row.text("number") and _bare(row.text("number")) == _bare(number)
    ]


def _bare(number: str) -> str:
    return number.strip().lstrip("0")


def _by_name(rows: Iterable[Row], name: str) -> list[Row]:
    return [row for row in rows if name.strip() and _same_name(row, name)]


def _several(rows: list[Row], query: LookupQuery) -> bool:
    """Whether they may be several people: numbers differ, or nothing but a name says that it is one."""
    numbers = {row.text("number") for row in rows}
    return len(numbers) > 1 or (len(rows) > 1 and not query.number and "" in numbers)


def _is_named(row: Row) -> bool:
    """Whether the list names people, and doesn't merely number them."""
    return bool({"name", "last_name"} & row.known)


def _same_name(row: Row, name: str) -> bool:
    """Whether it is the same name, whichever part comes first."""
    return sorted(folded(_name(row)).split()) == sorted(folded(name).split())


def _name(row: Row) -> str:
    return row.text("name") or f"{row.text('first_name')} {row.text('last_name')}"


@hookimpl
def siprecruit_accreditation_lookups() -> Iterable[AccreditationLookup]:
    """The lookup of a new installation, once it is told where the list lies."""
    return [AccreditationLookup(name="register_file", find=find, find_many=find_many)]
