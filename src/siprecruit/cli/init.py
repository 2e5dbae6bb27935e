"""``siprecruit init``: make an installation; it never asks."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from siprecruit.cli.lazily import Command
from siprecruit.cli.options import everywhere
from siprecruit.cli.session import print_json, say, system_clock

if TYPE_CHECKING:
    from siprecruit.installation import Installation


@click.command(cls=Command, short_help="Make an installation in a folder.")
@click.option("--programme", metavar="NAME|PATH", help="One that ships or a plugin brings, or your own file.")
@click.option("--authority", metavar="CODE", help="The DfE's code of your authority (the programme's).")
@click.option("--database", metavar="URL", help="sqlite:///FILE within the folder, or postgresql://...")
@click.option("--plugin", "enabled", metavar="NAME", multiple=True, help="Switch on a plugin; repeatable.")
def init(
    programme: str | None, authority: str | None, database: str | None, enabled: tuple[str, ...]
) -> None:
    """Make an installation: a folder with siprecruit.toml and the record, the programme's adverts in it."""
    from siprecruit import programmes
    from siprecruit.installation import Settings, create

    said = everywhere()
    own = programme is not None and programme not in programmes.names() and Path(programme).exists()
    if own or (programme is not None and not enabled):
        programmes.load(str(programme))
    told = {
        "programme": None if own else programme,
        "authority": authority,
        "database": database,
        "plugins": {"enabled": list(enabled)} if enabled else None,
    }
    made = create(
        said.home,
        Settings(**{name: value for name, value in told.items() if value is not None}),  # type: ignore[arg-type]
        clock=system_clock,
        now=said.now,
        own_programme=Path(str(programme)) if own else None,
        environment=os.environ,
    )
    _print(made)


def _print(made: Installation) -> None:
    programme = made.programme
    if everywhere().json:
        print_json(
            {
                "home": str(made.home),
                "programme": programme.name,
                "authority": made.authority,
                "rounds": [each.id for each in programme.rounds],
            }
        )
        return
    say(f"Made an installation in {made.home} for {programme.title}, authority {made.authority}.")
    at = "" if str(made.home) == "." else f" --home {made.home}"
    say(f"Next: siprecruit{at} import schools FILE, then siprecruit{at} import responses FILE.")
    say("To take it back: remove the folder.")
