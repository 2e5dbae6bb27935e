"""Commands and groups of ours: the options that stand anywhere, and commands that are loaded when called."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import attrs
import click

from siprecruit.cli.options import OPTIONS
from siprecruit.cli.telling import run_and_tell


@attrs.frozen
class Here:
    """Where a command is, as ``module:attribute``, and what its line in the listing says."""

    place: str
    line: str


def _params(own: list[click.Parameter]) -> list[click.Parameter]:
    # --help stays the last, as people are used to.
    return [*own[:-1], *OPTIONS.values(), *own[-1:]]


def _format_options(command: click.Command, context: click.Context, formatter: click.HelpFormatter) -> None:
    shared = set(OPTIONS.values())
    both: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
    for parameter in command.get_params(context):
        line = parameter.get_help_record(context)
        if line is not None:
            both[parameter in shared].append(line)
    for title, lines in (("Options", both[False]), ("Options of every command", both[True])):
        if lines:
            with formatter.section(title):
                formatter.write_dl(lines)


class Command(click.Command):
    """A command that takes the options of every command."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Its own parameters and those of every command."""
        return _params(super().get_params(ctx))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Its own options first, then those of every command."""
        _format_options(self, ctx, formatter)


class Group(click.Group):
    """A group whose commands take the options of every command, as it does itself."""

    command_class = Command

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Its own parameters and those of every command."""
        return _params(super().get_params(ctx))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Its own options, those of every command, and its commands."""
        _format_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)


class LazyGroup(Group):
    """A group that imports a command when it is called, and lists it without."""

    def __init__(
        self, *args: Any, loaded: Mapping[str, Here], others: str | None = None, **settings: Any
    ) -> None:
        super().__init__(*args, **settings)
        self.loaded = loaded
        #: where the function is that is asked for a command by a name which is none of ours, and its words
        self.others = others

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted({*self.loaded, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in self.loaded:
            return super().get_command(ctx, cmd_name)
        command: click.Command = _at(self.loaded[cmd_name].place)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the words name; for one that there is not, those that may be meant."""
        name = args[0]
        if name not in self.list_commands(ctx) and not name.startswith("-"):
            other = _at(self.others)(name, args[1:]) if self.others else None
            if other is not None:
                return name, other, args[1:]
            raise click.UsageError(
                f"there is no command {name!r}{_meant(name, self.list_commands(ctx))}", ctx
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with a line for each, none of them imported."""
        lines = [(name, self.loaded[name].line) for name in self.list_commands(ctx) if name in self.loaded]
        with formatter.section("Commands"):
            formatter.write_dl(lines)

    def main(self, *args: Any, **settings: Any) -> Any:
        """Run, and tell what went wrong in one sentence; the exit code is 0, 1 or 2."""
        settings["standalone_mode"] = False
        run = super().main
        run_and_tell(lambda: run(*args, **settings))


def _at(place: str) -> Any:
    module, attribute = place.split(":")
    return getattr(importlib.import_module(module), attribute)


def _meant(name: str, known: list[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, known, n=2, cutoff=0.75)
    return f"; {' or '.join(near)} may be meant" if near else ""
