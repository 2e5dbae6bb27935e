"""The story's diary: what the office enters, what happens elsewhere, and at which instant of the clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from siprecruit.core.commands import Command
from siprecruit.core.ids import ApplicationCode, new_code
from siprecruit.demo.outside import Happening

OFFICE_HOUR: Final = dt.time(11, 30)
"""When the day's facts are entered, in one go: before noon, at which a clock stands that is set to a day."""

DAY: Final = dt.timedelta(days=1)
_SATURDAY: Final = 5


FROM_A_SHEET: Final = "import"
"""Who enters what is taken over from a sheet: as with ``siprecruit import``, nobody is written to."""


@attrs.frozen(kw_only=True)
class Entry:
    """A command of the office's; ``brought_by`` is the receipt of what brought its application, if any."""

    command: Command
    brought_by: str | None = None


@attrs.define(kw_only=True)
class Page:
    """One day at the office: what has happened elsewhere by then, and what the office enters."""

    happened: list[Happening] = attrs.field(factory=list)
    entries: list[Entry] = attrs.field(factory=list)


class Diary:
    """Collects what happens in the story in whatever order its chapters are told.

    Nothing here knows where a demo stops: the same seed gives the same diary, and a demo that stops earlier
    plays its first pages.
    """

    def __init__(self, timezone: str) -> None:
        self._zone = ZoneInfo(timezone)
        self._pages: dict[dt.date, Page] = {}
        self._entered = 0

    def enter(
        self, stream: str, what: Any, on: dt.date, *, learnt: dt.date | None = None, by: str = "office"
    ) -> str:
        """Enter a fact of the day ``on``, which the office learns then, or on the day ``learnt``.

        On a weekend nobody is there: it is entered on the Monday. Gives the command's id.
        """
        command = self._command(stream, what, on, by)
        self._page(learnt or on).entries.append(Entry(command=command))
        return command.id

    def enter_of(self, receipt: str, what: Any, on: dt.date) -> None:
        """Enter a fact of the application that an item of this receipt has brought into the record."""
        command = self._command(f"application/{receipt}", what, on, "office")
        self._page(on).entries.append(Entry(command=command, brought_by=receipt))

    def happens(self, happening: Happening, on: dt.date) -> None:
        """Note what happens elsewhere that day; what comes in on a weekend lies there on the Monday."""
        self._page(on).happened.append(happening)

    def _command(self, stream: str, what: Any, on: dt.date, by: str) -> Command:
        self._entered += 1
        return Command(id=f"demo-{self._entered:05}", stream=stream, on=on, what=what, by=by)

    def _page(self, day: dt.date) -> Page:
        return self._pages.setdefault(office_day(day), Page())

    def instant(self, day: dt.date, time: dt.time) -> dt.datetime:
        """The instant in UTC of a time of day where the authority is."""
        return dt.datetime.combine(day, time, self._zone).astimezone(dt.UTC)

    def pages(self, until: dt.date) -> Iterator[tuple[dt.datetime, Page]]:
        """Each day on which somebody is in the office, up to the day before ``until``, and its page."""
        day = min(self._pages)
        while day < until:
            yield self.instant(day, OFFICE_HOUR), self._pages.get(day) or Page()
            day = office_day(day + DAY)


def office_day(day: dt.date) -> dt.date:
    """The day itself, or the Monday after it."""
    while day.weekday() >= _SATURDAY:
        day += DAY
    return day


def days_after(day: dt.date, days: int) -> dt.date:
    """The first day with somebody in the office that many days later, or after."""
    return office_day(day + dt.timedelta(days=days))


def codes(random: Random) -> Iterator[ApplicationCode]:
    """Fresh codes for applications and people, none of them twice."""
    taken = set()
    while True:
        code = new_code(random)
        if code not in taken:
            taken.add(code)
            yield code
