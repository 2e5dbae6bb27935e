"""A simple allocation, as made with a map and a pencil: everybody takes the nearest schools in turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import hypot

import attrs

from siprecruit.core.ids import PersonId, Urn
from siprecruit.demo.authority import SchoolSketch


@attrs.frozen(kw_only=True)
class Partner:
    """Somebody who may be named for schools: for how many, from where, and for which never.

    ``ready`` says whether they may serve on the first day; who isn't is named for ``most`` schools only.
    """

    person: PersonId
    easting: int
    northing: int
    room: int
    never: frozenset[Urn]
    ready: bool = True


class NoRoom(Exception):  # noqa: N818 - says what is the case
    """No partner has room for a school and no interest in it."""


def allocate(
    schools: Sequence[SchoolSketch], partners: Sequence[Partner], share: float = 0.8
) -> dict[Urn, PersonId]:
    """Who serves each school: everybody takes the nearest ones in turn, up to a ``share`` of their room.

    Then each school that is left takes the nearest partner who still has some. Raises NoRoom.
    """
    pairs: dict[Urn, PersonId] = {}
    left = {school.urn: school for school in schools}
    for turn in range(max(one.room for one in partners)):
        for partner in sorted(partners, key=lambda one: one.person):
            free = [school for school in left.values() if school.urn not in partner.never]
            if free and turn < int(partner.room * share):
                nearest = min(free, key=lambda school: (_distance(partner, school), school.urn))
                pairs[nearest.urn] = partner.person
                del left[nearest.urn]
    return pairs | relieve(tuple(left.values()), partners, Counter(pairs.values()))


def relieve(
    schools: Iterable[SchoolSketch],
    partners: Sequence[Partner],
    used: Mapping[PersonId, int],
    apart: Mapping[Urn, PersonId] | None = None,
) -> dict[Urn, PersonId]:
    """The nearest partner with room for each school, those first in which somebody has an interest.

    ``used`` are places taken before; ``apart`` is who must not serve a school. Raises NoRoom.
    """
    taken = Counter(used)
    tied = {urn for partner in partners for urn in partner.never}
    pairs: dict[Urn, PersonId] = {}
    for school in sorted(schools, key=lambda one: (one.urn not in tied, one.urn)):
        free = [one for one in partners if taken[one.person] < one.room and _may(one, school, apart or {})]
        if not free:
            raise NoRoom(f"nobody has room for {school.urn}")
        nearest = min(free, key=lambda one: (_distance(one, school), one.person))
        pairs[school.urn] = nearest.person
        taken[nearest.person] += 1
    return pairs


def _may(partner: Partner, school: SchoolSketch, apart: Mapping[Urn, PersonId]) -> bool:
    return school.urn not in partner.never and apart.get(school.urn) != partner.person


def _distance(partner: Partner, school: SchoolSketch) -> float:
    return hypot(partner.easting - school.easting, partner.northing - school.northing)
