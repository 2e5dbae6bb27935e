"""What every kind of sheet is taken over with: its kind, whom each row is about, and what each row tells."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import attrs

from siprecruit.core.ids import PersonId, stream_kind
from siprecruit.core.programme import Programme
from siprecruit.core.streams import DECIDERS
from siprecruit.importing.directory import Directory
from siprecruit.importing.facts import ON, Column, Fact, Histories
from siprecruit.intake.reading import Fault, Reading

Row = TypeVar("Row")


@attrs.frozen(kw_only=True)
class Subject:
    """Whom or what a row is about. ``name`` is what people know it by; of one ``key`` there is one row.

    ``streams`` are those that have to be read, ``people`` the ids of those whom other columns name.
    ``called`` is how the row writes them, by id.
    """

    name: str
    key: Any
    streams: tuple[str, ...]
    people: Mapping[str, str] = attrs.field(factory=dict)
    called: Mapping[str, str] = attrs.field(factory=dict)
    flags: tuple[str, ...] = ()
    #: columns that name nobody whom the record knows
    left: tuple[Fault, ...] = ()

    def in_its_words(self, sentence: str) -> str:
        """A sentence of the record's with those people as the row writes them, not by an id."""
        return re.sub(r"\w+", lambda word: self.called.get(word[0], word[0]), sentence)


@attrs.frozen(kw_only=True)
class Scene:
    """What a row is planned by: the day, the programme, the histories, and what they add up to."""

    today: dt.date
    programme: Programme
    histories: Histories

    def state(self, stream: str) -> Any:
        """The state of a stream with all that is known."""
        decider = DECIDERS[stream_kind(stream)]
        return decider.state(self.histories.get(stream, ()))


@attrs.define(kw_only=True)
class Plan:
    """What a row tells: its facts in the order of their happening, and what a person should look at."""

    present: frozenset[str]
    facts: list[Fact] = attrs.field(factory=list)
    columns: list[Column] = attrs.field(factory=list)
    flags: list[str] = attrs.field(factory=list)
    #: cells that can't be recorded, while the rest of the row goes in
    left: list[Fault] = attrs.field(factory=list)

    def tell(  # noqa: PLR0913 - the parts of a fact
        self,
        streams: tuple[str, ...],
        events: tuple[type, ...],
        what: Any,
        on: dt.date | None,
        cells: Mapping[str, str],
        *,
        key: Mapping[str, Any] | None = None,
        slot: tuple[str, ...] | None = None,
        succeeds: bool = False,
    ) -> None:
        """Tell a fact (``what`` is None where its cells are empty), by the columns that the sheet has.

        The other words are those of ``Fact``.
        """
        there = {name: field for name, field in cells.items() if field in self.present}
        known = dict(key or {})
        slots = tuple(known) if slot is None else slot
        if there and cells.get(next(iter(cells))) in self.present:
            kept = {name: known[name] for name in slots}
            if not (succeeds and what is not None):
                self.columns.append(Column(streams=streams, events=events, key=kept, cells=there))
        if what is not None and on is not None:
            self.facts.append(
                Fact(
                    streams=streams,
                    on=on,
                    what=what,
                    events=events,
                    key=known,
                    slot=slots,
                    cells=there,
                    succeeds=succeeds,
                )
            )

    def leave(self, code: str, field: str, message: str) -> None:
        """Note a cell that can't be recorded."""
        self.left.append(Fault(code=code, field=field, message=message))

    def flag_order(self, code: str, earlier: dt.date | None, later: dt.date | None) -> None:
        """Flag two days that contradict each other; both are kept as they are told."""
        if earlier is not None and later is not None and later < earlier:
            self.flags.append(code)


@attrs.frozen(kw_only=True)
class Kind(Generic[Row]):
    """One kind of sheet: how a row is read, whom it is about, and what it tells.

    ``new`` gives the id of a person whom the record doesn't know yet.
    """

    name: str
    read: Callable[[Reading], Row]
    locate: Callable[[Sequence[Row], Directory, Callable[[], PersonId]], Mapping[int, Subject | Fault]]
    plan: Callable[[Row, Subject, Scene], Plan]


__all__ = ["ON", "Kind", "Plan", "Scene", "Subject"]
