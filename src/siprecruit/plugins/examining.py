"""Looks at one plugin from all sides, and says everything that is wrong with it, not just the first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from siprecruit.plugins import settings
from siprecruit.plugins.answers import redacted
from siprecruit.plugins.finding import Place, Registered, Unusable, place_of, registered
from siprecruit.plugins.giving import NAMED, given
from siprecruit.plugins.loader import Loaded
from siprecruit.plugins.running import settings_made
from siprecruit.plugins.types import Setting


@attrs.frozen(kw_only=True)
class Examined:
    """A plugin's name, the hooks that it has, what they give by name, and all that is wrong, in sentences."""

    name: str
    hooks: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Examination:
    """What a plugin is examined against: an installation's folder, its table ``[plugins]``, its plugins."""

    home: Path
    table: Mapping[str, Any]
    environment: Mapping[str, str]
    directory: Path | None
    loaded: Loaded


def placed(name_or_path: str, directory: Path | None) -> Place:
    """Where a plugin is, by its name or the path of its file. Raises Unusable."""
    path = Path(name_or_path)
    if path.suffix == ".py":
        if not path.is_file():
            raise Unusable(f"there is no file {name_or_path}")
        return Place(name=path.stem, source="file", where=str(path.absolute()))
    return place_of(name_or_path, directory)


def examine(place: Place, against: Examination) -> Examined:
    """All that is wrong with a plugin; nothing of it is called that reaches the outside."""
    own = against.table.get(place.name, {})
    secrets = settings.secrets_in(own, against.home, against.environment)
    try:
        plugin = registered(place)
    except Unusable as error:
        return Examined(name=place.name, wrong=(redacted(error.message, secrets),))
    gives: list[str] = []
    wrong = [*_of_settings(plugin, own, against), *_of_hooks(plugin, against.loaded, gives)]
    return Examined(
        name=place.name,
        hooks=plugin.hooks,
        gives=tuple(gives),
        wrong=tuple(redacted(said, secrets) for said in wrong),
    )


def _of_settings(plugin: Registered, own: Mapping[str, Any], against: Examination) -> Iterator[str]:
    setting: Setting | None = None
    try:
        setting = settings.setting_of(plugin)
        settings.refuse_bad(setting, own, plugin.name)
    except Unusable as error:
        yield error.message
        return
    if said := settings.missing(setting, own, against.home, against.environment):
        yield said
        return
    try:
        settings_made(plugin, setting, own, against.home, against.environment)
    except Unusable as error:
        yield error.message


def _of_hooks(plugin: Registered, loaded: Loaded, gives: list[str]) -> Iterator[str]:
    for hook in plugin.hooks:
        try:
            values = given(plugin, hook)
        except Unusable as error:
            yield error.message
            continue
        if hook not in NAMED:
            continue
        for value in values:
            gives.append(f"{hook.removeprefix('siprecruit_')}/{value.name}")
            owner = _owner(loaded, hook, value.name)
            if owner not in (None, plugin.name):
                yield f"{hook} gives {value.name}, a name that {owner} has already"


def _owner(loaded: Loaded, hook: str, name: str) -> str | None:
    all_given: Mapping[str, Mapping[str, Any]] = {
        "siprecruit_notifiers": loaded.notifiers,
        "siprecruit_reference_channels": loaded.channels,
        "siprecruit_accreditation_lookups": loaded.lookups,
        "siprecruit_inboxes": loaded.inboxes,
    }
    found = all_given.get(hook, {}).get(name)
    return found.plugin if found else None
