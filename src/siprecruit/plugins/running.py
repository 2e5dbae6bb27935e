"""One plugin at work: its context and its providers, and a call to one of their functions."""

from __future__ import annotations

import datetime as dt
import traceback
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import attrs

from siprecruit.plugins import settings
from siprecruit.plugins.answers import PROVIDERS, redacted, told
from siprecruit.plugins.context import context_of
from siprecruit.plugins.finding import Registered, Unusable, loaded_within, place_in, place_of, registered
from siprecruit.plugins.types import Context, Setting


@attrs.frozen(kw_only=True)
class Start:
    """What has to be known to set a plugin to work. ``table`` is its own section, secrets by reference.

    ``database`` is the URL of the record's, where a plugin with tables of its own finds them.
    """

    plugin: str
    directory: Path | None
    home: Path
    table: Mapping[str, Any]
    database: str | None = attrs.field(default=None, repr=False)


@attrs.frozen(kw_only=True)
class Said:
    """How a call ended here: with a value, or with what was raised, of which the text is never told."""

    how: Literal["answered", "raised", "nonsense"]
    value: Any = None
    kind: str = ""
    where: str = ""


@attrs.define(kw_only=True)
class Running:
    """A plugin that is loaded and has its settings. ``now`` is the instant of the call."""

    plugin: Registered
    context: Context
    secrets: tuple[str, ...]
    now: dt.datetime | None = None
    _given: dict[str, dict[str, Any]] = attrs.field(factory=dict)

    def call(self, hook: str, provider: str, method: str, args: Iterable[Any]) -> Said:
        """Call a provider's function. Whatever it raises is told by its class and place alone."""
        try:
            function = getattr(self._providers(hook).get(provider), method, None)
        except BaseException as error:  # noqa: BLE001 - as below
            return self._raised(error)
        if not callable(function):
            return Said(how="nonsense", where=f"it gives no {hook}/{provider} with a {method}")
        try:
            value = told(function(self.context, *args), self.secrets)
        except BaseException as error:  # noqa: BLE001 - also SystemExit: it is the plugin's, and ends nothing here
            return self._raised(error)
        return Said(how="answered", value=value)

    def _raised(self, error: BaseException) -> Said:
        where = place_in(error, self.plugin.folder)
        # What holds on to the task's values, and to much memory, goes with the frames.
        traceback.clear_frames(error.__traceback__)
        return Said(how="raised", kind=type(error).__name__[:60], where=where)

    def _providers(self, hook: str) -> dict[str, Any]:
        if hook not in self._given:
            given = getattr(self.plugin.manager.hook, f"siprecruit_{hook}")() if hook in PROVIDERS else ()
            self._given[hook] = {one.name: one for each in given for one in each}
        return self._given[hook]


def begin(start: Start, environment: Mapping[str, str]) -> Running:
    """Set a plugin to work. Raises Unusable, whose message holds no secret."""
    secrets = settings.secrets_in(start.table, start.home, environment)
    try:
        plugin = registered(place_of(start.plugin, start.directory))
        setting = settings.setting_of(plugin)
        settings.refuse_bad(setting, start.table, start.plugin)
        own = settings_made(plugin, setting, start.table, start.home, environment)
    except Unusable as error:
        raise Unusable(redacted(error.message, secrets)) from None
    running: list[Running] = []
    context = context_of(
        start.plugin,
        settings=own,
        home=start.home,
        clock=lambda: _instant(running[0]),
        secrets=secrets,
        database=start.database if "siprecruit_tables" in plugin.hooks else None,
    )
    running.append(Running(plugin=plugin, context=context, secrets=secrets))
    return running[0]


def _instant(running: Running) -> dt.datetime:
    """The instant of the call; a thread that outlives its call reads that of the last one."""
    if running.now is None:
        raise RuntimeError("the clock stands only while a provider is called")
    return running.now


def settings_made(
    plugin: Registered,
    setting: Setting | None,
    table: Mapping[str, Any],
    home: Path,
    environment: Mapping[str, str],
) -> Any:
    """What the plugin makes of its settings, in a limited time. Raises Unusable."""
    return loaded_within(
        lambda: settings.made(setting, table, home, environment), "its settings can't be used", plugin.folder
    )
