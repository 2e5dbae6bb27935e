"""Sheets of a round that was run by hand, taken over by an office."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import attrs

from imports.offices import Office
from siprecruit.core.streams import DECIDERS
from siprecruit.importing import CONTACTS, PEOPLE, PLACEMENTS, PROGRESS, Source, TakenOver, take_over
from siprecruit.importing.settling import OPEN, Take
from siprecruit.intake.sheets import read_sheet

KINDS = {each.name: each for each in (PROGRESS, PEOPLE, CONTACTS, PLACEMENTS)}


def text_of(rows: list[dict[str, str]]) -> str:
    """A sheet with a column for each key, in the order in which they first come."""
    headings = list(dict.fromkeys(key for row in rows for key in row))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, headings, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def sheet(office: Office, kind: str, *rows: dict[str, str], name: str = "") -> Path:
    """Write a sheet; its first row stands in row 2."""
    path = office.folder / (name or f"{kind}.csv")
    path.write_text(text_of(list(rows)), encoding="utf-8")
    return path


def take(
    office: Office, kind: str, *rows: dict[str, str], name: str = "", settle: Take = OPEN, **run: Any
) -> TakenOver:
    """Take over a sheet of these rows."""
    path = sheet(office, kind, *rows, name=name)
    source = Source(path=path, folder=office.folder, take=settle)
    return take_over(
        office.service, read_sheet(path), source, KINDS[kind], run=attrs.evolve(office.run, **run)
    )


def state(office: Office, stream: str) -> Any:
    """A stream as the record has it, texts included."""
    with office.service.record.reading() as reader:
        history = reader.histories([stream], texts=True)[stream]
    return DECIDERS[stream.partition("/")[0]].state(history)


def cells(taken: TakenOver) -> list[tuple[int, str, str, str]]:
    """The changed cells: row, field, was, now."""
    return [(one.row, cell.field, cell.was, cell.now) for one in taken.changed for cell in one.cells]


def told(taken: TakenOver) -> list[tuple[int, str, str]]:
    """What didn't go in: row, field, code; rejected rows and single cells."""
    rejected = [(one.row, one.field, one.code) for one in taken.rejected]
    return sorted([*rejected, *((one.row, one.field, one.code) for one in taken.not_recorded)])


def clashes(taken: TakenOver) -> list[tuple[int, str, str, str]]:
    """The clashing cells: row, field, the sheet's word and the record's."""
    return [(one.row, one.clash.field, one.clash.mine, one.clash.theirs) for one in taken.clashes]
