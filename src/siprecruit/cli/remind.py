"""``siprecruit remind``: queue the reminders that are due, or one by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from siprecruit.cli.acting import meant
from siprecruit.cli.delivering import office
from siprecruit.cli.lazily import Command
from siprecruit.cli.options import everywhere
from siprecruit.cli.session import print_json, say, say_clock
from siprecruit.cli.tables import table
from siprecruit.cli.telling import DONE

if TYPE_CHECKING:
    from siprecruit.deliver.office import Office
    from siprecruit.deliver.reminding import Reminder


@click.command(cls=Command, short_help="Remind referees who have not answered yet.")
@click.argument("reference", metavar="[REFERENCE]", required=False)
@click.option("--dry-run", is_flag=True, help="List what would be queued, and queue nothing.")
def remind(reference: str | None, *, dry_run: bool) -> int:
    """Queue the reminders that are due: of each reference the latest step of the programme, once.

    REFERENCE, such as A7K4P/r1, reminds that one referee now, whatever the programme's days are. A reminder
    goes out with the next `siprecruit deliver`; until then it can be recalled.
    """
    from siprecruit.deliver.reminding import as_document, gets

    with office() as (opened, ready, _):
        found = _by_hand(ready, reference, dry_run) if reference else _due(ready, dry_run)
        with ready.service.record.reading() as reader:
            to = gets(ready, reader, found) if found else {}
        say_clock(opened)
        _print([as_document(one, to) for one in found], found, dry_run)
    return DONE


def _due(ready: Office, dry_run: bool) -> Sequence[Reminder]:
    from siprecruit.deliver import reminding

    if not dry_run:
        return reminding.queue(ready)
    service = ready.service
    with service.record.reading() as reader:
        return reminding.due(reader, ready.programme, service.clock(), service.today())


def _by_hand(ready: Office, told: str, dry_run: bool) -> Sequence[Reminder]:
    from siprecruit.deliver import reminding

    head, slash, reference = told.strip().rpartition("/")
    if not slash or not head or not reference:
        raise click.UsageError(f"{told[:60]} is no reference: say which, such as A7K4P/r1")
    with ready.service.record.reading() as reader:
        kind, _, application = meant(reader, head).partition("/")
        if kind != "application":
            raise click.UsageError(f"{head[:60]} is no application: say which reference, such as A7K4P/r1")
        if dry_run:
            return (reminding.by_hand(ready, reader, application, reference),)
    return (reminding.queue_by_hand(ready, application, reference),)


def _print(documents: list[dict[str, Any]], found: Sequence[Reminder], dry_run: bool) -> None:
    if everywhere().json:
        print_json(documents)
        return
    if not documents:
        say("Nobody is to be reminded now.")
        return
    many = f"{len(documents):,} reminder{'' if len(documents) == 1 else 's'}"
    say(f"{many} would be queued; nothing was done." if dry_run else f"{many} queued:")
    say()
    rows = [
        (one["application"], each.reference, one["step"], one["to"], one["key"])
        for one, each in zip(documents, found, strict=True)
    ]
    say(table(("application", "reference", "days since asking", "to", "key"), rows))
    if not dry_run:
        say()
        say("They go out with `siprecruit deliver`. One is taken back by: siprecruit messages recall KEY")
