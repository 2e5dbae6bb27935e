"""The demo's folder: an earlier demo may be replaced, and nothing else is touched."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final

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
_FILES: Final = tuple(DATABASE + ending for ending in ("", "-wal", "-shm", "-journal"))


def prepare(home: Path, begins: dt.date) -> Settings:
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
    home.mkdir(parents=True, exist_ok=True)
    return leave(home, Settings(programme=DEFAULT_PROGRAMME, demo=True), begins)


def leave(home: Path, settings: Settings, day: dt.date) -> Settings:
    """Let the folder's clock stand on that day."""
    left = Settings(programme=settings.programme, demo=True, now=day.isoformat())
    write_settings(home, left)
    return left


def _refuse_what_is_no_demo(home: Path) -> None:
    hint = "name another folder with --home"
    if not (home / CONFIGURATION).exists():
        raise InstallationError("exists", f"{home}: this folder is not empty and holds no demo; {hint}")
    if not settings_in(home).demo:
        raise InstallationError("exists", f"{home}: there is an installation here that is no demo; {hint}")
