"""A row's facts beside the record's: what is new, what is an edit, and where the two clash."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from siprecruit.core.commands import Correct
from siprecruit.core.corrections import place
from siprecruit.core.events import Recorded
from siprecruit.importing.differences import Cell
from siprecruit.importing.facts import (
    ON,
    Clash,
    Column,
    Fact,
    Place,
    Scales,
    Step,
    Weighed,
    differs,
    is_one,
    said_of,
    shown,
)


def weigh(facts: Sequence[Fact], columns: Sequence[Column], scales: Scales, row: int) -> Weighed:
    """Compare what a row tells with what the record says."""
    weighed = Weighed()
    paired = _pairs(facts, scales)
    matched = {(one.stream, place(one)) for one in paired if one is not None}
    for column in reversed(columns):
        _take_out(column, matched, scales, row, weighed)
    for fact, there in zip(facts, paired, strict=True):
        if there is not None:
            _compare(fact, there, scales, row, weighed)
        else:
            _tell(fact, scales, weighed)
    return weighed


def _pairs(facts: Sequence[Fact], scales: Scales) -> list[Recorded | None]:
    """For each fact the event that tells it: by its key, or else the one this file told in its slot."""
    taken: set[Place] = set()
    found: list[Recorded | None] = []
    for fact in facts:
        there = [
            one
            for one in scales.standing(fact.streams, fact.events)
            if is_one(one, fact.events, fact.key) and (one.stream, place(one)) not in taken
        ]
        found.append(_likeliest(fact, there, scales))
        taken |= _places(found[-1:])
    for number, fact in enumerate(facts):
        if found[number] is None and fact.slot != tuple(fact.key):
            key = {name: fact.key[name] for name in fact.slot}
            there = [
                one
                for one in scales.standing(fact.streams, fact.events)
                if is_one(one, fact.events, key)
                and (one.stream, place(one)) not in taken
                and fact.corrects(one, ours=scales.base(one) is not None)
            ]
            found[number] = there[-1] if there else None
            taken |= _places(found[number : number + 1])
    return found


def _places(found: Sequence[Recorded | None]) -> set[Place]:
    return {(one.stream, place(one)) for one in found if one is not None}


def _likeliest(fact: Fact, there: Sequence[Recorded], scales: Scales) -> Recorded | None:
    """Of several the one that says the same, else what this file told, else the last."""
    same = next((one for one in there if not any(differs(fact, one))), None)
    ours = next((one for one in there if scales.base(one)), None)
    return same or ours or (there[-1] if there else None)


def _tell(fact: Fact, scales: Scales, weighed: Weighed) -> None:
    gone = scales.gone(fact)
    if gone is None:
        weighed.new.append(Step(stream=fact.streams[0], on=fact.on, what=fact.what, field=fact.field))
        return
    past, how = gone
    if scales.mine_wins:
        weighed.new.append(Step(stream=fact.streams[0], on=fact.on, what=fact.what, field=fact.field))
    for name, field in list(fact.cells.items())[:1]:
        weighed.clashes.append(
            Clash(field=field, mine=shown(said_of(past, name)), theirs="", by=how.by, at=how.recorded_at)
        )


def _compare(fact: Fact, there: Recorded, scales: Scales, row: int, weighed: Weighed) -> None:
    base = scales.base(there)
    edits: dict[str, Any] = {}
    cells: list[Cell] = []
    for name in differs(fact, there):
        mine, theirs = fact.says(name), said_of(there, name)
        before = None if base is None else base.says(name)
        if mine == before:
            continue
        field = fact.cells[name]
        if theirs != before:
            weighed.clashes.append(
                Clash(field=field, mine=shown(mine), theirs=shown(theirs), by=there.by, at=there.recorded_at)
            )
            if not scales.mine_wins:
                continue
        edits[name] = mine
        cells.append(Cell(field=field, was=shown(theirs), now=shown(mine)))
    if edits:
        what = Correct(
            event=place(there),
            set={name: _plain(value) for name, value in edits.items()},
            reason=scales.reason(row),
        )
        field = fact.cells[next(iter(edits))]
        step = Step(stream=there.stream, on=None, what=what, field=field, cells=tuple(cells))
        weighed.corrections.append(step)


def _take_out(column: Column, matched: set[Place], scales: Scales, row: int, weighed: Weighed) -> None:
    """What follows from a fact stands after it, and goes before it."""
    for one in reversed(list(scales.standing(column.streams, column.events))):
        base = scales.base(one)
        if base is None or (one.stream, place(one)) in matched or not is_one(one, column.events, column.key):
            continue
        names = [name for name in column.cells if name == ON or hasattr(one.event, name)]
        others = [name for name in names if base.says(name) != said_of(one, name)]
        for name in others[:1]:
            field = column.cells[name]
            weighed.clashes.append(
                Clash(field=field, mine="", theirs=shown(said_of(one, name)), by=one.by, at=one.recorded_at)
            )
        if others and not scales.mine_wins:
            matched.add((one.stream, place(one)))
            continue
        told = [(column.cells[name], said_of(one, name)) for name in names]
        cells = tuple(Cell(field=field, was=shown(was), now="") for field, was in told if was is not None)
        what = Correct(event=place(one), reason=scales.reason(row))
        field = next(iter(column.cells.values()))
        step = Step(stream=one.stream, on=None, what=what, field=field, cells=cells)
        weighed.corrections.append(step)
        matched.add((one.stream, place(one)))


def _plain(value: Any) -> Any:
    """A value as a correction gives it."""
    return value.isoformat() if isinstance(value, dt.date) else value
