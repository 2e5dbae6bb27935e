"""What a row tells, fact by fact, beside what the record says: new, the same, an edit, or a clash."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from siprecruit.core.corrections import place
from siprecruit.core.events import Recorded, Voided, standing, taken_out
from siprecruit.importing.differences import Cell
from siprecruit.importing.last_told import stood_before

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
        return ours and self.says(dated) <= said_of(one, dated)

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
    """One command to send: to which stream, of which day, and the column that it is about.

    ``cells`` are the cells that it changes; those are told only once it is recorded.
    """

    stream: str
    on: dt.date | None
    what: Any
    field: str
    cells: tuple[Cell, ...] = ()


@attrs.define(kw_only=True)
class Weighed:
    """What has become of a row's facts: what is to be sent, and what is shown."""

    new: list[Step] = attrs.field(factory=list)
    corrections: list[Step] = attrs.field(factory=list)
    clashes: list[Clash] = attrs.field(factory=list)

    @property
    def steps(self) -> list[Step]:
        """In the order in which they are sent."""
        return [*self.corrections, *self.new]


@attrs.frozen(kw_only=True)
class Words:
    """An event that a file told; ``beside`` is what it corrected, of which it repeats what it left alone."""

    told: Recorded
    beside: Recorded | None = None

    def tells(self, name: str) -> bool:
        """Whether it told one of the event's fields: a correction tells those that it changed."""
        return self.beside is None or said_of(self.beside, name) != said_of(self.told, name)


@attrs.frozen(kw_only=True)
class Base:
    """What a file has told of one fact, cell by cell: no cell that others put right beside its edits."""

    words: tuple[Words, ...]

    def says(self, name: str) -> Any:
        """What it told last of one of the event's fields, or of its day; None where it told nothing."""
        return next((said_of(one.told, name) for one in reversed(self.words) if one.tells(name)), None)


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

    def base(self, one: Recorded) -> Base | None:
        """What this file told in an event's place, whatever others have made of it since."""
        history = self.histories.get(one.stream, ())
        words = tuple(
            Words(told=past, beside=None if past.replaces is None else stood_before(history, past))
            for past in history
            if place(past) == place(one) and self._ours(past) and not isinstance(past.event, Voided)
        )
        return Base(words=words) if words else None

    def gone(self, fact: Fact) -> tuple[Recorded, Recorded] | None:
        """What this file told before, just so, and somebody took out since; and how they did."""
        for stream in fact.streams:
            history = self.histories.get(stream, ())
            out = taken_out(history)
            for past in history:
                if past.version not in out or not self._ours(past) or not is_one(past, fact.events, fact.key):
                    continue
                if any(differs(fact, past)):
                    continue
                how = _taking_out(history, past.version)
                if how is not None and not self._ours(how):
                    return past, how
        return None

    def _ours(self, one: Recorded) -> bool:
        return (one.reason or "").startswith(f"told by {self.file}, row ")


def is_one(one: Recorded, events: tuple[type, ...], key: Mapping[str, Any]) -> bool:
    """Whether it is an event of these kinds that says so of these fields."""
    return isinstance(one.event, events) and all(
        getattr(one.event, name, None) == value for name, value in key.items()
    )


def said_of(one: Recorded, name: str) -> Any:
    """What an event says of one of its fields, or its day."""
    return one.on if name == ON else getattr(one.event, name, None)


def _told_of(fact: Fact, one: Recorded) -> Iterator[str]:
    return (name for name in fact.cells if name == ON or hasattr(one.event, name))


def differs(fact: Fact, one: Recorded) -> Iterator[str]:
    """The fields of which a row says something else than an event."""
    return (name for name in _told_of(fact, one) if fact.says(name) != said_of(one, name))


def _taking_out(history: Sequence[Recorded], version: int) -> Recorded | None:
    return next((one for one in reversed(history) if getattr(one.event, "event", None) == version), None)


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
