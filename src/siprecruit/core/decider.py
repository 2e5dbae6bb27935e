"""How one kind of stream decides and evolves, and the judging of any command on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs

from siprecruit.core.calendar import in_words
from siprecruit.core.commands import AddNote, Command, Correct, Given, Rejected, Reverse, Undo
from siprecruit.core.corrections import Decided, Restate, as_recorded, place, put_right
from siprecruit.core.events import KINDS, NoteAdded, Recorded, Reversed, Voided, standing
from siprecruit.core.files import AttachFile, FileAttached, laid_beside

if TYPE_CHECKING:
    from siprecruit.core.programme import Programme

Decide = Callable[[Any, Any, Given], tuple[Any, ...]]
Check = Callable[[Any, Any, Given], None]
AlsoReads = Callable[[Any, "Programme"], Iterable[tuple[str, str]]]

OF_ANY_STREAM: Final = frozenset({Voided, Reversed, NoteAdded, FileAttached})
"""The events which belong to no stage: they tell of other events, or lie beside the state."""


@attrs.frozen(kw_only=True)
class Stage:
    """One stage's part of a stream: its own slice of the state, and the tables of its functions.

    ``decide`` maps a command class to ``(command, state, given) -> events``; ``evolve`` an event class to
    ``(state, event, on) -> state``, which raises ``Rejected("does_not_follow", ...)`` where what the event
    builds on is missing; ``check`` an event class to ``(event, state, given)``, which raises ``Rejected``
    where a rule forbids the event, also when it comes in as a correction.
    """

    name: str
    initial: Any
    decide: Mapping[type, Decide]
    evolve: Mapping[type, Callable[[Any, Any, dt.date], Any]]
    check: Mapping[type, Check] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Decider:
    """One kind of stream. ``owner`` says under whose key its texts are kept (``person/A7K4P``).

    ``also_reads`` gives, for a command or event class, from the stream's state which other streams are read
    to judge it that its own fields don't name, as (kind, id).
    """

    kind: str
    initial: Any
    decide: Decide
    evolve: Callable[[Any, Recorded], Any]
    check: Check
    owner: Callable[[str, Any], str]
    also_reads: Mapping[type, AlsoReads] = attrs.field(factory=dict)

    def state(self, history: Sequence[Recorded], as_at: dt.date | None = None) -> Any:
        """The state that the standing events of ``history`` give, on ``as_at`` where given.

        What doesn't follow on that day is left out: a fact told late may build on one of a later day.
        """
        return self._follow(standing(history, as_at))[0]

    def before(self, history: Sequence[Recorded], version: int) -> Any:
        """The state on which the event at that place was judged, by what stands of ``history`` now."""
        return self._follow(past for past in standing(history) if place(past) < version)[0]

    def judge(
        self, command: Command, state: Any, history: Sequence[Recorded], given: Given, restate: Restate
    ) -> tuple[Decided, ...]:
        """What follows from ``command``; nothing where it changes nothing. Raises Rejected.

        ``state`` is ``self.state(history)``; ``restate`` gives an event other values (for corrections).
        """
        _refuse_future(command.on, given.today)
        what = command.what
        if isinstance(what, (Correct, Reverse, Undo)):
            # The rules come before what has followed: a clash is told as what it is, not as its consequence.
            given = attrs.evolve(given, corrected=state)
            return put_right(
                command, history, restate, self._broken, lambda one: self._see(one, command, history, given)
            )
        if isinstance(what, (AddNote, AttachFile)):
            return self._beside(command, state, history)
        return self._decided(command, state, given)

    def _see(self, one: Decided, command: Command, history: Sequence[Recorded], given: Given) -> None:
        """Raise Rejected where an event can't be in other words, by the rules or by what it builds on."""
        if isinstance(one.event, Voided):
            self._see_former_words(one, command, history, given)
        if one.replaces is None:
            return
        _refuse_future(one.on, given.today)
        before = self.before(history, one.replaces)
        self.check(one.event, before, attrs.evolve(given, on=one.on))
        if not isinstance(one.event, Reversed):
            self.evolve(before, attrs.evolve(provisional(command, one.event), on=one.on))

    def _see_former_words(
        self, one: Decided, command: Command, history: Sequence[Recorded], given: Given
    ) -> None:
        """Raise Rejected where what has come of an event forbids the words that would stand in it again.

        What a rule would say of them alone was judged when they were told. What it reads in other streams may
        have changed since: an undo is not refused for that.
        """
        now = {place(past): past for past in standing(history)}
        told = as_recorded(command, [one], len(history), _midnight(command.on))
        for past in standing([*history, *told]):
            there, kind = now.get(place(past), past), type(past.event)
            if there.version == past.version or KINDS[kind].reads or kind in self.also_reads:
                continue
            before, alone = self.before(history, place(past)), attrs.evolve(given, on=past.on, corrected=None)
            if self._allows(past.event, before, alone):
                self.check(past.event, before, attrs.evolve(given, on=past.on))

    def _allows(self, happened: Any, state: Any, given: Given) -> bool:
        try:
            self.check(happened, state, given)
        except Rejected:
            return False
        return True

    def _beside(self, command: Command, state: Any, history: Sequence[Recorded]) -> tuple[Decided, ...]:
        laid = laid_beside(command, history)
        if laid is None:
            return ()
        self.evolve(state, provisional(command, laid))
        return (Decided(event=laid, on=command.on, reason=command.reason, enclosed=command.enclosed),)

    def _decided(self, command: Command, state: Any, given: Given) -> tuple[Decided, ...]:
        decided = []
        for happened in self.decide(command.what, state, given):
            # What is learnt today may tell of another day: then the decision says which.
            one = happened if isinstance(happened, Decided) else Decided(event=happened, on=command.on)
            self.check(one.event, state, attrs.evolve(given, on=one.on))
            decided.append(attrs.evolve(one, reason=command.reason))
            state = self.evolve(state, attrs.evolve(provisional(command, one.event), on=one.on))
        return tuple(decided)

    def _broken(self, history: Sequence[Recorded]) -> list[Recorded]:
        """The events which stand but no longer follow from those before them."""
        return self._follow(standing(history))[1]

    def _follow(self, events: Iterable[Recorded]) -> tuple[Any, list[Recorded]]:
        """The state after those events that follow from the ones before them, and the events that don't."""
        state, broken = self.initial, []
        for recorded in events:
            try:
                state = self.evolve(state, recorded)
            except Rejected:
                broken.append(recorded)
        return state, broken


def _refuse_future(on: dt.date, today: dt.date) -> None:
    if on > today:
        raise Rejected("in_future", f"{in_words(on)} has not come yet: say when it has happened")


def provisional(command: Command, happened: Any) -> Recorded:
    """An event that was decided and is not yet recorded, for looking at the state after it."""
    return Recorded(
        stream=command.stream,
        version=0,
        on=command.on,
        recorded_at=_midnight(command.on),
        command=command.id,
        by=command.by,
        event=happened,
    )


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def joined(stages: Sequence[Stage]) -> tuple[Decide, Callable[[Any, Recorded], Any], Check]:
    """Join stages, each of whose states is the field of one state by its name, into a stream's functions.

    An event that no stage evolves makes ``evolve`` raise LookupError: what is told is never left out unseen.
    """
    by_command = {cls: (stage.name, do) for stage in stages for cls, do in stage.decide.items()}
    by_event = {cls: (stage.name, do) for stage in stages for cls, do in stage.evolve.items()}
    by_check = {cls: (stage.name, do) for stage in stages for cls, do in stage.check.items()}

    def decide(what: Any, state: Any, given: Given) -> tuple[Any, ...]:
        name, do = by_command[type(what)]
        return do(what, getattr(state, name), given)

    def evolve(state: Any, recorded: Recorded) -> Any:
        happened = recorded.event
        if type(happened) in OF_ANY_STREAM:
            return state
        if type(happened) not in by_event:
            raise LookupError(f"no stage of {recorded.stream} evolves {type(happened).__name__}")
        name, do = by_event[type(happened)]
        return attrs.evolve(state, **{name: do(getattr(state, name), happened, recorded.on)})

    def check(happened: Any, state: Any, given: Given) -> None:
        if type(happened) in by_check:
            name, do = by_check[type(happened)]
            do(happened, getattr(state, name), given)

    return decide, evolve, check
