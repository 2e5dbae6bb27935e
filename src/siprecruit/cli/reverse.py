"""``siprecruit reverse``: it was so, and is so no longer."""

from __future__ import annotations

import click

from siprecruit.cli.acting import meant, new_id
from siprecruit.cli.lazily import Command
from siprecruit.cli.putting import cascading, conclude, why
from siprecruit.cli.session import day_told, service


@click.command(cls=Command, short_help="Let a fact hold no longer from a day on.")
@click.argument("told", metavar="ID")
@click.argument("event", metavar="EVENT", type=click.IntRange(min=1))
@click.option("--on", metavar="DATE", help="The first day on which it holds no longer (today).")
@cascading
@click.option("--reason", metavar="TEXT", required=True, callback=why, help="Why.")
def reverse(told: str, event: int, on: str | None, reason: str, **how: bool) -> int:
    """Let a fact hold no longer from a day on: it was so. EVENT is its number in `history ID`."""
    from siprecruit.core.commands import Command as Envelope
    from siprecruit.core.commands import Reverse
    from siprecruit.putting_right import Wish, put_right

    day = day_told(on, "--on")
    with service() as (opened, running):
        with running.record.reading() as reader:
            stream = meant(reader, told)
        what = Reverse(event=event, reason=reason)
        sent = Envelope(id=new_id("reverse"), stream=stream, on=day or opened.today(), what=what)
        return conclude([put_right(running, sent, Wish(reason=reason, **how))])
