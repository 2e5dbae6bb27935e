"""``siprecruit record``: the head of the record, its check, its views made anew, its backups."""

from __future__ import annotations

from pathlib import Path

import click

from siprecruit.cli.lazily import Group
from siprecruit.cli.options import everywhere
from siprecruit.cli.progress import progress
from siprecruit.cli.session import installation, print_json, say, service
from siprecruit.cli.telling import DONE, REFUSED, tell

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(cls=Group, short_help="Check, rebuild, back up and restore the record.")
def record() -> None:
    """The record of all events: prove that nobody changed it, make its views anew, back it up, restore it."""


@record.command()
def head() -> None:
    """Print the one value that changes with any event: keep it elsewhere, and verify against it later."""
    from siprecruit.record.verify import head as head_of

    with service() as (_, running), running.record.reading() as reader:
        found = head_of(reader)
    if everywhere().json:
        print_json({"head": found})
    else:
        say(found)


@record.command()
@click.option("--against", metavar="HEAD", help="A head that was noted earlier, elsewhere.")
def verify(against: str | None) -> int:
    """Check every event, text and file against its hash, and the whole against a head that was noted."""
    from siprecruit.record.verify import verify as check
    from siprecruit.reports.documents import as_document

    with service() as (_, running), running.record.reading() as reader:
        found = check(reader, against)
    if everywhere().json:
        print_json(as_document(found))
    else:
        say(f"{found.events:,} events in {found.streams:,} streams, head {found.head}")
        if found.ok:
            say(
                "No event, text or file was changed."
                if against
                else "No event, text or file was changed, as far as the record itself tells."
            )
    for each in found.broken:
        event = f", event {each.version}" if each.version is not None else ""
        tell(f"{'the whole record' if each.stream == '*' else each.stream}{event}: {each.reason}")
    return DONE if found.ok else REFUSED


@record.command()
def rebuild() -> None:
    """Make all views anew from the events. Nothing is lost by it; undoing it is never needed."""
    from siprecruit.record import projection
    from siprecruit.reports.health import streams_in_all

    with service() as (_, running), running.record.writing() as writer:
        total = streams_in_all(writer)
        with progress("Making the views anew", total) as forward:
            done = 0
            for reached in projection.rebuild(writer, running.programme, running.today()):
                forward(reached - done)
                done = reached
    if everywhere().json:
        print_json({"streams": done})
    else:
        say(f"The views were made anew from {done:,} streams.")


@record.command()
@click.argument("file", type=_FILE, metavar="FILE")
def backup(file: Path) -> None:
    """Copy the record to FILE while others go on working; the copy is verified before it gets its name."""
    from siprecruit.record.backup import backup as back_up

    with service() as (_, running):
        found = back_up(running.record, file)
    if everywhere().json:
        print_json({"file": str(file), "head": found})
    else:
        say(f"The record was copied to {file}, head {found}.")
        say(f"To put it back: siprecruit record restore {file}")


@record.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--replace", is_flag=True, help="Also where there is a record: that is kept beside.")
def restore(file: Path, replace: bool) -> int:
    """Put the backup in FILE in the place of the installation's record, once it has been verified."""
    from siprecruit.record.backup import restore as put_back
    from siprecruit.reports.documents import as_document

    found = put_back(file, installation().database, replace=replace)
    if everywhere().json:
        print_json(as_document(found))
    else:
        say(f"The record is the one of {file}: {found.events:,} events in {found.streams:,} streams.")
        say(f"Its head is {found.head}.")
        say("Nothing goes out from it yet, as what waits there may have gone out since the backup was made.")
        say("What waits: siprecruit messages list --status queued. To let it go out: siprecruit deliver --go")
    return DONE if found.ok else REFUSED
