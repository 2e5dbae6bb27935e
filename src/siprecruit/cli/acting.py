"""What the commands that do one thing have in common: ids, whom somebody means, results and their undoing."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from siprecruit.cli.options import everywhere
from siprecruit.cli.session import print_json, say
from siprecruit.cli.telling import DONE, REFUSED, tell

if TYPE_CHECKING:
    from siprecruit.installation import Installation
    from siprecruit.record.reading import Reader
    from siprecruit.service import Result, Service

_LENGTH = 8


def new_id(of: str) -> str:
    """An id for a command that is typed, such as ``note-K7PQ2MXA``: nobody has used it."""
    return f"{of}-{new_code()}"


def new_code() -> str:
    """Eight characters that nobody misreads."""
    from siprecruit.core.ids import ALPHABET

    return "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))


def meant(reader: Reader, told: str) -> str:
    """The stream that somebody names by a code, an id or a URN. Raises click.UsageError."""
    from siprecruit.reports.finding import find

    stream = find(reader, told)
    if stream is None:
        raise click.UsageError(f"{told[:60]} is in the record neither as a code or id nor as a URN")
    return stream


def meant_with_about(reader: Reader, told: str, about: str | None) -> tuple[str, str | None]:
    """The stream, and what in it: ``A7K4P/1`` is the first referee of an application."""
    from siprecruit.reports.finding import find

    stream = find(reader, told)
    head, slash, referee = told.rpartition("/")
    if stream is None and slash and about is None:
        stream = find(reader, head)
        if stream is not None and stream.startswith("application/"):
            return stream, f"referee:{referee}"
    return meant(reader, told), about


def send(opened: Installation, running: Service, stream: str, what: Any, **envelope: Any) -> Result:
    """Send a command of today on that stream, and give its result."""
    from siprecruit.core.commands import COMMAND_KINDS, Command

    name = COMMAND_KINDS[type(what)].name.replace(".", "-")
    told = {"id": new_id(name), "on": opened.today(), **envelope}
    return running.handle(Command(stream=stream, what=what, **told))


def finish(results: Sequence[Result], **more: Any) -> int:
    """Print what became of these commands, with ``more`` that belongs to it; the exit code.

    JSON is one object where there is one result, else with a list ``results``.
    """
    if everywhere().json:
        documents = [document(one) for one in results]
        print_json({**(documents[0] if len(documents) == 1 else {"results": documents}), **more})
    for one in results:
        _say(one)
    return REFUSED if any(one.outcome == "refused" for one in results) else DONE


def document(result: Result) -> dict[str, Any]:
    """A result as JSON has it, as ``do`` gives it, with the line that undoes it."""
    from siprecruit.putting_right import undo_line

    return {
        "id": result.id,
        "outcome": result.outcome,
        "code": result.code,
        "message": result.message,
        "stream": result.stream,
        "undo": result.undo,
        "undone_by": undo_line(result.undo),
    }


def _say(result: Result) -> None:
    from siprecruit.putting_right import undo_line

    if result.outcome == "refused":
        tell(result.message)
    elif not everywhere().json:
        say(f"{result.outcome}: {result.message}.")
        if result.undo:
            say(f"  undone by: {undo_line(result.undo)}")
