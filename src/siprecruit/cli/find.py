"""``siprecruit find``: a school or a person, by some letters of what one knows of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from siprecruit.cli.lazily import Command
from siprecruit.cli.options import everywhere
from siprecruit.cli.session import print_json, say, say_clock, service
from siprecruit.cli.tables import table
from siprecruit.cli.telling import DONE, REFUSED

if TYPE_CHECKING:
    from siprecruit.installation import Installation
    from siprecruit.reports.searching import Asked, Found


@click.command(cls=Command, short_help="A school or a person, by some letters.")
@click.argument("text", nargs=-1, required=True, metavar="TEXT...")
@click.option(
    "--size", metavar="N", type=click.IntRange(min=1, max=1000), default=25, help="At most so many (25)."
)
def find(text: tuple[str, ...], size: int) -> int:
    """Find schools and people by three letters or more: of a name, a town, a URN, a code, an e-mail address.

    Accents, apostrophes, capitals and the order of words don't matter; digits that begin with 0 may be a
    telephone number's. The best match comes first: who is called so; whose name begins so; where each word
    begins a word of the name; where each stands within it. Where nobody fits, the exit code is 1.
    """
    from siprecruit.reports.freshness import views_hold
    from siprecruit.reports.searching import FEWEST, asked, found_by

    said = " ".join(text)
    wanted = asked(said)
    if wanted is None:
        raise click.UsageError(f"type at least {FEWEST} letters or digits of what you look for")
    with service() as (opened, running):
        # What is found is a name, which time doesn't change; but where somebody stands it may.
        views_hold(running.record, running.programme, running.clock())
        with running.record.reading() as reader:
            found, more = found_by(reader, wanted, running.today(), size)
        _print(opened, found, wanted, more=more)
    return DONE if found else REFUSED


def _print(opened: Installation, found: tuple[Found, ...], wanted: Asked, *, more: bool) -> None:
    from siprecruit.reports.documents import as_document

    if everywhere().json:
        print_json({"found": as_document(found), "more": more})
        return
    say_clock(opened)
    if not found:
        say(f"Nobody and no school fits {wanted.folded!r}: try fewer letters, or a part of the name.")
        return
    say(table(("id", "kind", "name", "what", "schools"), map(_row, found)))
    say()
    if more:
        say("There are more: type more letters, or add --size 1000.")
    say("More about one: siprecruit show ID.")


def _row(one: Found) -> tuple[object, ...]:
    return (one.id, one.kind, one.name, one.what, one.schools or "")
