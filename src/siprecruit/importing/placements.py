"""Who serves which school, by a sheet kept by hand: partner, cover, adviser, introduction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Final

from siprecruit.core.allocation import (
    AdviserAllocated,
    AllocateAdviser,
    ChangePermanent,
    ChangeTemporary,
    CoverTemporarily,
    NamePermanent,
    PermanentIntroduced,
    PermanentNamed,
    RecordIntroduction,
    TemporaryNamed,
)
from siprecruit.core.allocation.tenure import overlapping
from siprecruit.core.ids import Code, PersonId, Urn
from siprecruit.core.induction import BriefingGiven, GiveBriefing
from siprecruit.core.school_record import PlaceInArea, SchoolPlacedInArea
from siprecruit.importing.directory import Directory
from siprecruit.importing.planning import ON, Kind, Plan, Scene, Subject
from siprecruit.intake.placements import PlacementRow, read_placement
from siprecruit.intake.reading import Fault

_POSTS: Final = ("sip", "temporary", "cda")


def locate(
    rows: Sequence[PlacementRow], directory: Directory, _new: Callable[[], PersonId]
) -> dict[int, Subject | Fault]:
    """Each row's school, with the people whom its other columns name."""
    return {row.number: _located(row, directory) for row in rows}


def _located(row: PlacementRow, directory: Directory) -> Subject | Fault:
    urn = directory.school(row.urn, row.school, row.town)
    if isinstance(urn, Fault):
        return urn
    people: dict[str, str] = {}
    left: list[Fault] = []
    for post in _POSTS:
        told = getattr(row, post)
        found = directory.person(told, post) if told else None
        if isinstance(found, Fault):
            left.append(found)
        elif found is not None:
            people[post] = found
    partner = people.get("sip")
    ids = directory.together.get(partner, (partner,)) if partner else ()
    own = (partner, *(each for each in ids if each != partner)) if partner else ()
    return Subject(
        name=urn,
        key=urn,
        streams=(f"placement/{urn}", *(f"person/{each}" for each in own)),
        people=people,
        called={found: getattr(row, post) for post, found in people.items()},
        left=tuple(left),
    )


def plan(row: PlacementRow, subject: Subject, scene: Scene) -> Plan:
    """What a row tells, in the order in which it happens.

    A column that names nobody whom the record knows tells nothing, and takes nothing back.
    """
    told, school = Plan(present=row.present), subject.streams[:1]
    area = PlaceInArea(area=Code(row.area)) if row.area else None
    told.tell(school, (SchoolPlacedInArea,), area, scene.today, {"area": "area"})
    state = scene.state(school[0]).allocation
    unknown = {each.field for each in subject.left}
    if "sip" not in unknown:
        _tell_permanent(told, row, subject, scene, state.permanents)
    if "cda" not in unknown:
        _tell_adviser(told, row, subject, scene)
    if "temporary" not in unknown:
        _tell_temporary(told, row, subject, scene, state.temporaries)
    if "sip" not in unknown:
        _tell_introduction(told, row, subject)
    told.flag_order("introduced_before_named", row.sip_from, row.introduced_on)
    return told


def _first_day(told: Plan, starts: dt.date | None, field: str, row: PlacementRow, scene: Scene) -> dt.date:
    """As told; else the introduction's, today, or the statutory date while that lies ahead."""
    if starts is not None:
        return starts
    told.flags.append(f"{field}_assumed")
    statutory = scene.programme.statutory_date
    ahead = statutory if statutory is not None and statutory > scene.today else scene.today
    return row.introduced_on or ahead


def _tell_permanent(
    told: Plan, row: PlacementRow, subject: Subject, scene: Scene, tenures: Sequence[Any]
) -> None:
    school, on = subject.streams[:1], scene.today
    what: NamePermanent | ChangePermanent | None = None
    if "sip" in subject.people:
        person = PersonId(subject.people["sip"])
        starts = _first_day(told, row.sip_from, "sip_from", row, scene)
        on = min(starts, scene.today)
        if _follows(tenures, person, row.sip_from):
            what = ChangePermanent(person=person, starts=starts)
        else:
            what = NamePermanent(person=person, starts=starts, until=row.sip_until)
    dated = {"starts": "sip_from"} if row.sip_from else {}
    told.tell(
        school,
        (PermanentNamed,),
        what,
        on,
        {"person": "sip", **dated, "until": "sip_until"},
        key={"person": subject.people.get("sip")},
        slot=(),
        succeeds=True,
    )


def _follows(tenures: Sequence[Any], person: str, starts: dt.date | None) -> bool:
    """Whether somebody else served until that day, which the sheet tells: then one follows the other."""
    if starts is None:
        return False
    former = overlapping(tenures, starts, None)
    return any(each.person != person and each.starts < starts for each in former) and not any(
        each.person == person and each.starts == starts for each in tenures
    )


def _tell_temporary(
    told: Plan, row: PlacementRow, subject: Subject, scene: Scene, tenures: Sequence[Any]
) -> None:
    school, what, on = subject.streams[:1], None, scene.today
    if "temporary" in subject.people:
        person = PersonId(subject.people["temporary"])
        starts = _first_day(told, row.temporary_from, "temporary_from", row, scene)
        on = min(starts, scene.today)
        if row.reason is None:
            told.flags.append("cover_without_reason")
        how = ChangeTemporary if _follows(tenures, person, row.temporary_from) else CoverTemporarily
        what = how(
            person=person,
            starts=starts,
            reason=Code(row.reason or "other"),
            until=row.temporary_until,
            remark=row.reason_written,
        )
    dated = {"starts": "temporary_from"} if row.temporary_from else {}
    reason = {"reason": "temporary_reason", "remark": "temporary_reason"} if row.reason else {}
    told.tell(
        school,
        (TemporaryNamed,),
        what,
        on,
        {"person": "temporary", **dated, "until": "temporary_until", **reason},
        key={"person": subject.people.get("temporary")},
        slot=(),
        succeeds=True,
    )


def _tell_adviser(told: Plan, row: PlacementRow, subject: Subject, scene: Scene) -> None:
    what, on = None, scene.today
    if "cda" in subject.people:
        starts = _first_day(told, row.cda_from, "cda_from", row, scene)
        on = min(starts, scene.today)
        what = AllocateAdviser(person=PersonId(subject.people["cda"]), starts=starts, until=row.cda_until)
    dated = {"starts": "cda_from"} if row.cda_from else {}
    told.tell(
        subject.streams[:1],
        (AdviserAllocated,),
        what,
        on,
        {"person": "cda", **dated, "until": "cda_until"},
        key={"person": subject.people.get("cda")},
        slot=(),
        succeeds=True,
    )


def _tell_introduction(told: Plan, row: PlacementRow, subject: Subject) -> None:
    """The briefing before the introduction: with it the partner may be ready, and the cover ends."""
    school, *person = subject.streams
    urn = Urn(subject.name)
    if person:
        briefing = GiveBriefing(urn=urn) if row.briefed_on else None
        told.tell(
            tuple(person), (BriefingGiven,), briefing, row.briefed_on, {ON: "briefed_on"}, key={"urn": urn}
        )
    partner = PersonId(subject.people["sip"]) if person else None
    if partner is None:
        for field in ("briefed_on", "introduced_on"):
            if getattr(row, field):
                told.leave("unknown_person", field, "It is not said who the SIP is.")
        return
    introduced = RecordIntroduction(person=partner, told_by="office") if row.introduced_on else None
    told.tell(
        (school,),
        (PermanentIntroduced,),
        introduced,
        row.introduced_on,
        {ON: "introduced_on"},
        key={"person": partner},
    )


PLACEMENTS: Final = Kind(name="placements", read=read_placement, locate=locate, plan=plan)
