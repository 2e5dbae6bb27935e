"""What a row tells, fact by fact, beside what the record says: new, the same, an edit, or a clash."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from siprecruit.core.commands import Correct
from siprecruit.core.corrections import place
from siprecruit.core.events import Recorded, Voided, standing, taken_out
from siprecruit.importing.differences import Cell

ON: Final = "on"
"""How the cells of a fact name its day."""

Histories = Mapping[str, Sequence[Recorded]]
Place = tuple[str, int]


@attrs.frozen(kw_only=True)
class Fact:
    """One fact that a row tells. ``what`` is the command that records it, ``events`` how it may stand.

    ``streams`` are those in which it may stand (people who were merged have several); a new one goes to the
    first. ``key`` are the event's fields by which it is known again, ``slot`` those of them that the sheet
    can't change. ``cells`` names the column of each of the event's fields that the row tells. Where one
    ``succeeds`` another, a later day makes it a fact of its own, and the former one stays.
    """

    streams: tuple[str, ...]
    on: dt.date
    what: Any
    events: tuple[type, ...]
    key: Mapping[str, Any] = attrs.field(factory=dict)
    slot: tuple[str, ...] = ()
    cells: Mapping[str, str] = attrs.field(factory=dict)
    succeeds: bool = False

    def corrects(self, one: Recorded, *, ours: bool) -> bool:
        """Whether it is another word for what an event of its slot told, and no successor of it."""
        if not self.succeeds:
            return ours
        dated = next((name for name in ("starts", ON) if name in self.cells), None)
        if dated is None:
            return True
        return ours and self.says(dated) <= _said(one, dated)

    @property
    def field(self) -> str:
        """The column that it is about."""
        return next(iter(self.cells.values()), "row")

    def says(self, name: str) -> Any:
        """What the row says of one of the event's fields."""
        said = self.on if name == ON else getattr(self.what, name, None)
        return None if said == "" else said


@attrs.frozen(kw_only=True)
class Column:
    """Columns that the sheet has: what this file told by them before, and tells no longer, never was so."""

    streams: tuple[str, ...]
    events: tuple[type, ...]
    key: Mapping[str, Any]
    cells: Mapping[str, str]


@attrs.frozen(kw_only=True)
class Clash:
    """The sheet says one thing and the record another, which the sheet didn't know of; both as text.

    ``by`` and ``at`` are who told the record's value, and when.
    """

    field: str
    mine: str
    theirs: str
    by: str
    at: dt.datetime


@attrs.frozen(kw_only=True)
class Step:
    """One command to send: to which stream, of which day, and the column that it is about."""

    stream: str
    on: dt.date | None
    what: Any
    field: str


@attrs.define(kw_only=True)
class Weighed:
    """What has become of a row's facts: what is to be sent, and what is shown."""

    new: list[Step] = attrs.field(factory=list)
    corrections: list[Step] = attrs.field(factory=list)
    cells: dict[str, Cell] = attrs.field(factory=dict)
    clashes: list[Clash] = attrs.field(factory=list)

    @property
    def steps(self) -> list[Step]:
        """In the order in which they are sent."""
        return [*self.corrections, *self.new]


@attrs.frozen(kw_only=True)
class Scales:
    """What a row is weighed with: the histories with their texts, the sheet's name, and who wins a clash."""

    histories: Histories
    file: str
    mine_wins: bool = False

    def reason(self, row: int) -> str:
        """The source of a fact, as it is kept with it."""
        return f"told by {self.file}, row {row}"

    def standing(self, streams: Sequence[str], events: tuple[type, ...]) -> Iterator[Recorded]:
        """The events of these kinds that stand."""
        for stream in streams:
            for one in standing(self.histories.get(stream, ())):
                if isinstance(one.event, events):
                    yield one

    def base(self, one: Recorded) -> Recorded | None:
        """What this file told last in an event's place, whatever others have made of it since."""
        told = [
            past
            for past in self.histories.get(one.stream, ())
            if place(past) == place(one) and self._ours(past) and not isinstance(past.event, Voided)
        ]
        return told[-1] if told else None

    def gone(self, fact: Fact) -> tuple[Recorded, Recorded] | None:
        """What this file told before, just so, and somebody took out since; and how they did."""
        for stream in fact.streams:
            history = self.histories.get(stream, ())
            out = taken_out(history)
            for past in history:
                if past.version not in out or not self._ours(past) or not _is(past, fact.events, fact.key):
                    continue
                if any(_differs(fact, past)):
                    continue
                how = _taking_out(history, past.version)
                if how is not None and not self._ours(how):
                    return past, how
        return None

    def _ours(self, one: Recorded) -> bool:
        return (one.reason or "").startswith(f"told by {self.file}, row ")


def weigh(facts: Sequence[Fact], columns: Sequence[Column], scales: Scales, row: int) -> Weighed:
    """Compare what a row tells with what the record says."""
    weighed = Weighed()
    paired = _pairs(facts, scales)
    matched = {(one.stream, place(one)) for one in paired if one is not None}
    for column in columns:
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
            if _is(one, fact.events, fact.key) and (one.stream, place(one)) not in taken
        ]
        found.append(_likeliest(fact, there, scales))
        taken |= _places(found[-1:])
    for number, fact in enumerate(facts):
        if found[number] is None and fact.slot != tuple(fact.key):
            key = {name: fact.key[name] for name in fact.slot}
            there = [
                one
                for one in scales.standing(fact.streams, fact.events)
                if _is(one, fact.events, key)
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
    same = next((one for one in there if not any(_differs(fact, one))), None)
    ours = next((one for one in there if scales.base(one)), None)
    return same or ours or (there[-1] if there else None)


def _is(one: Recorded, events: tuple[type, ...], key: Mapping[str, Any]) -> bool:
    return isinstance(one.event, events) and all(
        getattr(one.event, name, None) == value for name, value in key.items()
    )


def _said(one: Recorded, name: str) -> Any:
    return one.on if name == ON else getattr(one.event, name, None)


def _told_of(fact: Fact, one: Recorded) -> Iterator[str]:
    return (name for name in fact.cells if name == ON or hasattr(one.event, name))


def _differs(fact: Fact, one: Recorded) -> Iterator[str]:
    return (name for name in _told_of(fact, one) if fact.says(name) != _said(one, name))


def _taking_out(history: Sequence[Recorded], version: int) -> Recorded | None:
    return next((one for one in reversed(history) if getattr(one.event, "event", None) == version), None)


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
            Clash(field=field, mine=shown(_said(past, name)), theirs="", by=how.by, at=how.recorded_at)
        )


def _compare(fact: Fact, there: Recorded, scales: Scales, row: int, weighed: Weighed) -> None:
    base = scales.base(there)
    edits: dict[str, Any] = {}
    for name in _differs(fact, there):
        mine, theirs = fact.says(name), _said(there, name)
        before = None if base is None else _said(base, name)
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
        weighed.cells[field] = Cell(field=field, was=shown(theirs), now=shown(mine))
    if edits:
        what = Correct(
            event=place(there),
            set={name: _plain(value) for name, value in edits.items()},
            reason=scales.reason(row),
        )
        field = fact.cells[next(iter(edits))]
        weighed.corrections.append(Step(stream=there.stream, on=None, what=what, field=field))


def _take_out(column: Column, matched: set[Place], scales: Scales, row: int, weighed: Weighed) -> None:
    """What follows from a fact stands after it, and goes before it."""
    for one in reversed(list(scales.standing(column.streams, column.events))):
        base = scales.base(one)
        if base is None or (one.stream, place(one)) in matched or not _is(one, column.events, column.key):
            continue
        names = [name for name in column.cells if name == ON or hasattr(one.event, name)]
        others = [name for name in names if _said(base, name) != _said(one, name)]
        for name in others[:1]:
            field = column.cells[name]
            weighed.clashes.append(
                Clash(field=field, mine="", theirs=shown(_said(one, name)), by=one.by, at=one.recorded_at)
            )
        if others and not scales.mine_wins:
            matched.add((one.stream, place(one)))
            continue
        for name in names:
            if _said(one, name) is not None:
                field = column.cells[name]
                weighed.cells[field] = Cell(field=field, was=shown(_said(one, name)), now="")
        what = Correct(event=place(one), reason=scales.reason(row))
        field = next(iter(column.cells.values()))
        weighed.corrections.append(Step(stream=one.stream, on=None, what=what, field=field))
        matched.add((one.stream, place(one)))


def shown(value: Any) -> str:
    """A value as a cell has it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case dt.date():
            return value.isoformat()
        case _:
            return str(value)


def _plain(value: Any) -> Any:
    """A value as a correction gives it."""
    return value.isoformat() if isinstance(value, dt.date) else value
