"""The responses in the form of an officer's own sheet: as it was, with what the record says beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import attrs

from siprecruit.collecting import collecting_seldom
from siprecruit.core.ids import ApplicationCode
from siprecruit.exporting.cells import Words, in_full, rewritten, standing_words
from siprecruit.exporting.edits import Edits, NotExported
from siprecruit.exporting.standing import NOWHERE, Standing, standings
from siprecruit.exporting.textual import write_text
from siprecruit.exporting.workbooks import write_workbook
from siprecruit.importing import known
from siprecruit.importing.comparing import Told, compare
from siprecruit.importing.content import Content, Known, of_history, of_row
from siprecruit.importing.differences import Cell
from siprecruit.importing.known import AT_A_TIME, parts
from siprecruit.importing.marks import (
    ADDED,
    APPLICATION,
    BLOCKS,
    EXPORTED,
    MOVE,
    STAGE,
    exported_text,
    heading_cells,
    marks,
    places_of,
)
from siprecruit.importing.recognising import recognise
from siprecruit.importing.rejected import REASON
from siprecruit.importing.responses import judge
from siprecruit.importing.settling import OPEN
from siprecruit.intake.cells import defused
from siprecruit.intake.headings import fault_of
from siprecruit.intake.responses import JudgedResponses
from siprecruit.intake.rows import Sheet
from siprecruit.record.reading import Reader
from siprecruit.reports.freshness import views_hold
from siprecruit.service import Service

NOT_YET = "It is not in the record yet: import this sheet."


@attrs.frozen(kw_only=True)
class Like:
    """The sheet in whose form the responses are wanted: its bytes, what was read in them, its own columns.

    ``only_these`` leaves out the responses that have no row in it.
    """

    path: Path
    raw: bytes
    sheet: Sheet
    columns: Mapping[str, str] | None = None
    only_these: bool = False


@attrs.frozen(kw_only=True)
class Rewritten:
    """A row that says something else than the record: each cell as it ``was`` in the sheet and is ``now``."""

    row: int
    application: ApplicationCode
    cells: tuple[Cell, ...]


@attrs.frozen(kw_only=True)
class Exported:
    """A sheet with what the record says; ``raw`` are its bytes.

    ``rows`` of the sheet that was there = ``known`` + ``rejected`` + ``not_in_record``; ``appended`` are
    responses to the same adverts that had no row in it.
    """

    raw: bytes
    kind: str
    rows: int
    known: int
    rejected: int
    not_in_record: int
    appended: int
    rewritten: tuple[Rewritten, ...]
    notes: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """The same as JSON has it, without the bytes."""
        document = attrs.asdict(self, filter=lambda field, _: field.name != "raw")
        return {**document, "rewritten": [attrs.asdict(one) for one in self.rewritten]}


@attrs.frozen(kw_only=True)
class _Row:
    """What the record has for one row of the sheet."""

    application: ApplicationCode
    held: Known
    events: int


@attrs.frozen(kw_only=True)
class _Compared:
    judged: JudgedResponses
    said: Mapping[int, Content]
    #: by row
    codes: Mapping[int, ApplicationCode]
    reasons: Mapping[int, str]
    more: tuple[ApplicationCode, ...]
    held: Mapping[ApplicationCode, _Row]
    standing: Mapping[str, Standing]


@collecting_seldom()
def export_responses(service: Service, like: Like) -> Exported:
    """The responses in the form of a sheet.

    Raises UnreadableSheet where the sheet can't be read, NotExported where it can't hold what it should.
    """
    judged = judge(service, like.sheet, like.columns)
    _refuse_other_sheets(like, judged)
    from_views = views_hold(service.record, service.programme, service.clock())
    with service.record.reading() as reader:
        found = _compare(service, reader, judged, like, from_views=from_views)
    layout = _Layout.of(like.sheet, judged)
    words = Words(programme=service.programme)
    changed = dict(_rewritten(found, like.sheet, words))
    own = _own_cells(service, found, words)
    edits = _edits(layout, found, changed, own, words, like.sheet)
    write = write_workbook(like.raw, like.sheet, edits) if like.sheet.kind == "xlsx" else None
    raw, notes = write or write_text(like.path.name, like.raw, edits)
    return _outcome(raw, found, changed, (*like.sheet.notes, *notes), like.sheet.kind)


def _refuse_other_sheets(like: Like, judged: JudgedResponses) -> None:
    """A sheet of schools has columns of the same names, and would get everybody's responses added."""
    if judged.headings.columns.keys().isdisjoint({"advert", "first_name", "last_name"}):
        message = (
            f"{like.path.name} is no sheet of responses: none of its columns is the advert's or a name's; "
            "say with --columns which is."
        )
        raise NotExported("no_responses", message)


def _compare(
    service: Service, reader: Reader, judged: JudgedResponses, like: Like, *, from_views: bool
) -> _Compared:
    columns = frozenset(judged.headings.columns)
    bear = marks(like.sheet, judged.headings)
    said = {row.number: of_row(row, columns) for row in judged.accepted}
    coded = recognise(reader, said, bear, OPEN)
    faults = {each.row: each.message for each in coded.faults}
    rest = [row for row in judged.accepted if row.number not in faults]
    compared = compare(reader, rest, said, coded, Random(0), Told(file=like.path.name))  # noqa: S311 - nothing is recorded
    codes = {**compared.known}
    codes |= {row: codes[first] for row, first in compared.twins.items() if first in codes}
    reasons = {each.row: each.message for each in judged.rejected} | faults
    reasons |= {row.number: NOT_YET for row in judged.accepted if row.number not in {*codes, *reasons}}
    written = {each for one in bear.values() for each in (one.application, one.application.upper())}
    adverts = {row.advert for row in judged.accepted} or {each.code for each in service.programme.adverts}
    there = {*written, *codes.values()}
    more = [] if like.only_these else [code for code, _ in known.answers_to(reader, adverts, but=there)]
    held = dict(_held(reader, list(dict.fromkeys((*codes.values(), *more)))))
    return _Compared(
        judged=judged,
        said=said,
        codes=codes,
        reasons=reasons,
        more=tuple(code for code in more if code in held),
        held=held,
        standing=standings(service, reader, list(held), from_views=from_views),
    )


def _held(reader: Reader, codes: Sequence[ApplicationCode]) -> Iterator[tuple[ApplicationCode, _Row]]:
    for some in parts(codes, AT_A_TIME):
        histories = reader.histories([f"application/{code}" for code in some], texts=True)
        for code in some:
            history = histories[f"application/{code}"]
            held = of_history(history, exported=True)
            if held is not None:
                yield code, _Row(application=code, held=held, events=len(history))


def _rewritten(found: _Compared, sheet: Sheet, words: Words) -> Iterator[tuple[int, Rewritten]]:
    rows = {row.number: row for row in sheet.rows}
    for number, code in found.codes.items():
        texts = found.judged.headings.texts(rows[number])
        cells = rewritten(found.said[number], found.held[code].held, words, texts)
        if cells:
            changed = tuple(Cell(field=name, was=texts[name], now=now) for name, now in cells.items())
            yield number, Rewritten(row=number, application=code, cells=changed)


# -- what goes where ----------------------------------------------------------


@attrs.frozen(kw_only=True)
class _Layout:
    """Where the fields and our own columns stand in the sheet; new ones of ours come after all others."""

    fields: Mapping[str, int]
    own: Mapping[str, int]
    headings: int
    new: tuple[str, ...]

    @classmethod
    def of(cls, sheet: Sheet, judged: JudgedResponses) -> _Layout:
        headings = judged.headings
        there = places_of(heading_cells(sheet, headings))
        new = tuple(name for name in ADDED if name not in there)
        # A workbook's row may have cells beyond its headings; in text those are a fault.
        widest = max(len(row.cells) for row in sheet.rows)
        first = headings.width if sheet.delimiter else widest
        own = {**there, **{name: place for place, name in enumerate(new, start=first)}}
        return cls(fields=headings.columns, own=own, headings=headings.row, new=new)


def _own_cells(service: Service, found: _Compared, words: Words) -> dict[ApplicationCode, dict[str, str]]:
    """By application what stands in our own columns."""
    now = service.clock()
    cells = {}
    for code, row in found.held.items():
        stands = found.standing.get(code, NOWHERE)
        stage, move, blocks = standing_words(words.programme, stands.stage, stands.whose_move, stands.blocks)
        exported = exported_text(now, row.events)
        texts = (code, exported, stage, move, blocks, "")
        cells[code] = dict(zip((APPLICATION, EXPORTED, STAGE, MOVE, BLOCKS, REASON), texts, strict=True))
    return cells


def _edits(
    layout: _Layout,
    found: _Compared,
    changed: Mapping[int, Rewritten],
    own: Mapping[ApplicationCode, Mapping[str, str]],
    words: Words,
    sheet: Sheet,
) -> Edits:
    rows: dict[int, dict[int, str]] = {layout.headings: {layout.own[name]: name for name in layout.new}}
    beside: dict[int, tuple[str, ...]] = {}
    for row in sheet.rows:
        code, reason = found.codes.get(row.number), found.reasons.get(row.number)
        if code is not None:
            rows[row.number] = _known_row(layout, own[code], changed.get(row.number))
        elif reason is not None and fault_of(row, found.judged.headings, sheet):
            if layout.new:
                beside[row.number] = tuple(reason if name == REASON else "" for name in layout.new)
        elif reason is not None:
            rows[row.number] = {layout.own[name]: "" for name in layout.new}
            rows[row.number][layout.own[REASON]] = defused(reason)
    return Edits(
        rows=rows,
        beside=beside,
        appended=tuple(_appended(layout, found, own, words, _day_like(found, sheet))),
        headings=layout.headings,
        recorded=frozenset({*layout.fields.values(), *layout.own.values()}),
    )


def _known_row(layout: _Layout, own: Mapping[str, str], changed: Rewritten | None) -> dict[int, str]:
    cells = {layout.own[name]: defused(text) for name, text in own.items()}
    for cell in changed.cells if changed is not None else ():
        cells[layout.fields[cell.field]] = defused(cell.now)
    return cells


def _day_like(found: _Compared, sheet: Sheet) -> str:
    """How the sheet writes a day, by the last row that was understood."""
    rows = {row.number: row for row in sheet.rows}
    last = next((row.number for row in reversed(found.judged.accepted)), None)
    return "" if last is None else found.judged.headings.texts(rows[last])["received_on"]


def _appended(
    layout: _Layout,
    found: _Compared,
    own: Mapping[ApplicationCode, Mapping[str, str]],
    words: Words,
    day_like: str,
) -> Iterator[dict[int, str]]:
    for code in found.more:
        texts = in_full(found.held[code].held, frozenset(layout.fields), words, day_like)
        cells = {layout.fields[field]: defused(text) for field, text in texts.items()}
        yield cells | {layout.own[name]: defused(text) for name, text in own[code].items()}


def _outcome(
    raw: bytes, found: _Compared, changed: Mapping[int, Rewritten], notes: tuple[str, ...], kind: str
) -> Exported:
    not_yet = sum(reason == NOT_YET for reason in found.reasons.values())
    return Exported(
        raw=raw,
        kind=kind,
        rows=found.judged.rows,
        known=len(found.codes),
        rejected=len(found.reasons) - not_yet,
        not_in_record=not_yet,
        appended=len(found.more),
        rewritten=tuple(changed.values()),
        notes=notes,
    )


__all__ = ["Exported", "Like", "NotExported", "Rewritten", "export_responses"]
