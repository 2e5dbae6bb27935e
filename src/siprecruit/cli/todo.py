"""``siprecruit todo``: what needs doing, most urgent first, and the command that does it."""

from __future__ import annotations

import datetime as dt
import shlex
from typing import TYPE_CHECKING, Any

import click

from siprecruit.cli import words
from siprecruit.cli.lazily import Command
from siprecruit.cli.options import everywhere
from siprecruit.cli.paging import how_many, paged, print_page, say_more
from siprecruit.cli.session import as_json, say, say_clock, service
from siprecruit.cli.tables import table
from siprecruit.core.calendar import in_words
from siprecruit.core.todo import KINDS

if TYPE_CHECKING:
    from siprecruit.core.programme import Programme
    from siprecruit.installation import Installation
    from siprecruit.record.errors import RecordError
    from siprecruit.reports.listing import Page
    from siprecruit.reports.todo import Doing, Wanted
    from siprecruit.service import Service


@click.command(cls=Command, short_help="What needs doing, most urgent first.")
@click.option("--for", "whose", metavar="ROLE|PERSON", help="A role's tasks (manager ...), or a person's.")
@paged
def todo(whose: str | None, page: int, size: int) -> None:
    """List what needs doing: what, whose, since when, due, how many schools wait, the command that does it.

    First come schools that have nobody today although the law wants somebody; then what is due, the soonest
    day first, so that what is overdue longest leads, and of one day what is nearer to a covered school; then
    what is due on no day. A person's tasks are their own, and those of their roles that are
    nobody's in particular. What stands between < and > in a command is to be filled in.
    """
    with service() as (opened, running):
        found = _found(running, _wanted(running.programme, whose, page, size))
        _print(opened, found, running.programme)


def _wanted(programme: Programme, whose: str | None, page: int, size: int) -> Wanted:
    """A role goes by its code or by what the authority calls it; anything else is a person's id."""
    from siprecruit.core.text import fold
    from siprecruit.reports.todo import Wanted

    if whose is None:
        return Wanted(page=page, size=size)
    roles = {"referee", *(each.role for each in KINDS.values())}
    called = {fold(code): code for code in roles}
    called |= {fold(named): code for code, named in programme.vocabulary.items() if code in roles}
    role = called.get(fold(whose))
    person = None if role else whose.removeprefix("person/")
    return Wanted(role=role, person=person, page=page, size=size)


def _found(running: Service, wanted: Wanted) -> Page[Doing]:
    from siprecruit.reports.finding import find
    from siprecruit.reports.freshness import views_hold
    from siprecruit.reports.todo import listed

    if not views_hold(running.record, running.programme, running.clock()):
        raise _elsewhere(running)
    with running.record.reading() as reader:
        found = listed(reader, wanted, running.today())
        if wanted.person and not found.rows and find(reader, f"person/{wanted.person}") is None:
            raise click.UsageError(f"{wanted.person[:60]} is neither a role with tasks nor a person's id")
    return found


def _elsewhere(running: Service) -> RecordError:
    """Why there is no list, and what to do: the clock stands too early, or nothing can be written."""
    from siprecruit.record.errors import RecordError
    from siprecruit.reports.freshness import recorded_after

    now = running.clock()
    later = recorded_after(running.record, now)
    if later is None:
        message = f"{running.record.place}: the list has to be brought up to today, and it takes no writing"
        return RecordError("views_are_old", message)
    return RecordError(
        "views_are_elsewhere",
        f"the clock stands at {now:%Y-%m-%d %H:%M}Z, and something was recorded at {later:%Y-%m-%d %H:%M}Z: "
        f"ask without --now, or for {later + dt.timedelta(days=1):%Y-%m-%d} or later "
        "(to play through other years, set the clock before `siprecruit init`)",
    )


def _print(opened: Installation, found: Page[Doing], programme: Programme) -> None:
    day = opened.today()
    if everywhere().json:
        print_page("todo", found, {"as_at": day.isoformat()})
        return
    say_clock(opened)
    if not found.total:
        say("Nothing needs doing.")
        return
    say(f"{how_many(found, 'thing', 'things')} to do on {in_words(day)}")
    say()
    headings = ("due", "late", "what", "whose", "about", "name", "schools", "since")
    lines = table(headings, [_row(one, programme) for one in found.rows]).splitlines()
    head, body = lines[: -len(found.rows)], lines[-len(found.rows) :]
    for line in head:
        say(line)
    for line, one in zip(body, found.rows, strict=True):
        say(line)
        for each in one.do:
            say(f"    siprecruit do {shlex.quote(as_json(each))}")
    say()
    say_more(found)
    say("More about one: siprecruit show ID. What stands between < and > is to be filled in.")


def _row(one: Doing, programme: Programme) -> tuple[Any, ...]:
    late = f"{one.late} days" if one.late > 1 else "1 day" if one.late else ""
    role = words.role(one.role, programme)
    whose = f"{one.person_name} ({role})" if one.person_name else role
    about = one.stream.partition("/")[2]
    beside = one.other_name if one.other_name != one.name else None
    beside = f"referee {one.referee_name}" if one.referee_name else beside
    name = f"{one.name} ({beside})" if beside else one.name
    return (one.due, late, _what(one, programme), whose, about, name, one.hangs or "", one.since)


def _what(one: Doing, programme: Programme) -> str:
    """What is to be done, with its reasons, or with which of several of its kind it is."""
    match KINDS[one.kind].shows:
        case "codes" if one.codes:
            return f"{one.what} ({', '.join(words.blocks(one.codes, programme))})"
        case "detail" if one.detail:
            return f"{one.what} ({one.detail})"
        case _:
            return one.what
