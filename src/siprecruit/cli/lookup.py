"""``siprecruit lookup``: ask the accreditor's register about people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from siprecruit.cli import words
from siprecruit.cli.acting import meant
from siprecruit.cli.delivering import office
from siprecruit.cli.lazily import Command
from siprecruit.cli.options import everywhere
from siprecruit.cli.session import print_json, say, say_clock
from siprecruit.cli.tables import table
from siprecruit.cli.telling import DONE, REFUSED, tell

if TYPE_CHECKING:
    from siprecruit.deliver.looking_up import Looked
    from siprecruit.deliver.office import Office
    from siprecruit.plugins.types import LookupQuery


@click.command(cls=Command, short_help="Ask the accreditor's register about people.")
@click.argument("who", metavar="[ID]", required=False)
@click.option("--due", is_flag=True, help="Everybody who is awaited, or wasn't seen lately.")
def lookup(who: str | None, *, due: bool) -> int:
    """Ask the register that is chosen (`lookup` in [delivery]) about one person, or all who are due.

    ID is a person's id or an application's code. What it says is kept as evidence. It accredits or ends an
    accreditation where it says so; what it doesn't know decides nothing, nor does an outage.
    """
    if (who is None) == (not due):
        raise click.UsageError("say whom to ask about: a person's id, an application's code, or --due")
    from siprecruit.deliver import looking_up

    with office() as (opened, ready, callers):
        queries = looking_up.due(ready) if who is None else looking_up.of(ready, _person(ready, who))
        found = looking_up.look_up(ready, callers, queries)
        say_clock(opened)
    return _print(found, queries)


def _person(ready: Office, told: str) -> str:
    from siprecruit.core.streams import DECIDERS

    with ready.service.record.reading() as reader:
        stream = meant(reader, told)
        kind, _, name = stream.partition("/")
        if kind == "application":
            history = reader.histories([stream])[stream]
            return str(DECIDERS[kind].state(history).person)
    if kind != "person":
        raise click.UsageError(f"{told[:60]} is no person and no application: nobody is looked up")
    return name


def _print(found: Sequence[Looked], queries: Sequence[LookupQuery]) -> int:
    from siprecruit.reports.documents import as_document

    failed = [one for one in found if one.outcome in ("refused", "not_found_out")]
    if everywhere().json:
        print_json([as_document(one) for one in found])
    elif not found:
        say("Nobody is to be looked up now.")
    else:
        names = {each.person: each.name for each in queries}
        rows = [
            (
                names[one.person] or one.person,
                one.phase,
                words.plain(one.verdict or ""),
                words.plain(one.outcome),
            )
            for one in found
        ]
        say(table(("person", "phase", "the register says", "recorded"), rows))
    for message in dict.fromkeys(one.message for one in failed):
        tell(message)
    return REFUSED if failed else DONE
