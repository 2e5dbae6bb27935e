"""The rows of a sheet as they are understood, and whom each is about; or why they have to be mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from siprecruit.importing.planning import Kind, Subject
from siprecruit.importing.responses import Source
from siprecruit.intake.headings import Headings, fault_of, find_headings, names_of_columns, under_heading
from siprecruit.intake.kinds import rows_under, table_for
from siprecruit.intake.reading import Fault, Reading
from siprecruit.intake.responses import RejectedRow
from siprecruit.intake.rows import Sheet, SheetRow
from siprecruit.service import Service


@attrs.frozen(kw_only=True)
class SheetRead:
    """The rows under the headings: those that can be understood, and those that must be mended."""

    sheet: Sheet
    headings: Headings
    count: int
    rows: tuple[Any, ...]
    rejected: tuple[RejectedRow, ...]


def read_rows(sheet: Sheet, kind: Kind[Any], service: Service, source: Source) -> SheetRead:
    """Read every row under the headings. Raises UnreadableSheet."""
    headings = find_headings(sheet, table_for(kind.name, service.programme), source.columns)
    under = rows_under(sheet, headings)
    named = names_of_columns(sheet, headings)
    rows: list[Any] = []
    rejected: list[RejectedRow] = []
    for row in under:
        unreadable = fault_of(row, headings, sheet)
        if unreadable:
            fault = Fault(code="unreadable_row", field="row", message=unreadable)
            rejected.append(_rejected(row, [fault], named))
            continue
        reading = Reading(
            number=row.number,
            texts=headings.texts(row),
            present=frozenset(headings.columns),
            programme=service.programme,
            today=service.today(),
        )
        said = kind.read(reading)
        if reading.faults:
            rejected.append(_rejected(row, reading.faults, named))
        else:
            rows.append(said)
    return SheetRead(
        sheet=sheet, headings=headings, count=len(under), rows=tuple(rows), rejected=tuple(rejected)
    )


def _rejected(row: SheetRow, faults: Sequence[Fault], named: Mapping[str, str]) -> RejectedRow:
    """The row with a sentence for each fault, the column's own heading before it."""
    told = (under_heading(one.message, one.field, named) for one in faults)
    message, first = " ".join(dict.fromkeys(told)), faults[0]
    return RejectedRow(row=row.number, code=first.code, field=first.field, message=message, cells=row.cells)


def told_apart(
    read: SheetRead, located: Mapping[int, Subject | Fault]
) -> tuple[SheetRead, dict[int, Subject]]:
    """Those rows of which it is known whom they are about; the others are rejected, and second ones too."""
    cells = {row.number: row for row in read.sheet.rows}
    subjects: dict[int, Subject] = {}
    first: dict[Any, int] = {}
    named = names_of_columns(read.sheet, read.headings)
    rejected = list(read.rejected)
    for number, found in sorted(located.items()):
        fault = found if isinstance(found, Fault) else None
        if isinstance(found, Subject):
            before = first.setdefault(found.key, number)
            if before == number:
                subjects[number] = found
                continue
            fault = _told_twice(found, before)
        assert fault is not None
        rejected.append(_rejected(cells[number], [fault], named))
    rejected.sort(key=lambda each: each.row)
    rows = tuple(row for row in read.rows if row.number in subjects)
    return attrs.evolve(read, rows=rows, rejected=tuple(rejected)), subjects


def _told_twice(subject: Subject, before: int) -> Fault:
    message = f"Row {before} tells of {subject.name}, too: put what both say into one row."
    return Fault(code="told_twice", field="row", message=message)
