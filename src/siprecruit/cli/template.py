"""``siprecruit template``: an empty sheet to be filled in and imported."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click

from siprecruit.cli.lazily import Command
from siprecruit.cli.options import everywhere
from siprecruit.cli.session import installation, print_json
from siprecruit.cli.telling import tell

_NAMES: Final = ("responses", "schools", "progress", "people", "contacts", "placements")
_WORKBOOK: Final = ".xlsx"
_PATH: Final = click.Path(path_type=Path)


@click.command(cls=Command, short_help="An empty sheet to be filled in and imported.")
@click.argument("name", type=click.Choice(_NAMES), metavar="|".join(_NAMES))
@click.option("-o", "--output", type=_PATH, metavar="OUT", help="A csv or xlsx file; else standard output.")
def template(name: str, output: Path | None) -> None:
    """Write an empty sheet for `siprecruit import NAME`: headings, and under them a row of help.

    The row of help may stay where it is: the import knows it again and leaves it out. Columns that you don't
    need may go, and others of your own may stand among them.
    """
    from siprecruit.exporting.templates import template_csv, template_xlsx
    from siprecruit.importing.rejected import write_whole

    opened = installation()
    if output is None:
        if everywhere().json:
            raise click.UsageError("name the file that the sheet goes to with -o")
        sys.stdout.buffer.write(template_csv(name, opened.programme))
        return
    if output.suffix.lower() not in (_WORKBOOK, ".csv"):
        raise click.BadParameter("the sheet's name must end in .csv or .xlsx", param_hint="-o")
    if output.exists():
        raise click.BadParameter(f"{output} is there already: it stays as it is", param_hint="-o")
    make = template_xlsx if output.suffix.lower() == _WORKBOOK else template_csv
    write_whole(output, make(name, opened.programme))
    if everywhere().json:
        print_json({"template": name, "file": str(output)})
    else:
        tell(f"{output} is ready to be filled in: siprecruit import {name} {output}")
