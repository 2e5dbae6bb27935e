"""The sheet of advert responses into the record: what is new goes in, what has changed is put right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from siprecruit.collecting import collecting_seldom
from siprecruit.core.calendar import in_words
from siprecruit.core.commands import Command
from siprecruit.core.duplicates import possible_duplicates
from siprecruit.core.ids import ApplicationCode
from siprecruit.importing import known
from siprecruit.importing.comparing import Compared, compare
from siprecruit.importing.content import submission
from siprecruit.importing.differences import Difference
from siprecruit.importing.outcome import Changed, ImportedResponses
from siprecruit.importing.rejected import OWN, place_for, rejected_text, write_rejected
from siprecruit.importing.sending import (
    BY,
    PLAINLY,
    Forward,
    Journal,
    Run,
    command_id,
    new_run,
    send,
    stopping,
)
from siprecruit.intake.responses import JudgedResponses, RejectedRow, judge_responses, likeness_of
from siprecruit.intake.rows import Sheet
from siprecruit.record.writing import Writer
from siprecruit.service import Needless, Service

QUIET = "Nobody is sent a message because of an import: what it takes over happened before."


@attrs.frozen(kw_only=True)
class Source:
    """Whose sheet is imported: its ``path``, and its own ``columns`` (heading -> field) where there are any.

    Rejected rows go to ``rejected_file``, by default to one in ``folder`` that is named after the sheet.
    """

    path: Path
    folder: Path
    columns: Mapping[str, str] | None = None
    rejected_file: Path | None = None


@collecting_seldom()
def import_responses(
    service: Service,
    sheet: Sheet,
    source: Source,
    *,
    run: Run = PLAINLY,
) -> ImportedResponses:
    """Take a sheet into the record.

    Raises UnreadableSheet where nothing can be read, ImportStopped where it ended halfway, RecordError and
    OSError before anything is in.
    """
    with service.record.reading() as reader:
        urns = known.urns(reader)
    judged = judge_responses(sheet, service.programme, known_urns=urns, columns=source.columns)
    judged = without_future(judged, sheet, service.today())
    with service.record.reading() as reader:
        compared = compare(reader, judged.accepted, run.random, reason=f"so says {source.path.name}")
    file = None if run.dry else _keep_rejected(judged, sheet, source)
    journal = Journal(
        run=new_run(run.random), rows=judged.rows, in_record=len(compared.known) - len(compared.changed)
    )
    if not run.dry:
        forward = run.progress(len(compared.new) + len(compared.changed))
        with stopping(journal):
            _record_new(service, compared, journal, forward)
            _record_changes(service, compared, journal, forward)
    return _outcome(judged, compared, journal, file, sheet.notes, dry_run=run.dry)


def without_future(judged: JudgedResponses, sheet: Sheet, today: dt.date) -> JudgedResponses:
    """The same without the rows that were received on a day which has not come: those are rejected."""
    early = {row.number: row.received_on for row in judged.accepted if row.received_on > today}
    if not early:
        return judged
    cells = {row.number: row.cells for row in sheet.rows if row.number in early}
    more = [
        RejectedRow(
            row=number,
            code="bad_date",
            field="received_on",
            message=f"{in_words(day)} has not come yet.",
            cells=cells[number],
        )
        for number, day in early.items()
    ]
    accepted = tuple(row for row in judged.accepted if row.number not in early)
    return attrs.evolve(
        judged,
        accepted=accepted,
        rejected=tuple(sorted((*judged.rejected, *more), key=lambda each: each.row)),
        flags=tuple(each for each in judged.flags if each[0] not in early),
        possible_duplicates=tuple(sorted(possible_duplicates(map(likeness_of, accepted)))),
    )


def _keep_rejected(judged: JudgedResponses, sheet: Sheet, source: Source) -> Path | None:
    """Write the rejected rows before anything is recorded: where that can't be done, nothing is."""
    if not judged.rejected:
        return None
    text = rejected_text(sheet, judged.headings, judged.rejected)
    path = source.rejected_file or place_for(source.folder, source.path, text, sheet)
    write_rejected(path, text, sheet)
    return path


def _record_new(service: Service, compared: Compared, journal: Journal, forward: Forward) -> None:
    commands = (
        (
            row.number,
            Command(
                id=command_id(journal.run, row.number),
                stream=f"application/{code}",
                on=row.received_on,
                what=submission(row),
                by=BY,
            ),
        )
        for row, code in compared.new
    )
    for _, result in send(service, commands, journal, _overtaken(service, compared, journal)):
        journal.in_record += result.outcome != "refused"
        forward(1)


def _overtaken(service: Service, compared: Compared, journal: Journal) -> Needless:
    """Sees, while nobody else can write, whether another import of the same sheet was faster with a row."""
    numbers = {command_id(journal.run, row.number): row.number for row, _ in compared.new}
    before = compared.seen | {code for _, code in compared.new}

    def look(writer: Writer, commands: Sequence[Command]) -> set[str]:
        mine = {command.id: compared.applicants[numbers[command.id]] for command in commands}
        rounds = {service.programme.round_of(one.advert) for one in mine.values()}
        # Where several may write at once, those who take in the same round's responses do so in turn.
        writer.lock({f"round/{each.id}" for each in rounds if each})
        there = known.others_by_key(writer, list(mine.values()), before)
        found = {name: there[one.key] for name, one in mine.items() if one.key in there}
        journal.overtaken |= {numbers[name]: code for name, code in found.items()}
        return set(found)

    return look


def _record_changes(service: Service, compared: Compared, journal: Journal, forward: Forward) -> None:
    last = {row.number: len(found.new) + len(found.corrections) for row, _, found in compared.changed}
    commands = (
        (row.number, command)
        for row, code, found in compared.changed
        for command in _putting_right(row.number, row.received_on, code, found, journal.run, service.today())
    )
    for number, _ in send(service, commands, journal):
        last[number] -= 1
        if not last[number]:
            journal.in_record += 1
            forward(1)


def _putting_right(
    number: int, received_on: dt.date, code: ApplicationCode, found: Difference, run: str, today: dt.date
) -> Iterator[Command]:
    told = [*((today, what) for what in found.corrections), *((received_on, what) for what in found.new)]
    for step, (on, what) in enumerate(told, start=1):
        yield Command(id=command_id(run, number, step), stream=f"application/{code}", on=on, what=what, by=BY)


def _notes(journal: Journal) -> Iterator[str]:
    if journal.overtaken:
        yield (
            f"Of {len(journal.overtaken):,} rows somebody else recorded the response meanwhile; "
            "import the sheet again to compare them."
        )
    if journal.done:
        yield QUIET


def _outcome(
    judged: JudgedResponses,
    compared: Compared,
    journal: Journal,
    file: Path | None,
    notes: Sequence[str],
    *,
    dry_run: bool,
) -> ImportedResponses:
    out = {*journal.overtaken, *(each.row for each in journal.refused)}
    taken = [(row, code) for row, code in compared.new if row.number not in out]
    fresh = {} if dry_run else {row.number: code for row, code in taken}
    applications = {**compared.known, **journal.overtaken, **fresh}
    applications |= {
        row: applications[first] for row, first in compared.twins.items() if first in applications
    }
    return ImportedResponses(
        rows=judged.rows,
        accepted=len(taken),
        changed=tuple(
            Changed(row=row.number, application=code, cells=found.cells)
            for row, code, found in compared.changed
        ),
        unchanged=len(compared.known) - len(compared.changed) + len(compared.twins) + len(journal.overtaken),
        rejected=judged.rejected,
        flags=judged.flags,
        possible_duplicates=judged.possible_duplicates,
        possible_duplicates_in_record=compared.like_others,
        ignored_columns=tuple(each for each in judged.ignored_columns if each not in OWN),
        applications=dict(sorted(applications.items())),
        refused=tuple(journal.refused),
        notes=(*notes, *_notes(journal)),
        rejected_file=file,
        undo=tuple(result.undo for result in reversed(journal.done) if result.undo),
        dry_run=dry_run,
    )
