"""What has become of each row of a sheet of responses, once all that can be is in the record."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from siprecruit.core.ids import ApplicationCode
from siprecruit.importing.comparing import Compared
from siprecruit.importing.differences import Difference
from siprecruit.importing.marks import OWN
from siprecruit.importing.outcome import Absent, Changed, ImportedResponses
from siprecruit.importing.sending import QUIET, Journal, command_id
from siprecruit.intake.responses import JudgedResponses


def recounted(  # noqa: PLR0913 - all that is told
    judged: JudgedResponses,
    compared: Compared,
    journal: Journal,
    *,
    absent: tuple[Absent, ...],
    file: Path | None,
    notes: Sequence[str],
    dry: bool,
) -> ImportedResponses:
    """What the rows were, how they compared, and what ``journal`` says became of them, told together."""
    missed = {*journal.overtaken, *(each.row for each in journal.refused)}
    taken = {row.number: code for row, code in compared.new if row.number not in missed}
    return ImportedResponses(
        rows=judged.rows,
        accepted=len(taken),
        changed=tuple(_changed(compared, journal, missed)),
        clashes=compared.clashes,
        unchanged=_unchanged(compared, journal),
        rejected=judged.rejected,
        flags=judged.flags,
        possible_duplicates=tuple(_alike(judged, compared)),
        repeats=tuple(sorted(compared.twins.items())),
        possible_duplicates_in_record=compared.like_others,
        ignored_columns=tuple(each for each in judged.ignored_columns if each not in OWN),
        applications=_applications(compared, journal, taken),
        absent=absent,
        refused=tuple(journal.refused),
        notes=(*notes, *_notes(journal)),
        rejected_file=file,
        undo=tuple(result.undo for result in reversed(journal.done) if result.undo),
        dry_run=dry,
        run=f"import-{journal.run}",
    )


def _changed(compared: Compared, journal: Journal, missed: Collection[int]) -> Iterator[Changed]:
    """The responses that were put right, also those of which only some of it could be."""
    done = {result.id for result in journal.done}
    for row, code, found in compared.changed:
        told = tuple(each for each in _command_ids(row.number, found, journal) if each in done)
        if told or row.number not in missed:
            yield Changed(row=row.number, application=code, cells=found.cells, commands=told)


def _command_ids(row: int, found: Difference, journal: Journal) -> Iterator[str]:
    """The ids of the commands that put a row right, the latest first: so they are undone."""
    for step in range(len(found.corrections) + len(found.new), 0, -1):
        yield command_id(journal.run, row, step)


def _unchanged(compared: Compared, journal: Journal) -> int:
    """How many rows say what the record says, or an earlier row, or what somebody was faster to record."""
    as_known = len(compared.known) - len(compared.changed)
    return as_known + len(compared.twins) + len(journal.overtaken)


def _alike(judged: JudgedResponses, compared: Compared) -> Iterator[tuple[int, int]]:
    """The pairs that may be one person's; a row that says the very same as another is no second response."""
    for pair in judged.possible_duplicates:
        if compared.twins.keys().isdisjoint(pair):
            yield pair


def _applications(
    compared: Compared, journal: Journal, taken: Mapping[int, ApplicationCode]
) -> dict[int, ApplicationCode]:
    """Which application each row is, by the order of the sheet; a twin is that of the row it repeats."""
    codes = {**compared.known, **journal.overtaken, **taken}
    twins = {row: codes[first] for row, first in compared.twins.items() if first in codes}
    return dict(sorted({**codes, **twins}.items()))


def _notes(journal: Journal) -> Iterator[str]:
    if journal.overtaken:
        yield (
            f"Of {len(journal.overtaken):,} rows somebody else recorded the response meanwhile; "
            "import the sheet again to compare them."
        )
    if journal.done:
        yield QUIET
