"""``siprecruit do``: the commands in a file, or from standard input, each judged alone."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import attrs
import click

from siprecruit.cli.lazily import Command
from siprecruit.cli.options import everywhere
from siprecruit.cli.session import as_json, print_json, say, say_clock, service
from siprecruit.cli.telling import DONE, REFUSED, tell

if TYPE_CHECKING:
    from siprecruit.intake.commands import Envelope, Problem
    from siprecruit.service import Service

_BEGINNING: Final = 512

TOGETHER: Final = 50
"""How many commands of a file share a commit; what comes through standard input has one each."""


@attrs.frozen(kw_only=True)
class Answer:
    """What became of one command, and where it stood in the file (of which name, where it has one)."""

    place: str
    lines: bool
    result: dict[str, Any]
    file: str = ""

    @property
    def refused(self) -> bool:
        """Whether it was not done."""
        return bool(self.result["outcome"] == "refused")


@click.command(cls=Command, short_help="Do what the commands in a file say.")
@click.argument("file", metavar="FILE")
def do(file: str) -> int:
    """Do what the commands in FILE say: one JSON object, a list, or JSON Lines (- is standard input).

    One command may also stand in FILE's place itself, as `siprecruit todo` writes it.

    A command is {"command": "reference.receive", "id": "...", "stream": "application/A7K4P",
    "on": "2007-06-01", "data": {...}}; schemas/commands describes each. An id that was used before gets its
    first answer again. For JSON Lines a result is printed once it is on the disk. Every result says the
    command that undoes it.
    """
    with _opened(file) as stream, service() as (opened, running):
        answers = _answers(running, stream, together=1 if file == "-" else TOGETHER)
        first = next(answers, None)
        if first is None:
            return _print_all(answers, single=False)
        if file != "-" and not file.lstrip().startswith("{"):
            first = attrs.evolve(first, file=file)
        rest = _and_then(first, answers)
        if first.lines:
            return _print_lines(rest)
        if not everywhere().json:
            say_clock(opened)
        return _print_all(rest, single=first.place == "")


def _opened(file: str) -> AbstractContextManager[BinaryIO]:
    if file == "-":
        return nullcontext(sys.stdin.buffer)
    if file.lstrip().startswith("{"):
        return BytesIO(os.fsencode(file))
    return _text(file)


@contextmanager
def _text(file: str) -> Iterator[BinaryIO]:
    """The file, opened, if it can be text: a workbook would give a fault for each of its first lines."""
    with Path(file).open("rb") as stream:
        if b"\0" in stream.peek(_BEGINNING):
            from siprecruit.intake.commands import Malformed

            message = f"{file} holds no commands: it is no text, and commands are JSON in UTF-8"
            raise Malformed("not_utf8", message)
        yield stream


def _and_then(first: Answer, rest: Iterator[Answer]) -> Iterator[Answer]:
    yield first
    yield from rest


def _answers(running: Service, stream: BinaryIO, *, together: int) -> Iterator[Answer]:
    """An answer for each command, in their order, after the commit that holds it."""
    from siprecruit.intake.commands import read_envelopes

    envelopes = iter(read_envelopes(stream))
    while group := list(islice(envelopes, together)):
        yield from _settled(running, group)


def _settled(running: Service, group: Iterable[Envelope | Problem]) -> Iterator[Answer]:
    from siprecruit.intake.commands import Malformed, Problem, as_command

    read: list[tuple[Envelope | Problem, Any]] = []
    for one in group:
        if isinstance(one, Problem):
            read.append((one, _refusal(None, one.code, one.message)))
            continue
        try:
            read.append((one, as_command(one.document)))
        except Malformed as error:
            read.append((one, _refusal(error.id, error.code, error.message)))
    sound = [command for _, command in read if not isinstance(command, dict)]
    results = running.handle_all(sound, size=TOGETHER)
    for one, command in read:
        result = command if isinstance(command, dict) else _as_document(next(results))
        yield Answer(place=one.place, lines=one.form == "lines", result=result)


def _refusal(of: str | None, code: str, message: str) -> dict[str, Any]:
    return {"id": of, "outcome": "refused", "code": code, "message": message, "stream": None, "undo": None}


def _as_document(result: Any) -> dict[str, Any]:
    return {
        "id": result.id,
        "outcome": result.outcome,
        "code": result.code,
        "message": result.message,
        "stream": result.stream,
        "undo": result.undo,
        **({"warnings": list(result.warnings)} if result.warnings else {}),
    }


def _print_lines(answers: Iterator[Answer]) -> int:
    """Print each result as one line of JSON at once: that is the acknowledgement."""
    code = DONE
    for answer in answers:
        click.echo(as_json(answer.result))
        if answer.refused:
            _tell(answer)
            code = REFUSED
    return code


def _print_all(answers: Iterator[Answer], *, single: bool) -> int:
    """Print the results of one command or a list: as JSON in one piece, or a sentence for each."""
    done: list[Answer] = []
    try:
        for answer in answers:
            done.append(answer)
            if answer.refused:
                _tell(answer)
            elif not everywhere().json:
                _say(answer)
    finally:
        # Also where a later one can't be done: what was acknowledged is told.
        if everywhere().json:
            print_json(done[0].result if single else [each.result for each in done])
    if not done and not everywhere().json:
        say("There is no command in this list: nothing was done.")
    return REFUSED if any(each.refused for each in done) else DONE


def _say(answer: Answer) -> None:
    result = answer.result
    say(f"{result['outcome']}: {result['message']}.")
    for warning in result.get("warnings", ()):
        say(f"  but: {warning}")
    if result["undo"]:
        say(f"  undone by: siprecruit undo {result['undo']['data']['command']}")


def _tell(answer: Answer) -> None:
    where = [answer.place or answer.file, f"command {answer.result['id']}" if answer.result["id"] else ""]
    named = ", ".join(part for part in where if part)
    tell(f"{named}: {answer.result['message']}" if named else answer.result["message"])
