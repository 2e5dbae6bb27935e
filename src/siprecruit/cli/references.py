"""``siprecruit references``: the referees' queue, soonest due first; and asking for references."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import click

from siprecruit.cli import words
from siprecruit.cli.lazily import Here, LazyGroup
from siprecruit.cli.options import everywhere
from siprecruit.cli.paging import how_many, paged, print_page, say_more
from siprecruit.cli.session import day_asked, say, say_clock, service
from siprecruit.cli.tables import table
from siprecruit.core.calendar import in_words

if TYPE_CHECKING:
    from siprecruit.installation import Installation
    from siprecruit.reports.listing import Page
    from siprecruit.reports.queue import ReferenceTask, Wanted
    from siprecruit.service import Service


@click.group(
    cls=LazyGroup,
    loaded={"request": Here("siprecruit.cli.requesting:request", "Ask for references.")},
    invoke_without_command=True,
    short_help="Which references are awaited.",
)
@click.option("--open/--all", "only_open", default=True, help="Those awaited (so it is), or all of them.")
@click.option("--for", "referee", metavar="PERSON", help="One referee's own queue, by the person's id.")
@click.option("--overdue", is_flag=True, help="Only those that were due before today.")
@click.option("--as-at", metavar="DATE", help="As things stood on that day.")
@click.option(
    "--known-at", metavar="DATE|INSTANT", help="By what the record said then; of a day, at its end."
)
@paged
@click.pass_context
def references(context: click.Context, /, as_at: str | None, known_at: str | None, **wishes: Any) -> None:
    """List the references, soonest due first: who is asked, for whom, by when. Never what one says."""
    if context.invoked_subcommand is not None:
        return
    with service() as (opened, running):
        day, instant = day_asked(as_at, known_at, opened)
        found = _found(running, wishes, day, instant)
        _print(opened, found, day or opened.today())


def _found(
    running: Service, wishes: dict[str, Any], day: dt.date | None, instant: dt.datetime | None
) -> Page[ReferenceTask]:
    from siprecruit.reports.applicants import scene_of_all
    from siprecruit.reports.freshness import views_hold
    from siprecruit.reports.queue import awaited, awaited_as_at

    wanted = _wanted(wishes, day or running.today())
    from_views = day is None and views_hold(running.record, running.programme, running.clock())
    with running.record.reading() as reader:
        if from_views:
            return awaited(reader, wanted)
        return awaited_as_at(scene_of_all(reader, running.programme, day or running.today(), instant), wanted)


def _wanted(wishes: dict[str, Any], day: dt.date) -> Wanted:
    from siprecruit.reports.queue import Wanted

    return Wanted(
        closed_too=not wishes["only_open"],
        referee=wishes["referee"],
        overdue_on=day if wishes["overdue"] else None,
        page=wishes["page"],
        size=wishes["size"],
    )


def _print(opened: Installation, found: Page[ReferenceTask], day: dt.date) -> None:
    say_clock(opened)
    if everywhere().json:
        print_page("references", found, {"as_at": day.isoformat()})
        return
    if not found.total:
        say("No such reference: siprecruit references request asks for those that are wanted.")
        return
    say(f"{how_many(found, 'reference', 'references')} on {in_words(day)}")
    say()
    headings = ("due", "late", "application", "reference", "applicant", "referee", "LA", "asked by", "state")
    say(table(headings, [_row(one, day) for one in found.rows]))
    say()
    say_more(found)
    say("More about one: siprecruit show APPLICATION, which also says how each fact is undone.")


def _row(one: ReferenceTask, day: dt.date) -> tuple[object, ...]:
    late = (day - one.due).days if one.due and one.received_on is None else 0
    return (
        one.due,
        f"{late} days" if late > 0 and one.state in ("asked", "opened", "part_complete") else "",
        one.application,
        one.reference,
        one.applicant,
        one.referee_name,
        one.from_la,
        one.asked_by or "us",
        words.plain(one.state),
    )
