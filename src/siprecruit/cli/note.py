"""``siprecruit note``: a note beside an applicant, a referee, a school or a partner."""

from __future__ import annotations

import sys

import click

from siprecruit.cli.acting import finish, meant_with_about, send
from siprecruit.cli.lazily import Command
from siprecruit.cli.session import service


@click.command(cls=Command, short_help="Write a note beside an applicant, a referee or a school.")
@click.argument("told", metavar="ID")
@click.argument("text", metavar="TEXT")
@click.option(
    "--about", metavar="CODE", help="What it is about: referee:1, reference:r1, or a word of your own."
)
def note(told: str, text: str, about: str | None) -> int:
    """Write the note TEXT (- reads it from standard input) beside the applicant, school or partner ID.

    CODE/1 means the first referee of an application; person/CODE the applicant as a person, over all their
    applications. `show` and `history` list notes. A note is kept in the vault, and erased with the person.
    """
    from siprecruit.core.commands import AddNote
    from siprecruit.core.ids import Code

    said = sys.stdin.read() if text == "-" else text
    if not said.strip():
        raise click.UsageError("there is nothing in the note")
    with service() as (opened, running):
        with running.record.reading() as reader:
            stream, about = meant_with_about(reader, told, about)
        what = AddNote(text=said.strip(), about=Code(about) if about else None)
        return finish([send(opened, running, stream, what)])
