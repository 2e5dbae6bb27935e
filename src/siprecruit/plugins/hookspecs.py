"""The hooks: what each is for, which tier of stability it is in, and what it gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, cast

import pluggy

from siprecruit.core.commands import Command
from siprecruit.core.programme_parts import Requirement
from siprecruit.plugins.types import (
    AccreditationLookup,
    Inbox,
    Notifier,
    Objection,
    ProgrammePack,
    ReferenceChannel,
    Setting,
    Table,
)

if TYPE_CHECKING:
    import click

API_VERSION: Final = 1
"""What a plugin's ``siprecruit_api`` is held against."""

Tier = Literal["stable", "provisional"]
Function = TypeVar("Function", bound=Callable[..., object])

PROJECT: Final = "siprecruit"
hookspec = cast("Callable[[Function], Function]", pluggy.HookspecMarker(PROJECT))
hookimpl = cast("Callable[[Function], Function]", pluggy.HookimplMarker(PROJECT))


class Hooks:
    """What a plugin may add. Many plugins may give a hook; a name must be unique within its hook."""

    @hookspec
    def siprecruit_notifiers(self) -> Iterable[Notifier]:
        """Ways to tell people what has happened."""
        return ()

    @hookspec
    def siprecruit_reference_channels(self) -> Iterable[ReferenceChannel]:
        """Ways to ask a referee for a reference, and to bring the answer back."""
        return ()

    @hookspec
    def siprecruit_accreditation_lookups(self) -> Iterable[AccreditationLookup]:
        """Outside records which say whether a person is accredited."""
        return ()

    @hookspec
    def siprecruit_settings(self) -> Setting | None:
        """The plugin's own section of siprecruit.toml."""
        return None

    @hookspec
    def siprecruit_rules(self, command: Command, state: Any, on: dt.date) -> Iterable[Objection]:
        """What speaks against a command. Pure: all objections are collected, an exception refuses it."""
        del command, state, on
        return ()

    @hookspec
    def siprecruit_inboxes(self) -> Iterable[Inbox]:
        """Sources that are asked from time to time for what came in."""
        return ()

    @hookspec
    def siprecruit_requirements(self) -> Iterable[Requirement]:
        """What must be clear before a gate, besides what the programme asks for."""
        return ()

    @hookspec
    def siprecruit_programmes(self) -> Iterable[ProgrammePack]:
        """Programmes of other authorities, with messages in their own words."""
        return ()

    @hookspec
    def siprecruit_commands(self) -> Iterable[click.Command]:
        """Commands below ``siprecruit <plugin> ...``; ``click.pass_obj`` gives them the plugin's Context."""
        return ()

    @hookspec
    def siprecruit_tables(self) -> Iterable[Table]:
        """Tables of the plugin's own, with how to erase and export a person."""
        return ()


TIERS: Final[dict[str, Tier]] = {
    "siprecruit_notifiers": "stable",
    "siprecruit_reference_channels": "stable",
    "siprecruit_accreditation_lookups": "stable",
    "siprecruit_settings": "stable",
    "siprecruit_rules": "provisional",
    "siprecruit_inboxes": "provisional",
    "siprecruit_requirements": "provisional",
    "siprecruit_programmes": "provisional",
    "siprecruit_commands": "provisional",
    "siprecruit_tables": "provisional",
}
"""Stable: changed only as the compatibility promise says. Provisional: may change with a minor release."""
