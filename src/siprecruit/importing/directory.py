"""Who and which school is meant: people, applicants and schools of the record by code, address and name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs
import sqlalchemy as sa

from siprecruit.core.text import fold, fold_address, fold_telephone, is_address
from siprecruit.intake.reading import Fault, split_name
from siprecruit.record.reading import Reader
from siprecruit.record.views import applicants, people, schools

Index = Mapping[str, frozenset[str]]


@attrs.frozen(kw_only=True)
class Known:
    """Somebody in the record, under the id that merged people go by. Address, name and number are folded."""

    id: str
    name: str
    address: str
    phone: str


@attrs.frozen(kw_only=True)
class Applied:
    """An application in the record."""

    code: str
    person: str
    advert: str
    name: str
    address: str


@attrs.frozen(kw_only=True)
class Directory:
    """Everybody and every school in the record, by what a sheet may call them."""

    #: by every id that the record knows, merged ones too
    people: Mapping[str, Known]
    #: the ids that are one with an id, itself among them
    together: Mapping[str, tuple[str, ...]]
    applications: Mapping[str, Applied]
    people_by_address: Index
    people_by_name: Index
    applications_by_address: Index
    applications_by_name: Index
    schools: frozenset[str]
    #: by folded name: URN and folded town
    schools_by_name: Mapping[str, tuple[tuple[str, str], ...]]

    def person(self, told: str, field: str) -> str | Fault:
        """The one person who is meant by a code, an address or a name that nobody else has."""
        code = told if told in self.people else told.upper()
        if code in self.people:
            return self.people[code].id
        if code in self.applications:
            return self.people[self.applications[code].person].id
        by_address = is_address(told)
        found = self.people_by_address.get(fold_address(told)) if by_address else self._named(told)
        return _only(found or frozenset(), told, field)

    def _named(self, told: str) -> frozenset[str]:
        return self.people_by_name.get(folded_name(told), frozenset())

    def school(self, urn: str, name: str, town: str) -> str | Fault:
        """The URN of the one school that is meant by its URN, or by its name and town."""
        if urn:
            return (
                urn if urn in self.schools else _no_school("urn", f"The school {urn} is not in the record.")
            )
        there = [
            (one, place)
            for one, place in self.schools_by_name.get(fold(name), ())
            if not town or place == fold(town)
        ]
        if len(there) == 1:
            return there[0][0]
        if there:
            urns = ", ".join(one for one, _ in there)
            return Fault(
                code="ambiguous", field="school", message=f'"{name}" may be any of {urns}: give the URN.'
            )
        where = f" in {town}" if town else ""
        return _no_school("school", f'No school in the record is called "{name}"{where}.')


def folded_name(told: str) -> str:
    """A person's name as it is compared, however its parts stand."""
    return fold(" ".join(split_name(told)))


def read_directory(reader: Reader) -> Directory:
    """Everybody and every school: three statements."""
    rows = reader.select(
        sa.select(people.c.person, people.c.joined_to, people.c.folded_name, people.c.email, people.c.phone)
    )
    together: dict[str, list[str]] = {}
    everybody: dict[str, Known] = {}
    for person, joined_to, name, email, phone in rows:
        together.setdefault(joined_to, []).append(person)
        everybody[person] = Known(
            id=joined_to, name=name, address=_address(email), phone=fold_telephone(phone)
        )
    view = applicants.c
    applied = {
        code: Applied(code=code, person=person, advert=advert or "", name=name, address=_address(email))
        for code, person, advert, name, email in reader.select(
            sa.select(view.application, view.person, view.advert, view.folded_name, view.email)
        )
    }
    named: dict[str, tuple[tuple[str, str], ...]] = {}
    urns = set()
    for urn, name, town in reader.select(
        sa.select(schools.c.urn, schools.c.folded_name, schools.c.folded_town)
    ):
        urns.add(urn)
        named[name] = (*named.get(name, ()), (urn, town))
    return Directory(
        people=everybody,
        together={one: tuple(sorted(ids)) for ids in together.values() for one in ids},
        applications=applied,
        people_by_address=_index((each.address, each.id) for each in everybody.values()),
        people_by_name=_index((each.name, each.id) for each in everybody.values()),
        applications_by_address=_index((each.address, each.code) for each in applied.values()),
        applications_by_name=_index((each.name, each.code) for each in applied.values()),
        schools=frozenset(urns),
        schools_by_name=named,
    )


def _address(email: str) -> str:
    return fold_address(email) if is_address(email) else ""


def _index(pairs: Iterable[tuple[str, str]]) -> Index:
    found: dict[str, set[str]] = {}
    for key, one in pairs:
        if key:
            found.setdefault(key, set()).add(one)
    return {key: frozenset(ones) for key, ones in found.items()}


def _only(found: frozenset[str], told: str, field: str) -> str | Fault:
    if len(found) == 1:
        return next(iter(found))
    if not found:
        return Fault(code="unknown_person", field=field, message=f'Nobody in the record is "{told}".')
    codes = ", ".join(sorted(found))
    return Fault(
        code="ambiguous",
        field=field,
        message=f'"{told}" may be any of {codes}: give the code or the address.',
    )


def _no_school(field: str, said: str) -> Fault:
    return Fault(code="unknown_school", field=field, message=said)
