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
from siprecruit.deliver.office import Office, office_of
from siprecruit.deliver.secret import secret_of
from siprecruit.demo import ncsl, story
from siprecruit.demo.faults import DemoError
from siprecruit.demo.figures import Figures, example, figures
from siprecruit.demo.folder import CHOSEN, DATABASE, leave, prepare
from siprecruit.demo.office import Refused, spend_day
from siprecruit.demo.world import World, around
from siprecruit.installation.opening import database_of, installation_of
from siprecruit.installation.settings import DEFAULT_PROGRAMME
from siprecruit.plugins.calling import Callers
from siprecruit.record import projection
from siprecruit.record.reading import Reader
from siprecruit.record.store import open_record
from siprecruit.record.verify import head as head_of
from siprecruit.service import Service

DEFAULT_SEED: Final = 2008

Forward = Callable[[int], None]
"""Told how many more days were played."""


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
    #: what starts the college's service again where the story was played with it, as words of a command
    college: tuple[str, ...] = ()

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
    """What is to be played, where, and in what world."""

    home: Path
    world: World
    programme: Programme
    seed: int
    until: dt.date | None
    forward: Forward
    clock: Clock


def days_in(until: dt.date | None = None) -> int:
    """How many days a demo takes that stops as the day ``until`` begins; for a progress bar."""
    return (_stops(until) - story.FIRST_DAY).days


def play(
    home: Path,
    *,
    seed: int = DEFAULT_SEED,
    until: dt.date | None = None,
    forward: Forward = lambda _days: None,
    online: bool = False,
) -> Played:
    """Play the story of ``seed`` in the folder ``home``, up to the beginning of the day ``until``.

    The same seed gives the same record, and an earlier end gives its beginning. ``online``: what the college
    does goes over HTTP to the stand-in of siprecruit-ncsl. Raises DemoError, InstallationError where the
    folder holds anything but an earlier demo, RecordError.
    """
    _refuse_too_early(until)
    programme = programmes.load(DEFAULT_PROGRAMME)
    # What SQLite can't open, or isn't installed, is refused before anything is made.
    database_of(home, CHOSEN)
    if online:
        ncsl.refuse_absent()
    prepare(home, CHOSEN, story.FIRST_DAY)
    clock = Clock(now=story.BEGINS, zone=ZoneInfo(programme.timezone))
    with around(home, online=online) as world:
        return _left(
            _Run(
                home=home,
                world=world,
                programme=programme,
                seed=seed,
                until=until,
                forward=forward,
                clock=clock,
            )
        )


def _refuse_too_early(until: dt.date | None) -> None:
    if until is not None and until <= story.FIRST_DAY:
        first = in_words(story.FIRST_DAY)
        raise DemoError("too_early", f"the story begins on {first}: --until has to be a later day")


def _left(run: _Run) -> Played:
    """Play it, and leave a folder whose clock stands at its end."""
    try:
        played = _played(run)
    except BaseException:
        # What was recorded stays, and the folder's clock must not stand before it.
        with suppress(OSError):
            leave(run.home, run.world.left, run.clock.today())
        raise
    leave(run.home, run.world.left, played.now)
    return played


def _played(run: _Run) -> Played:
    opened = installation_of(run.home, run.world.settings, clock=run.clock.instant)
    # Keys that anyone can guess are good enough for made-up people, and make two demos alike.
    keys = Random(f"siprecruit demo {run.seed} keys")  # noqa: S311
    record = open_record(opened.database, create=True, entropy=keys.randbytes)
    now = min(run.until or story.LAST_DAY, story.LAST_DAY)
    try:
        service = Service(
            record=record,
            programme=run.programme,
            clock=opened.clock,
            today=opened.today,
            recall=opened.recall,
        )
        secret = secret_of(run.home, Random(f"siprecruit demo {run.seed} secret").randbytes)  # noqa: S311
        with opened.callers() as callers:
            _play_days(office_of(opened, service, secret), callers, run)
        with record.writing() as writer:
            projection.refresh(writer, run.programme, now)
        with record.reading() as reader:
            return _told(run, reader, now)
    finally:
        record.close()


def _told(run: _Run, reader: Reader, now: dt.date) -> Played:
    return Played(
        home=run.home,
        database=run.home / DATABASE,
        seed=run.seed,
        now=now,
        head=head_of(reader),
        programme=run.programme,
        figures=figures(reader, run.programme, now),
        example=example(reader),
        college=run.world.by_hand,
    )


def _play_days(office: Office, callers: Callers, run: _Run) -> None:
    before = story.FIRST_DAY
    diary = story.write(run.programme, run.seed, run.world.college)
    for instant, page in diary.pages(_stops(run.until)):
        run.clock.now = instant
        day = run.clock.today()
        for each in page.happened:
            run.world.happen(each)
        try:
            spend_day(office, callers, page)
        except Refused as refused:
            raise DemoError("refused", f"{day}: {refused}") from refused
        run.forward((day - before).days)
        before = day
    run.forward((_stops(run.until) - before).days)


def _stops(until: dt.date | None) -> dt.date:
    after = story.LAST_DAY + dt.timedelta(days=1)
    return after if until is None else min(until, after)
