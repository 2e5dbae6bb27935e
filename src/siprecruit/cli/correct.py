"""``siprecruit correct``: put other values in the place of an event's, as it never was so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from siprecruit.cli.acting import meant, new_id
from siprecruit.cli.lazily import Command
from siprecruit.cli.putting import cascading, conclude, why
from siprecruit.cli.session import service

if TYPE_CHECKING:
    from siprecruit.record.reading import Reader


@click.command(cls=Command, short_help="Put other values in the place of an event's.")
@click.argument("told", metavar="ID")
@click.argument("event", metavar="EVENT", type=click.IntRange(min=1))
@click.argument("values", metavar="[FIELD=VALUE]...", nargs=-1)
@click.option("--take-out", is_flag=True, help="Take the event out altogether.")
@cascading
@click.option("--reason", metavar="TEXT", required=True, callback=why, help="Why.")
def correct(
    told: str,
    event: int,
    values: tuple[str, ...],
    reason: str,
    *,
    take_out: bool,
    **how: bool,
) -> int:
    """Put other values in the place of an event's: it never was so. EVENT is its number in `history ID`.

    on=2007-06-02 is another day; FIELD= empties a field; a list is written as JSON. What was recorded first
    stays in the history.
    """
    from siprecruit.core.commands import Command as Envelope
    from siprecruit.core.commands import Correct
    from siprecruit.putting_right import Wish, put_right

    if bool(values) == take_out:
        raise click.UsageError("say FIELD=VALUE, or --take-out")
    with service() as (opened, running):
        with running.record.reading() as reader:
            stream = meant(reader, told)
            other = _values(reader, stream, event, values) if values else None
        what = Correct(event=event, reason=reason, set=other)
        sent = Envelope(id=new_id("correct"), stream=stream, on=opened.today(), what=what)
        return conclude([put_right(running, sent, Wish(reason=reason, **how))])


def _values(reader: Reader, stream: str, event: int, words: tuple[str, ...]) -> dict[str, Any]:
    from siprecruit.putting_right import NotSaid, values_told

    history = reader.histories([stream])[stream]
    found = next((past.event for past in history if past.version == event), None)
    try:
        return values_told(found, words)
    except NotSaid as error:
        raise click.UsageError(f"{error}: FIELD=VALUE is meant, such as on=2007-06-02") from None
