"""The sheet of advert responses into the record: what is new goes in, what has changed is put right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import attrs

from siprecruit.collecting import collecting_seldom
from siprecruit.core.calendar import in_words
from siprecruit.core.commands import Command
from siprecruit.core.duplicates import possible_duplicates
from siprecruit.core.ids import ApplicationCode
from siprecruit.importing import known
from siprecruit.importing.comparing import Compared, Told, compare
from siprecruit.importing.content import of_row, submission
from siprecruit.importing.differences import Difference
from siprecruit.importing.marks import Mark, heading_cells, marks, places_of
from siprecruit.importing.outcome import Absent, ImportedResponses
from siprecruit.importing.recognising import Fault, recognise
from siprecruit.importing.recounting import recounted
from siprecruit.importing.rejected import ROW, keeping_rejected, place_for, rejected_text
from siprecruit.importing.sending import (
    BY,
    PLAINLY,
    Forward,
    Journal,
    Run,
    command_id,
    new_run,
    send,
    staged,
    stopping,
)
from siprecruit.importing.settling import OPEN, Take, refuse_needless
from siprecruit.intake.headings import Headings, names_of_columns, other_kind, under_heading
from siprecruit.intake.merged import as_seen
from siprecruit.intake.responses import (
    JudgedResponses,
    RejectedRow,
    judge_responses,
    likeness_of,
)
from siprecruit.intake.rows import Sheet
from siprecruit.record.reading import Reader
from siprecruit.record.writing import Writer
from siprecruit.service import Needless, Service


@attrs.frozen(kw_only=True)
class Source:
    """Whose sheet is imported: its ``path``, and its own ``columns`` (heading -> field) where there are any.

    Rejected rows go to ``rejected_file``, by default to one in ``folder`` that is named after the sheet.
    ``take`` settles the clashes of a sheet that was exported and has come back.
    """

    path: Path
    folder: Path
    columns: Mapping[str, str] | None = None
    rejected_file: Path | None = None
    take: Take = OPEN

    @property
    def told(self) -> Told:
        """What each fact that it tells is kept with."""
        return Told(file=self.path.name, take=self.take)

    def keeping(
        self, sheet: Sheet, headings: Headings, rejected: Sequence[RejectedRow], *, dry: bool
    ) -> AbstractContextManager[Path | None]:
        """Keeps the rejected rows of the sheet, as ``keeping_rejected`` does."""
        return keeping_rejected(
            rejected_text(sheet, headings, rejected) if rejected else "",
            sheet,
            lambda text: self.rejected_file or place_for(self.folder, self.path, text, sheet),
            dry=dry,
        )


@collecting_seldom()
def import_responses(
    service: Service,
    sheet: Sheet,
    source: Source,
    *,
    run: Run = PLAINLY,
) -> ImportedResponses:
    """Take a sheet into the record.

    Raises UnreadableSheet where nothing can be read, ImportStopped where it ended halfway, RecordError,
    NoClash and OSError before anything is in.
    """
    sheet = as_seen(sheet, source.columns)
    with staged(service, run) as stage:
        judged, compared, gone = _compared(stage, sheet, source, run)
        refuse_needless(source.take, {each.row for each in compared.clashes})
        known = len(compared.known) - len(compared.changed)
        journal = Journal(run=new_run(run.random), rows=judged.rows, in_record=known)
        forward = run.progress(len(compared.new) + len(compared.changed))
        keeping = source.keeping(sheet, judged.headings, judged.rejected, dry=run.dry)
        with keeping as file, stopping(journal, dry=run.dry):
            _record_new(stage, compared, source.told, journal, forward)
            _record_changes(stage, compared, source.told, journal, forward)
    other = other_kind(sheet, judged.headings, "responses", rows=judged.rows, rejected=len(judged.rejected))
    notes = (*sheet.notes, *other)
    return recounted(judged, compared, journal, absent=gone, file=file, notes=notes, dry=run.dry)


def _compared(
    service: Service, sheet: Sheet, source: Source, run: Run
) -> tuple[JudgedResponses, Compared, tuple[Absent, ...]]:
    """The rows of a sheet beside the record: what is wrong in them, what is new or changed, what is gone."""
    judged = judge(service, sheet, source.columns)
    bear = marks(sheet, judged.headings)
    columns = frozenset(judged.headings.columns)
    said = {row.number: of_row(row, columns) for row in judged.accepted}
    with service.record.reading() as reader:
        coded = recognise(reader, said, bear, source.take)
        judged = without(judged, sheet, [_rejected(each) for each in coded.faults])
        compared = compare(reader, judged.accepted, said, coded, run.random, source.told)
        return judged, compared, _absent(reader, sheet, judged, bear, compared)


def judge(service: Service, sheet: Sheet, columns: Mapping[str, str] | None) -> JudgedResponses:
    """Every row of a sheet, accepted or rejected, as things are today. Raises UnreadableSheet."""
    with service.record.reading() as reader:
        urns = known.urns(reader)
    judged = judge_responses(sheet, service.programme, known_urns=urns, columns=columns)
    return without_future(judged, sheet, service.today())


def _rejected(fault: Fault) -> RejectedRow:
    return RejectedRow(row=fault.row, code=fault.code, field=fault.field, message=fault.message, cells=())


def _absent(
    reader: Reader, sheet: Sheet, judged: JudgedResponses, bear: Mapping[int, Mark], compared: Compared
) -> tuple[Absent, ...]:
    """What the adverts of an exported sheet were answered by before its export and stands in no row of it.

    A file of rejected rows has some rows only, and misses none.
    """
    exports = [one.at for one in bear.values() if one.at is not None]
    if not exports or ROW in places_of(heading_cells(sheet, judged.headings)):
        return ()
    written = {each for one in bear.values() for each in (one.application, one.application.upper())}
    there = written | set(compared.known.values())
    missing = known.answers_to(reader, {row.advert for row in judged.accepted}, but=there)
    firsts = known.first_recorded(reader, [code for code, _ in missing])
    return tuple(
        Absent(application=code, name=name) for code, name in missing if firsts[code] <= max(exports)
    )


def without_future(judged: JudgedResponses, sheet: Sheet, today: dt.date) -> JudgedResponses:
    """The same without the rows that were received on a day which has not come: those are rejected."""
    named = names_of_columns(sheet, judged.headings)
    more = [
        RejectedRow(
            row=row.number,
            code="bad_date",
            field="received_on",
            message=under_heading(f"{in_words(row.received_on)} has not come yet.", "received_on", named),
            cells=(),
        )
        for row in judged.accepted
        if row.received_on > today
    ]
    return without(judged, sheet, more)


def without(judged: JudgedResponses, sheet: Sheet, more: Sequence[RejectedRow]) -> JudgedResponses:
    """The same with more of its rows rejected; their cells are those of the sheet."""
    if not more:
        return judged
    out = {each.row for each in more}
    cells = {row.number: row.cells for row in sheet.rows if row.number in out}
    accepted = tuple(row for row in judged.accepted if row.number not in out)
    rejected = (*judged.rejected, *(attrs.evolve(each, cells=cells[each.row]) for each in more))
    return attrs.evolve(
        judged,
        accepted=accepted,
        rejected=tuple(sorted(rejected, key=lambda each: each.row)),
        flags=tuple(each for each in judged.flags if each[0] not in out),
        possible_duplicates=tuple(sorted(possible_duplicates(map(likeness_of, accepted)))),
    )


def _record_new(service: Service, compared: Compared, told: Told, journal: Journal, forward: Forward) -> None:
    commands = (
        (
            row.number,
            Command(
                id=command_id(journal.run, row.number),
                stream=f"application/{code}",
                on=row.received_on,
                what=submission(row),
                by=BY,
                reason=told.source(row.number),
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


def _record_changes(
    service: Service, compared: Compared, told: Told, journal: Journal, forward: Forward
) -> None:
    last = {row.number: len(found.new) + len(found.corrections) for row, _, found in compared.changed}
    commands = (
        (row.number, attrs.evolve(command, reason=told.source(row.number)))
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
