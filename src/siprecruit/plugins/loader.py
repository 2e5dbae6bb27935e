"""Finding, checking and registering plugins; what each gives, by its name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Generic, Literal, TypeVar

import attrs

from siprecruit.core.commands import Command
from siprecruit.core.programme_parts import Requirement
from siprecruit.plugins.hookspecs import Tier
from siprecruit.plugins.types import (
    AccreditationLookup,
    Inbox,
    Notifier,
    Objection,
    ProgrammePack,
    ReferenceChannel,
    Table,
)

Provider = TypeVar("Provider", covariant=True)
State = Literal["enabled", "disabled", "failed", "warned"]


@attrs.frozen(kw_only=True)
class Plugin:
    """A plugin that was found, and what became of it. ``error`` is one sentence for people."""

    name: str
    state: State
    tier: Tier | None
    hooks: tuple[str, ...]
    error: str | None = None
    source: Literal["built in", "distribution", "file"] = "distribution"


@attrs.frozen(kw_only=True)
class Given(Generic[Provider]):
    """A provider and the plugin that gives it."""

    plugin: str
    provider: Provider


@attrs.frozen(kw_only=True)
class Loaded:
    """All plugins that were found, and what those that are enabled give, by its name."""

    plugins: tuple[Plugin, ...] = ()
    notifiers: Mapping[str, Given[Notifier]] = attrs.field(factory=dict)
    channels: Mapping[str, Given[ReferenceChannel]] = attrs.field(factory=dict)
    lookups: Mapping[str, Given[AccreditationLookup]] = attrs.field(factory=dict)
    inboxes: Mapping[str, Given[Inbox]] = attrs.field(factory=dict)
    requirements: tuple[Requirement, ...] = ()
    packs: Mapping[str, ProgrammePack] = attrs.field(factory=dict)
    tables: tuple[Given[Table], ...] = ()

    def objections(self, command: Command, state: Any, on: dt.date) -> tuple[Objection, ...]:
        """What plugins have against a command. Raises Rejected where one of them fails to judge it."""
        raise NotImplementedError
