"""The demo's simple allocation keeps the hard rules, or says that it can't."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siprecruit.core.ids import Code, PersonId, Urn
from siprecruit.core.programme import Capacity
from siprecruit.core.school_record import RecordSchool
from siprecruit.core.todo import room
from siprecruit.demo.authority import SchoolSketch
from siprecruit.demo.greedy import NoRoom, Partner, allocate, relieve

CAPACITY = Capacity(
    days_per_school=5,
    own_development_days=4,
    max_days={"headteacher": 20, "consultant": 70},
    max_schools={"headteacher": 4, "consultant": 14},
)
RECORDED = RecordSchool(
    name="Gimham Primary School",
    la_code=Code("926"),
    phase=Code("primary"),
    type=Code("community"),
    type_group=Code("maintained"),
)


def school(number: int, easting: int = 600_000, northing: int = 300_000) -> SchoolSketch:
    return SchoolSketch(
        urn=Urn(str(900_000 + number)),
        area=Code("north"),
        recorded=RECORDED,
        easting=easting,
        northing=northing,
    )


def partner(name: str, places: int = 4, easting: int = 600_000, never: tuple[str, ...] = ()) -> Partner:
    return Partner(
        person=PersonId(name),
        easting=easting,
        northing=300_000,
        room=places,
        never=frozenset(map(Urn, never)),
    )


@pytest.mark.parametrize(
    ("category", "days", "schools"),
    [
        ("headteacher", 24, 4),
        ("headteacher", 19, 3),
        ("headteacher", 200, 4),
        ("consultant", 74, 14),
        ("consultant", 64, 12),
        ("somebody_else", 34, 6),
    ],
)
def test_days_and_schools_both_limit(category: str, days: int, schools: int) -> None:
    """Five days a school after four of one's own, within the programme's most days and most schools (cfg)."""
    assert room(CAPACITY, category, days) == schools


def test_the_nearest_school_is_taken() -> None:
    """Two people in two towns each take the school beside them."""
    near, far = school(1, easting=600_000), school(2, easting=640_000)
    pairs = allocate([near, far], [partner("A", 2, 601_000), partner("B", 2, 639_000)])
    assert pairs == {near.urn: "A", far.urn: "B"}


def test_a_temporary_is_somebody_else_than_the_permanent() -> None:
    """Nobody covers for themselves, however near they live."""
    one = school(1)
    pairs = relieve([one], [partner("A"), partner("B", easting=650_000)], {}, {one.urn: PersonId("A")})
    assert pairs == {one.urn: "B"}


def test_too_few_places_are_told() -> None:
    """A school for which nobody has room is named, not left out."""
    with pytest.raises(NoRoom, match="900003"):
        allocate([school(number) for number in (1, 2, 3)], [partner("A", 2)])


@given(
    st.lists(st.integers(1, 6), min_size=1, max_size=6),
    st.data(),
)
def test_every_school_has_one_partner_within_room_and_without_interest(
    rooms: list[int], data: st.DataObject
) -> None:
    """Each school has one partner, nobody has too many, and none of their own."""
    # Each school is tied to one partner at most, and there is a place to spare for each tie.
    schools = [school(number) for number in range(max(1, sum(rooms) // 2))]
    ties = [data.draw(st.integers(0, len(rooms) * 3)) for _ in schools]
    partners = [
        partner(
            f"P{place}",
            size,
            never=tuple(one.urn for one, tie in zip(schools, ties, strict=True) if tie == place),
        )
        for place, size in enumerate(rooms)
    ]
    try:
        pairs = allocate(schools, partners)
    except NoRoom:
        return
    held = Counter(pairs.values())
    assert pairs.keys() == {one.urn for one in schools}
    assert all(held[one.person] <= one.room for one in partners)
    assert all(pairs.get(urn) != one.person for one in partners for urn in one.never)
