"""A file of schools into the record: what is new goes in, what the register now says otherwise too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from siprecruit.collecting import collecting_seldom
from siprecruit.core.commands import Command
from siprecruit.core.ids import WELL_FORMED, Code
from siprecruit.core.school_record import RecordSchool, school_on
from siprecruit.core.schools import School
from siprecruit.core.streams import DECIDERS
from siprecruit.importing.differences import Cell
from siprecruit.importing.known import AT_A_TIME, parts
from siprecruit.importing.sending import (
    BY,
    PLAINLY,
    Journal,
    Refusal,
    Run,
    command_id,
    new_run,
    send,
    staged,
    stopping,
)
from siprecruit.intake.rows import Sheet
from siprecruit.intake.schools import JudgedSchools, RejectedSchool, judge_schools
from siprecruit.service import Service

FIELDS: Final = tuple(field.name for field in attrs.fields(RecordSchool))
CODES: Final = ("la_code", "phase", "type", "type_group", "status")


@attrs.frozen(kw_only=True)
class ChangedSchool:
    """A school of which the file says something else than the record did."""

    row: int
    urn: str
    cells: tuple[Cell, ...]


@attrs.frozen(kw_only=True)
class ImportedSchools:
    """What has become of each row. ``in_scope`` counts the schools taken that the programme serves today.

    ``rows`` = ``accepted`` + ``changed`` + ``unchanged`` + ``rejected`` + ``other_authority``, but for rows
    that the record ``refused``. ``undo`` are whole envelopes, the latest first, that take back what this
    run has recorded.
    """

    rows: int
    accepted: int
    changed: tuple[ChangedSchool, ...]
    unchanged: int
    other_authority: int
    in_scope: int
    rejected: tuple[RejectedSchool, ...]
    ignored_columns: tuple[str, ...]
    refused: tuple[Refusal, ...]
    notes: tuple[str, ...]
    undo: tuple[Mapping[str, Any], ...]
    dry_run: bool

    def document(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return {
            "rows": self.rows,
            "accepted": self.accepted,
            "changed": [attrs.asdict(each) for each in self.changed],
            "unchanged": self.unchanged,
            "other_authority": self.other_authority,
            "in_scope": self.in_scope,
            "rejected": [
                {"row": each.row, "code": each.code, "field": each.field, "message": each.message}
                for each in self.rejected
            ],
            "ignored_columns": list(self.ignored_columns),
            "refused": [attrs.asdict(each) for each in self.refused],
            "notes": list(self.notes),
            "dry_run": self.dry_run,
            "undo": list(self.undo),
        }


@attrs.frozen(kw_only=True)
class _Compared:
    new: tuple[tuple[int, School], ...]
    changed: tuple[tuple[int, School, tuple[Cell, ...]], ...]
    unchanged: int


@collecting_seldom()
def import_schools(
    service: Service,
    sheet: Sheet,
    *,
    authority: str | None,
    columns: Mapping[str, str] | None = None,
    run: Run = PLAINLY,
) -> ImportedSchools:
    """Take the schools of one authority (of all where it is None) into the record, as they are today.

    Raises UnreadableSheet, ImportStopped and RecordError.
    """
    judged = _codes_apart(judge_schools(sheet, authority=authority, columns=columns), sheet)
    with staged(service, run) as stage:
        compared = _compare(stage, judged)
        journal = Journal(run=new_run(run.random), rows=judged.rows, in_record=compared.unchanged)
        told = [*compared.new, *((row, school) for row, school, _ in compared.changed)]
        forward = run.progress(len(told))
        with stopping(journal, dry=run.dry):
            for _, result in send(stage, _commands(stage, told, journal.run), journal):
                journal.in_record += result.outcome != "refused"
                forward(1)
    return _outcome(service, judged, compared, journal, sheet.notes, dry_run=run.dry)


def _codes_apart(judged: JudgedSchools, sheet: Sheet) -> JudgedSchools:
    """The same without the schools of which a word can't be made a code."""
    odd = {
        row: field
        for row, school in judged.accepted
        for field in reversed(CODES)
        if not WELL_FORMED.fullmatch(getattr(school, field))
    }
    if not odd:
        return judged
    cells = {row.number: row.cells for row in sheet.rows if row.number in odd}
    more = [
        RejectedSchool(
            row=row,
            code="bad_code",
            field=field,
            message=f"What stands for {field} is no code and no word of the register.",
            cells=cells[row],
        )
        for row, field in odd.items()
    ]
    return attrs.evolve(
        judged,
        accepted=tuple(each for each in judged.accepted if each[0] not in odd),
        rejected=tuple(sorted((*judged.rejected, *more), key=lambda each: each.row)),
    )


def _compare(service: Service, judged: JudgedSchools) -> _Compared:
    new: list[tuple[int, School]] = []
    changed: list[tuple[int, School, tuple[Cell, ...]]] = []
    with service.record.reading() as reader:
        for some in parts(judged.accepted, AT_A_TIME):
            histories = reader.histories([f"placement/{school.urn}" for _, school in some], texts=True)
            for row, school in some:
                state = DECIDERS["placement"].state(histories[f"placement/{school.urn}"])
                before = school_on(state.school, service.today())
                if before is None:
                    new.append((row, school))
                elif before != school:
                    changed.append((row, school, _cells(before, school)))
    unchanged = len(judged.accepted) - len(new) - len(changed)
    return _Compared(new=tuple(new), changed=tuple(changed), unchanged=unchanged)


def _cells(before: School, now: School) -> tuple[Cell, ...]:
    pairs = ((field, getattr(before, field), getattr(now, field)) for field in FIELDS)
    return tuple(
        Cell(field=field, was="" if was is None else str(was), now="" if says is None else str(says))
        for field, was, says in pairs
        if was != says
    )


def _commands(
    service: Service, told: Sequence[tuple[int, School]], run: str
) -> Iterator[tuple[int, Command]]:
    today = service.today()
    for row, school in told:
        values = {field: getattr(school, field) for field in FIELDS}
        values |= {field: Code(values[field]) for field in CODES}
        yield (
            row,
            Command(
                id=command_id(run, row),
                stream=f"placement/{school.urn}",
                on=today,
                what=RecordSchool(**values),
                by=BY,
            ),
        )


def _outcome(
    service: Service,
    judged: JudgedSchools,
    compared: _Compared,
    journal: Journal,
    notes: Sequence[str],
    *,
    dry_run: bool,
) -> ImportedSchools:
    refused = {each.row for each in journal.refused}
    today = service.today()
    return ImportedSchools(
        rows=judged.rows,
        accepted=sum(row not in refused for row, _ in compared.new),
        changed=tuple(
            ChangedSchool(row=row, urn=school.urn, cells=cells)
            for row, school, cells in compared.changed
            if row not in refused
        ),
        unchanged=compared.unchanged,
        other_authority=judged.other_authority,
        in_scope=sum(service.programme.in_scope(school, today) for _, school in judged.accepted),
        rejected=judged.rejected,
        ignored_columns=judged.ignored_columns,
        refused=tuple(journal.refused),
        notes=tuple(notes),
        undo=tuple(result.undo for result in reversed(journal.done) if result.undo),
        dry_run=dry_run,
    )
