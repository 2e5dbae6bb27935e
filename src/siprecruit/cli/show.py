"""``siprecruit show``: all about one application, person, school or round, and how each fact is undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import click

from siprecruit.cli.lazily import Command
from siprecruit.cli.options import everywhere
from siprecruit.cli.session import day_asked, print_json, say, say_clock, service
from siprecruit.cli.showing import application, beside, round_, school
from siprecruit.cli.tables import table

if TYPE_CHECKING:
    from siprecruit.core.programme import Programme
    from siprecruit.reports.history import Entry


@click.command(cls=Command, short_help="All about one application, person, school or round.")
@click.argument("told", metavar="ID")
@click.option("--as-at", metavar="DATE", help="As things stood on that day.")
@click.option(
    "--known-at", metavar="DATE|INSTANT", help="By what the record said then; of a day, at its end."
)
def show(told: str, as_at: str | None, known_at: str | None) -> None:
    """Show an application (by its code), a person, a school (by its URN) or a round, with its history.

    Where one id is of several kinds, person/ID, application/ID, placement/URN and round/ID say which one is
    meant. What a reference says is never shown.
    """
    from siprecruit.reports.beside import files, notes
    from siprecruit.reports.documents import as_document
    from siprecruit.reports.finding import find, scene_around

    with service() as (opened, running):
        day, instant = day_asked(as_at, known_at, opened)
        with running.record.reading() as reader:
            stream = find(reader, told)
            if stream is None:
                raise click.UsageError(f"{told[:60]} is in the record neither as a code or id nor as a URN")
            scene = scene_around(
                reader, running.programme, stream, opened.today(), as_at=day, known_at=instant
            )
        dossier = _dossier(scene, stream)
    told_in = {each.stream for each in dossier.history}
    histories = {each: history for each, history in scene.histories.items() if each in told_in}
    written, attached = notes(histories), files(histories)
    say_clock(opened)
    if everywhere().json:
        print_json(as_document(dossier) | as_document({"notes": written, "files": attached}))
        return
    _SHOWN[stream.partition("/")[0]](dossier, opened.programme)
    beside(written, attached)
    _history(dossier.history)


def _dossier(scene: Any, stream: str) -> Any:
    from siprecruit.reports.dossier import dossier
    from siprecruit.reports.rounds import round_dossier
    from siprecruit.reports.schools import school_dossier

    match stream.partition("/")[0]:
        case "placement":
            return school_dossier(scene, stream)
        case "round":
            return round_dossier(scene, stream)
        case _:
            return dossier(scene, stream)


_SHOWN: Final[Mapping[str, Callable[[Any, Programme], None]]] = {
    "application": application,
    "person": application,
    "placement": school,
    "round": round_,
}


def _history(entries: tuple[Entry, ...]) -> None:
    if not entries:
        say("\nNothing of this was known then.")
        return
    several = len({each.stream for each in entries}) > 1
    headings = ("#", "day", "event", "says", "command", "state")
    rows = [
        (
            f"{each.stream} {each.version}" if several else each.version,
            each.on,
            each.event,
            "; ".join(f"{key}={value}" for key, value in each.says.items()),
            each.command,
            "" if each.state == "stands" else each.state,
        )
        for each in entries
    ]
    say("\nHistory")
    say(table(headings, rows))
    _sources(entries, several=several)
    _undoing(entries)


def _sources(entries: tuple[Entry, ...], *, several: bool) -> None:
    """Where each fact was told, or why, with the numbers of those that have it in common."""
    told = [
        (f"{stream} " * several + (f"{first} to {last}" if last > first else f"{first}"), reason)
        for stream, reason, first, last in _together(entries)
    ]
    if told:
        say("\nWhere it was told, or why")
        say(table(("#", "source or reason"), told))


def _together(entries: tuple[Entry, ...]) -> Iterator[tuple[str, str, int, int]]:
    for (stream, reason), same in groupby(entries, lambda each: (each.stream, each.reason)):
        numbers = [each.version for each in same]
        if reason:
            yield stream, reason, numbers[0], numbers[-1]


def _undoing(entries: tuple[Entry, ...]) -> None:
    standing = [each for each in entries if each.state == "stands"]
    if standing:
        say("\nA fact is undone with the command that told it; the last one above by:")
        say(f"  {standing[-1].undone_by}")
        say("More about each, and the numbers that `siprecruit correct` takes: siprecruit history ID.")
