"""Writes the reference of the command line from the program itself: `python docs/generate_cli.py`."""  # noqa: INP001

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from siprecruit.cli import program
from siprecruit.cli.options import OPTIONS

DOCUMENT: Final = Path(__file__).resolve().parent / "reference" / "cli.md"

BEGIN: Final = """\
# The command line

`siprecruit` works on the installation in the current folder, or in the one that `--home` names. It never
asks. What people read goes to standard output; with `--json` there is JSON alone, and everything else goes
to standard error. Each listing says at its head when the clock is simulated.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | refused, or something is wrong with the data: a sentence on standard error says what and where |
| 2 | the words of the command line are wrong: no such command, option, file or installation |

*This page is written from the program by `python docs/generate_cli.py`.*

## Options of every command

They stand before or after the command's name. Each may also come from the environment; what is typed counts
more.

"""

ENVIRONMENT: Final = """
Three settings of `siprecruit.toml` can be given from outside instead, for one run: `SIPRECRUIT_DATABASE`,
`SIPRECRUIT_PROGRAMME` and `SIPRECRUIT_AUTHORITY`. With `SIPRECRUIT_DEBUG=1` a fault of the program shows
where it happened.
"""


def cli_reference() -> str:
    """The whole page."""
    shared = _table(list(OPTIONS.values()), environment=True)
    commands = "\n".join(_command(command, path) for path, command in _all(program, "siprecruit"))
    return f"{BEGIN}{shared}{ENVIRONMENT}\n{commands}"


def _all(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group, info_name=path)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from _all(command, f"{path} {name}")


def _command(command: click.Command, path: str) -> str:
    own = [each for each in command.params if each not in OPTIONS.values()]
    words = [each.make_metavar(click.Context(command)) for each in own if isinstance(each, click.Argument)]
    more = ["COMMAND"] if isinstance(command, click.Group) else words
    title = f"## {path}\n\n`{' '.join([path, *more])}`\n\n{inspect.cleandoc(command.help or '')}\n"
    options = [each for each in own if isinstance(each, click.Option)]
    return f"{title}\n{_table(options)}" if options else title


def _table(options: list[click.Option], *, environment: bool = False) -> str:
    more = (" environment |", "---|") if environment else ("", "")
    heading = f"| option | meaning |{more[0]}\n|---|---|{more[1]}\n"
    return heading + "".join(_row(each, environment=environment) for each in options)


def _row(option: click.Option, *, environment: bool) -> str:
    record = option.get_help_record(click.Context(click.Command("siprecruit")))
    assert record is not None
    name, meaning = (part.replace("|", "\\|") for part in record)
    last = f" `{option.envvar}` |" if environment else ""
    return f"| `{name}` | {meaning} |{last}\n"


if __name__ == "__main__":
    DOCUMENT.write_text(cli_reference(), encoding="utf-8")
