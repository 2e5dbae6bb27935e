"""Whom to ring about what, by a sheet kept by hand: somebody at a school, or an officer of the authority."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import attrs

from siprecruit.core.contacts import ContactSet, SetContact
from siprecruit.core.ids import Code, PersonId
from siprecruit.core.purposes import PurposeTaken, TakePurpose
from siprecruit.importing.directory import Directory
from siprecruit.importing.people import subject_of
from siprecruit.importing.persons import find_people, tell_particulars
from siprecruit.importing.planning import ON, Kind, Plan, Scene, Subject
from siprecruit.intake.contacts import ContactRow, read_contact
from siprecruit.intake.reading import Fault


def locate(
    rows: Sequence[ContactRow], directory: Directory, new: Callable[[], PersonId]
) -> dict[int, Subject | Fault]:
    """Each row's school and purpose, or officer, purpose and area."""
    officers = [row for row in rows if not row.of_school]
    found = find_people(officers, directory, new)
    located: dict[int, Subject | Fault] = {}
    for row in rows:
        if row.of_school:
            located[row.number] = _at_school(row, directory)
            continue
        officer = found[row.number]
        if isinstance(officer, Fault):
            located[row.number] = officer
        else:
            subject = subject_of(officer, directory)
            located[row.number] = attrs.evolve(subject, key=(subject.name, row.purpose, row.area))
    return located


def _at_school(row: ContactRow, directory: Directory) -> Subject | Fault:
    urn = directory.school(row.urn, row.school, row.town)
    if isinstance(urn, Fault):
        return urn
    return Subject(name=urn, key=(urn, row.purpose), streams=(f"placement/{urn}",))


def plan(row: ContactRow, subject: Subject, scene: Scene) -> Plan:
    """What a row tells; without a first day it holds from today."""
    told, streams, purpose = Plan(present=row.present), subject.streams, Code(row.purpose)
    on = row.starts or scene.today
    dated = {ON: "starts"} if row.starts else {}
    if row.of_school:
        named = "name" if "name" in row.present else "last_name"
        what = SetContact(purpose=purpose, name=row.name, email=row.email, phone=row.phone, until=row.until)
        told.tell(
            streams,
            (ContactSet,),
            what,
            on,
            {"name": named, "email": "email", "phone": "phone", "until": "until", **dated},
            key={"purpose": purpose, "name": row.name or None},
            slot=("purpose",),
            succeeds=True,
        )
    else:
        tell_particulars(told, row, streams, scene.state(streams[0]), scene.today)
        area = Code(row.area) if row.area else None
        told.tell(
            streams,
            (PurposeTaken,),
            TakePurpose(purpose=purpose, area=area, until=row.until),
            on,
            {"purpose": "purpose", "until": "until", **dated},
            key={"purpose": purpose, "area": area},
        )
    told.flag_order("ends_before_it_starts", row.starts, row.until)
    return told


CONTACTS: Final = Kind(name="contacts", read=read_contact, locate=locate, plan=plan)
