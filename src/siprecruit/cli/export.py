"""``siprecruit export``: the record in the form of an officer's own sheet."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from siprecruit.cli.imports import LONGEST
from siprecruit.cli.lazily import Group
from siprecruit.cli.options import everywhere
from siprecruit.cli.session import print_json, service
from siprecruit.cli.tables import table
from siprecruit.cli.telling import tell
from siprecruit.cli.words import counted

if TYPE_CHECKING:
    from siprecruit.exporting import Exported, Like

_PATH: Final = click.Path(path_type=Path)
_WORKBOOKS: Final = (".xlsx", ".xlsm")


@click.group("export", cls=Group, short_help="Give back a sheet, with what the record says.")
def export() -> None:
    """Give back a sheet as it was, with what the record says beside it."""


@export.command()
@click.option(
    "--like", type=_PATH, required=True, metavar="FILE", help="The sheet in whose form it is wanted."
)
@click.option("-o", "--output", type=_PATH, metavar="OUT", help="Where it goes; else standard output.")
@click.option("--columns", type=_PATH, metavar="FILE.toml", help="Headings of your own, as for import.")
@click.option("--sheet", metavar="NAME", help="Which sheet of a workbook.")
@click.option("--only-these", is_flag=True, help="No rows for responses that FILE doesn't have.")
@click.option("--replace", is_flag=True, help="Also where OUT is there already.")
def responses(
    like: Path,
    output: Path | None,
    columns: Path | None,
    sheet: str | None,
    *,
    only_these: bool,
    replace: bool,
) -> None:
    """Give back the responses in the form of FILE: csv, tsv or xlsx, its encoding and columns kept.

    Beside each row stand the application's code, the time of export, the stage, whose move it is, what blocks
    and, where a row was rejected, why. Edit it and import it again: exactly the edited cells are put right.
    """
    from siprecruit.exporting import Like, export_responses
    from siprecruit.importing.rejected import write_whole
    from siprecruit.intake.headings import heading_table, read_columns
    from siprecruit.intake.sheets import read_bytes, sheet_of

    raw = read_bytes(like)
    read = sheet_of(like, raw, sheet=sheet)
    wanted = Like(
        path=like,
        raw=raw,
        sheet=read,
        columns=read_columns(columns, heading_table("responses")) if columns else None,
        only_these=only_these,
    )
    _refuse(wanted, output, replace=replace)
    with service() as (_opened, running):
        exported = export_responses(running, wanted)
    if output is None:
        sys.stdout.buffer.write(exported.raw)
    else:
        write_whole(output, exported.raw)
    if everywhere().json:
        print_json({**exported.document(), "file": str(output)})
    else:
        _tell(exported, output)


def _refuse(like: Like, output: Path | None, *, replace: bool) -> None:
    """Say before anything is done where the sheet can't go to."""
    if output is None:
        if everywhere().json or like.sheet.kind == "xlsx":
            raise click.UsageError("name the file that the sheet goes to with -o")
        return
    if output.exists() and like.path.exists() and output.samefile(like.path):
        raise click.BadParameter("the export would take the place of the sheet itself", param_hint="-o")
    if (output.suffix.lower() in _WORKBOOKS) != (like.sheet.kind == "xlsx"):
        raise click.BadParameter(
            f"the export is {like.sheet.kind}, as {like.path.name} is: name it so", param_hint="-o"
        )
    if output.is_file() and not replace:
        # It may hold edits that nobody has imported yet.
        raise click.BadParameter(
            f"{output} is there already: it stays as it is without --replace", param_hint="-o"
        )


def _tell(exported: Exported, output: Path | None) -> None:
    """Say beside the sheet what is in it."""
    where = f" in {output}" if output else ""
    tell(
        f"{counted(exported.rows, 'row')}{where}: {exported.known:,} in the record, "
        f"{exported.rejected:,} rejected, {exported.not_in_record:,} not in the record yet; "
        f"{exported.appended:,} more from the record added."
    )
    cells = [
        (one.row, one.application, cell.field, cell.was, cell.now)
        for one in exported.rewritten
        for cell in one.cells
    ]
    if cells:
        tell("Cells in which the record says something else, and now the export too:")
        click.echo(table(("row", "application", "field", "was", "now"), cells[:LONGEST]), err=True)
        if len(cells) > LONGEST:
            tell(f"... and {len(cells) - LONGEST:,} more; --json lists all")
    for note in exported.notes:
        tell(note)
