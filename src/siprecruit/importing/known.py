"""Which applications of the record the rows of a sheet may be, or may come from the same people as."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from random import Random
from typing import Final, TypeVar

import attrs
import sqlalchemy as sa

from siprecruit.core.ids import ApplicationCode, new_code
from siprecruit.core.responses import ResponseSubmitted
from siprecruit.core.streams import DECIDERS
from siprecruit.core.text import fold, fold_address, fold_telephone, is_address
from siprecruit.importing.content import Known, of_history
from siprecruit.intake.responses import ResponseRow
from siprecruit.record.reading import Reader
from siprecruit.record.views import applicants, people, schools

Thing = TypeVar("Thing")

AT_A_TIME: Final = 500
"""How many names are looked up in one statement, and how many histories lie in memory at a time."""


@attrs.frozen(kw_only=True)
class Applicant:
    """By what a response is recognised. ``address`` and ``name`` are folded; a bad address is none."""

    advert: str
    received_on: dt.date
    address: str
    name: str
    phone: str
    #: None for a row of the sheet
    application: ApplicationCode | None = None
    person: str = ""

    @property
    def key(self) -> tuple[str, dt.date, str, str]:
        """By what a response is known: advert, day, and address, or the name where there is no good one."""
        return self.advert, self.received_on, self.address, "" if self.address else self.name


def of_row(row: ResponseRow) -> Applicant:
    """By what a row is recognised."""
    return Applicant(
        advert=row.advert,
        received_on=row.received_on,
        address=fold_address(row.email) if is_address(row.email) else "",
        name=fold(f"{row.first_name} {row.last_name}"),
        phone=fold_telephone(row.phone),
    )


def applicants_like(reader: Reader, rows: Collection[Applicant]) -> list[Applicant]:
    """The responses in the record that share an address or a name with one of the rows, by their codes."""
    return _look_up(reader, {row.address for row in rows}, {row.name for row in rows})


def others_by_key(
    reader: Reader, rows: Collection[Applicant], own: frozenset[ApplicationCode]
) -> dict[object, ApplicationCode]:
    """By its key a response in the record, none of our ``own``, for those of the rows whose key is there."""
    addresses, names = {row.address for row in rows}, {row.name for row in rows if not row.address}
    found = _look_up(reader, addresses, names)
    return {one.key: one.application for one in found if one.application and one.application not in own}


def _look_up(reader: Reader, addresses: set[str], names: set[str]) -> list[Applicant]:
    view = applicants.c
    columns = (
        view.application,
        view.person,
        view.advert,
        view.received_on,
        view.folded_name,
        view.email,
        view.folded_email,
        view.phone,
    )
    found: dict[str, Applicant] = {}
    # A name of nothing but punctuation is folded to nothing, and is a name all the same.
    for column, wanted in ((view.folded_email, addresses - {""}), (view.folded_name, names)):
        for some in parts(sorted(wanted), AT_A_TIME):
            query = sa.select(*columns).where(column.in_(some), view.received_on.is_not(None))
            for one in reader.select(query):
                found[one.application] = Applicant(
                    application=ApplicationCode(one.application),
                    person=one.person,
                    advert=one.advert or "",
                    received_on=dt.date.fromisoformat(one.received_on),
                    address=one.folded_email if is_address(one.email) else "",
                    name=one.folded_name,
                    phone=fold_telephone(one.phone),
                )
    return [found[code] for code in sorted(found)]


def contents(
    reader: Reader, codes: Sequence[ApplicationCode]
) -> Iterator[tuple[ApplicationCode, Known | None]]:
    """What the record holds of each response, some hundreds at a time."""
    for some in parts(codes, AT_A_TIME):
        histories = reader.histories([f"application/{code}" for code in some], texts=True)
        for code in some:
            yield code, of_history(histories[f"application/{code}"])


def past_keys(reader: Reader, codes: Sequence[ApplicationCode]) -> dict[ApplicationCode, frozenset[object]]:
    """By what each of the responses was recognised at any time, its corrections included."""
    found: dict[ApplicationCode, frozenset[object]] = {}
    for some in parts(codes, AT_A_TIME):
        histories = reader.histories([f"application/{code}" for code in some], texts=True)
        for code in some:
            told = [
                one for one in histories[f"application/{code}"] if isinstance(one.event, ResponseSubmitted)
            ]
            found[code] = frozenset(_told(one.event, one.on).key for one in told)
    return found


def _told(said: ResponseSubmitted, on: dt.date) -> Applicant:
    return Applicant(
        advert=said.advert,
        received_on=on,
        address=fold_address(said.email) if said.email and is_address(said.email) else "",
        name=fold(f"{said.first_name or ''} {said.last_name or ''}"),
        phone=fold_telephone(said.phone or ""),
    )


def answers_to(
    reader: Reader, adverts: Collection[str], *, but: Collection[str] = ()
) -> list[tuple[ApplicationCode, str]]:
    """The responses to some adverts, with their names, by the day of receipt."""
    view = applicants.c
    query = (
        sa.select(view.application, view.name)
        .where(view.received_on.is_not(None), view.advert.in_(sorted(adverts)))
        .order_by(view.received_on, view.folded_name, view.application)
    )
    return [
        (ApplicationCode(one.application), one.name)
        for one in reader.select(query)
        if one.application not in but
    ]


def first_recorded(reader: Reader, codes: Sequence[ApplicationCode]) -> Mapping[ApplicationCode, dt.datetime]:
    """When the record first learnt of each application."""
    found: dict[ApplicationCode, dt.datetime] = {}
    for some in parts(codes, AT_A_TIME):
        histories = reader.histories([f"application/{code}" for code in some])
        found |= {code: histories[f"application/{code}"][0].recorded_at for code in some}
    return found


def persons(reader: Reader, codes: Collection[ApplicationCode]) -> Mapping[str, str]:
    """By application whose it is."""
    view = applicants.c
    found: dict[str, str] = {}
    for some in parts(sorted(codes), AT_A_TIME):
        query = sa.select(view.application, view.person).where(view.application.in_(some))
        found |= {one.application: one.person for one in reader.select(query)}
    return found


def fresh_codes(reader: Reader, count: int, random: Random) -> list[ApplicationCode]:
    """So many application codes that nobody has yet, in order: so they are written faster."""
    # A generator that asks the system for each letter takes longer than all the rest of this.
    random = Random(random.getrandbits(256))  # noqa: S311 - a code is no secret
    taken: set[ApplicationCode] = set()
    free: list[ApplicationCode] = []
    while len(free) < count:
        drawn = {code for _ in range(count - len(free)) if (code := new_code(random)) not in taken}
        taken |= drawn
        there = reader.versions([f"application/{code}" for code in drawn])
        free += [code for code in drawn if there[f"application/{code}"] == 0]
    return sorted(free)


def urns(reader: Reader) -> frozenset[str]:
    """The schools in the record."""
    return frozenset(one.urn for one in reader.select(sa.select(schools.c.urn)))


def settled(reader: Reader, pairs: Collection[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Those of the pairs of people of whom somebody has said that they are one, or that they are two."""
    everybody = sorted({person for pair in pairs for person in pair})
    joined = joined_to(reader, everybody)
    apart = _kept_apart(reader, everybody)
    return frozenset(
        (one, other)
        for one, other in pairs
        if joined.get(one, one) == joined.get(other, other)
        or other in apart.get(one, ())
        or one in apart.get(other, ())
    )


def joined_to(reader: Reader, everybody: Sequence[str]) -> Mapping[str, str]:
    """By person the one under whom somebody has joined them."""
    joined: dict[str, str] = {}
    for some in parts(everybody, AT_A_TIME):
        query = sa.select(people.c.person, people.c.joined_to).where(people.c.person.in_(some))
        joined |= {one.person: one.joined_to for one in reader.select(query)}
    return joined


def _kept_apart(reader: Reader, everybody: Sequence[str]) -> Mapping[str, frozenset[str]]:
    apart: dict[str, frozenset[str]] = {}
    for some in parts(everybody, AT_A_TIME):
        histories = reader.histories([f"person/{person}" for person in some])
        for person in some:
            told = DECIDERS["person"].state(histories[f"person/{person}"])
            apart[person] = frozenset(map(str, told.particulars.kept_apart))
    return apart


def parts(things: Sequence[Thing], size: int) -> Iterator[Sequence[Thing]]:
    """The things in their order, so many at a time."""
    for first in range(0, len(things), size):
        yield things[first : first + size]
