"""``siprecruit plugins new``: the beginning of a plugin, which works at once."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from siprecruit.cli.lazily import Command
from siprecruit.cli.options import everywhere
from siprecruit.cli.session import print_json, say

HOOKS: Final = ("notifiers", "reference_channels", "accreditation_lookups", "rules", "inboxes")


@click.command("new", cls=Command)
@click.argument("name", metavar="NAME")
@click.option("--hook", type=click.Choice(HOOKS), required=True, help="What it is to give.")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    default=Path(),
    help="The folder in which its own is made (the current one).",
)
def new(name: str, hook: str, into: Path) -> None:
    """Write a plugin called NAME: a package with its code, its tests and a README, to be changed by you."""
    from siprecruit.plugins.beginning import write

    folder = write(name, hook, into)
    if everywhere().json:
        files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        print_json({"name": name, "hook": hook, "folder": str(folder), "files": files})
        return
    say(f"Wrote the plugin {name} to {folder}.")
    say(f"Next: pip install -e '{folder}[test]', and put {name} into `enabled` in siprecruit.toml.")
    say(f"Its tests: cd {folder} && pytest. To take it back: remove the folder.")
