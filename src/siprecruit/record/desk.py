"""What lies open while a decision is made: each stream that it needs, read once and locked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from siprecruit.core.commands import COMMAND_KINDS, Command, Correct, Given
from siprecruit.core.events import KINDS, Recorded
from siprecruit.core.ids import PersonId, stream_kind
from siprecruit.core.person import join
from siprecruit.core.streams import DECIDERS
from siprecruit.record.view_statements import questions

if TYPE_CHECKING:
    from siprecruit.core.programme import Programme
    from siprecruit.record.reading import Reader


class Desk:
    """The streams that are open in one transaction, their histories and states, and who is joined to whom."""

    def __init__(self, reader: Reader, programme: Programme, today: dt.date) -> None:
        self.reader = reader
        self.programme = programme
        self.today = today
        self.histories: dict[str, list[Recorded]] = {}
        self._states: dict[str, Any] = {}
        self._owned: dict[str, list[str]] = {}
        self._joined: dict[str, tuple[str, ...]] = {}

    def fetch(self, streams: Iterable[str]) -> None:
        """Read those of the streams that do not lie here yet, all in one go."""
        # One by one: a difference of sets would walk through all that lies here, each time.
        absent = sorted({stream for stream in streams if stream not in self.histories})
        if absent:
            found = self.reader.histories(absent, texts=True)
            for stream in absent:
                self.histories[stream] = found.get(stream, [])

    def put_away(self, streams: Iterable[str]) -> None:
        """Forget what was read of the streams before they were locked."""
        for stream in streams:
            self.histories.pop(stream, None)
            self._states.pop(stream, None)

    def state(self, stream: str) -> Any:
        """The state of a stream with all that is known."""
        if stream not in self._states:
            if stream not in self.histories:
                self.fetch((stream,))
            self._states[stream] = DECIDERS[stream_kind(stream)].state(self.histories[stream])
        return self._states[stream]

    def add(self, recorded: list[Recorded]) -> None:
        """Lay what was just decided on top of its stream."""
        stream = recorded[0].stream
        plain = all(one.replaces is None for one in recorded) and not any(
            KINDS[type(one.event)].name in ("voided", "reversed") for one in recorded
        )
        history = self.histories[stream]
        history.extend(recorded)
        if plain:
            decider, state = DECIDERS[stream_kind(stream)], self.state_before(stream, len(recorded))
            for one in recorded:
                state = decider.evolve(state, one)
            self._states[stream] = state
        else:
            self._states.pop(stream, None)
        self._note_owner(stream)

    def state_before(self, stream: str, last: int) -> Any:
        """The state of a stream without its ``last`` events."""
        if stream not in self._states:
            self._states[stream] = DECIDERS[stream_kind(stream)].state(self.histories[stream][:-last])
        return self._states[stream]

    def owner(self, stream: str) -> str:
        """Under whose key the texts of a stream are kept."""
        return DECIDERS[stream_kind(stream)].owner(stream, self.state(stream))

    def _note_owner(self, stream: str) -> None:
        if stream_kind(stream) == "application":
            mine = self._owned.get(self.owner(stream))
            if mine is not None and stream not in mine:
                mine.append(stream)

    def whose(self, application: str) -> str:
        """The person whose an application is, or was before its response was taken out."""
        self.fetch((application,))
        return str(self.histories[application][0].event.person)

    # -- people ---------------------------------------------------------------

    def meet(self, persons: Iterable[str]) -> None:
        """Find out who is joined to these people, and which applications are theirs."""
        unknown = {person for person in persons if person not in self._joined}
        if not unknown:
            return
        together = questions(self.reader.dialect).together
        groups: dict[str, list[str]] = {}
        for person, joined_to in self.reader.rows(together, persons=sorted(unknown)):
            groups.setdefault(joined_to, []).append(person)
        for group in groups.values():
            for person in group:
                self._joined[person] = tuple(sorted(group))
        for person in unknown:
            self._joined.setdefault(person, (person,))
        everybody = {each for person in unknown for each in self._joined[person]}
        owners = [f"person/{each}" for each in sorted(everybody)]
        owned = self.reader.owned(owners)
        for owner in owners:
            mine = [stream for stream in owned.get(owner, []) if stream_kind(stream) == "application"]
            self._owned.setdefault(owner, mine)

    def group(self, person: str) -> tuple[str, ...]:
        """The ids that are one person with this one, itself among them."""
        if person not in self._joined:
            self.meet((person,))
        return self._joined[person]

    def streams_of(self, person: str) -> list[str]:
        """The streams that tell of a person or of whoever is joined to them: their own, and applications."""
        group = self.group(person)
        applications = [stream for each in group for stream in self._owned[f"person/{each}"]]
        return [*(f"person/{each}" for each in group), *sorted(applications)]

    def owned_by(self, person: str) -> tuple[str, ...]:
        """The applications made under this very id."""
        self.meet((person,))
        return tuple(sorted(self._owned[f"person/{person}"]))

    def regard_as_one(self, groups: Iterable[tuple[str, ...]]) -> None:
        """Take each of these groups of ids as one person, whatever the views say."""
        for group in groups:
            self.meet(group)
            self._joined |= dict.fromkeys(group, group)

    def forget_people(self) -> None:
        """Ask anew who is joined to whom, and what is theirs: it may have been written since."""
        self._joined.clear()
        self._owned.clear()

    def person(self, person: str) -> Any:
        """The joined state of a person."""
        return join([self.state(f"person/{each}") for each in self.group(person)])

    def applications(self, person: str) -> tuple[Any, ...]:
        """The states of a person's applications."""
        return tuple(
            self.state(stream) for stream in self.streams_of(person) if stream_kind(stream) == "application"
        )

    # -- what a decision reads ------------------------------------------------

    def reads(self, command: Command) -> Iterator[tuple[str, str]]:
        """(kind, id) of what a command's decision reads besides its own stream."""
        what = command.what
        if isinstance(what, Correct):
            for past in self.histories[command.stream]:
                if what.event in (past.version, past.replaces):
                    yield from _named(past.event, KINDS[type(past.event)].reads, what.set or {})
                    yield from self._also(command.stream, type(past.event))
        else:
            yield from _named(what, COMMAND_KINDS[type(what)].reads, {})
            yield from self._also(command.stream, type(what))

    def _also(self, stream: str, cls: type) -> Iterable[tuple[str, str]]:
        """What is read besides that only the stream's own state can name."""
        also = DECIDERS[stream_kind(stream)].also_reads.get(cls) if stream_kind(stream) in DECIDERS else None
        return also(self.state(stream), self.programme) if also is not None else ()

    def given(self, command: Command, owner: str | None) -> Given:
        """What the decision on ``command`` is given; ``owner`` is whose the stream is already."""
        persons: dict[PersonId, Any] = {}
        applications: dict[PersonId, tuple[Any, ...]] = {}
        states: dict[str, Any] = {}
        for kind, name in self.reads(command):
            if kind == "person":
                persons[PersonId(name)] = self.person(name)
                applications[PersonId(name)] = self.applications(name)
            else:
                states[f"{kind}/{name}"] = self.state(f"{kind}/{name}")
        return Given(
            stream=command.stream,
            on=command.on,
            today=self.today,
            programme=self.programme,
            people=persons,
            applications=applications,
            states=states,
            owner=owner,
        )

    def wanted(self, commands: Iterable[Command]) -> set[str]:
        """The streams that the decisions on ``commands`` write and read, as far as their own words say."""
        streams: set[str] = set()
        persons: set[str] = set()
        for command in commands:
            streams.add(command.stream)
            if isinstance(command.what, Correct) and command.stream not in self.histories:
                continue
            for kind, name in self.reads(command):
                if kind == "person":
                    persons.add(name)
                else:
                    streams.add(f"{kind}/{name}")
        self.meet(persons)
        for person in persons:
            streams.update(self.streams_of(person))
        return streams


def _named(
    value: Any, reads: tuple[tuple[str, str], ...], other: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    for field, kind in reads:
        for each in (getattr(value, field), other.get(field)):
            names = each if isinstance(each, (tuple, list)) else (each,)
            for name in names:
                if name:
                    yield kind, str(name)
