"""An office that gives sheets back, and sheets that are edited by hand."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

from imports.offices import Office
from siprecruit.exporting import Exported, Like, export_responses
from siprecruit.importing import ImportedResponses, Source, import_responses
from siprecruit.importing.settling import Take
from siprecruit.intake.sheets import read_sheet


def export(
    office: Office, path: Path, name: str | None = None, *, only_these: bool = False
) -> tuple[Path, Exported]:
    """The responses like a sheet, as a file beside it and as what was said of it."""
    like = Like(path=path, raw=path.read_bytes(), sheet=read_sheet(path), only_these=only_these)
    exported = export_responses(office.service, like)
    out = path.with_name(name or f"out-{path.name}")
    out.write_bytes(exported.raw)
    return out, exported


def import_back(office: Office, path: Path, take: Take | None = None, **run: Any) -> ImportedResponses:
    """Import a sheet that was exported, with clashes settled so."""
    source = Source(path=path, folder=office.folder, take=take or Take())
    return import_responses(office.service, read_sheet(path), source, run=attrs.evolve(office.run, **run))


def rows_of(path: Path, encoding: str = "utf-8") -> list[list[str]]:
    """The rows of a csv file."""
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file))


def edit(path: Path, change: Callable[[list[dict[str, str]]], Any], encoding: str = "utf-8") -> Path:
    """Change rows of a csv file with headings in its first row, as an officer does and a program saves."""
    headings, *rest = rows_of(path, encoding)
    rows = [dict(zip(headings, row, strict=False)) for row in rest]
    change(rows)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([row.get(name, "") for name in headings] for row in rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def later(office: Office, hours: int) -> Office:
    """The same office some hours later on its day."""
    before = office.service.clock
    clock = attrs.evolve(office.service, clock=lambda: before() + dt.timedelta(hours=hours))
    return attrs.evolve(office, service=clock)
