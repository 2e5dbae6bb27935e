"""``siprecruit undo``: take back what a command told, or a whole import."""

from __future__ import annotations

import click

from siprecruit.cli.lazily import Command
from siprecruit.cli.putting import cascading, conclude_undo, why
from siprecruit.cli.session import service


@click.command(cls=Command, short_help="Take back what was done last, a command, or an import.")
@click.argument("told", metavar="LAST|ID")
@cascading
@click.option("--reason", metavar="TEXT", default="undone", callback=why, help="Why.")
def undo(told: str, reason: str, **how: bool) -> int:
    """Take back what the command ID told, as if it had never been sent; LAST is the last that still counts.

    LAST passes over undos and what is undone already, so that `undo LAST` again and again walks back. An
    import's run (import-...) is taken back command by command, the newest first, and summed up; --json has
    each. An undo has an id too, by which it is undone. What hangs on a fact is named first; nothing is done
    then unless an option says how.
    """
    from siprecruit.putting_right import Wish
    from siprecruit.putting_right import undo as take_back

    with service() as (_, running):
        return conclude_undo(running, told, list(take_back(running, told, Wish(reason=reason, **how))))
