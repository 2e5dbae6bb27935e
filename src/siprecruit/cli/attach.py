"""``siprecruit attach``: a file beside an applicant, a reference, a school or a partner, and back again."""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import click

from siprecruit.cli.acting import finish, meant_with_about, new_code, send
from siprecruit.cli.lazily import Command
from siprecruit.cli.options import everywhere
from siprecruit.cli.session import print_json, say, service
from siprecruit.cli.telling import DONE, REFUSED, tell

if TYPE_CHECKING:
    from siprecruit.service import Service

_PATH = click.Path(path_type=Path)


@click.command(cls=Command, short_help="Attach a file: the scan of a paper reference, a letter.")
@click.argument("told", metavar="ID", required=False)
@click.argument("file", metavar="FILE", type=_PATH, required=False)
@click.option(
    "--as", "about", metavar="CODE", help="What it is: reference:r1, referee:1, or a word of your own."
)
@click.option("--title", metavar="TEXT", default="", help="What it is, in words.")
@click.option("--get", "wanted", metavar="FILEID", help="Write a file that was attached to --output instead.")
@click.option(
    "-o", "--output", type=_PATH, metavar="OUT", help="Where --get writes it; - is standard output."
)
def attach(
    told: str | None,
    file: Path | None,
    about: str | None,
    title: str,
    wanted: str | None,
    output: Path | None,
) -> int:
    """Attach FILE to the applicant, school or partner ID; CODE/1 means the first referee of an application.

    person/CODE means the applicant as a person, over all their applications. Taken are pdf, png, jpeg, tiff,
    docx, odt, txt and eml, by their content, of at most 10 MB (largest_file_mb in siprecruit.toml). A
    reference that came on paper: record its receipt, then attach the scan with --as reference:r1. The file
    is kept in the vault, and erased with the person.
    """
    if wanted is not None and told is None and output is not None:
        with service() as (_, running):
            return _write(running, wanted, output)
    if wanted is not None or told is None or file is None or output is not None:
        raise click.UsageError("say ID and FILE, or --get FILEID and -o OUT")
    return _attach(told, file, about, title)


def _attach(told: str, file: Path, about: str | None, title: str) -> int:
    from siprecruit.core.files import AttachFile
    from siprecruit.core.ids import Code
    from siprecruit.intake.files import read_file

    with service() as (opened, running):
        read = read_file(file, opened.largest_file)
        with running.record.reading() as reader:
            stream, about = meant_with_about(reader, told, about)
        what = AttachFile(
            file=Code(new_code()),
            type=Code(read.type),
            digest=Code(sha256(read.content).hexdigest()),
            name=read.name,
            title=title,
            about=Code(about) if about else None,
        )
        result = send(opened, running, stream, what, enclosed=read.content)
    attached = {"file": what.file, "type": what.type, "size": len(read.content)}
    code = finish([result], **(attached if result.outcome == "done" else {}))
    if result.outcome == "done" and not everywhere().json:
        say(f"  a {what.type} of {len(read.content):,} bytes")
        say(f"  got back by: siprecruit attach --get {what.file} -o OUT")
    return code


def _write(running: Service, wanted: str, output: Path) -> int:
    with running.record.reading() as reader:
        found = reader.file(wanted)
    if found is None:
        tell(f"there is no file {wanted[:60]} in the vault")
        return REFUSED
    if str(output) == "-":
        sys.stdout.buffer.write(found.content)
        return DONE
    with output.open("xb") as file:
        file.write(found.content)
    if everywhere().json:
        print_json(
            {"file": found.file, "stream": found.stream, "size": len(found.content), "output": str(output)}
        )
    else:
        say(f"The file {found.file} of {found.stream} was written to {output}.")
    return DONE
