"""Streams as they stood: with what had happened by one day, as far as it was known at one instant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from siprecruit.core.coverage import Pool
from siprecruit.core.events import Recorded
from siprecruit.core.ids import PersonId, Urn, stream_id, stream_kind
from siprecruit.core.person import Person, join
from siprecruit.core.placement import Placement
from siprecruit.core.position import Serving
from siprecruit.core.programme import Programme
from siprecruit.core.streams import DECIDERS
from siprecruit.record.rows import of_placement


@attrs.frozen(kw_only=True, slots=False)
class Scene:
    """Some streams, folded. ``today`` is the day that is looked at; ``as_at`` leaves out what happened later.

    ``known_schools`` are those in the record that its applications name; None where no school is in it.

    People who were merged are one person here only where the streams of all of them were read.
    """

    programme: Programme
    today: dt.date
    histories: Mapping[str, Sequence[Recorded]]
    as_at: dt.date | None = None
    known_schools: frozenset[str] | None = None
    _states: dict[str, Any] = attrs.field(factory=dict, repr=False)
    _groups: dict[str, tuple[str, ...]] = attrs.field(factory=dict, init=False, repr=False)
    _owned: dict[str, list[str]] = attrs.field(factory=dict, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        for stream, history in self.histories.items():
            if stream in self._states:
                continue
            self._states[stream] = DECIDERS[stream_kind(stream)].state(history, self.as_at)
        self._groups.update(_groups(self))
        for stream in sorted(self.of_kind("application")):
            person = self._states[stream].person
            if person is not None:
                self._owned.setdefault(person, []).append(stream)

    @property
    def states(self) -> dict[str, Any]:
        """The states that are folded already, by stream."""
        return dict(self._states)

    def with_streams(self, histories: Mapping[str, Sequence[Recorded]]) -> Scene:
        """The same scene with more streams in it; what was folded stays folded."""
        everything = {**self.histories, **histories}
        return attrs.evolve(self, histories=everything, states=self.states)

    def of_kind(self, kind: str) -> list[str]:
        """The streams of a kind."""
        return [stream for stream in self.histories if stream_kind(stream) == kind]

    def state(self, stream: str) -> Any:
        """The state of a stream; where it was not read, or holds nothing, how every such stream begins."""
        return self._states.get(stream, DECIDERS[stream_kind(stream)].initial)

    def group(self, person: str) -> tuple[str, ...]:
        """The ids that are one person with this one, itself among them."""
        return self._groups.get(person, (person,))

    def person(self, person: str) -> Person:
        """A person, joined with those who were merged with them."""
        return join([self.state(f"person/{each}") for each in self.group(person)])

    def applications(self, person: str) -> tuple[Any, ...]:
        """The states of a person's applications."""
        return tuple(self.state(stream) for stream in self.streams_of(person))

    def streams_of(self, person: str) -> list[str]:
        """The streams of a person's applications."""
        return sorted(stream for each in self.group(person) for stream in self._owned.get(each, ()))

    def owned_by(self, person: str) -> tuple[str, ...]:
        """The streams of the applications made under this very id."""
        return tuple(sorted(self._owned.get(person, ())))

    def placements(self) -> dict[Urn, Placement]:
        """The schools by URN."""
        return {Urn(stream_id(stream)): self.state(stream) for stream in self.of_kind("placement")}

    def serving(self) -> dict[str, list[Serving]]:
        """For whom somebody is named, by the id under which they were."""
        found: dict[str, list[Serving]] = {}
        for urn, placement in sorted(self.placements().items()):
            for row in of_placement(urn, placement):
                if row["kind"] != "cda":
                    found.setdefault(row["person"], []).append(_serving(row))
        return found

    def pool(self, persons: Iterable[str]) -> Pool:
        """These people, with all that their readiness is derived from."""
        ids = [PersonId(each) for each in persons]
        return Pool(
            people={each: self.person(each) for each in ids},
            applications={each: self.applications(each) for each in ids},
            programme=self.programme,
        )


def _serving(row: Mapping[str, Any]) -> Serving:
    return Serving(
        urn=row["urn"],
        kind=row["kind"],
        starts=dt.date.fromisoformat(row["starts"]),
        until=row["until"] and dt.date.fromisoformat(row["until"]),
        introduced_on=row["introduced_on"] and dt.date.fromisoformat(row["introduced_on"]),
    )


def _groups(scene: Scene) -> dict[str, tuple[str, ...]]:
    """Who is one person with whom, by what the people's own streams say."""
    of: dict[str, set[str]] = {}
    for stream in scene.of_kind("person"):
        together = {stream_id(stream), *scene.state(stream).particulars.joined}
        for each in tuple(together):
            together |= of.get(each, set())
        for each in together:
            of[each] = together
    return {person: tuple(sorted(together)) for person, together in of.items() if len(together) > 1}


def named_for(placements: Mapping[Urn, Placement]) -> set[str]:
    """Everybody who was ever named as a school's partner."""
    held = [placement.allocation for placement in placements.values()]
    return {str(one.person) for each in held for one in (*each.permanents, *each.temporaries)}
