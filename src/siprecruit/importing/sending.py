"""Sends the commands of an import, and says how far it came where it is stopped."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Final

import attrs

from siprecruit.core.commands import Command
from siprecruit.core.ids import ALPHABET, ApplicationCode
from siprecruit.record.errors import RecordError
from siprecruit.service import Needless, Result, Service

BY: Final = "import"
"""Who tells what comes from a sheet."""

QUIET: Final = "Nobody is sent a message because of an import: what it takes over happened before."
"""Told where anything was taken over."""

Forward = Callable[[int], None]
"""Is told of so many rows more that are done."""

_RUN_LENGTH: Final = 12


class ImportStopped(Exception):  # noqa: N818 - it was stopped, nothing went wrong with it
    """An import ended before its last row. What is in stays in; ``message`` says how many rows that are."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def _unwatched(_length: int) -> Forward:
    return lambda _rows: None


@attrs.frozen(kw_only=True)
class Run:
    """How an import is run: ``dry`` only says what would happen; codes and ids are drawn from ``random``.

    A dry run has drawn its codes and ids for itself: nobody is known by them.

    ``progress`` is told how many rows there are to record, and gives what is told of each.
    """

    dry: bool = False
    random: Random = attrs.field(factory=secrets.SystemRandom)
    progress: Callable[[int], Forward] = _unwatched


PLAINLY: Final = Run()
"""In earnest, and nobody watches."""


@attrs.frozen(kw_only=True)
class Refusal:
    """What the record refused of a row that could be read: a change on which something else stands."""

    row: int
    stream: str
    code: str
    message: str


@attrs.define(kw_only=True)
class Journal:
    """What has become of the commands of one run; ``rows`` is how many rows the sheet has."""

    run: str
    rows: int
    #: known before, or taken in by this run
    in_record: int = 0
    done: list[Result] = attrs.field(factory=list)
    refused: list[Refusal] = attrs.field(factory=list)
    #: rows of which somebody else was faster to record the response
    overtaken: dict[int, ApplicationCode] = attrs.field(factory=dict)


def new_run(random: Random) -> str:
    """A name for one run of an import, of which its commands' ids are made: two runs never share one."""
    return "".join(random.choices(ALPHABET, k=_RUN_LENGTH))


def command_id(run: str, row: int, step: int | None = None) -> str:
    """The id of the command for a row, or of one of several."""
    return f"import-{run}-{row}" if step is None else f"import-{run}-{row}-{step}"


def send(
    service: Service,
    commands: Iterable[tuple[int, Command]],
    journal: Journal,
    needless: Needless | None = None,
) -> Iterator[tuple[int, Result]]:
    """Handle (row, command) pairs without queueing messages; each result comes after its commit."""
    rows: list[int] = []

    def as_they_come() -> Iterator[Command]:
        for row, command in commands:
            rows.append(row)
            yield command

    results = service.handle_all(as_they_come(), quiet=True, needless=needless)
    for place, result in enumerate(results):
        row = rows[place]
        if result.outcome == "refused":
            refusal = Refusal(row=row, stream=result.stream, code=str(result.code), message=result.message)
            journal.refused.append(refusal)
        elif result.outcome == "done":
            journal.done.append(result)
        yield row, result


@contextmanager
def staged(service: Service, run: Run) -> Iterator[Service]:
    """The service that a run is given: in a dry one it judges by every rule, and nothing of it stays.

    Raises RecordError.
    """
    if not run.dry:
        yield service
        return
    with service.record.rehearsing() as rehearsal:
        yield attrs.evolve(service, record=rehearsal)


@contextmanager
def stopping(journal: Journal, *, dry: bool = False) -> Iterator[None]:
    """Turn what ends an import in the middle into a sentence that says how far it came.

    Raises ImportStopped where somebody or the database ends it: what is in by then stays. A dry run comes
    to nothing wherever it ends.
    """
    if dry:
        yield
        return
    try:
        yield
    except KeyboardInterrupt as error:
        raise ImportStopped("stopped", f"Stopped: {_how_far(journal)}") from error
    except RecordError as error:
        if not journal.in_record:
            raise
        raise ImportStopped(error.code, f"{error.message}; {_how_far(journal)}") from error


def _how_far(journal: Journal) -> str:
    return f"at least {journal.in_record} of {journal.rows} rows are in; import the same file again to go on"
