"""An installation is a folder: its configuration, its programme, its clock, and the way to its record."""

from __future__ import annotations

from siprecruit.installation.making import create
from siprecruit.installation.opening import Clock, Installation, instant_told, open_installation
from siprecruit.installation.settings import (
    CONFIGURATION,
    InstallationError,
    Settings,
    settings_in,
    write_settings,
)

__all__ = [
    "CONFIGURATION",
    "Clock",
    "Installation",
    "InstallationError",
    "Settings",
    "create",
    "instant_told",
    "open_installation",
    "settings_in",
    "write_settings",
]
