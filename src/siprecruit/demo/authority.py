"""The synthetic authority: 373 schools in five areas, and its officers, advisers and panel members."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from random import Random
from typing import Final

import attrs

from siprecruit.core.contacts import SetContact
from siprecruit.core.ids import Code, PersonId, Urn
from siprecruit.core.particulars import RecordPerson, TakeRole
from siprecruit.core.programme import Programme
from siprecruit.core.purposes import TakePurpose
from siprecruit.core.school_record import PlaceInArea, RecordSchool
from siprecruit.demo.diary import FROM_A_SHEET, Diary
from siprecruit.demo.names import address, telephone, villages

FIRST_URN: Final = 900_001
"""The register has given out no number as high as this one."""

#: How many schools an area has, and the box in which they lie, in metres: west, south, east, north.
BOXES: Final = (
    (78, (611_000, 300_000, 631_000, 318_000)),
    (72, (590_000, 325_000, 632_000, 343_000)),
    (74, (633_000, 296_000, 651_000, 326_000)),
    (76, (588_000, 281_000, 632_000, 298_000)),
    (73, (555_000, 295_000, 587_000, 340_000)),
)
_KINDS: Final = (
    ("community", "Community Primary School", 4, 11, ""),
    ("community", "Infant School", 4, 7, ""),
    ("community", "Junior School", 7, 11, ""),
    ("voluntary_controlled", "Church of England VC Primary School", 4, 11, "Church of England"),
    ("voluntary_aided", "Church of England VA Primary School", 4, 11, "Church of England"),
    ("voluntary_aided", "Catholic Primary School", 4, 11, "Roman Catholic"),
    ("foundation", "Primary School", 4, 11, ""),
)
_HOW_OFTEN: Final = (38, 10, 10, 24, 9, 2, 7)
_WHOM_TO_RING: Final = (
    ("administrator", "recruitment"),
    ("administrator", "administration"),
    ("manager", "introductions"),
    ("manager", "allocation"),
)
BEGINS: Final = dt.date(2007, 1, 8)
TEAMS_FORM: Final = dt.date(2008, 1, 8)
ADVISERS_AN_AREA: Final = 3


@attrs.frozen(kw_only=True)
class SchoolSketch:
    """A school of the demo."""

    urn: Urn
    area: Code
    recorded: RecordSchool
    easting: int
    northing: int


@attrs.frozen(kw_only=True)
class Officer:
    """Somebody who serves the authority or sits on its panels."""

    id: PersonId
    first_name: str
    last_name: str
    role: Code
    area: Code | None = None


@attrs.frozen(kw_only=True)
class Authority:
    """The schools, in the order of their URNs, and everybody by what they do."""

    schools: tuple[SchoolSketch, ...]
    manager: Officer
    administrator: Officer
    la_referee: Officer
    deputy: Officer
    heads: tuple[Officer, ...]
    governors: tuple[Officer, ...]
    panel_officers: tuple[Officer, ...]
    senior_advisers: tuple[Officer, ...]
    advisers: tuple[Officer, ...]


@attrs.frozen(kw_only=True)
class Setting:
    """Where the story plays, and the diary in which it is told.

    ``college`` is the channel through which the college asks referees for us; None: it asks them itself.
    """

    diary: Diary
    programme: Programme
    authority: Authority
    college: Code | None = None


def sketch(
    random: Random, programme: Programme, ids: Iterator[str], people: Iterator[tuple[str, str]]
) -> Authority:
    """Draw the authority."""

    def officer(role: str, area: str | None = None) -> Officer:
        return _officer(PersonId(next(ids)), next(people), role, area)

    areas = [each.code for each in programme.areas]
    seniors = [each.code for each in programme.areas for _ in range(each.senior_advisers)]
    return Authority(
        schools=tuple(_schools(random, programme)),
        manager=officer("manager"),
        administrator=officer("administrator"),
        la_referee=officer("la_referee"),
        deputy=officer("la_referee"),
        heads=tuple(officer("panel_member") for _ in range(5)),
        governors=tuple(officer("panel_member") for _ in range(4)),
        panel_officers=tuple(officer("panel_member") for _ in range(3)),
        senior_advisers=tuple(officer("senior_adviser", area) for area in seniors),
        advisers=tuple(officer("cda", area) for area in areas for _ in range(ADVISERS_AN_AREA)),
    )


def _officer(id_: PersonId, name: tuple[str, str], role: str, area: str | None) -> Officer:
    return Officer(
        id=id_,
        first_name=name[0],
        last_name=name[1],
        role=Code(role),
        area=Code(area) if area else None,
    )


def tell(diary: Diary, authority: Authority, random: Random) -> None:
    """How the schools and the officers come into the record: the register first, the teams a year later."""
    for school in authority.schools:
        stream = f"placement/{school.urn}"
        diary.enter(stream, school.recorded, BEGINS, by=FROM_A_SHEET)
        contact = SetContact(purpose=Code("office"), email=f"office.{school.urn}@example.org")
        diary.enter(stream, contact, BEGINS, by=FROM_A_SHEET)
        diary.enter(stream, PlaceInArea(area=school.area), BEGINS, by=FROM_A_SHEET)
    office = (authority.manager, authority.administrator, authority.la_referee, authority.deputy)
    for officer in (*office, *authority.heads, *authority.governors, *authority.panel_officers):
        _tell_officer(diary, officer, BEGINS, random)
    for who, purpose in _WHOM_TO_RING:
        person: Officer = getattr(authority, who)
        diary.enter(f"person/{person.id}", TakePurpose(purpose=Code(purpose)), BEGINS)
    for officer in (*authority.senior_advisers, *authority.advisers):
        _tell_officer(diary, officer, TEAMS_FORM, random)


def _tell_officer(diary: Diary, officer: Officer, on: dt.date, random: Random) -> None:
    recorded = RecordPerson(
        first_name=officer.first_name,
        last_name=officer.last_name,
        email=address(officer.first_name, officer.last_name),
        phone=telephone(random),
    )
    diary.enter(f"person/{officer.id}", recorded, on)
    diary.enter(f"person/{officer.id}", TakeRole(role=officer.role, area=officer.area), on)


def _schools(random: Random, programme: Programme) -> Iterator[SchoolSketch]:
    towns, urn = villages(random), FIRST_URN
    for area, (number, (west, south, east, north)) in zip(programme.areas, BOXES, strict=True):
        for _ in range(number):
            easting, northing = random.randint(west, east), random.randint(south, north)
            yield SchoolSketch(
                urn=Urn(str(urn)),
                area=Code(area.code),
                recorded=_recorded(random, programme, next(towns), easting, northing),
                easting=easting,
                northing=northing,
            )
            urn += 1


def _recorded(random: Random, programme: Programme, town: str, easting: int, northing: int) -> RecordSchool:
    ((kind, words, age_from, age_to, religion),) = random.choices(_KINDS, _HOW_OFTEN)
    return RecordSchool(
        name=f"{town} {words}",
        la_code=Code(programme.authority),
        phase=Code("primary"),
        type=Code(kind),
        type_group=Code("maintained"),
        age_from=age_from,
        age_to=age_to,
        town=town,
        religion=religion,
        easting=easting,
        northing=northing,
    )
