"""``siprecruit import``: sheets of schools and of responses, as they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from siprecruit.cli.lazily import Here, LazyGroup
from siprecruit.cli.options import everywhere
from siprecruit.cli.progress import progress
from siprecruit.cli.session import print_json, say, say_clock, service
from siprecruit.cli.tables import table
from siprecruit.cli.telling import DONE, REFUSED
from siprecruit.cli.words import counted, plain

if TYPE_CHECKING:
    from siprecruit.importing import ImportedResponses, ImportedSchools, Run
    from siprecruit.importing.outcome import Changed
    from siprecruit.importing.schools import ChangedSchool
    from siprecruit.importing.settling import Side, Take

PATH: Final = click.Path(path_type=Path)
FILE: Final = click.argument("file", type=PATH)
COLUMNS: Final = click.option(
    "--columns",
    type=PATH,
    metavar="FILE.toml",
    help='Headings of your own: [columns], then "Their heading" = "our_field".',
)
SHEET: Final = click.option("--sheet", metavar="NAME", help="Which sheet of a workbook.")
DRY: Final = click.option("--dry-run", is_flag=True, help="Only say what would happen.")

LONGEST: Final = 40
"""How many rows a list for people has; --json has them all."""


_HAND: Final = "siprecruit.cli.taking_over"


@click.group(
    "import",
    cls=LazyGroup,
    short_help="Take in a sheet as it is.",
    loaded={
        "contacts": Here(f"{_HAND}:contacts", "Whom to ring about what, at schools and at the authority."),
        "people": Here(f"{_HAND}:people", "Partners, advisers and officers who never answered an advert."),
        "placements": Here(f"{_HAND}:placements", "Who serves which school, who covers, and why."),
        "progress": Here(f"{_HAND}:how_far", "How far each applicant has come: references to induction."),
        "responses": Here("siprecruit.cli.imports:responses", "The responses to adverts."),
        "schools": Here("siprecruit.cli.imports:schools", "The schools, or the DfE's download of them."),
    },
)
def imports() -> None:
    """Take in a sheet as it is: csv, tsv or xlsx, in any usual encoding.

    What is in the record already is known again: the same sheet can be imported as often as one likes.
    """


@imports.command()
@FILE
@click.option(
    "--la", metavar="CODE|all", help="Whose schools are taken; else those of the installation's own."
)
@COLUMNS
@SHEET
@DRY
def schools(file: Path, la: str | None, columns: Path | None, sheet: str | None, *, dry_run: bool) -> None:
    """Record the schools of FILE: a plain file, or the DfE's download from Get Information About Schools."""
    from siprecruit.importing import import_schools
    from siprecruit.intake.headings import heading_table, read_columns
    from siprecruit.intake.sheets import read_sheet

    with service() as (opened, running), watched("Recording schools", dry=dry_run) as run:
        taken = import_schools(
            running,
            read_sheet(file, sheet=sheet),
            authority=None if la == "all" else la or opened.authority,
            columns=read_columns(columns, heading_table("schools")) if columns else None,
            run=run,
        )
    if everywhere().json:
        print_json(taken.document())
        return
    say_clock(opened)
    _say_schools(taken)


@imports.command()
@FILE
@COLUMNS
@SHEET
@click.option("--rejected", type=PATH, metavar="FILE", help="Where rejected rows go, to be mended.")
@click.option("--strict", is_flag=True, help="Exit with 1 if a row was rejected.")
@click.option(
    "--take",
    multiple=True,
    metavar="mine|theirs|ROW=mine|ROW=theirs",
    help="Settle clashes: by the sheet's cells (mine), or by the record (theirs).",
)
@DRY
def responses(  # noqa: PLR0913 - one argument for each option
    file: Path,
    columns: Path | None,
    sheet: str | None,
    rejected: Path | None,
    take: tuple[str, ...],
    *,
    strict: bool,
    dry_run: bool,
) -> int:
    """Record the responses to adverts in FILE, the officer's sheet as it is.

    A row that can't be recorded truthfully is rejected, into a file that can be mended and imported again.
    Everything else goes in, flagged where a person should look. Nobody is sent a message.

    Of a sheet that `export responses` gave exactly the edited cells are put right. A cell that was changed in
    the record meanwhile is a clash: both values are shown, and --take says which counts.
    """
    from siprecruit.importing import Source, import_responses
    from siprecruit.intake.headings import heading_table, read_columns
    from siprecruit.intake.sheets import read_sheet

    if rejected and file.exists() and rejected.exists() and rejected.samefile(file):
        raise click.BadParameter(
            "the rejected rows would take the place of the sheet itself", param_hint="--rejected"
        )
    with service() as (opened, running), watched("Recording responses", dry=dry_run) as run:
        source = Source(
            path=file,
            folder=opened.home,
            columns=read_columns(columns, heading_table("responses")) if columns else None,
            rejected_file=rejected,
            take=taking(take),
        )
        taken = import_responses(running, read_sheet(file, sheet=sheet), source, run=run)
    if everywhere().json:
        print_json(taken.document())
    else:
        say_clock(opened)
        _say_responses(taken)
    return REFUSED if strict and taken.rejected else DONE


def taking(told: tuple[str, ...]) -> Take:
    """How clashes are settled. Raises click.BadParameter."""
    from siprecruit.importing.settling import Take

    sides: dict[str, Side] = {"mine": "mine", "theirs": "theirs"}
    otherwise: Side | None = None
    rows: dict[int, Side] = {}
    for each in told:
        row, _, side = each.rpartition("=")
        if side not in sides or (row and not (row.isascii() and row.isdigit())):
            message = f"mine or theirs, or a row such as 17=mine, not {each[:40]!r}"
            raise click.BadParameter(message, param_hint="--take")
        before = rows.get(int(row)) if row else otherwise
        if before not in (None, sides[side]):
            where = f"row {int(row)}" if row else "all rows"
            raise click.BadParameter(f"both mine and theirs for {where}", param_hint="--take")
        if row:
            rows[int(row)] = sides[side]
        else:
            otherwise = sides[side]
    return Take(otherwise=otherwise, rows=rows)


@contextmanager
def watched(label: str, *, dry: bool) -> Iterator[Run]:
    """A run of an import, with a bar that shows how far it is."""
    from siprecruit.importing import Run

    with ExitStack() as bars:
        yield Run(dry=dry, progress=lambda length: bars.enter_context(progress(label, length)))


def _say_schools(taken: ImportedSchools) -> None:
    say_dry(dry=taken.dry_run)
    say(
        f"{counted(taken.rows, 'row')}: {counted(taken.accepted, 'new school')}, "
        f"{len(taken.changed):,} changed, "
        f"{taken.unchanged:,} unchanged, {taken.other_authority:,} of another authority, "
        f"{len(taken.rejected):,} rejected."
    )
    say(f"Of these schools the programme serves {taken.in_scope:,} today.")
    if taken.rows and taken.other_authority == taken.rows:
        say("None was taken: --la CODE takes those of another authority, --la all every one.")
    say_list("Changed", ("row", "URN", "field", "was", "now"), _cells(taken.changed, "urn"))
    say_list(
        "Rejected", ("row", "field", "why"), [(one.row, one.field, one.message) for one in taken.rejected]
    )
    _say_rest(taken)


def _say_responses(taken: ImportedResponses) -> None:
    say_dry(dry=taken.dry_run)
    say(
        f"{counted(taken.rows, 'row')}: {counted(taken.accepted, 'new response')}, "
        f"{len(taken.changed):,} changed, "
        f"{taken.unchanged:,} unchanged, {len(taken.rejected):,} rejected."
    )
    say_list("Changed", ("row", "application", "field", "was", "now"), _cells(taken.changed, "application"))
    _say_clashes(taken)
    say_list(
        "In the record, but no longer in the sheet: nothing was done about them",
        ("application", "name"),
        [(one.application, one.name) for one in taken.absent],
    )
    say_list(
        "Rejected", ("row", "field", "why"), [(one.row, one.field, one.message) for one in taken.rejected]
    )
    say_rejected_file(taken.rejected_file, dry=taken.dry_run)
    code = taken.applications.get
    say_list(
        "Somebody should look at",
        ("row", "application", "why"),
        [(row, code(row, ""), [plain(each) for each in codes]) for row, codes in taken.flags],
    )
    repeats = [(f"row {row} repeats row {first}",) for row, first in taken.repeats]
    say_list("Said twice in the sheet, and taken once", ("where",), repeats)
    title = "Possible duplicates: both stay until somebody says merge or keep"
    say_list(title, ("where", "who"), list(_doubles(taken)))
    _say_rest(taken)


def _doubles(taken: ImportedResponses) -> Iterator[tuple[str, str]]:
    code = taken.applications.get
    for one, other in taken.possible_duplicates:
        yield f"rows {one} and {other}", " and ".join(filter(None, (code(one), code(other))))
    for row, application in taken.possible_duplicates_in_record:
        yield f"row {row}", " and ".join(filter(None, (code(row), application)))


def _say_clashes(taken: ImportedResponses) -> None:
    """Both values of each cell that was changed on both sides, and who did it in the record."""
    say_list(
        "Clashes: changed in the sheet, and meanwhile in the record",
        ("row", "application", "field", "before", "sheet", "record", "by", "at", "taken"),
        [
            (
                one.row,
                one.application,
                one.field,
                one.was,
                one.mine,
                one.theirs,
                one.by,
                f"{one.at:%Y-%m-%d %H:%M}Z",
                one.taken or "neither",
            )
            for one in taken.clashes
        ],
    )
    say_how_settled([one.taken for one in taken.clashes], "export again")


def say_how_settled(sides: Collection[str | None], then: str) -> None:
    """Say how open clashes are settled, and what to do with a sheet whose own cells don't count."""
    if None in sides:
        say("The record stays as it is: --take mine, --take theirs or --take ROW=mine settles them.")
    if "theirs" in sides:
        say(f"The sheet still has its own cells: {then} before you go on in it.")


def say_dry(*, dry: bool) -> None:
    """Say at the head that nothing was recorded, where it is so."""
    if dry:
        say("A dry run: nothing was recorded, this is what would happen.")


def say_rejected_file(file: Path | None, *, dry: bool) -> None:
    """Say where the rejected rows are, or would be."""
    if file is not None:
        are = "would go to" if dry else "are in"
        say(f"Rejected rows {are} {file}: mend them there and import that file.")


def _cells(changed: tuple[Changed, ...] | tuple[ChangedSchool, ...], name: str) -> list[tuple[object, ...]]:
    return [
        (one.row, getattr(one, name), cell.field, cell.was, cell.now) for one in changed for cell in one.cells
    ]


def say_list(title: str, headings: tuple[str, ...], rows: list[Any]) -> None:
    """Say a list for people: its title, and no more rows than they read; nothing where there are none."""
    if not rows:
        return
    say()
    say(f"{title} ({len(rows):,}):")
    say(table(headings, rows[:LONGEST]))
    if len(rows) > LONGEST:
        say(f"... and {len(rows) - LONGEST:,} more; --json lists all")


def _say_rest(taken: ImportedSchools | ImportedResponses) -> None:
    from siprecruit.putting_right.sent import typed

    say_list(
        "Not recorded, because of what stands there",
        ("row", "where", "why"),
        [(one.row, one.stream, one.message) for one in taken.refused],
    )
    say()
    if taken.ignored_columns:
        say(f"Columns that nobody here knows, left out: {', '.join(taken.ignored_columns)}.")
    for note in taken.notes:
        say(note)
    if taken.undo and not taken.dry_run:
        last = taken.undo[0]["data"]["command"]
        run = "-".join(last.split("-")[:2])
        say(f"All of it is undone by: {typed(run)}")
        say(f"Each row is undone by a line of its own (--json lists all), such as: {typed(last)}")
