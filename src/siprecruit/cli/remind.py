"""``siprecruit remind``: queue the reminders that are due, to referees and partners, or one by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

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
    from siprecruit.deliver.reminders.introducing import Introduction
    from siprecruit.deliver.reminders.reminding import Reminder


@click.command(cls=Command, short_help="Remind referees and partners who are late.")
@click.argument("reference", metavar="[REFERENCE]", required=False)
@click.option("--dry-run", is_flag=True, help="List what would be queued, and queue nothing.")
def remind(reference: str | None, *, dry_run: bool) -> int:
    """Queue the reminders that are due: of each reference the latest step of the programme, once.

    A partner who is late to introduce themselves is reminded too, once of all their schools.

    REFERENCE, such as A7K4P/r1, reminds that one referee now, whatever the programme's days are. A reminder
    goes out with the next `siprecruit deliver`; until then it can be recalled.
    """
    from siprecruit.deliver.reminders import introducing, reminding
    from siprecruit.deliver.reminders.queued import gets

    with office() as (opened, ready, _):
        found = _by_hand(ready, reference, dry_run) if reference else _due(ready, dry_run)
        late = () if reference else _late(ready, dry_run)
        with ready.service.record.reading() as reader:
            to = gets(ready, reader, (*found, *late)) if found or late else {}
        say_clock(opened)
        if everywhere().json:
            of_partners = [introducing.as_document(one, to) for one in late]
            print_json([*(reminding.as_document(one, to) for one in found), *of_partners])
        else:
            _print(found, late, to, dry_run)
    return DONE


def _due(ready: Office, dry_run: bool) -> Sequence[Reminder]:
    from siprecruit.deliver.reminders import reminding

    if not dry_run:
        return reminding.queue(ready)
    service = ready.service
    with service.record.reading() as reader:
        return reminding.due(reader, ready.programme, service.clock(), service.today())


def _late(ready: Office, dry_run: bool) -> Sequence[Introduction]:
    from siprecruit.deliver.reminders import introducing

    if not dry_run:
        return introducing.queue(ready)
    service = ready.service
    with service.record.reading() as reader:
        return introducing.overdue(reader, ready.programme, service.clock(), service.today())


def _by_hand(ready: Office, told: str, dry_run: bool) -> Sequence[Reminder]:
    from siprecruit.deliver.reminders import reminding

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


def _print(
    found: Sequence[Reminder], late: Sequence[Introduction], to: Mapping[str, str], dry_run: bool
) -> None:
    many = len(found) + len(late)
    if not many:
        say("Nobody is to be reminded now.")
        return
    words = f"{many:,} reminder{'' if many == 1 else 's'}"
    say(f"{words} would be queued; nothing was done." if dry_run else f"{words} queued:")
    if found:
        say()
        rows = [(one.application, one.reference, one.step, to[one.key], one.key) for one in found]
        say(table(("application", "reference", "days since asking", "to", "key"), rows))
    if late:
        say()
        of = [(one.person, ", ".join(one.schools), one.due, to[one.key], one.key) for one in late]
        say(table(("partner", "schools not met", "due", "to", "key"), of))
    if not dry_run:
        say()
        say("They go out with `siprecruit deliver`. One is taken back by: siprecruit messages recall KEY")
