"""What the taking over of a sheet has done, for people and programs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from siprecruit.importing.differences import Cell
from siprecruit.importing.facts import Clash
from siprecruit.intake.responses import RejectedRow
from siprecruit.putting_right.sent import typed


@attrs.frozen(kw_only=True)
class ChangedRow:
    """A row that tells something otherwise than it did before; ``subject`` is whom or what it is about."""

    row: int
    subject: str
    cells: tuple[Cell, ...]
    #: ids of the commands that told it, the latest first
    commands: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """The same as JSON has it; ``undo`` are lines to be typed, in this order."""
        return {
            "row": self.row,
            "subject": self.subject,
            "cells": [attrs.asdict(cell) for cell in self.cells],
            "undo": [typed(each) for each in self.commands],
        }


@attrs.frozen(kw_only=True)
class ClashingCell:
    """A cell that was changed in the sheet and in the record; ``settled`` is ``mine``, ``theirs`` or None."""

    row: int
    subject: str
    clash: Clash
    settled: str | None

    def document(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return {
            "row": self.row,
            "subject": self.subject,
            "field": self.clash.field,
            "mine": self.clash.mine,
            "theirs": self.clash.theirs,
            "by": self.clash.by,
            "at": self.clash.at.isoformat(),
            "settled": self.settled,
        }


@attrs.frozen(kw_only=True)
class NotRecorded:
    """A cell that didn't go in, while the rest of its row did: ``code`` and a sentence."""

    row: int
    subject: str
    field: str
    code: str
    message: str


@attrs.frozen(kw_only=True)
class TakenOver:
    """What has become of each row; rows go by the numbers of the spreadsheet.

    ``rows`` = ``accepted`` (something new of it was recorded) + ``changed`` + ``unchanged`` + ``rejected``;
    ``facts`` counts what was recorded. ``undo`` are whole envelopes, the latest first; ``run`` is the name
    under which all of them are undone at once.
    """

    kind: str
    rows: int
    accepted: int
    changed: tuple[ChangedRow, ...]
    unchanged: int
    rejected: tuple[RejectedRow, ...]
    flags: tuple[tuple[int, tuple[str, ...]], ...]
    clashes: tuple[ClashingCell, ...]
    not_recorded: tuple[NotRecorded, ...]
    subjects: Mapping[int, str]
    ignored_columns: tuple[str, ...]
    facts: int
    notes: tuple[str, ...]
    rejected_file: Path | None
    undo: tuple[Mapping[str, Any], ...]
    run: str | None
    dry_run: bool

    def document(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return {
            "kind": self.kind,
            "rows": self.rows,
            "accepted": self.accepted,
            "changed": [each.document() for each in self.changed],
            "unchanged": self.unchanged,
            "rejected": [
                {"row": each.row, "code": each.code, "field": each.field, "message": each.message}
                for each in self.rejected
            ],
            "flags": [{"row": row, "codes": list(codes)} for row, codes in self.flags],
            "clashes": [each.document() for each in self.clashes],
            "not_recorded": [attrs.asdict(each) for each in self.not_recorded],
            "subjects": {str(row): name for row, name in self.subjects.items()},
            "ignored_columns": list(self.ignored_columns),
            "facts": self.facts,
            "notes": list(self.notes),
            "rejected_file": str(self.rejected_file) if self.rejected_file else None,
            "dry_run": self.dry_run,
            "run": self.run,
            "undo": list(self.undo),
            "undo_all": typed(self.run) if self.run else None,
        }
