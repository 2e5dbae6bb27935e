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
from siprecruit.cli.session import as_json, day_told, say, say_clock, service
from siprecruit.cli.tables import table
from siprecruit.core.calendar import in_words
from siprecruit.core.todo import KINDS

if TYPE_CHECKING:
    from siprecruit.core.programme import Programme
    from siprecruit.installation import Installation
    from siprecruit.reports.covering import CouldCover
    from siprecruit.reports.listing import Page
    from siprecruit.reports.todo import Doing, Wanted
    from siprecruit.service import Service


@click.command(cls=Command, short_help="What needs doing, most urgent first.")
@click.option("--for", "whose", metavar="ROLE|PERSON", help="A role's tasks (manager ...), or a person's.")
@click.option("--as-at", metavar="DATE", help="As it was on that day, or will be, by what is known now.")
@paged
def todo(whose: str | None, as_at: str | None, page: int, size: int) -> None:
    """List what needs doing: what, whose, since when, due, how many schools wait, the command that does it.

    First come schools that have nobody today although the law wants somebody; then what is due, the soonest
    day first, so that what is overdue longest leads, and of one day what is nearer to a covered school; then
    what is due on no day. A person's tasks are their own, and those of their roles that are
    nobody's in particular. What stands between < and > in a command is to be filled in.

    Of a school that nobody is responsible for it says how many people could cover it: who may be deployed on
    that day in its phase, has no tie to it, is not named for it and has room for one more. The first three
    are named: those with room for the most schools lead, of as many by name.
    """
    with service() as (opened, running):
        day = day_told(as_at, "--as-at")
        found = _found(running, _wanted(running.programme, whose, page, size), day)
        _print(opened, found, running.programme, day or opened.today())


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


def _found(running: Service, wanted: Wanted, day: dt.date | None) -> Page[Doing]:
    """Read from the view, or from the streams for another day and where the view can't be asked."""
    from siprecruit.reports.finding import find
    from siprecruit.reports.freshness import views_hold
    from siprecruit.reports.todo import listed
    from siprecruit.reports.todo_as_at import listed_as_at

    programme = running.programme
    from_view = day is None and views_hold(running.record, programme, running.clock())
    look = listed if from_view else listed_as_at
    with running.record.reading() as reader:
        found = look(reader, programme, wanted, day or running.today())
        if wanted.person and not found.rows and find(reader, f"person/{wanted.person}") is None:
            raise click.UsageError(f"{wanted.person[:60]} is neither a role with tasks nor a person's id")
    return found


def _print(opened: Installation, found: Page[Doing], programme: Programme, day: dt.date) -> None:
    if everywhere().json:
        print_page("todo", found, {"as_at": day.isoformat()})
        return
    say_clock(opened)
    if not found.total:
        say("Nothing needs doing." if day == opened.today() else f"Nothing needs doing on {in_words(day)}.")
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
        if one.could_cover is not None:
            say(f"    {_nobody(one, day)}; {_could_cover(one.could_cover)}")
        if one.reason:
            say(f"    {one.reason}")
        for each in one.do:
            say(f"    siprecruit do {shlex.quote(as_json(each))}")
        for typed in one.type:
            say(f"    siprecruit {typed}")
    say()
    say_more(found)
    say("More about one: siprecruit show ID. What stands between < and > is to be filled in.")


def _nobody(one: Doing, day: dt.date) -> str:
    """What hangs on a school without cover: since when, or from when, it has nobody."""
    if one.due is None or one.due == day:
        return "the school has nobody"
    if one.due < day:
        return f"the school has had nobody since {in_words(one.due)}"
    return f"the school has nobody from {in_words(one.due)} on"


def _could_cover(found: CouldCover) -> str:
    """``2 could cover it: Ann Lee (A7K4P, room for 3), Ben Ali (B8M5Q, room for 1)``."""
    if not found.people:
        return "nobody in the pool could cover it"
    first = ", ".join(f"{one.name} ({one.person}, room for {one.free})".lstrip() for one in found.first)
    more = ", first" if found.people > len(found.first) else ":"
    return f"{found.people:,} could cover it{more} {first}"


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
