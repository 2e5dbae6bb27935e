"""Playing the story: an installation like any other, but for its clock and where its chances come from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from siprecruit import programmes
from siprecruit.core.calendar import in_words
from siprecruit.core.ids import ApplicationCode
from siprecruit.core.programme import Programme
from siprecruit.demo import story
from siprecruit.demo.figures import Figures, example, figures
from siprecruit.demo.folder import DATABASE, leave, prepare
from siprecruit.installation.opening import database_of
from siprecruit.installation.settings import DEFAULT_PROGRAMME, Settings
from siprecruit.record import projection
from siprecruit.record.store import open_record
from siprecruit.record.verify import head as head_of
from siprecruit.service import Result, Service

DEFAULT_SEED: Final = 2008

Forward = Callable[[int], None]
"""Told how many more days were played."""


class DemoError(Exception):
    """The story can't be played as asked. ``code``: ``too_early``; ``refused`` is a fault of the story."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@attrs.frozen(kw_only=True)
class Played:
    """A demo that was played: where it lies, the day on which its clock stands, and what its record says."""

    home: Path
    database: Path
    seed: int
    now: dt.date
    head: str
    programme: Programme
    figures: Figures
    #: an application worth a look; None before anybody has applied
    example: ApplicationCode | None

    def as_document(self) -> dict[str, Any]:
        """It as JSON: the figures, and where they come from."""
        return self.figures.as_document() | {
            "seed": self.seed,
            "now": self.now.isoformat(),
            "home": str(self.home),
            "database": str(self.database),
            "head": self.head,
        }


@attrs.define(kw_only=True)
class Clock:
    """The simulated clock."""

    now: dt.datetime
    zone: ZoneInfo

    def instant(self) -> dt.datetime:
        """The instant in UTC."""
        return self.now

    def today(self) -> dt.date:
        """The day where the authority is."""
        return self.now.astimezone(self.zone).date()


@attrs.frozen(kw_only=True)
class _Run:
    """What is to be played."""

    programme: Programme
    seed: int
    until: dt.date | None
    forward: Forward


def days_in(until: dt.date | None = None) -> int:
    """How many days a demo takes that stops as the day ``until`` begins; for a progress bar."""
    return (_stops(until) - story.FIRST_DAY).days


def play(
    home: Path,
    *,
    seed: int = DEFAULT_SEED,
    until: dt.date | None = None,
    forward: Forward = lambda _days: None,
) -> Played:
    """Play the story of ``seed`` in the folder ``home``, up to the beginning of the day ``until``.

    The same seed gives the same record, and an earlier end gives its beginning. Raises DemoError,
    InstallationError where the folder holds anything but an earlier demo, RecordError.
    """
    _refuse_too_early(until)
    run = _Run(programme=programmes.load(DEFAULT_PROGRAMME), seed=seed, until=until, forward=forward)
    # What SQLite can't open is refused before anything is made.
    url = database_of(home, Settings())
    settings = prepare(home, story.FIRST_DAY)
    clock = Clock(now=story.BEGINS, zone=ZoneInfo(run.programme.timezone))
    try:
        played = _played(home, url, run, clock)
    except BaseException:
        # What was recorded stays, and the folder's clock must not stand before it.
        with suppress(OSError):
            leave(home, settings, clock.today())
        raise
    leave(home, settings, played.now)
    return played


def _refuse_too_early(until: dt.date | None) -> None:
    if until is not None and until <= story.FIRST_DAY:
        first = in_words(story.FIRST_DAY)
        raise DemoError("too_early", f"the story begins on {first}: --until has to be a later day")


def _played(home: Path, url: str, run: _Run, clock: Clock) -> Played:
    # Keys that anyone can guess are good enough for made-up people, and make two demos alike.
    keys = Random(f"siprecruit demo {run.seed} keys")  # noqa: S311
    record = open_record(url, create=True, entropy=keys.randbytes)
    now = min(run.until or story.LAST_DAY, story.LAST_DAY)
    try:
        service = Service(record=record, programme=run.programme, clock=clock.instant, today=clock.today)
        _play_days(service, run, clock)
        with record.writing() as writer:
            projection.refresh(writer, run.programme, now)
        with record.reading() as reader:
            return Played(
                home=home,
                database=home / DATABASE,
                seed=run.seed,
                now=now,
                head=head_of(reader),
                programme=run.programme,
                figures=figures(reader, run.programme, now),
                example=example(reader),
            )
    finally:
        record.close()


def _play_days(service: Service, run: _Run, clock: Clock) -> None:
    before = story.FIRST_DAY
    for instant, commands in story.write(run.programme, run.seed).pages():
        day = instant.astimezone(clock.zone).date()
        if run.until is not None and day >= run.until:
            break
        clock.now = instant
        for result in service.handle_all(commands):
            _refuse_unless_done(result, day)
        run.forward((day - before).days)
        before = day
    run.forward((_stops(run.until) - before).days)


def _refuse_unless_done(result: Result, day: dt.date) -> None:
    if result.outcome != "done":
        raise DemoError(
            "refused", f"{day}: {result.id} in {result.stream} was {result.outcome}: {result.message}"
        )


def _stops(until: dt.date | None) -> dt.date:
    after = story.LAST_DAY + dt.timedelta(days=1)
    return after if until is None else min(until, after)
