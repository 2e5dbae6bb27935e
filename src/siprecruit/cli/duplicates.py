"""``siprecruit duplicates``, ``merge`` and ``keep``: who may be one person twice, and what was found out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from siprecruit.cli import words
from siprecruit.cli.acting import finish, meant, send
from siprecruit.cli.lazily import Command
from siprecruit.cli.options import everywhere
from siprecruit.cli.session import print_json, say, say_clock, service
from siprecruit.cli.tables import table
from siprecruit.cli.telling import DONE

if TYPE_CHECKING:
    from siprecruit.core.programme import Programme
    from siprecruit.record.reading import Reader
    from siprecruit.reports.alike import Pair

_DRY = click.option("--dry-run", is_flag=True, help="Only show the two side by side.")


@click.command(cls=Command, short_help="Who may be one person twice, side by side.")
def duplicates() -> None:
    """List who may be one person twice, side by side: of one address, or of one name and telephone.

    Both stay until somebody says merge or keep. Merging joins what is known of both and moves nothing.
    """
    from siprecruit.reports.alike import alike
    from siprecruit.reports.documents import as_document

    with service() as (opened, running), running.record.reading() as reader:
        found = alike(reader, running.programme)
    say_clock(opened)
    if everywhere().json:
        print_json({"duplicates": as_document(found)})
        return
    if not found:
        say("Nobody looks like being one person twice.")
    for pair in found:
        _show(pair, opened.programme)
        say(f"One person: {pair.merge}")
        say(f"Two people: {pair.keep}\n")


@click.command(cls=Command, short_help="Two entries are one person.")
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@_DRY
def merge(one: str, other: str, *, dry_run: bool) -> int:
    """Say that A and B (people, or applications) are one person. Both are shown side by side first."""
    return _settle(one, other, joins=True, dry_run=dry_run)


@click.command(cls=Command, short_help="Two entries that look alike are two people.")
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@_DRY
def keep(one: str, other: str, *, dry_run: bool) -> int:
    """Say that A and B, who look alike, are two people: the list of duplicates names them no longer."""
    return _settle(one, other, joins=False, dry_run=dry_run)


def _settle(one: str, other: str, *, joins: bool, dry_run: bool) -> int:
    from siprecruit.core.ids import PersonId
    from siprecruit.core.particulars import KeepApart, MergePerson
    from siprecruit.reports.alike import side_by_side
    from siprecruit.reports.documents import as_document

    with service() as (opened, running):
        with running.record.reading() as reader:
            first, second = _person(reader, one), _person(reader, other)
            (pair,) = side_by_side(reader, running.programme, [(first, second)])
        if not everywhere().json:
            _show(pair, opened.programme)
        if dry_run:
            if everywhere().json:
                print_json({"pair": as_document(pair)})
            return DONE
        what = MergePerson(other=PersonId(second)) if joins else KeepApart(other=PersonId(second))
        return finish([send(opened, running, f"person/{first}", what)], pair=as_document(pair))


def _person(reader: Reader, told: str) -> str:
    """The id of a person, or of the person whose application is named."""
    from siprecruit.reports.finding import person_of

    stream = meant(reader, told)
    person = person_of(reader, stream)
    if person is None:
        raise click.UsageError(f"{told[:60]} is neither a person nor an application")
    return person


def _show(pair: Pair, programme: Programme) -> None:
    rows = [
        (
            each.field,
            _in_words(each.field, each.one, programme),
            _in_words(each.field, each.other, programme),
            "" if each.same else "differs",
        )
        for each in pair.sides
        if each.one or each.other
    ]
    say(table(("", pair.one, pair.other, ""), rows))


def _in_words(field: str, told: str, programme: Programme) -> str:
    match field:
        case "category":
            return ", ".join(words.category(each, programme) for each in told.split(", "))
        case "stage":
            return ", ".join(words.plain(each) for each in told.split(", "))
        case _:
            return told
