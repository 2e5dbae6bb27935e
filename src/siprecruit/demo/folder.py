"""The demo's folder: an earlier demo may be replaced, and nothing else is touched."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from pathlib import Path
from typing import Final

import attrs

from siprecruit.deliver.secret import SECRET
from siprecruit.demo.outside import COLLEGE, FOLDER
from siprecruit.demo.post import LISTS
from siprecruit.installation.settings import (
    CONFIGURATION,
    DEFAULT_PROGRAMME,
    InstallationError,
    Settings,
    settings_in,
    write_settings,
)

DATABASE: Final = "siprecruit.db"
#: The files that a demo makes, and that its next run takes away.
_FILES: Final = (SECRET, *(DATABASE + ending for ending in ("", "-wal", "-shm", "-journal")))
#: The folders of its channels, and the endings of what a demo leaves there.
_FOLDERS: Final = ("messages-sent", "references", "college")
_ENDINGS: Final = (".eml", ".json", ".csv", ".txt", ".key")

#: As in a new installation, but that references are asked for and answered by files; and as the clock stands,
#: no message waits so that it can be recalled.
CHOSEN: Final = Settings(
    programme=DEFAULT_PROGRAMME,
    demo=True,
    delivery={"channel": FOLDER, "lookup": "register_file", "recall_minutes": 0},
    office={"telephone": "01632 960000", "email": "sip.office@example.org"},
    plugins={"register_file": {"file": LISTS.format("*"), "source": COLLEGE}},
)


def prepare(home: Path, settings: Settings, begins: dt.date) -> None:
    """Make the folder, or take an earlier demo out of it; the settings say from the first that it is a demo.

    So a demo that was stopped in its middle can be replaced, too. Raises InstallationError ``exists`` where
    there is anything else.
    """
    if home.exists() and not home.is_dir():
        raise InstallationError("exists", f"{home}: there is a file of that name, and a demo needs a folder")
    if home.is_dir() and any(home.iterdir()):
        _refuse_what_is_no_demo(home)
        for name in _FILES:
            (home / name).unlink(missing_ok=True)
        for name in _FOLDERS:
            _clear(home / name)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    leave(home, settings, begins)


def leave(home: Path, settings: Settings, day: dt.date) -> None:
    """Let the folder's clock stand on that day."""
    write_settings(home, attrs.evolve(settings, now=day.isoformat()))


def _clear(folder: Path) -> None:
    """Take away what a demo left in a folder, and the folder unless there is anything else."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_symlink() or path.is_file():
            if path.suffix in _ENDINGS:
                path.unlink()
        else:
            with suppress(OSError):
                path.rmdir()
    with suppress(OSError):
        folder.rmdir()


def _refuse_what_is_no_demo(home: Path) -> None:
    hint = "name another folder with --home"
    if not (home / CONFIGURATION).exists():
        raise InstallationError("exists", f"{home}: this folder is not empty and holds no demo; {hint}")
    if not settings_in(home).demo:
        raise InstallationError("exists", f"{home}: there is an installation here that is no demo; {hint}")
