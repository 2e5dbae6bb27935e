"""Opening an installation: its programme, its clock, and the service on its record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import attrs

from siprecruit.core.programme import Programme
from siprecruit.installation.extending import AS_CONFIGURED, Extending, plugins_of, programme_of
from siprecruit.installation.settings import CONFIGURATION, InstallationError, Settings, settings_in
from siprecruit.record.connect import parsed_url, place_of
from siprecruit.record.errors import RecordError
from siprecruit.record.store import Record, open_record
from siprecruit.service import Service

if TYPE_CHECKING:
    from siprecruit.plugins.calling import Callers
    from siprecruit.plugins.loader import Loaded

Clock = Callable[[], dt.datetime]
"""Gives the instant in UTC."""

LARGEST_FILE_MB: Final = 10
"""How many megabytes a file may have that is attached, where ``siprecruit.toml`` says nothing else."""

RECALL_MINUTES: Final = 5
"""For how many minutes a message can be recalled, where ``siprecruit.toml`` says nothing else."""

_NOTHING_THERE: Final = (
    "there is no record in this installation: `siprecruit record restore FILE` puts a backup back; to begin "
    f"anew, remove {CONFIGURATION} and run `siprecruit init`"
)
_NOON: Final = dt.time(12)


@attrs.frozen(kw_only=True)
class Installation:
    """One authority's folder. ``now`` is where its clock stands; None: the system's clock counts.

    ``loaded`` are its plugins without those that are built in, None where there is no other. ``faults`` are
    sentences about those whose tables could not be made when the record was opened.
    """

    home: Path
    settings: Settings
    programme: Programme
    database: str
    now: dt.datetime | None
    system_clock: Clock
    extending: Extending = AS_CONFIGURED
    loaded: Loaded | None = None
    faults: list[str] = attrs.field(factory=list, eq=False, repr=False)

    @cached_property
    def plugins(self) -> Loaded:
        """What is built in, enabled, or a file of the folder that was named; loaded when first asked for."""
        return plugins_of(self.home, self.settings, self.extending)

    def callers(self) -> Callers:
        """What calls the plugins' providers; it is to be closed."""
        from siprecruit.plugins.calling import Callers

        return Callers(
            home=self.home,
            table=self.settings.plugins,
            now=self.clock,
            directory=self.extending.directory,
            environment=self.extending.environment or None,
            database=self.database,
        )

    @property
    def authority(self) -> str:
        """The DfE's code of the authority, as text."""
        return self.programme.authority

    @property
    def largest_file(self) -> int:
        """How many bytes a file may have that is attached."""
        return (self.settings.largest_file_mb or LARGEST_FILE_MB) * 1_000_000

    @property
    def recall(self) -> dt.timedelta:
        """For how long a message waits, so that it can be taken back."""
        return dt.timedelta(minutes=self.settings.delivery.get("recall_minutes", RECALL_MINUTES))

    def clock(self) -> dt.datetime:
        """The instant in UTC: the one that was set, or else the system's."""
        return self.now if self.now is not None else self.system_clock()

    def today(self) -> dt.date:
        """The day in the programme's time zone."""
        return self.day_of(self.clock())

    def day_of(self, instant: dt.datetime) -> dt.date:
        """The day on which an instant falls in the programme's time zone."""
        return instant.astimezone(ZoneInfo(self.programme.timezone)).date()

    @contextmanager
    def service(self, *, create: bool = False) -> Iterator[Service]:
        """The service on the installation's record, which is closed at the end. Raises RecordError."""
        # Only who gives rules is asked: where no plugin is enabled, a command costs nothing more.
        asked = self.loaded.objections if self.loaded is not None and self.loaded.rules else None
        record = _opened(self.database, create=create)
        try:
            self._bring_up_tables(record)
            yield Service(
                record=record,
                programme=self.programme,
                clock=self.clock,
                today=self.today,
                recall=self.recall,
                objections=asked,
            )
        finally:
            record.close()

    def _bring_up_tables(self, record: Record) -> None:
        if self.loaded is not None and self.loaded.tables:
            from siprecruit.record.added_tables import bring_up

            given = [(each.plugin, each.provider) for each in self.loaded.tables]
            self.faults[:] = bring_up(record, given)


def _opened(database: str, *, create: bool) -> Record:
    """The record; one that an older siprecruit made is brought up to date first, after a backup."""
    try:
        return open_record(database, create=create)
    except RecordError as error:
        if error.code == "no_record":
            raise RecordError(error.code, f"{place_of(database)}: {_NOTHING_THERE}") from error
        if error.code != "older_version":
            raise
    from siprecruit.record.migrate import migrate

    migrate(database)
    return open_record(database, create=create)


def open_installation(
    home: Path,
    *,
    clock: Clock,
    now: str | None = None,
    environment: Mapping[str, str] | None = None,
    plugins_dir: Path | None = None,
    no_plugins: bool = False,
) -> Installation:
    """The installation in the folder ``home``. ``now`` sets its clock, whatever its file says.

    ``environment`` may hold ``SIPRECRUIT_DATABASE`` and the like. The files of ``plugins_dir`` are plugins
    too; with ``no_plugins`` there are none but those that are built in.
    Raises InstallationError, BadProgramme.
    """
    extending = Extending(directory=plugins_dir, without=no_plugins, environment=environment or {})
    settings = settings_in(home, environment)
    return installation_of(home, settings, clock=clock, now=now, extending=extending)


def installation_of(
    home: Path,
    settings: Settings,
    *,
    clock: Clock,
    now: str | None = None,
    extending: Extending = AS_CONFIGURED,
) -> Installation:
    """The installation that these settings make of a folder. Raises InstallationError, BadProgramme."""
    loaded = (
        plugins_of(home, settings, extending, with_built_in=False) if extending.any_for(settings) else None
    )
    programme = programme_of(home, settings, loaded)
    told = now or settings.now
    return Installation(
        home=home,
        settings=settings,
        programme=programme,
        database=database_of(home, settings),
        now=instant_told(told, programme.timezone) if told else None,
        system_clock=clock,
        extending=extending,
        loaded=loaded,
    )


def database_of(home: Path, settings: Settings) -> str:
    """The URL of the record, a file's path counted from the folder.

    Raises InstallationError where the folder's name can't stand in a URL, RecordError for no URL.
    """
    parsed = parsed_url(settings.database)
    if parsed.get_backend_name() != "sqlite" or Path(str(parsed.database)).is_absolute():
        return settings.database
    if "?" in str(home):
        message = f"{home}: SQLite can't be used in a folder with a question mark in its name"
        raise InstallationError("bad_home", message)
    return f"sqlite:///{home / str(parsed.database)}"


def instant_told(text: str, timezone: str) -> dt.datetime:
    """The instant in UTC that ``2008-07-15T09:00:00Z`` says, or a day, whose noon it is.

    Raises InstallationError ``bad_now``.
    """
    try:
        if len(text) == len("2008-07-15"):
            day = dt.date.fromisoformat(text)
            return dt.datetime.combine(day, _NOON, ZoneInfo(timezone)).astimezone(dt.UTC)
        instant = dt.datetime.fromisoformat(text)
        if instant.tzinfo is not None:
            return instant.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        pass
    shown = text[:40]
    message = f"{shown} is neither a day such as 2008-07-15 nor an instant such as 2008-07-15T09:00:00Z"
    raise InstallationError("bad_now", message)
