"""The options that every command takes, before or after its name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import attrs
import click
from click.core import ParameterSource


@attrs.define
class Everywhere:
    """What the options that stand anywhere have said so far; the words nearest to the command count."""

    said: dict[str, Any] = attrs.field(factory=dict)
    #: whether it was typed, and not taken from the environment
    typed: set[str] = attrs.field(factory=set)

    @property
    def home(self) -> Path:
        """The installation's folder."""
        return Path(self.said.get("home", "."))

    @property
    def now(self) -> str | None:
        """Where the clock is set to."""
        return self.said.get("now")

    @property
    def plugins_dir(self) -> Path | None:
        """The folder whose files are plugins too."""
        said = self.said.get("plugins_dir")
        return Path(said) if said else None

    @property
    def no_plugins(self) -> bool:
        """Whether no plugin is to be loaded but those that are built in."""
        return bool(self.said.get("no_plugins"))

    @property
    def json(self) -> bool:
        """Whether JSON is wanted on standard output, and nothing else there."""
        return bool(self.said.get("json"))


def _note(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    name = str(parameter.name)
    source = context.get_parameter_source(name)
    if source not in (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT):
        return
    everywhere = context.find_root().ensure_object(Everywhere)
    if source is ParameterSource.COMMANDLINE:
        everywhere.typed.add(name)
    elif name in everywhere.typed:
        return
    everywhere.said[name] = value


def _option(name: str, **settings: Any) -> click.Option:
    return click.Option(
        [f"--{name}"],
        expose_value=False,
        callback=_note,
        envvar=f"SIPRECRUIT_{name.replace('-', '_').upper()}",
        **settings,
    )


_FOLDER: Final = click.Path(file_okay=False, path_type=Path)

OPTIONS: Final[Mapping[str, click.Option]] = {
    "home": _option("home", type=_FOLDER, metavar="DIR", help="The installation's folder (the current one)."),
    "now": _option("now", metavar="DATE|INSTANT", help="Set the clock: 2008-07-15 or 2008-07-15T09:00:00Z."),
    "plugins-dir": _option(
        "plugins-dir",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        metavar="DIR",
        help="A folder whose files are plugins too.",
    ),
    "no-plugins": _option("no-plugins", is_flag=True, help="Load no plugin but those that are built in."),
    "json": _option("json", is_flag=True, help="JSON on standard output, and nothing else there."),
}


def everywhere() -> Everywhere:
    """What those options say for the command that runs."""
    return click.get_current_context().find_root().ensure_object(Everywhere)
