"""What a row of each view says: plain functions of the streams' states."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from siprecruit.core import panel, references
from siprecruit.core.accreditation import accredited_intervals
from siprecruit.core.flags import Details, WrittenReferee, flags
from siprecruit.core.particulars import Particulars, role_intervals
from siprecruit.core.position import Case, Position, Serving, position
from siprecruit.core.programme import Programme
from siprecruit.core.school_record import area_on, school_on
from siprecruit.core.text import fold, fold_address

if TYPE_CHECKING:
    from siprecruit.core.application import Application
    from siprecruit.record.desk import Desk

Row = dict[str, Any]


def of_school(urn: str, state: Any, today: dt.date) -> Row | None:
    """A school as the register describes it today."""
    school = school_on(state.school, today)
    if school is None:
        return None
    return {
        "urn": urn,
        "name": school.name,
        "folded_name": fold(school.name),
        "town": school.town,
        "folded_town": fold(school.town),
        "postcode": school.postcode,
        "la_code": school.la_code,
        "phase": school.phase,
        "type": school.type,
        "type_group": school.type_group,
        "status": school.status,
        "opened": _iso(school.opened),
        "closed": _iso(school.closed),
        "area": area_on(state.school, today),
        "easting": school.easting,
        "northing": school.northing,
    }


def of_placement(urn: str, state: Any) -> Iterator[Row]:
    """Everybody who is or was named for a school, in the order in which they were."""
    allocation = state.allocation
    kinds = (
        ("permanent", allocation.permanents),
        ("temporary", allocation.temporaries),
        ("cda", allocation.advisers),
    )
    introduced: dict[str, dt.date] = {}
    for on, who in allocation.introductions:
        introduced[who] = min(on, introduced.get(who, on))
    tenures = [(kind, tenure) for kind, held in kinds for tenure in held]
    for number, (kind, tenure) in enumerate(tenures, start=1):
        yield {
            "urn": urn,
            "number": number,
            "kind": kind,
            "person": tenure.person,
            "starts": tenure.starts.isoformat(),
            "until": _iso(tenure.until),
            "reason": tenure.reason,
            "introduced_on": _iso(introduced.get(tenure.person)) if kind == "permanent" else None,
        }


def of_person(desk: Desk, person: str, group: Sequence[str]) -> Row | None:
    """A person, by their own particulars or else by what they wrote in their latest application.

    None where nothing is known of them any longer.
    """
    mine = desk.state(f"person/{person}")
    told = [state.response for each in desk.owned_by(person) if (state := desk.state(each)).response.said]
    if mine.id is None and not told and len(group) == 1:
        return None
    first, last, email, phone = _particulars(told, mine)
    phases = {phase.code for phase in desk.programme.phases}
    accredited = {
        phase: [[each.starts.isoformat(), _iso(each.ends)] for each in found]
        for phase in sorted(phases)
        if (found := accredited_intervals(mine.accreditation, phase))
    }
    name = f"{first} {last}".strip()
    return {
        "person": person,
        "joined_to": min(group),
        "name": name,
        "folded_name": fold(name),
        "email": email,
        "phone": phone,
        "roles": _json(list(_roles(mine.particulars))),
        "accredited": _json(accredited),
        "inducted_on": _iso(mine.induction.attended),
    }


def _roles(mine: Particulars) -> Iterator[list[str | None]]:
    """Each role with its area, its first day and the first one without: true on whichever day it is read."""
    for role, area in sorted({(each.role, each.area or "") for each in mine.roles}):
        for held in role_intervals(mine, role, area or None):
            yield [role, area or None, held.starts.isoformat(), _iso(held.ends)]


def _particulars(told: Sequence[Any], mine: Any) -> tuple[str, str, str, str]:
    said: Any = mine.particulars.recorded
    if said is None:
        latest = max(told, key=lambda each: each.submitted_on or dt.date.min, default=None)
        said = latest.said if latest else None
    return tuple(getattr(said, field, None) or "" for field in ("first_name", "last_name", "email", "phone"))  # type: ignore[return-value]


def of_application(
    desk: Desk, stream: str, serving: Sequence[Serving], known_urns: frozenset[str] | None
) -> Row:
    """An application: who, what, where it stands, and what a person should look at."""
    state: Application = desk.state(stream)
    response, said = state.response, state.response.said
    person = str(state.person)
    case = Case(
        application=state,
        person=desk.person(person),
        applications=desk.applications(person),
        serving=tuple(serving),
        programme=desk.programme,
    )
    decision = panel.decision_on(state.panel, desk.today)
    advert = getattr(said, "advert", None)
    return {
        "application": stream.partition("/")[2],
        "person": person,
        "round": _round(advert, said, desk.programme),
        "advert": advert,
        "received_on": _iso(response.submitted_on),
        **_who(said),
        "category": response.category,
        "home_authority": getattr(said, "home_authority", None),
        **_standing(position(case, desk.today)),
        "flags": _json(_flags(state, desk.programme, known_urns)),
        "decision": decision.outcome if decision else None,
    }


def _who(said: Any) -> Row:
    """Who answered an advert, as they are shown and as they are searched for."""
    first, last, email, phone = (
        getattr(said, field, None) or "" for field in ("first_name", "last_name", "email", "phone")
    )
    name = f"{first} {last}".strip()
    return {
        "name": name,
        "folded_name": fold(name),
        "email": email,
        "folded_email": fold_address(email),
        "phone": phone,
    }


def _standing(stands: Position) -> Row:
    return {
        "stage": stands.stage,
        "whose_move": stands.whose_move,
        "blocks": _json(stands.blocks),
        "changes_on": _iso(stands.changes_on),
    }


def _round(advert: str | None, said: Any, programme: Programme) -> str | None:
    named = getattr(said, "round", None)
    if named is not None or advert is None:
        return named
    published = programme.round_of(advert)
    return published.id if published else None


def schools_named(state: Application) -> tuple[str, ...]:
    """The URNs that a response names: the employer's and those of declared interests."""
    employer = state.response.employer_urn
    return (*((employer,) if employer else ()), *state.response.interests)


def _flags(state: Application, programme: Programme, known_urns: frozenset[str] | None) -> tuple[str, ...]:
    submitted, received_on = state.response.submitted, state.response.submitted_on
    if submitted is None or received_on is None:
        return ()
    referees = tuple(
        WrittenReferee(
            name=referee.named.name or "",
            email=referee.named.email or "",
            role=referee.named.role or "",
            from_la=referee.from_la,
        )
        for referee in references.standing_referees(state.references).values()
    )
    unclear = any(field in (submitted.as_written or {}) for field in ("employer_urn", "interests"))
    details = Details(
        advert=submitted.advert,
        received_on=received_on,
        first_name=submitted.first_name or "",
        last_name=submitted.last_name or "",
        email=submitted.email or "",
        category=submitted.category,
        days_available=submitted.days_available,
        schools=schools_named(state),
        school_unclear=unclear,
        pen_portrait=state.response.pen_portraits[-1] or "",
        referees=referees,
    )
    return flags(details, programme, known_urns)


def of_references(desk: Desk, stream: str) -> Iterator[Row]:
    """One row for each reference task of an application. What a reference says stands in the vault alone."""
    state: Application = desk.state(stream)
    said = state.response.said
    applicant = f"{getattr(said, 'first_name', None) or ''} {getattr(said, 'last_name', None) or ''}".strip()
    for task in state.references.tasks.values():
        referee = state.references.referees[task.referee]
        now = references.task_state(state.references, task)
        wanted = state.response.withdrawn_on is None
        yield {
            "application": stream.partition("/")[2],
            "reference": task.reference,
            "applicant": applicant,
            "referee": task.referee,
            "referee_name": referee.named.name or "",
            "from_la": int(referee.from_la),
            "referee_person": referee.person,
            "round": _round(getattr(said, "advert", None), said, desk.programme),
            "asked_by": task.asked_by,
            "asked_on": task.asked_on.isoformat(),
            "due": _iso(task.due),
            "state": now,
            "open": int(wanted and now in references.OPEN_STATES),
            "received_on": _iso(task.received_on or task.given_elsewhere_on),
        }


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
