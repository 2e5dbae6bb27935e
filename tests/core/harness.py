"""Given, when, then for one stream: a history in memory, to which commands are sent one by one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import attrs
import pytest

from siprecruit.core.commands import Command, Given, Rejected
from siprecruit.core.decider import Decider, Stage, joined
from siprecruit.core.events import Recorded
from siprecruit.core.programme import Programme
from siprecruit.programmes import load


@attrs.define(kw_only=True)
class Story:
    """One stream's life. ``given`` sets what the decisions are given of other streams."""

    decider: Decider
    stream: str
    programme: Programme = attrs.field(factory=lambda: load("norfolk-2008"))
    today: dt.date = dt.date(2008, 7, 31)
    history: list[Recorded] = attrs.field(factory=list)
    given: Mapping[str, Any] = attrs.field(factory=dict)

    @property
    def state(self) -> Any:
        """The state after all that was told."""
        return self.decider.state(self.history)

    def as_at(self, day: dt.date) -> Any:
        """The state as it was on a day, with all that is known."""
        return self.decider.state(self.history, day)

    def tell(
        self, on: dt.date, what: Any, *, command: str | None = None, enclosed: bytes | None = None
    ) -> tuple[Any, ...]:
        """Send a command, record what follows from it, and return these events. Raises Rejected."""
        sent = Command(
            id=command or f"c{len(self.history) + 1}",
            stream=self.stream,
            on=on,
            what=what,
            enclosed=enclosed,
        )
        given = Given(stream=self.stream, on=on, today=self.today, programme=self.programme, **self.given)
        decided = self.decider.judge(sent, self.state, self.history, given, attrs_restated)
        for one in decided:
            self.history.append(
                Recorded(
                    stream=self.stream,
                    version=len(self.history) + 1,
                    on=one.on,
                    recorded_at=dt.datetime.combine(self.today, dt.time(12), dt.UTC),
                    command=sent.id,
                    by=sent.by,
                    event=one.event,
                    replaces=one.replaces,
                    reason=one.reason,
                )
            )
        return tuple(one.event for one in decided)

    def refused(self, on: dt.date, what: Any) -> Rejected:
        """Send a command that must be refused, and return the refusal; nothing is recorded."""
        with pytest.raises(Rejected) as refusal:
            self.tell(on, what)
        return refusal.value


def attrs_restated(happened: Any, values: Mapping[str, Any]) -> Any:
    """An event with other values, as they are: what the record's codec does from JSON."""
    return attrs.evolve(happened, **values)


def decider_of(*stages: Stage, kind: str = "application") -> Decider:
    """A decider of these stages alone, whose state has one field a stage."""
    decide, evolve, check = joined(stages)
    fields = {stage.name: attrs.field(default=stage.initial) for stage in stages}
    alone: Callable[[], Any] = attrs.make_class("Alone", fields, frozen=True, kw_only=True)
    return Decider(
        kind=kind, initial=alone(), decide=decide, evolve=evolve, check=check, owner=lambda stream, _: stream
    )
