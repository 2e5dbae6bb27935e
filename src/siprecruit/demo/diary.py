"""The story's diary: what the office enters into the record, and at which instant of the simulated clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from siprecruit.core.commands import Command
from siprecruit.core.ids import ApplicationCode, new_code

OFFICE_HOUR: Final = dt.time(11, 30)
"""When the day's facts are entered, in one go: before noon, at which a clock stands that is set to a day."""

DAY: Final = dt.timedelta(days=1)
_SATURDAY: Final = 5


@attrs.frozen(kw_only=True)
class Step:
    """A command, and the instant (UTC) at which it is sent."""

    at: dt.datetime
    command: Command


class Diary:
    """Collects the steps of the story in whatever order its chapters are told.

    Nothing here knows where a demo stops: the same seed gives the same diary, and a demo that stops earlier
    plays its first pages.
    """

    def __init__(self, timezone: str) -> None:
        self._zone = ZoneInfo(timezone)
        self._steps: list[Step] = []

    def enter(
        self, stream: str, what: Any, on: dt.date, *, learnt: dt.date | None = None, by: str = "office"
    ) -> str:
        """Enter a fact of the day ``on``, which the office learns then, or on the day ``learnt``.

        On a weekend nobody is there: it is entered on the Monday. Gives the command's id.
        """
        name = f"demo-{len(self._steps) + 1:05}"
        command = Command(id=name, stream=stream, on=on, what=what, by=by)
        day = office_day(learnt or on)
        self._steps.append(Step(at=self.instant(day, OFFICE_HOUR), command=command))
        return name

    def instant(self, day: dt.date, time: dt.time) -> dt.datetime:
        """The instant in UTC of a time of day where the authority is."""
        return dt.datetime.combine(day, time, self._zone).astimezone(dt.UTC)

    def pages(self) -> Iterator[tuple[dt.datetime, list[Command]]]:
        """The commands of each instant, in the order of time; of one instant in the order of being told."""
        pages: dict[dt.datetime, list[Command]] = {}
        for step in self._steps:
            pages.setdefault(step.at, []).append(step.command)
        yield from sorted(pages.items())


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
