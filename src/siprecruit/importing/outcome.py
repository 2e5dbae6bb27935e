"""What an import of responses has done, for people and programs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from siprecruit.core.ids import ApplicationCode
from siprecruit.importing.differences import Cell
from siprecruit.importing.sending import Refusal
from siprecruit.importing.settling import Clash
from siprecruit.intake.responses import RejectedRow
from siprecruit.putting_right.sent import typed


@attrs.frozen(kw_only=True)
class Changed:
    """A response that the sheet tells otherwise than the record did."""

    row: int
    application: ApplicationCode
    cells: tuple[Cell, ...]
    #: ids of the commands that told it, the latest first
    commands: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """The same as JSON has it; ``undo`` are lines to be typed, in this order."""
        return {
            "row": self.row,
            "application": self.application,
            "cells": [attrs.asdict(cell) for cell in self.cells],
            "undo": [typed(each) for each in self.commands],
        }


@attrs.frozen(kw_only=True)
class Absent:
    """A response that was in the record when the sheet was exported, and stands in none of its rows now."""

    application: ApplicationCode
    name: str


@attrs.frozen(kw_only=True)
class ImportedResponses:
    """What has become of each row; rows go by the numbers of the spreadsheet.

    ``rows`` = ``accepted`` + ``changed`` + ``unchanged`` + ``rejected``, but for rows that the record
    refused. ``refused`` says which, and which changes it could not take over because something else stands on
    what was. ``undo`` are whole envelopes, the latest first, that take back all that this run has recorded.
    Of a sheet that was exported ``clashes`` are the cells that were changed in the record meanwhile, too (a
    row of which nothing else was edited counts as unchanged while they are open), and ``absent`` the
    responses whose rows are gone: nothing was done about them.
    """

    rows: int
    accepted: int
    changed: tuple[Changed, ...]
    unchanged: int
    rejected: tuple[RejectedRow, ...]
    flags: tuple[tuple[int, tuple[str, ...]], ...]
    possible_duplicates: tuple[tuple[int, int], ...]
    possible_duplicates_in_record: tuple[tuple[int, ApplicationCode], ...]
    ignored_columns: tuple[str, ...]
    applications: Mapping[int, ApplicationCode]
    refused: tuple[Refusal, ...]
    notes: tuple[str, ...]
    rejected_file: Path | None
    undo: tuple[Mapping[str, Any], ...]
    dry_run: bool
    run: str
    clashes: tuple[Clash, ...] = ()
    absent: tuple[Absent, ...] = ()
    #: rows and the earlier ones that say the very same: unchanged, and no duplicates of themselves
    repeats: tuple[tuple[int, int], ...] = ()

    def document(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return {
            "rows": self.rows,
            "accepted": self.accepted,
            "changed": [each.document() for each in self.changed],
            "unchanged": self.unchanged,
            "clashes": [_clash(each) for each in self.clashes],
            "absent": [attrs.asdict(each) for each in self.absent],
            "rejected": [
                {"row": each.row, "code": each.code, "field": each.field, "message": each.message}
                for each in self.rejected
            ],
            "flags": [{"row": row, "codes": list(codes)} for row, codes in self.flags],
            "repeats": [list(pair) for pair in self.repeats],
            "possible_duplicates": [list(pair) for pair in self.possible_duplicates],
            "possible_duplicates_in_record": [
                {"row": row, "application": code} for row, code in self.possible_duplicates_in_record
            ],
            "ignored_columns": list(self.ignored_columns),
            "applications": {str(row): code for row, code in self.applications.items()},
            "refused": [attrs.asdict(each) for each in self.refused],
            "notes": list(self.notes),
            "rejected_file": str(self.rejected_file) if self.rejected_file else None,
            "dry_run": self.dry_run,
            "undo": list(self.undo),
        }


def _clash(one: Clash) -> dict[str, Any]:
    return {**attrs.asdict(one), "at": one.at.isoformat()}
