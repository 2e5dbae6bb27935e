"""People who never answered an advert, by a sheet kept by hand: partners, advisers, officers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Final

from siprecruit.core.ids import Code, PersonId, Urn
from siprecruit.core.particulars import (
    AppointPerson,
    AvailabilitySet,
    DeclareInterest,
    InterestDeclared,
    PersonAppointed,
    RoleTaken,
    SetAvailability,
    TakeRole,
)
from siprecruit.importing.directory import Directory
from siprecruit.importing.persons import Found, find_people, tell_particulars
from siprecruit.importing.planning import ON, Kind, Plan, Scene, Subject
from siprecruit.importing.readiness import tell_accreditation, tell_checks, tell_induction
from siprecruit.intake.kinds import INTEREST
from siprecruit.intake.people import PersonRow, read_person
from siprecruit.intake.progress import ToldAccreditation
from siprecruit.intake.reading import Fault


def locate(
    rows: Sequence[PersonRow], directory: Directory, new: Callable[[], PersonId]
) -> dict[int, Subject | Fault]:
    """Each row's person, somebody new where the record has none."""
    return {
        number: found if isinstance(found, Fault) else subject_of(found, directory)
        for number, found in find_people(rows, directory, new).items()
    }


def subject_of(found: Found, directory: Directory) -> Subject:
    """Somebody as a row's subject, with the streams of all who are one with them."""
    person, flags = found
    others = (each for each in directory.together.get(person, ()) if each != person)
    return Subject(
        name=person, key=person, streams=tuple(f"person/{one}" for one in (person, *others)), flags=flags
    )


def plan(row: PersonRow, subject: Subject, scene: Scene) -> Plan:
    """What a row tells, in the order in which it happens."""
    told, person, today = Plan(present=row.present), subject.streams, scene.today
    state = scene.state(person[0])
    tell_particulars(told, row, person, state, today)
    _tell_appointment(told, row, person, today)
    _tell_role(told, row, person, today)
    accreditation = ToldAccreditation(
        outcome="accredited" if row.accredited_on else None,
        phase=row.phase,
        on=row.accredited_on,
        until=row.accredited_until,
        expected_by=None,
        number=row.accreditation_number,
    )
    tell_accreditation(told, accreditation, person, scene, None)
    tell_induction(told, row.inducted_on, person, today)
    tell_checks(told, row.checks, person, scene.programme)
    _tell_interests(told, row, person, scene)
    days = None if row.days_available is None else SetAvailability(days=row.days_available)
    told.tell(person, (AvailabilitySet,), days, today, {"days": "days_available"})
    told.flag_order("inducted_before_appointed", row.appointed_on, row.inducted_on)
    told.flag_order("appointment_ends_before_it_starts", row.appointed_on, row.appointed_until)
    return told


def _tell_appointment(told: Plan, row: PersonRow, person: tuple[str, ...], today: dt.date) -> None:
    """Whoever has a category is in the pool; whoever has a role besides is so from a day that is told."""
    belongs = row.category is not None and (row.appointed_on is not None or row.role is None)
    what = None
    if belongs and row.category is not None:
        what = AppointPerson(category=Code(row.category), until=row.appointed_until)
        if row.appointed_on is None:
            told.flags.append("appointed_undated")
    cells = {"category": "category", "until": "appointed_until"}
    dated = {ON: "appointed_on"} if row.appointed_on else {}
    told.tell(
        person,
        (PersonAppointed,),
        what,
        row.appointed_on or today,
        {**cells, **dated},
        key={"category": row.category},
        slot=(),
    )


def _tell_role(told: Plan, row: PersonRow, person: tuple[str, ...], today: dt.date) -> None:
    area = Code(row.area) if row.area else None
    what = TakeRole(role=Code(row.role), area=area, until=row.role_until) if row.role else None
    cells = {"role": "role", "area": "area", "until": "role_until"}
    dated = {ON: "role_from"} if row.role_from else {}
    told.tell(
        person,
        (RoleTaken,),
        what,
        row.role_from or today,
        {**cells, **dated},
        key={"role": row.role, "area": area},
        slot=(),
    )


def _tell_interests(told: Plan, row: PersonRow, person: tuple[str, ...], scene: Scene) -> None:
    for each in scene.programme.interests:
        kind, cells = Code(each.code), {"urn": f"{INTEREST}{each.code}"}
        told.tell(person, (InterestDeclared,), None, None, cells, key={"kind": kind})
        for urn in row.interests.get(each.code, ()):
            what = DeclareInterest(urn=Urn(urn), kind=kind)
            key = {"kind": kind, "urn": urn}
            told.tell(person, (InterestDeclared,), what, scene.today, cells, key=key, slot=("kind",))


PEOPLE: Final = Kind(name="people", read=read_person, locate=locate, plan=plan)
