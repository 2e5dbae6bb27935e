"""``siprecruit contacts``: whom to ring about what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from siprecruit.cli.lazily import Command
from siprecruit.cli.options import everywhere
from siprecruit.cli.session import day_told, known_at_told, print_json, say, say_clock, service
from siprecruit.cli.tables import table
from siprecruit.core.calendar import in_words

if TYPE_CHECKING:
    from siprecruit.reports.contacts import Contact


@click.command(cls=Command, short_help="Whom to ring about what.")
@click.option("--for", "urn", metavar="URN", help="For that school: its own contacts too.")
@click.option("--as-at", metavar="DATE", help="On that day, which may lie ahead (today).")
@click.option(
    "--known-at", metavar="DATE|INSTANT", help="By what the record said then; of a day, at its end."
)
def contacts(urn: str | None, as_at: str | None, known_at: str | None) -> None:
    """Say whom to ring about what on a day: the authority's officers by purpose, and how to reach them.

    With --for, those who answer for that school's area, and whom to ring at the school.
    """
    from siprecruit.reports import contacts as report

    with service() as (opened, running), running.record.reading() as reader:
        day = day_told(as_at, "--as-at") or opened.today()
        if urn and not reader.versions([f"placement/{urn}"])[f"placement/{urn}"]:
            raise click.BadParameter(f"no school {urn} is in the record", param_hint="--for")
        instant = known_at_told(known_at, opened)
        found = report.contacts(reader, opened.programme, day, urn=urn, known_at=instant)
    say_clock(opened)
    if everywhere().json:
        print_json(report.as_document(found))
        return
    say(f"Whom to ring on {in_words(day)}" + (f" about {urn}" if urn else ""))
    say()
    if not found:
        say("Nobody has been told: siprecruit import contacts FILE takes a sheet in.")
        return
    rows = [
        (each.title, _whose(each), each.name, each.phone, each.email, each.since, each.until)
        for each in found
    ]
    say(table(("about", "for", "name", "telephone", "e-mail", "since", "until"), rows))


def _whose(contact: Contact) -> str:
    return "the school" if contact.of == "school" else contact.area or "all areas"
