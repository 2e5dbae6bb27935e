"""Whom a row with a name, an address and a number is about, and what it says of how to reach them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from siprecruit.core.ids import PersonId
from siprecruit.core.particulars import PersonRecorded, RecordPerson
from siprecruit.core.text import fold, fold_address, fold_telephone, is_address
from siprecruit.importing.directory import Directory, Known
from siprecruit.importing.planning import Plan
from siprecruit.intake.reading import Fault


class Told(Protocol):
    """What a row says of somebody."""

    @property
    def number(self) -> int:
        """The row's number."""

    @property
    def person(self) -> str:
        """The code, "" where none is written."""

    @property
    def first_name(self) -> str:
        """The first names."""

    @property
    def last_name(self) -> str:
        """The last name."""

    @property
    def name(self) -> str:
        """Both."""

    @property
    def email(self) -> str:
        """The address."""

    @property
    def phone(self) -> str:
        """The number."""

    @property
    def present(self) -> frozenset[str]:
        """The columns that the sheet has."""


Found = tuple[str, tuple[str, ...]]
"""A person's id, and what a person should look at."""


def find_people(
    rows: Sequence[Told], directory: Directory, new: Callable[[], PersonId]
) -> Mapping[int, Found | Fault]:
    """Each row's person: by code or address, else by name and number; somebody new where there is none.

    Rows of one name, address and number are one person's.
    """
    found: dict[int, Found | Fault] = {}
    names = _names_by_address(rows)
    for row in rows:
        known = _by_code_or_address(row, directory, names)
        if known is not None:
            found[row.number] = known
    claimed = {one[0] for one in found.values() if not isinstance(one, Fault)}
    fresh: dict[tuple[str, str, str], Found] = {}
    for row in rows:
        if row.number not in found:
            known = _by_name(row, directory, claimed)
            if known is None:
                who = (fold(row.name), fold_address(row.email), fold_telephone(row.phone))
                twice = ("same_address_twice",) if len(names.get(_address(row), ())) > 1 else ()
                known = fresh.get(who) or (new(), (*_namesakes(row, directory), *twice))
                fresh[who] = known
            found[row.number] = known
    return found


def _names_by_address(rows: Sequence[Told]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        if row.name and _address(row):
            found.setdefault(_address(row), set()).add(fold(row.name))
    return found


def _by_code_or_address(
    row: Told, directory: Directory, names: Mapping[str, set[str]]
) -> Found | Fault | None:
    """Of several who share an address (an office's, a couple's) the name says which one is meant."""
    if row.person:
        known = directory.person(row.person, "person")
        return known if isinstance(known, Fault) else (known, _another_name(row, directory.people[known]))
    address = _address(row)
    there = {directory.people[one].id for one in directory.people_by_address.get(address, frozenset())}
    called = [one for one in sorted(there) if directory.people[one].name == fold(row.name)]
    if len(called) == 1:
        return called[0], ()
    if len(there) > 1:
        codes = ", ".join(sorted(there))
        return Fault(
            code="ambiguous", field="email", message=f'"{row.email}" may be any of {codes}: give the code.'
        )
    # Another row has both the address and the name of whoever is there: so this one is somebody else.
    others = {directory.people[one].name for one in there} & (names.get(address, set()) - {fold(row.name)})
    if not there or (others and row.name):
        return None
    (one,) = there
    return one, _another_name(row, directory.people[one])


def _by_name(row: Told, directory: Directory, claimed: set[str]) -> Found | Fault | None:
    """Whoever has that name, unless another address and another number say that it is somebody else."""
    there = [
        directory.people[one]
        for one in sorted(directory.people_by_name.get(fold(row.name), ()))
        if one not in claimed
    ]
    phone = fold_telephone(row.phone)
    sure = [one for one in there if phone and one.phone == phone]
    if len(sure) == 1:
        return sure[0].id, ()
    maybe = [one for one in there if _may_be(row, one)]
    if len(maybe) > 1:
        codes = ", ".join(one.id for one in maybe)
        return Fault(
            code="ambiguous", field="name", message=f'"{row.name}" may be any of {codes}: give the code.'
        )
    return (maybe[0].id, ("known_by_name",)) if maybe else None


def _may_be(row: Told, known: Known) -> bool:
    address, phone = _address(row), fold_telephone(row.phone)
    other_phone = bool(phone and known.phone and phone != known.phone)
    other_address = bool(address and known.address and address != known.address)
    return not other_phone and not (other_address and bool(phone) != bool(known.phone))


def _namesakes(row: Told, directory: Directory) -> tuple[str, ...]:
    return ("namesake",) if directory.people_by_name.get(fold(row.name)) else ()


def _another_name(row: Told, known: Known) -> tuple[str, ...]:
    return ("other_name",) if row.name and fold(row.name) != known.name else ()


def _address(row: Told) -> str:
    return fold_address(row.email) if is_address(row.email) else ""


def tell_particulars(told: Plan, row: Told, streams: tuple[str, ...], state: Any, today: dt.date) -> None:
    """Name, address and number, of whoever is no applicant: an applicant's stand in the application."""
    if state.particulars.recorded is None and not row.name:
        return
    cells = {"first_name": "first_name", "last_name": "last_name"}
    if not {"first_name", "last_name"} & row.present or not row.name:
        cells = {"first_name": "name", "last_name": "name"} if row.name else {}
    what = RecordPerson(first_name=row.first_name, last_name=row.last_name, email=row.email, phone=row.phone)
    told.tell(streams, (PersonRecorded,), what, today, {**cells, "email": "email", "phone": "phone"})
