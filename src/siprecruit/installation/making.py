"""Making an installation: the folder, the record with the programme's rounds in it, and the file last."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import attrs

from siprecruit import programmes
from siprecruit.core.adverts import OpenRound, PublishAdvert
from siprecruit.core.commands import Command
from siprecruit.core.ids import Code
from siprecruit.core.programme import Advert, Programme
from siprecruit.installation.opening import Clock, Installation, installation_of
from siprecruit.installation.settings import (
    CONFIGURATION,
    InstallationError,
    Settings,
    overridden,
    refuse_bad,
    write_settings,
)
from siprecruit.record.connect import file_of
from siprecruit.service import Service


def create(
    home: Path,
    settings: Settings,
    *,
    clock: Clock,
    now: str | None = None,
    own_programme: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Installation:
    """Make an installation in ``home`` with these settings; nothing is left behind where it can't be done.

    ``own_programme`` is an authority's own programme, which is copied into the folder, to move with it.
    ``now`` sets the clock for the making alone. Raises InstallationError, BadProgramme, RecordError.
    """
    if (home / CONFIGURATION).exists():
        raise InstallationError("exists", f"{home}: there is an installation in this folder already")
    if own_programme is not None:
        programmes.load(own_programme)
        settings = attrs.evolve(settings, programme=own_programme.name)
    refuse_bad(settings)
    meant = overridden(settings, environment)
    if own_programme is None:
        # What can't be opened is refused before anything is made.
        _refuse_failed(installation_of(home, meant, clock=clock, now=now))
    with _whole_or_not_at_all() as made:
        made.extend(_make_folder(home))
        made.extend(_copy(own_programme, home) if own_programme is not None else ())
        installation = installation_of(home, meant, clock=clock, now=now)
        made.extend(_record_files(installation))
        with installation.service(create=True) as service:
            _begin(installation, service)
        write_settings(home, settings)
    return installation


def _refuse_failed(installation: Installation) -> None:
    """A plugin that is switched on from the first is meant: that it fails is told at once."""
    for plugin in installation.loaded.plugins if installation.loaded else ():
        if plugin.state == "failed":
            raise InstallationError("bad_configuration", f"the plugin {plugin.name}: {plugin.error}")


def opening_commands(programme: Programme, today: dt.date) -> Iterator[Command]:
    """The commands that open the programme's rounds and publish its adverts."""
    for each in programme.rounds:
        stream = f"round/{each.id}"
        opened = OpenRound(wave=Code(each.wave), title=each.title)
        yield Command(id=f"init-round-{each.id}", stream=stream, on=today, what=opened, by="init")
        for advert in each.adverts:
            name = f"init-advert-{advert.code}"
            yield Command(id=name, stream=stream, on=today, what=_published(advert), by="init")


def _published(advert: Advert) -> PublishAdvert:
    return PublishAdvert(
        advert=Code(advert.code),
        title=advert.title,
        insertions=advert.insertions,
        closes=advert.closes,
        waves=tuple(map(Code, advert.waves)),
        phases=tuple(map(Code, advert.phases)),
    )


def _begin(installation: Installation, service: Service) -> None:
    with service.record.reading() as reader:
        if next(reader.replay(["application", "person", "placement"]), None) is not None:
            raise InstallationError("in_use", f"{service.record.place}: this database holds a record already")
        if next(reader.replay(["round"]), None) is not None:
            return  # an earlier attempt came so far
    programme = installation.programme
    for result in service.handle_all(opening_commands(programme, installation.today())):
        if result.outcome == "refused":
            raise InstallationError("bad_configuration", f"{programme.name}: {result.message}")


def _make_folder(home: Path) -> Iterator[Path]:
    absent = [each for each in (home, *home.parents) if not each.exists()]
    home.mkdir(mode=0o700, parents=True, exist_ok=True)  # it will hold personal data
    yield from reversed(absent)


def _copy(own_programme: Path, home: Path) -> Iterator[Path]:
    target = home / own_programme.name
    if target.exists() and target.samefile(own_programme):
        return
    if target.exists():
        raise InstallationError("exists", f"{target}: there is another file of that name already")
    shutil.copyfile(own_programme, target)
    yield target


def _record_files(installation: Installation) -> list[Path]:
    """The files that a new SQLite database will have; none where it is there already, or is PostgreSQL's."""
    file = file_of(installation.database)
    if file is None or file.exists():
        return []
    return [file, *(file.with_name(file.name + ending) for ending in ("-wal", "-shm", "-journal"))]


@contextmanager
def _whole_or_not_at_all() -> Iterator[list[Path]]:
    """Takes what is made, and removes it where not all could be: a folder only if nothing else is in it."""
    made: list[Path] = []
    try:
        yield made
    except BaseException:
        for path in reversed(made):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        raise
