"""Who answers the adverts: made-up people for the parts of the story."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

import attrs

from siprecruit.core.ids import ApplicationCode, Code, PersonId, Urn
from siprecruit.demo.authority import SchoolSketch
from siprecruit.demo.diary import DAY, office_day
from siprecruit.demo.names import address, telephone
from siprecruit.demo.parts import CHOSEN, IN_JANUARY, IN_MAY, Fate, Part

Name = tuple[str, str]
"""A first and a last name."""

JANUARY: Final = Code("tes-2007-01")
MAY: Final = Code("tes-2007-05")
#: The first day on which an answer comes in, and the last one.
ANSWERED: Final = {
    JANUARY: (dt.date(2007, 1, 20), dt.date(2007, 2, 23)),
    MAY: (dt.date(2007, 5, 12), dt.date(2007, 6, 15)),
}
AFTER_CLOSING: Final = (dt.date(2007, 6, 18), dt.date(2007, 6, 22))

#: Metres on the national grid, west, south, east, north: where people of other authorities set out from.
HOMES: Final = {
    "norfolk": (560_000, 285_000, 648_000, 340_000),
    "lincolnshire": (520_000, 318_000, 550_000, 345_000),
    "suffolk": (575_000, 255_000, 650_000, 282_000),
    "cambridgeshire": (525_000, 260_000, 552_000, 300_000),
    "northamptonshire": (475_000, 260_000, 500_000, 285_000),
    "berkshire": (465_000, 165_000, 500_000, 180_000),
}
POSTS: Final = {
    "headteacher": "Headteacher",
    "former_headteacher": "Retired headteacher",
    "la_adviser": "Primary adviser",
    "consultant": "Education consultant",
    None: "Deputy headteacher",
}


@attrs.frozen(kw_only=True)
class Applicant:
    """One answer to an advert, and who gave it.

    ``ties`` are schools and kinds of interest; ``same_as`` is the person's id from an earlier answer, and
    ``carried_from`` the earlier application that this one carries on.
    """

    code: ApplicationCode
    advert: Code
    category: str | None
    home: str
    fate: Fate
    received_on: dt.date
    first_name: str
    last_name: str
    email: str
    phone: str
    days: int | None
    easting: int
    northing: int
    ties: tuple[tuple[Urn, Code], ...] = ()
    same_as: PersonId | None = None
    carried_from: ApplicationCode | None = None
    #: shares a name and a telephone with this other applicant, and is somebody else
    namesake_of: PersonId | None = None

    @property
    def person(self) -> PersonId:
        """Whose answer it is: a carried application is the earlier one's person's."""
        return PersonId(self.carried_from or self.code)

    @property
    def stream(self) -> str:
        """The application's stream."""
        return f"application/{self.code}"

    @property
    def employer(self) -> Urn | None:
        """A headteacher's own school, where it is one of ours."""
        return next((urn for urn, kind in self.ties if kind == "employer"), None)


def give_out(
    random: Random,
    schools: Sequence[SchoolSketch],
    ids: Iterator[ApplicationCode],
    people: Iterator[Name],
) -> tuple[Applicant, ...]:
    """Give every part to somebody; in the order in which their answers come in."""
    # Each headteacher has a school of their own, and nobody else is tied to it.
    free = random.sample(schools, len(schools))
    january = [_applicant(random, part, JANUARY, next(ids), next(people), free) for part in _each(IN_JANUARY)]
    may = [_applicant(random, part, MAY, next(ids), next(people), free) for part in _each(IN_MAY)]
    may = _answered_again(january, may, [part.again for part in _each(IN_MAY)])
    carried = [_carried(one, next(ids)) for one in january if one.fate == "carried"]
    return tuple(
        sorted([*january, *_namesake(january, may), *carried], key=lambda one: (one.received_on, one.code))
    )


def _each(parts: Sequence[Part]) -> Iterator[Part]:
    for part in parts:
        yield from [part] * part.number


def _applicant(
    random: Random, part: Part, advert: Code, code: ApplicationCode, name: Name, free: list[SchoolSketch]
) -> Applicant:
    west, south, east, north = HOMES[part.home]
    chosen = part.fate in CHOSEN | {"carried", "answers_again"}
    return Applicant(
        code=code,
        advert=advert,
        category=part.category,
        home=part.home,
        fate=part.fate,
        received_on=_received_on(random, part, advert),
        first_name=name[0],
        last_name=name[1],
        email=address(*name) if chosen or random.random() < 0.96 else "",  # noqa: PLR2004 - a few give none
        phone=telephone(random),
        days=_days(random, part.category) if chosen or random.random() < 0.9 else None,  # noqa: PLR2004
        easting=random.randint(west, east),
        northing=random.randint(south, north),
        ties=tuple(_ties(random, part, free)),
    )


def _received_on(random: Random, part: Part, advert: Code) -> dt.date:
    first, last = AFTER_CLOSING if part.fate == "after_closing" else ANSWERED[advert]
    # Two days before the last one at most, so that a weekend's post is in time, too.
    return office_day(min(first + DAY * random.randint(0, (last - first).days), last - DAY * 2))


def _days(random: Random, category: str | None) -> int:
    """Days a year: those for schools, and four for one's own development."""
    if category == "headteacher":
        return random.choices((24, 19), (9, 1))[0]
    return random.choices((74, 64), (9, 1))[0]


def _ties(random: Random, part: Part, free: list[SchoolSketch]) -> Iterator[tuple[Urn, Code]]:
    if part.category in ("headteacher", None) and part.home == "norfolk":
        yield free.pop().urn, Code("employer")
    if part.category == "former_headteacher" and part.home == "norfolk":
        yield free.pop().urn, Code("former_employer")
    kinds = {"consultant": "supplier", "la_adviser": "former_employer", "headteacher": "family"}
    if part.category in kinds and random.random() < 0.4:  # noqa: PLR2004 - about two in five have one
        yield free.pop().urn, Code(kinds[part.category])


def _answered_again(
    january: Sequence[Applicant], may: Sequence[Applicant], again: Sequence[bool]
) -> list[Applicant]:
    """The answers to the second advert, some of them by people who have answered the first."""
    earlier = [one for one in january if one.fate == "answers_again"]
    result = []
    for one, is_again in zip(may, again, strict=True):
        before = next((each for each in earlier if is_again and each.category == one.category), None)
        if before is None:
            result.append(one)
            continue
        earlier.remove(before)
        same = ("first_name", "last_name", "email", "phone", "days", "easting", "northing", "ties")
        known = {name: getattr(before, name) for name in same}
        result.append(attrs.evolve(one, same_as=before.person, **known))
    return result


def _carried(reserve: Applicant, code: ApplicationCode) -> Applicant:
    return attrs.evolve(
        reserve,
        code=code,
        advert=MAY,
        fate="appointed",
        received_on=dt.date(2007, 5, 22),
        carried_from=reserve.code,
    )


def _namesake(january: Sequence[Applicant], may: Sequence[Applicant]) -> Iterator[Applicant]:
    """Somebody of May, without an address, shares name and telephone with somebody of January."""
    known = next(one for one in january if one.fate == "not_shortlisted")
    other = next(one for one in may if one.fate == "not_shortlisted")
    for one in may:
        if one is other:
            like = {name: getattr(known, name) for name in ("first_name", "last_name", "phone")}
            yield attrs.evolve(one, email="", namesake_of=known.person, **like)
        else:
            yield one
