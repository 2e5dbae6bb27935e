"""A sheet of a round that was run by hand into the record: what is new goes in, edits are put right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import attrs

from siprecruit.collecting import collecting_seldom
from siprecruit.core.commands import Command
from siprecruit.core.ids import PersonId, new_code
from siprecruit.importing.directory import read_directory
from siprecruit.importing.facts import Scales, Step, Weighed
from siprecruit.importing.known import AT_A_TIME, parts
from siprecruit.importing.marks import OWN
from siprecruit.importing.planning import Kind, Plan, Scene, Subject
from siprecruit.importing.responses import Source
from siprecruit.importing.sending import (
    BY,
    PLAINLY,
    QUIET,
    Journal,
    Run,
    command_id,
    new_run,
    send,
    staged,
    stopping,
)
from siprecruit.importing.settling import refuse_needless
from siprecruit.importing.sheet_rows import SheetRead, read_rows, told_apart
from siprecruit.importing.taken_over import ChangedRow, ClashingCell, NotRecorded, TakenOver
from siprecruit.importing.weighing import weigh
from siprecruit.intake.headings import other_kind
from siprecruit.intake.rows import Sheet
from siprecruit.record.reading import Reader
from siprecruit.service import Service

Row = TypeVar("Row")


@attrs.frozen(kw_only=True)
class _Row:
    """A row, whom it is about, what it tells, and what has become of that beside the record."""

    number: int
    subject: Subject
    plan: Plan
    weighed: Weighed


@collecting_seldom()
def take_over(
    service: Service, sheet: Sheet, source: Source, kind: Kind[Row], *, run: Run = PLAINLY
) -> TakenOver:
    """Take a sheet of that kind into the record.

    Raises UnreadableSheet where nothing can be read, ImportStopped where it ended halfway, RecordError,
    NoClash and OSError before anything is in.
    """
    read = read_rows(sheet, kind, service, source)
    with staged(service, run) as stage:
        with stage.record.reading() as reader:
            directory = read_directory(reader)
            located = kind.locate(read.rows, directory, _new_ids(reader, run.random))
            read, subjects = told_apart(read, located)
            rows = list(_weighed(reader, read, subjects, kind, stage, source))
        refuse_needless(source.take, {row.number for row in rows if row.weighed.clashes})
        journal = Journal(run=new_run(run.random), rows=read.count)
        with source.keeping(read.sheet, read.headings, read.rejected, dry=run.dry) as file:
            refused = _record(stage, rows, journal, run, source)
    return _outcome(read, rows, journal, refused, source, kind=kind.name, file=file, dry=run.dry)


def _new_ids(reader: Reader, random: Random) -> Any:
    """Gives ids that nobody has yet, neither as a person nor as an applicant."""
    given: set[str] = set()

    def fresh() -> PersonId:
        while True:
            code = new_code(random)
            there = reader.versions([f"person/{code}", f"application/{code}"])
            if code not in given and not any(there.values()):
                given.add(code)
                return PersonId(code)

    return fresh


# -- comparing ----------------------------------------------------------------


def _weighed(
    reader: Reader,
    read: SheetRead,
    subjects: Mapping[int, Subject],
    kind: Kind[Row],
    service: Service,
    source: Source,
) -> Iterator[_Row]:
    for some in parts(read.rows, AT_A_TIME):
        streams = sorted({stream for row in some for stream in subjects[row.number].streams})
        histories = reader.histories(streams, texts=True)
        scene = Scene(today=service.today(), programme=service.programme, histories=histories)
        for row in some:
            subject = subjects[row.number]
            plan = kind.plan(row, subject, scene)
            mine_wins = source.take.of(row.number) == "mine"
            scales = Scales(histories=histories, file=source.path.name, mine_wins=mine_wins)
            weighed = weigh(plan.facts, plan.columns, scales, row.number)
            yield _Row(number=row.number, subject=subject, plan=plan, weighed=weighed)


# -- recording ----------------------------------------------------------------


def _record(
    service: Service, rows: Sequence[_Row], journal: Journal, run: Run, source: Source
) -> list[NotRecorded]:
    of_id: dict[str, tuple[_Row, Step]] = {}
    last = {row.number: len(row.weighed.steps) for row in rows}
    busy = sum(1 for steps in last.values() if steps)
    forward = run.progress(busy)
    journal.in_record = len(rows) - busy
    refused: list[NotRecorded] = []
    with stopping(journal, dry=run.dry):
        for number, result in send(service, _commands(service, rows, journal, source, of_id), journal):
            row, step = of_id[result.id]
            if result.outcome == "refused":
                refused.append(
                    NotRecorded(
                        row=number,
                        subject=row.subject.name,
                        field=step.field,
                        code=str(result.code),
                        message=row.subject.in_its_words(result.message),
                    )
                )
            last[number] -= 1
            if not last[number]:
                journal.in_record += 1
                forward(1)
    return refused


def _commands(
    service: Service,
    rows: Sequence[_Row],
    journal: Journal,
    source: Source,
    of_id: dict[str, tuple[_Row, Step]],
) -> Iterator[tuple[int, Command]]:
    today = service.today()
    for row in rows:
        reason = f"told by {source.path.name}, row {row.number}"
        for number, step in enumerate(row.weighed.steps, start=1):
            name = command_id(journal.run, row.number, number)
            of_id[name] = row, step
            yield (
                row.number,
                Command(
                    id=name, stream=step.stream, on=step.on or today, what=step.what, by=BY, reason=reason
                ),
            )


# -- telling ------------------------------------------------------------------


def _outcome(  # noqa: PLR0913 - all that is told
    read: SheetRead,
    rows: Sequence[_Row],
    journal: Journal,
    refused: Sequence[NotRecorded],
    source: Source,
    *,
    kind: str,
    file: Path | None,
    dry: bool,
) -> TakenOver:
    done = _done(journal)
    changed = tuple(each for each in (_changed(row, journal.run, done) for row in rows) if each.cells)
    out = {each.row for each in changed}
    new = {row.number for row in rows if row.weighed.new and row.number in done} - out
    return TakenOver(
        kind=kind,
        rows=read.count,
        accepted=len(new),
        changed=changed,
        unchanged=len(rows) - len(new) - len(out),
        rejected=read.rejected,
        flags=tuple(_flags(rows)),
        clashes=tuple(_clashes(rows, source)),
        not_recorded=tuple(sorted((*_left(rows), *refused), key=lambda each: each.row)),
        subjects={row.number: row.subject.name for row in rows},
        ignored_columns=tuple(each for each in read.headings.ignored if each not in OWN),
        facts=len(journal.done),
        notes=(*_of_the_sheet(read, kind), *([QUIET] if journal.done else ())),
        rejected_file=file,
        undo=tuple(result.undo for result in reversed(journal.done) if result.undo),
        run=f"import-{journal.run}" if journal.done else None,
        dry_run=dry,
    )


def _of_the_sheet(read: SheetRead, kind: str) -> Iterator[str]:
    yield from read.sheet.notes
    yield from other_kind(read.sheet, read.headings, kind, rows=read.count, rejected=len(read.rejected))


def _done(journal: Journal) -> dict[int, list[str]]:
    """By row the ids of the commands that recorded something, the latest first."""
    done: dict[int, list[str]] = {}
    for result in reversed(journal.done):
        done.setdefault(int(result.id.split("-")[2]), []).append(result.id)
    return done


def _changed(row: _Row, run: str, done: Mapping[int, Sequence[str]]) -> ChangedRow:
    """The cells whose corrections are recorded: one that was refused has changed nothing."""
    ids = done.get(row.number, ())
    steps = enumerate(row.weighed.steps, start=1)
    recorded = [step for number, step in steps if command_id(run, row.number, number) in ids]
    cells = {cell.field: cell for step in recorded for cell in step.cells}
    return ChangedRow(
        row=row.number, subject=row.subject.name, cells=tuple(cells.values()), commands=tuple(ids)
    )


def _clashes(rows: Sequence[_Row], source: Source) -> Iterator[ClashingCell]:
    for row in rows:
        settled = source.take.of(row.number)
        for each in row.weighed.clashes:
            yield ClashingCell(row=row.number, subject=row.subject.name, clash=each, settled=settled)


def _left(rows: Sequence[_Row]) -> Iterator[NotRecorded]:
    for row in rows:
        for each in (*row.subject.left, *row.plan.left):
            yield NotRecorded(row=row.number, subject=row.subject.name, **attrs.asdict(each))


def _flags(rows: Sequence[_Row]) -> Iterator[tuple[int, tuple[str, ...]]]:
    for row in rows:
        codes = tuple(dict.fromkeys((*row.subject.flags, *row.plan.flags)))
        if codes:
            yield row.number, codes
