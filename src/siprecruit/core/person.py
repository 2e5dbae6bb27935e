"""A person: particulars, accreditation and induction joined, and one person made of those merged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import attrs

from siprecruit.core import accreditation, induction, particulars, purposes
from siprecruit.core.accreditation import Accreditation, AccreditationEnded
from siprecruit.core.decider import Decider, joined
from siprecruit.core.events import Recorded
from siprecruit.core.ids import PersonId, Urn, stream_id
from siprecruit.core.induction import Induction
from siprecruit.core.intervals import Fact
from siprecruit.core.particulars import Particulars
from siprecruit.core.purposes import Purposes

STAGES = (particulars.STAGE, accreditation.STAGE, induction.STAGE, purposes.STAGE)
_decide, _evolve, _check = joined(STAGES)


@attrs.frozen(kw_only=True)
class Person:
    """One person, as the record has them. ``id`` is None where their own stream holds nothing yet."""

    id: PersonId | None = None
    particulars: Particulars = particulars.STAGE.initial
    accreditation: Accreditation = accreditation.STAGE.initial
    induction: Induction = induction.STAGE.initial
    purposes: Purposes = purposes.STAGE.initial


def join(people: Sequence[Person]) -> Person:
    """One person out of those that were merged: all their facts, in whatever order they are given.

    Where two of them disagree about one day, the word that keeps the person from serving counts. What can be
    only one thing (the particulars, the base) is that of the first id.
    """
    if len(people) == 1:
        return people[0]
    ordered = sorted(people, key=lambda one: one.id or "")
    ids = [each.id for each in ordered if each.id is not None]
    return Person(
        id=ids[0] if ids else None,
        particulars=_join_particulars([each.particulars for each in ordered], ids),
        accreditation=Accreditation(
            said=_together(
                [each.accreditation.said for each in ordered],
                lambda one: isinstance(one.word, AccreditationEnded),
            ),
            seen=_together([each.accreditation.seen for each in ordered]),
        ),
        induction=_join_inductions([each.induction for each in ordered]),
        purposes=Purposes(
            told=_together([each.purposes.told for each in ordered], lambda one: not one.holds)
        ),
    )


def _join_particulars(parts: Sequence[Particulars], ids: Sequence[PersonId]) -> Particulars:
    return Particulars(
        recorded=next((each.recorded for each in parts if each.recorded is not None), None),
        roles=_together([each.roles for each in parts], lambda one: not one.holds),
        appointments=_together([each.appointments for each in parts]),
        leavings=_together([each.leavings for each in parts], lambda one: one.reason is not None),
        interests=tuple(chain.from_iterable(each.interests for each in parts)),
        availability=_together([each.availability for each in parts]),
        base=next((each.base for each in parts if each.base is not None), None),
        joined=frozenset(ids).union(*(each.joined for each in parts)).difference(ids[:1]),
        kept_apart=frozenset[PersonId]().union(*(each.kept_apart for each in parts)),
    )


def _join_inductions(parts: Sequence[Induction]) -> Induction:
    briefed: dict[Urn, dt.date] = {}
    for urn, day in chain.from_iterable(each.briefed.items() for each in parts):
        briefed[urn] = min(day, briefed.get(urn, day))
    return Induction(
        planned=_together([each.planned for each in parts]),
        attended=min((each.attended for each in parts if each.attended is not None), default=None),
        checks=_together([each.checks for each in parts], lambda one: one.outcome != "clear"),
        briefed=briefed,
    )


def _together(
    told: Sequence[tuple[Fact, ...]], keeps_from_serving: Callable[[Fact], bool] = lambda _: False
) -> tuple[Fact, ...]:
    # Facts of one stream keep the order in which they were told; between two streams nobody knows it.
    spoken = [each for each in told if each]
    if len(spoken) == 1:
        return spoken[0]
    return tuple(sorted(chain.from_iterable(spoken), key=lambda one: (one.on, keeps_from_serving(one))))


def _evolve_person(state: Person, recorded: Recorded) -> Person:
    after: Person = _evolve(state, recorded)
    return after if after.id is not None else attrs.evolve(after, id=PersonId(stream_id(recorded.stream)))


def _owner(stream: str, _state: Any) -> str:
    return stream


DECIDER = Decider(
    kind="person",
    initial=Person(),
    decide=_decide,
    evolve=_evolve_person,
    check=_check,
    owner=_owner,
)
