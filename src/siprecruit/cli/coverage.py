"""``siprecruit coverage``: which schools have an accredited partner on a day, and why others have none."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import click

from siprecruit.cli import words
from siprecruit.cli.lazily import Command
from siprecruit.cli.options import everywhere
from siprecruit.cli.session import day_told, known_at_told, print_json, say, say_clock, service
from siprecruit.cli.tables import facts, table
from siprecruit.core.calendar import in_words

if TYPE_CHECKING:
    from siprecruit.core.coverage import Report
    from siprecruit.core.programme import Programme
    from siprecruit.installation import Installation


@click.command(cls=Command, short_help="Which schools are covered on a day.")
@click.option("--as-at", metavar="DATE", help="On that day, which may lie ahead (today).")
@click.option(
    "--known-at", metavar="DATE|INSTANT", help="By what the record said then; of a day, at its end."
)
def coverage(as_at: str | None, known_at: str | None) -> None:
    """Count the schools in scope for which somebody accredited is responsible on a day; name the others."""
    from siprecruit.reports import coverage as report

    with service() as (opened, running):
        day = day_told(as_at, "--as-at") or opened.today()
        instant = known_at_told(known_at, opened)
        with running.record.reading() as reader:
            found = report.coverage(reader, opened.programme, day, instant)
            persons = [reason.person for each in found.uncovered for reason in each.reasons if reason.person]
            called = report.names(reader, [each.urn for each in found.uncovered], persons)
    say_clock(opened)
    if everywhere().json:
        print_json(report.as_document(found))
        return
    _print(opened, found, called)


def _print(opened: Installation, found: Report, called: dict[str, str]) -> None:
    say(f"Coverage on {in_words(found.as_at)}")
    say()
    say(
        facts(
            [
                ("schools in scope", found.in_scope),
                ("covered", found.covered),
                ("by the permanent partner", found.permanent),
                ("by temporary cover", found.temporary),
                ("not covered", len(found.uncovered)),
                ("statutory date", _statutory(opened.programme.statutory_date, opened.today())),
            ]
        )
    )
    if not found.in_scope:
        say("\nNo school is in scope on that day: siprecruit import schools FILE takes schools in.")
    if found.uncovered:
        _print_uncovered(opened.programme, found, called)


def _print_uncovered(programme: Programme, found: Report, called: dict[str, str]) -> None:
    rows = [
        (
            each.urn,
            called.get(each.urn),
            *words.blocks([reason.code], programme),
            words.plain(reason.kind),
            called.get(reason.person or ""),
        )
        for each in found.uncovered
        for reason in each.reasons
    ]
    say()
    say(table(("URN", "not covered", "why", "named", "person"), rows))
    say("\nMore about one: siprecruit show URN.")


def _statutory(date: dt.date | None, today: dt.date) -> str | None:
    if date is None:
        return None
    days = (date - today).days
    if days == 0:
        return f"{in_words(date)}, today"
    return f"{in_words(date)}, {abs(days)} days {'ahead' if days > 0 else 'ago'}"
