"""``siprecruit PLUGIN COMMAND``: the commands that a plugin brings, below its own name."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from siprecruit.cli.lazily import Group
from siprecruit.cli.options import OPTIONS, everywhere
from siprecruit.cli.session import system_clock

if TYPE_CHECKING:
    from siprecruit.installation import Settings
    from siprecruit.plugins.running import Start


class PluginGroup(Group):
    """The commands of one plugin. Each is given the plugin's Context by ``click.pass_obj``."""

    def __init__(self, *, start: Start, now: str | None, **settings: Any) -> None:
        super().__init__(name=start.plugin, help=f"What the plugin {start.plugin} does.", **settings)
        self.start = start
        self.now = now

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. What it raises is told by its class and place, as a provider's is."""
        from siprecruit.installation import instant_told
        from siprecruit.plugins.finding import Unusable, place_in
        from siprecruit.plugins.running import begin

        running = begin(self.start, os.environ)
        running.now = instant_told(self.now, "UTC") if self.now else system_clock()
        ctx.obj = running.context
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            where = f"{type(error).__name__} in {place_in(error, running.plugin.folder)}"
            raise Unusable(f"a command of the plugin {self.start.plugin} fails: {where}") from error


def commands_of(name: str, words: Sequence[str]) -> click.Command | None:
    """The commands of the plugin of that name; None where no plugin that is in use has any.

    Raises Unusable where there is one that fails.
    """
    from siprecruit.installation.opening import database_of
    from siprecruit.plugins.running import Start

    home, directory = _home(words), _directory(words)
    settings = _settings(home)
    if everywhere().no_plugins or not (directory or settings.plugins.get("enabled")):
        return None
    given = _given(name, home, settings, directory)
    start = Start(
        plugin=name,
        directory=directory,
        home=home,
        table=settings.plugins.get(name, {}),
        database=database_of(home, settings),
    )
    ours = {str(each.name): _with_options(each) for each in given}
    now = _said("--now", words) or everywhere().now or settings.now
    return PluginGroup(start=start, now=now, commands=ours) if ours else None


def _given(name: str, home: Path, settings: Settings, directory: Path | None) -> tuple[click.Command, ...]:
    """The commands that a plugin gives. Raises Unusable where it is one that fails."""
    from siprecruit.plugins.finding import Unusable
    from siprecruit.plugins.loader import load

    loaded = load(
        home=home,
        plugins=settings.plugins,
        directory=directory,
        without=False,
        environment=os.environ,
        with_built_in=False,
    )
    failed = next((each for each in loaded.plugins if (each.name, each.state) == (name, "failed")), None)
    if failed is not None:
        raise Unusable(f"the plugin {name} is left out: {failed.error}")
    return loaded.commands.get(name, ())


def _with_options(command: click.Command) -> click.Command:
    """The options of every command, where the plugin has none of that name."""
    own = {word for parameter in command.params for word in parameter.opts}
    command.params += [option for option in OPTIONS.values() if not own & set(option.opts)]
    return command


def _settings(home: Path) -> Settings:
    from siprecruit.installation import InstallationError, Settings, settings_in

    try:
        return settings_in(home, os.environ)
    except InstallationError as error:
        if error.code != "not_an_installation":
            raise
        return Settings()


def _home(words: Sequence[str]) -> Path:
    return Path(_said("--home", words) or everywhere().home)


def _directory(words: Sequence[str]) -> Path | None:
    said = _said("--plugins-dir", words)
    return Path(said) if said else everywhere().plugins_dir


def _said(option: str, words: Sequence[str]) -> str | None:
    """What stands behind an option: a plugin's command must be found before its words are understood."""
    for place, word in enumerate(words):
        if word == option and place + 1 < len(words):
            return words[place + 1]
        if word.startswith(f"{option}="):
            return word.partition("=")[2]
    return None
