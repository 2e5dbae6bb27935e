"""``siprecruit history``: what was believed when, by whom it was changed, and how each line is undone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from siprecruit.cli.acting import meant
from siprecruit.cli.lazily import Command
from siprecruit.cli.options import everywhere
from siprecruit.cli.session import known_at_told, print_json, say, say_clock, service
from siprecruit.cli.showing import beside

if TYPE_CHECKING:
    from siprecruit.reports.history import Entry


@click.command(cls=Command, short_help="What was believed when, and how it is undone.")
@click.argument("told", metavar="ID")
@click.option("--known-at", metavar="DATE|INSTANT", help="Only what was known then; of a day, at its end.")
def history(told: str, known_at: str | None) -> None:
    """Tell the history of an applicant, a person, a school or a round, event by event.

    Each line says since when it was believed, what came in its place, and what to type to undo it. The number
    of an event is what `correct` and `reverse` take. What a reference says stands nowhere here.
    """
    from siprecruit.reports.beside import files, notes
    from siprecruit.reports.documents import as_document
    from siprecruit.reports.history import entries

    with service() as (opened, running):
        with running.record.reading() as reader:
            stream = meant(reader, told)
            instant = known_at_told(known_at, opened)
            found = reader.histories([stream], known_at=instant, texts=True)
        lines = entries(stream, found[stream], opened.today())
    written, attached = notes(found), files(found)
    say_clock(opened)
    if everywhere().json:
        laid = as_document({"notes": written, "files": attached})
        print_json({"stream": stream, "history": as_document(lines), **laid})
        return
    say(stream)
    zone = ZoneInfo(opened.programme.timezone)
    for each in lines:
        for line in _told(each, zone):
            say(line)
    beside(written, attached)


def _told(one: Entry, zone: ZoneInfo) -> Iterator[str]:
    says = " ".join(f"{key}={value}" for key, value in one.says.items())
    yield f"\n{one.version}. {one.on} {one.event} {says}".rstrip()
    yield f"   known since {one.recorded_at.astimezone(zone):%Y-%m-%d %H:%M}, from {one.by} ({one.command})"
    if one.reason:
        puts_right = "replaces" in one.says or one.event in ("voided", "reversed")
        yield f"   {'because' if puts_right and one.by != 'import' else 'source'}: {one.reason}"
    for change in one.changes:
        hidden = change.was is None and change.now is None
        yield f"   {change.field}: " + ("other words" if hidden else f"was {change.was}, is {change.now}")
    if one.changed_by is not None:
        by = one.changed_by
        until = f"{by.recorded_at.astimezone(zone):%Y-%m-%d %H:%M}"
        yield f"   believed until {until}: {by.event} by {by.by} ({by.command}, event {by.version})"
    if one.state == "stands":
        yield f"   undone by: {one.undone_by}"
    elif one.changed_by is not None:
        yield f"   brought back by: siprecruit undo {one.changed_by.command}"
