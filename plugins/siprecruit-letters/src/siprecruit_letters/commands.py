"""``siprecruit letters print`` and ``siprecruit letters list``."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

import click
from siprecruit.api import Context

from siprecruit_letters import folder as kept
from siprecruit_letters.pdf import possible

_HERE = ZoneInfo("Europe/London")


@click.command("print", short_help="Make one file of all letters that wait.")
@click.pass_obj
def print_(context: Context) -> None:
    """Make one file of all letters that wait, to be printed: HTML, and PDF where its extra is installed."""
    folder = context.home / context.settings.folder
    day = context.clock().astimezone(_HERE).date().isoformat()
    made = kept.batch_of(folder, day, context.settings.sender)
    if not made:
        click.echo("No letter waits to be printed.")
    for batch in made:
        click.echo(f"{_letters(batch.letters)}: {' and '.join(str(path) for path in batch.files)}")
        if batch.without_address:
            click.echo(f"{_letters(batch.without_address)} without an address: write it by hand.")
    if made and not possible():
        click.echo("For PDF as well: pip install siprecruit-letters[pdf]", err=True)


@click.command("list", short_help="What waits to be printed, and what was.")
@click.option("--json", "as_json", is_flag=True, help="JSON on standard output, and nothing else there.")
@click.pass_obj
def list_(context: Context, *, as_json: bool) -> None:
    """Say how many letters wait, and which batches there are."""
    folder = context.home / context.settings.folder
    waits = len(kept.waiting(folder))
    held = {name: len(list(kept.letters_of(folder, name))) for name in kept.batches(folder)}
    if as_json:
        click.echo(json.dumps({"waiting": waits, "batches": held}))
        return
    click.echo(f"{_letters(waits)} to print{': siprecruit letters print' if waits else ''}")
    for name, count in held.items():
        click.echo(f"{name}  {_letters(count)}")


def _letters(count: int) -> str:
    return f"{count} letter{'' if count == 1 else 's'}"
