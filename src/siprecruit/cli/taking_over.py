"""``siprecruit import progress|people|contacts|placements``: a round that was run by hand, taken over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from siprecruit.cli.imports import (
    COLUMNS,
    DRY,
    FILE,
    PATH,
    SHEET,
    say_dry,
    say_how_settled,
    say_list,
    say_rejected_file,
    taking,
    watched,
)
from siprecruit.cli.lazily import Command
from siprecruit.cli.options import everywhere
from siprecruit.cli.session import print_json, say, say_clock, service
from siprecruit.cli.telling import DONE, REFUSED
from siprecruit.cli.words import counted, plain

if TYPE_CHECKING:
    from siprecruit.importing import TakenOver

_REJECTED: Final = click.option(
    "--rejected", type=PATH, metavar="FILE", help="Where rejected rows go, to be mended."
)
_STRICT: Final = click.option("--strict", is_flag=True, help="Exit with 1 if a row was rejected.")
_TAKE: Final = click.option(
    "--take",
    multiple=True,
    metavar="mine|theirs|ROW=mine|ROW=theirs",
    help="Settle clashes: by the sheet's cells (mine), or by the record (theirs).",
)
_SAME: Final = """
    What is in the record already is known again. A cell that was edited since the last import is put right;
    one that was changed in the record meanwhile is a clash: both values are shown, and --take says which
    counts.
    An emptied cell takes back what this file told, and nothing that others told.
"""


def _takes(name: str, help_text: str) -> Callable[[Callable[..., int]], click.Command]:
    def make(run: Callable[..., int]) -> click.Command:
        for option in reversed((FILE, COLUMNS, SHEET, _REJECTED, _STRICT, _TAKE, DRY)):
            run = option(run)
        return click.command(name, cls=Command, help=help_text + _SAME)(run)

    return make


@_takes(
    "progress",
    """Record how far each applicant has come, by FILE: references, accreditation, panel, decision, induction.

    An applicant is known by the application's code, else by e-mail address and advert, else by name and
    advert.
    Days that contradict one another are flagged and kept.
    """,
)
def how_far(**options: Any) -> int:
    """Take over a sheet of progress."""
    from siprecruit.importing import PROGRESS

    return _take_over(PROGRESS, "Recording progress", options)


@_takes(
    "people",
    """Record the people of FILE who never answered an advert: partners, development advisers, officers.

    Somebody is known by a code or an e-mail address, else by name and telephone number.
    """,
)
def people(**options: Any) -> int:
    """Take over a sheet of people."""
    from siprecruit.importing import PEOPLE

    return _take_over(PEOPLE, "Recording people", options)


@_takes(
    "contacts",
    """Record whom to ring about what, by FILE: somebody at a school, or an officer of the authority.

    A school is known by its URN, or by a name and town that no other has.
    """,
)
def contacts(**options: Any) -> int:
    """Take over a sheet of contacts."""
    from siprecruit.importing import CONTACTS

    return _take_over(CONTACTS, "Recording contacts", options)


@_takes(
    "placements",
    """Record who serves which school, by FILE: partner, temporary cover and why, adviser, introduction.

    People are known by a code, an e-mail address or a name that nobody else has. What the rules of allocation
    refuse is told with its row and reason; everything else goes in.
    """,
)
def placements(**options: Any) -> int:
    """Take over a sheet of placements."""
    from siprecruit.importing import PLACEMENTS

    return _take_over(PLACEMENTS, "Recording placements", options)


def _take_over(kind: Any, label: str, options: dict[str, Any]) -> int:
    from siprecruit.importing import Source, take_over
    from siprecruit.intake.headings import read_columns
    from siprecruit.intake.kinds import table_for
    from siprecruit.intake.sheets import read_sheet

    file, rejected, columns = options["file"], options["rejected"], options["columns"]
    _refuse_itself(file, rejected)
    with service() as (opened, running), watched(label, dry=options["dry_run"]) as run:
        table = table_for(kind.name, opened.programme)
        source = Source(
            path=file,
            folder=opened.home,
            columns=read_columns(columns, table) if columns else None,
            rejected_file=rejected,
            take=taking(options["take"]),
        )
        taken = take_over(running, read_sheet(file, sheet=options["sheet"]), source, kind, run=run)
    if everywhere().json:
        print_json(taken.document())
    else:
        say_clock(opened)
        _say(taken)
    return REFUSED if options["strict"] and taken.rejected else DONE


def _refuse_itself(file: Path, rejected: Path | None) -> None:
    if rejected and file.exists() and rejected.exists() and rejected.samefile(file):
        raise click.BadParameter(
            "the rejected rows would take the place of the sheet itself", param_hint="--rejected"
        )


def _say(taken: TakenOver) -> None:
    say_dry(dry=taken.dry_run)
    if not taken.rows:
        say("There is no row under the headings.")
    say(
        f"{counted(taken.rows, 'row')}: {taken.accepted:,} with something new, "
        f"{len(taken.changed):,} changed, "
        f"{taken.unchanged:,} unchanged, {len(taken.rejected):,} rejected."
    )
    changed = [
        (one.row, one.subject, cell.field, cell.was, cell.now) for one in taken.changed for cell in one.cells
    ]
    say_list("Changed", ("row", "about", "field", "was", "now"), changed)
    _say_clashes(taken)
    rejected = [(one.row, one.field, one.message) for one in taken.rejected]
    say_list("Rejected", ("row", "field", "why"), rejected)
    say_rejected_file(taken.rejected_file, dry=taken.dry_run)
    left = [(one.row, one.subject, one.field, one.message) for one in taken.not_recorded]
    say_list("Not recorded, while the rest of the row is", ("row", "about", "field", "why"), left)
    flagged = [(row, taken.subjects[row], [plain(each) for each in codes]) for row, codes in taken.flags]
    say_list("Somebody should look at", ("row", "about", "why"), flagged)
    _say_end(taken)


def _say_clashes(taken: TakenOver) -> None:
    say_list(
        "Clashes: the record says something else, which the sheet didn't know of",
        ("row", "about", "field", "sheet", "record", "by", "at", "taken"),
        [
            (
                *(one.row, one.subject, one.clash.field, one.clash.mine, one.clash.theirs, one.clash.by),
                *(f"{one.clash.at:%Y-%m-%d %H:%M}Z", one.settled or "neither"),
            )
            for one in taken.clashes
        ],
    )
    say_how_settled([one.settled for one in taken.clashes], "put the record's into it")


def _say_end(taken: TakenOver) -> None:
    from siprecruit.putting_right.sent import typed

    say()
    if taken.ignored_columns:
        say(f"Columns that nobody here knows, left out: {', '.join(taken.ignored_columns)}.")
    for note in taken.notes:
        say(note)
    if taken.run and taken.undo and not taken.dry_run:
        say(f"All of it is undone by: {typed(taken.run)}")
        last = taken.undo[0]["data"]["command"]
        say(f"Each fact is undone by a line of its own (--json lists all), such as: {typed(last)}")
