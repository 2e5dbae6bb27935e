"""``siprecruit applicants``: who has applied, and where each stands."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import click

from siprecruit.cli import words
from siprecruit.cli.lazily import Command
from siprecruit.cli.options import everywhere
from siprecruit.cli.paging import how_many, paged, print_page, say_more
from siprecruit.cli.session import day_asked, say, say_clock, service
from siprecruit.cli.tables import table
from siprecruit.core.calendar import in_words
from siprecruit.core.position import STAGES
from siprecruit.core.text import fold

if TYPE_CHECKING:
    from siprecruit.core.programme import Programme
    from siprecruit.installation import Installation
    from siprecruit.reports.applicants import Applicant, Wanted
    from siprecruit.reports.listing import Page
    from siprecruit.service import Service


@click.command(cls=Command, short_help="Who has applied, and where each stands.")
@click.option("--stage", type=click.Choice(STAGES), metavar="STAGE", help=f"One of {', '.join(STAGES)}.")
@click.option(
    "--whose-move", metavar="ROLE", help="Who has to act next: applicant, referee, panel, accreditor ..."
)
@click.option("--category", metavar="CODE", help="headteacher, consultant ..., as the programme calls them.")
@click.option("--advert", metavar="CODE", help="The advert that they answered.")
@click.option("--flag", metavar="CODE", help="What a person should look at: no_email, after_closing ...")
@click.option("--name", metavar="TEXT", help="A part of the name; accents and apostrophes don't matter.")
@click.option(
    "--sort",
    "order",
    type=click.Choice(["name", "received", "stage"]),
    default="name",
    help="In which order (name); received: the latest first.",
)
@click.option("--as-at", metavar="DATE", help="As things stood on that day.")
@click.option(
    "--known-at", metavar="DATE|INSTANT", help="By what the record said then; of a day, at its end."
)
@paged
def applicants(as_at: str | None, known_at: str | None, **wishes: Any) -> None:
    """List the applicants with their stage, whose move it is, and what blocks them."""
    from siprecruit.reports.applicants import Wanted

    with service() as (opened, running):
        wanted = Wanted(**(wishes | _by_codes(wishes, opened.programme)))
        day, instant = day_asked(as_at, known_at, opened)
        found = _found(running, wanted, day, instant)
        _print(opened, found, wanted, day or opened.today())


def _by_codes(wishes: dict[str, Any], programme: Programme) -> dict[str, str | None]:
    """What the list shows in the programme's words may be asked for in these, too."""
    category, role = wishes["category"], wishes["whose_move"]
    known = programme.category_named(category) if category else None
    called = {fold(named): code for code, named in programme.vocabulary.items()}
    return {
        "category": known.code if known else category,
        "whose_move": called.get(fold(role), role) if role else None,
    }


def _found(
    running: Service, wanted: Wanted, day: dt.date | None, instant: dt.datetime | None
) -> Page[Applicant]:
    from siprecruit.reports.applicants import listed, listed_as_at
    from siprecruit.reports.freshness import views_hold

    programme = running.programme
    from_views = day is None and views_hold(running.record, programme, running.clock())
    with running.record.reading() as reader:
        if from_views:
            return listed(reader, wanted)
        return listed_as_at(reader, programme, wanted, day or running.today(), instant)


def _print(opened: Installation, found: Page[Applicant], wanted: Wanted, day: dt.date) -> None:
    say_clock(opened)
    if everywhere().json:
        print_page("applicants", found, {"as_at": day.isoformat()})
        return
    if not found.total:
        say(_nobody(wanted))
        return
    say(f"{how_many(found, 'application', 'applications')} on {in_words(day)}")
    say()
    shown = [_row(one, opened.programme) for one in found.rows]
    say(table(("code", "name", "category", "stage", "next move", "blocks", "flags"), shown))
    say()
    say_more(found)
    say("More about one: siprecruit show CODE, which also says how each fact is undone.")


def _row(one: Applicant, programme: Programme) -> tuple[object, ...]:
    return (
        one.application,
        one.name,
        words.category(one.category, programme),
        words.plain(one.stage),
        words.role(one.whose_move, programme),
        words.blocks(one.blocks, programme),
        words.blocks(one.flags, programme),
    )


def _nobody(wanted: Wanted) -> str:
    narrowed = (wanted.stage, wanted.whose_move, wanted.category, wanted.advert, wanted.flag, wanted.name)
    if any(narrowed) or wanted.page > 1:
        return "No application fits: ask for less, or look at the first page."
    return "There are no applications yet: siprecruit import responses FILE takes them in."
