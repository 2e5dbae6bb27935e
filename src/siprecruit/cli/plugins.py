"""``siprecruit plugins``: what was added, whether it works, and who answered what."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from siprecruit.cli.lazily import Group
from siprecruit.cli.options import everywhere
from siprecruit.cli.plugins_new import new
from siprecruit.cli.plugins_try import try_it
from siprecruit.cli.session import print_json, say, say_clock, service
from siprecruit.cli.tables import table
from siprecruit.cli.telling import DONE, REFUSED, tell

if TYPE_CHECKING:
    from siprecruit.installation import Settings
    from siprecruit.plugins.loader import Loaded, Plugin
    from siprecruit.reports.attempted import Attempted


@click.group(cls=Group, short_help="What was added to siprecruit, and how it does.")
def plugins() -> None:
    """Plugins: other ways to send, to ask for references, to look up, to take in; rules; programmes.

    One that is installed is not used until its name stands in `enabled` in [plugins] of siprecruit.toml.
    """


plugins.add_command(new)
plugins.add_command(try_it)


@plugins.command("list")
def list_them() -> None:
    """List what is built in, enabled, in --plugins-dir, or installed and not enabled."""
    from siprecruit.plugins.loader import not_enabled

    loaded = loaded_here()[1]
    found = (*loaded.plugins, *(() if everywhere().no_plugins else not_enabled(loaded)))
    if everywhere().json:
        print_json([_as_document(each) for each in found])
        return
    rows = [(each.name, each.state, each.tier or "", each.source, _hooks(each)) for each in found]
    say(table(("plugin", "state", "tier", "comes", "gives"), rows))
    for each in found:
        if each.error:
            say(f"{each.name}: {each.error}.")


@plugins.command()
@click.argument("plugin", metavar="NAME|PATH")
def check(plugin: str) -> int:
    """Look at one plugin, by its name or its file, and say everything that is wrong with it."""
    from siprecruit.plugins.examining import Examination, Examined, examine, placed
    from siprecruit.plugins.finding import Unusable

    settings, loaded = loaded_here()
    against = Examination(
        home=everywhere().home,
        table=settings.plugins,
        environment=os.environ,
        directory=everywhere().plugins_dir,
        loaded=loaded,
    )
    try:
        found = examine(placed(plugin, everywhere().plugins_dir), against)
    except Unusable as error:
        found = Examined(name=plugin, wrong=(error.message,))
    if everywhere().json:
        print_json({"name": found.name, "ok": not found.wrong, "hooks": found.hooks, "wrong": found.wrong})
    else:
        gives = f" It gives {', '.join(found.gives)}." if found.gives else ""
        say(f"{found.name}: {'nothing is wrong with it' if not found.wrong else 'it cannot be used'}.{gives}")
    for said in found.wrong:
        tell(f"{found.name}: {said}")
    return REFUSED if found.wrong else DONE


@plugins.command()
@click.option("--plugin", metavar="NAME", help="Only what this plugin answered.")
@click.option("--latest", type=click.IntRange(1, 10_000), default=50, help="How many, the latest first (50).")
def trace(plugin: str | None, latest: int) -> None:
    """Show who answered what, when, and how long it took: the latest first."""
    from siprecruit.reports.attempted import attempted
    from siprecruit.reports.documents import as_document

    with service() as (opened, running), running.record.reading() as reader:
        found = attempted(reader, plugin=plugin, at_most=latest)
    if everywhere().json:
        print_json(as_document(found))
        return
    say_clock(opened)
    rows = [_traced(each) for each in found]
    heads = ("when", "provider", "answer", "ms", "for", "attempt", "code")
    say(table(heads, rows) if rows else "Nothing was called yet.")


def loaded_here() -> tuple[Settings, Loaded]:
    """The settings and the plugins, also where the programme or the record can't be used, or none is there.

    Raises InstallationError.
    """
    from siprecruit.installation import CONFIGURATION, Settings, settings_in
    from siprecruit.plugins.loader import load

    said = everywhere()
    nowhere = "home" not in said.said and not Path(CONFIGURATION).exists()
    settings = Settings() if nowhere else settings_in(said.home, os.environ)
    loaded = load(
        home=said.home,
        plugins=settings.plugins,
        directory=said.plugins_dir,
        without=said.no_plugins,
        environment=os.environ,
    )
    return settings, loaded


def _as_document(plugin: Plugin) -> dict[str, Any]:
    return {
        "name": plugin.name,
        "state": plugin.state,
        "tier": plugin.tier,
        "hooks": list(plugin.hooks),
        "error": plugin.error,
    }


def _hooks(plugin: Plugin) -> str:
    return ", ".join(
        hook.removeprefix("siprecruit_") for hook in plugin.hooks if hook != "siprecruit_settings"
    )


def _traced(each: Attempted) -> tuple[object, ...]:
    when = f"{each.began_at:%Y-%m-%d %H:%M:%S}Z"
    return when, each.provider, each.answer, each.took_ms, each.key, each.attempt, each.code
