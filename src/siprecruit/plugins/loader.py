"""Finding, checking and registering plugins; what each gives, by its name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

import attrs

from siprecruit.core.commands import Command
from siprecruit.core.programme_parts import Requirement
from siprecruit.plugins import settings
from siprecruit.plugins.answers import redacted
from siprecruit.plugins.finding import (
    BUILT_IN,
    Place,
    Registered,
    Source,
    Unusable,
    built_in,
    in_folder,
    installed,
    registered,
)
from siprecruit.plugins.giving import NAMED, given, judged
from siprecruit.plugins.hookspecs import TIERS, Tier
from siprecruit.plugins.types import (
    AccreditationLookup,
    Inbox,
    Notifier,
    Objection,
    ProgrammePack,
    ReferenceChannel,
    Table,
)

if TYPE_CHECKING:
    import click

Provider_co = TypeVar("Provider_co", covariant=True)
State = Literal["enabled", "disabled", "failed", "warned"]


@attrs.frozen(kw_only=True)
class Plugin:
    """A plugin that was found, and what became of it. ``error`` is one sentence for people.

    ``state``: ``enabled``; ``disabled``, not switched on, or built in and without the settings that it needs;
    ``failed``, and left out; ``warned``, in use although something is missing.
    """

    name: str
    state: State
    tier: Tier | None
    hooks: tuple[str, ...]
    error: str | None = None
    source: Source = "distribution"


@attrs.frozen(kw_only=True)
class Given(Generic[Provider_co]):
    """A provider and the plugin that gives it."""

    plugin: str
    provider: Provider_co


@attrs.frozen(kw_only=True)
class Loaded:
    """All plugins that were found, and what those that are in use give, by its name."""

    plugins: tuple[Plugin, ...] = ()
    notifiers: Mapping[str, Given[Notifier]] = attrs.field(factory=dict)
    channels: Mapping[str, Given[ReferenceChannel]] = attrs.field(factory=dict)
    lookups: Mapping[str, Given[AccreditationLookup]] = attrs.field(factory=dict)
    inboxes: Mapping[str, Given[Inbox]] = attrs.field(factory=dict)
    requirements: tuple[Requirement, ...] = ()
    packs: Mapping[str, ProgrammePack] = attrs.field(factory=dict)
    tables: tuple[Given[Table], ...] = ()
    commands: Mapping[str, tuple[click.Command, ...]] = attrs.field(factory=dict)
    rules: tuple[Registered, ...] = ()

    def objections(self, command: Command, state: Any, on: dt.date) -> tuple[Objection, ...]:
        """What plugins have against a command. Raises Rejected where one of them fails to judge it."""
        return tuple(one for each in self.rules for one in judged(each, command, state, on))


def load(
    *,
    home: Path,
    plugins: Mapping[str, Any],
    directory: Path | None,
    without: bool,
    environment: Mapping[str, str],
    with_built_in: bool = True,
) -> Loaded:
    """The plugins that are built in, enabled in ``plugins`` (the table), or files of ``directory``.

    ``without`` leaves out all but those that are built in. What is wrong with one is said of it, and costs
    nothing but its own work. Secrets are looked for, in ``environment`` or files below ``home``, not kept.
    Where nothing is delivered, those that are built in can be left out: importing them takes its time.
    """
    gathered = _Gathering(home=home, table=plugins, environment=environment)
    for place in built_in() if with_built_in else ():
        gathered.take(place)
    if not without:
        for place in in_folder(directory):
            gathered.take(place)
        _take_enabled(gathered, plugins.get("enabled", ()))
    return gathered.loaded()


def not_enabled(loaded: Loaded) -> tuple[Plugin, ...]:
    """The plugins that are installed and not switched on, none of them imported, for a listing."""
    known = {each.name for each in loaded.plugins}
    said = "not enabled: its name isn't in `enabled` in [plugins]"
    found = {each.name for each in installed() if each.name not in known}
    return tuple(_plugin(name, "distribution", "disabled", said) for name in sorted(found))


def _take_enabled(gathered: _Gathering, names: Iterable[str]) -> None:
    wanted = [name for name in names if name not in gathered.seen]
    # Looking through all that is installed takes its time: only where somebody asks for one.
    found = list(installed()) if wanted else []
    for name in wanted:
        places = [each for each in found if each.name == name]
        if len(places) == 1:
            gathered.take(places[0])
            continue
        many = " and ".join(sorted(each.distribution for each in places))
        fault = f"two distributions give a plugin of that name: {many}" if places else _absent(name, found)
        gathered.fail(name, "distribution", fault)


def _absent(name: str, found: list[Place]) -> str:
    import difflib

    of = next((each.name for each in found if each.distribution == name), None)
    near = [of] if of else difflib.get_close_matches(name, [each.name for each in found], n=1)
    return f"it is enabled, but not installed{f'; {near[0]} may be meant' if near else ''}"


@attrs.define(kw_only=True)
class _Gathering:
    """What was found so far. A plugin that can't be used leaves nothing of itself in it."""

    home: Path
    table: Mapping[str, Any]
    environment: Mapping[str, str]
    plugins: list[Plugin] = attrs.field(factory=list)
    given: dict[str, list[Given[Any]]] = attrs.field(factory=lambda: {hook: [] for hook in TIERS})
    rules: list[Registered] = attrs.field(factory=list)

    @property
    def seen(self) -> set[str]:
        """The names that are taken."""
        return {each.name for each in self.plugins}

    def take(self, place: Place) -> None:
        """Load a plugin and keep what it gives, or say what is wrong with it."""
        own = self.table.get(place.name, {})
        if place.name in self.seen or (place.source != "built in" and place.name in BUILT_IN):
            self.fail(place.name, place.source, "another plugin has this name already")
            return
        plugin: Registered | None = None
        try:
            plugin = registered(place)
            setting = settings.setting_of(plugin)
            if place.source == "built in" and not own and (said := settings.wanting(setting, place.name)):
                self.plugins.append(_plugin(place.name, place.source, "disabled", said, plugin.hooks))
                return
            if own or place.source != "built in":
                settings.refuse_bad(setting, own, place.name)
            gives = {hook: given(plugin, hook) for hook in plugin.hooks}
            self._refuse_taken(plugin, gives)
        except Unusable as error:
            self.fail(place.name, place.source, error.message, plugin.hooks if plugin else ())
            return
        for hook, values in gives.items():
            self.given[hook] += [Given(plugin=place.name, provider=value) for value in values]
        self.rules += [plugin] if "siprecruit_rules" in plugin.hooks else []
        said = settings.missing(setting, own, self.home, self.environment)
        state: State = "warned" if said else "enabled"
        self.plugins.append(_plugin(place.name, place.source, state, said, plugin.hooks))

    def fail(self, name: str, source: Source, said: str, hooks: tuple[str, ...] = ()) -> None:
        """Note that a plugin can't be used, in words that hold none of its secrets."""
        secrets = settings.secrets_in(self.table.get(name, {}), self.home, self.environment)
        self.plugins.append(_plugin(name, source, "failed", redacted(said, secrets), hooks))

    def _refuse_taken(self, plugin: Registered, gives: Mapping[str, tuple[Any, ...]]) -> None:
        for hook in NAMED.keys() & gives.keys():
            taken = {each.provider.name: each.plugin for each in self.given[hook]}
            if plugin.source != "built in":
                # They have these names, also where they weren't loaded.
                taken |= {name: name for name in BUILT_IN}
            for value in gives[hook]:
                if value.name in taken:
                    raise Unusable(f"{hook} gives {value.name}, a name that {taken[value.name]} has already")

    def loaded(self) -> Loaded:
        """All of it as one value."""
        commands: dict[str, tuple[click.Command, ...]] = {}
        for each in self.given["siprecruit_commands"]:
            commands[each.plugin] = (*commands.get(each.plugin, ()), each.provider)
        return Loaded(
            plugins=tuple(self.plugins),
            notifiers=_by_name(self.given["siprecruit_notifiers"]),
            channels=_by_name(self.given["siprecruit_reference_channels"]),
            lookups=_by_name(self.given["siprecruit_accreditation_lookups"]),
            inboxes=_by_name(self.given["siprecruit_inboxes"]),
            requirements=tuple(each.provider for each in self.given["siprecruit_requirements"]),
            packs={each.provider.name: each.provider for each in self.given["siprecruit_programmes"]},
            tables=tuple(self.given["siprecruit_tables"]),
            commands=commands,
            rules=tuple(self.rules),
        )


def _by_name(given: Iterable[Given[Any]]) -> dict[str, Given[Any]]:
    return {each.provider.name: each for each in given}


def _plugin(name: str, source: Source, state: State, said: str | None, hooks: tuple[str, ...] = ()) -> Plugin:
    tiers = {TIERS[hook] for hook in hooks}
    tier: Tier | None = "provisional" if "provisional" in tiers else "stable" if tiers else None
    return Plugin(name=name, state=state, tier=tier, hooks=hooks, error=said, source=source)
