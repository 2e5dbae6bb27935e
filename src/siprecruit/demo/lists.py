"""The college's list of partners: when it comes out, and what it says of each as at that day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from typing import Final

import attrs

from siprecruit.core.ids import Code
from siprecruit.core.verdict import Verdict
from siprecruit.demo.authority import BEGINS
from siprecruit.demo.cast import Applicant
from siprecruit.demo.diary import days_after
from siprecruit.demo.outside import Listed, ListOut

PRIMARY: Final = Code("primary")
SPECIAL: Final = Code("special")
SPECIAL_UNTIL: Final = dt.date(2010, 8, 31)
RESULTS: Final = dt.date(2008, 1, 24)
"""Whoever doesn't pass is in the list as soon as the last residential of the winter is over."""


@attrs.frozen(kw_only=True)
class Track:
    """How the college and the induction go for one person; ``accredited`` is None for whoever never is.

    ``number`` is the college's; ``special`` is true for whoever is accredited for special schools, too;
    ``began`` and ``residential`` are None for whoever came accredited; ``suspended`` is the days of a
    suspension, from the first one to the one on which it was lifted.
    """

    one: Applicant
    accredited: dt.date | None
    inducted: dt.date
    residential: dt.date | None = None
    began: dt.date | None = None
    number: str = ""
    special: bool = False
    suspended: tuple[dt.date, dt.date] | None = None


def lists(tracks: Collection[Track]) -> Iterator[ListOut]:
    """The lists: one of the authorities before us is there from the first; others follow what changes."""
    for day in sorted(set(_days(tracks))):
        yield ListOut(on=day, lines=tuple(line for track in tracks for line in _lines(track, day)))


def _days(tracks: Iterable[Track]) -> Iterator[dt.date]:
    yield from (BEGINS, RESULTS)
    for track in tracks:
        if track.residential is not None and track.accredited is not None:
            yield days_after(track.accredited, 1)
        yield from track.suspended or ()


def _lines(track: Track, day: dt.date) -> Iterator[Listed]:
    if track.began is not None and day < track.began:
        return
    status, since = _standing(track, day)
    line = Listed(
        number=track.number,
        first_name=track.one.first_name,
        last_name=track.one.last_name,
        phase=PRIMARY,
        status=status,
        accredited_on=since,
    )
    yield line
    if track.special and track.accredited is not None and track.accredited <= day:
        yield attrs.evolve(
            line,
            phase=SPECIAL,
            status="accredited",
            accredited_on=track.accredited,
            expires_on=SPECIAL_UNTIL,
        )


def _standing(track: Track, day: dt.date) -> tuple[Verdict, dt.date | None]:
    """What the list says of the phase that all are assessed for, and since when they are accredited."""
    if track.accredited is not None and track.accredited <= day:
        begins, lifted = track.suspended or (dt.date.max, dt.date.max)
        if begins <= day < lifted:
            return "suspended", track.accredited
        return "accredited", lifted if lifted <= day else track.accredited
    if day < RESULTS or track.one.fate not in _NOT_PASSED:
        return "pending", None
    return _NOT_PASSED[track.one.fate], None


#: Those of ``late`` pass when they take it again.
_NOT_PASSED: Final[dict[str, Verdict]] = {
    "late": "deferred",
    "awaiting": "deferred",
    "not_accredited": "not_accredited",
}
