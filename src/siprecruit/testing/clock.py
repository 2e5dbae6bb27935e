"""A clock that stands until a test moves it."""

from __future__ import annotations

import datetime as dt

import attrs


@attrs.define(kw_only=True)
class Clock:
    """Gives the instant (UTC) at which a test has set it; nobody waits for it."""

    now: dt.datetime = dt.datetime(2007, 6, 4, 9, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        """The instant."""
        return self.now

    def today(self) -> dt.date:
        """The day."""
        return self.now.date()

    def set(self, told: str | dt.datetime) -> None:
        """Set it to an instant, or to nine o'clock (UTC) of a day such as ``2007-06-04``."""
        moment = dt.datetime.fromisoformat(told) if isinstance(told, str) else told
        if isinstance(told, str) and len(told) == len("2007-06-04"):
            moment = moment.replace(hour=9)
        self.now = moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)

    def advance(self, **by: float) -> None:
        """Move it on: ``clock.advance(days=7)``, or by weeks, hours, minutes, seconds."""
        self.now += dt.timedelta(**by)
