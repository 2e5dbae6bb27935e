"""How what is told about a person is judged, and what it changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from siprecruit.core.calendar import in_words
from siprecruit.core.commands import Given, Rejected
from siprecruit.core.ids import PersonId, stream_id
from siprecruit.core.particulars.commands import (
    AppointPerson,
    DeclareInterest,
    KeepApart,
    LeavePool,
    LeaveRole,
    MergePerson,
    RecordPerson,
    ReturnToPool,
    SetAvailability,
    SetBase,
    TakeRole,
)
from siprecruit.core.particulars.events import (
    AvailabilitySet,
    BaseSet,
    InterestDeclared,
    PersonAppointed,
    PersonJoined,
    PersonKeptApart,
    PersonLeft,
    PersonRecorded,
    PersonReturned,
    RoleLeft,
    RoleTaken,
)
from siprecruit.core.particulars.state import (
    Appointment,
    Availability,
    Interest,
    Leaving,
    Particulars,
    Role,
)

#: The roles that the software itself speaks of; a programme's vocabulary may add others.
ROLES: Final = (
    "manager",
    "administrator",
    "panel_member",
    "la_referee",
    "cda",
    "senior_adviser",
    "regional_coordinator",
)
MOST_DAYS: Final = 366

# -- decisions ----------------------------------------------------------------


def _record(what: RecordPerson, state: Particulars, _given: Given) -> tuple[Any, ...]:
    recorded = PersonRecorded(
        first_name=what.first_name.strip() or None,
        last_name=what.last_name.strip() or None,
        email=what.email.strip() or None,
        phone=what.phone.strip() or None,
    )
    if recorded.first_name is None and recorded.last_name is None:
        raise Rejected("missing_name", "a person needs a first name or a last name")
    return () if recorded == state.recorded else (recorded,)


def _take_role(what: TakeRole, state: Particulars, given: Given) -> tuple[Any, ...]:
    same = Role(on=given.on, role=what.role, area=what.area, holds=True, until=what.until)
    if same == _last_of(state, same):
        return ()
    return (RoleTaken(role=what.role, area=what.area, until=what.until),)


def _leave_role(what: LeaveRole, state: Particulars, given: Given) -> tuple[Any, ...]:
    same = Role(on=given.on, role=what.role, area=what.area, holds=False)
    return () if same == _last_of(state, same) else (RoleLeft(role=what.role, area=what.area),)


def _last_of(state: Particulars, role: Role) -> Role | None:
    told = [one for one in state.roles if (one.on, one.role, one.area) == (role.on, role.role, role.area)]
    return told[-1] if told else None


def _appoint(what: AppointPerson, state: Particulars, given: Given) -> tuple[Any, ...]:
    same = Appointment(on=given.on, category=what.category, by=what.by, until=what.until)
    if same in state.appointments:
        return ()
    return (PersonAppointed(category=what.category, by=what.by, until=what.until),)


def _leave(what: LeavePool, state: Particulars, given: Given) -> tuple[Any, ...]:
    told = [each for each in state.leavings if each.on == given.on]
    return () if told and told[-1].reason == what.reason else (PersonLeft(reason=what.reason),)


def _return(_what: ReturnToPool, state: Particulars, given: Given) -> tuple[Any, ...]:
    told = [each for each in state.leavings if each.on == given.on]
    return () if told and told[-1].reason is None else (PersonReturned(),)


def _declare(what: DeclareInterest, state: Particulars, _given: Given) -> tuple[Any, ...]:
    told = [
        each.until
        for each in state.interests
        if (each.urn, each.kind, each.starts) == (what.urn, what.kind, what.starts)
    ]
    if told == [what.until]:
        return ()
    return (InterestDeclared(urn=what.urn, kind=what.kind, starts=what.starts, until=what.until),)


def _set_availability(what: SetAvailability, state: Particulars, _given: Given) -> tuple[Any, ...]:
    last = state.availability[-1] if state.availability else None
    if last is not None and (last.days, last.starts, last.until) == (what.days, what.starts, what.until):
        return ()
    return (AvailabilitySet(days=what.days, starts=what.starts, until=what.until),)


def _set_base(what: SetBase, state: Particulars, _given: Given) -> tuple[Any, ...]:
    base = BaseSet(easting=what.easting, northing=what.northing, postcode=what.postcode.strip() or None)
    return () if base == state.base else (base,)


def _merge(what: MergePerson, state: Particulars, given: Given) -> tuple[Any, ...]:
    return () if _is_one(what.other, state, given) else (PersonJoined(other=what.other),)


def _keep(what: KeepApart, state: Particulars, _given: Given) -> tuple[Any, ...]:
    return () if what.other in state.kept_apart else (PersonKeptApart(other=what.other),)


# -- hard rules ---------------------------------------------------------------


def _check_role(happened: RoleTaken, _state: Particulars, given: Given) -> None:
    if happened.role not in ROLES and happened.role not in given.programme.vocabulary:
        raise Rejected("unknown_role", f"{happened.role} is no role that the programme knows")
    areas = [each.code for each in given.programme.areas]
    if happened.area is not None and happened.area not in areas:
        raise Rejected("unknown_area", f"{happened.area} is no area: they are {', '.join(areas)}")
    _check_order(given.on, happened.until)


def _check_appointed(happened: PersonAppointed, _state: Particulars, given: Given) -> None:
    if given.programme.category(happened.category) is None:
        known = ", ".join(each.code for each in given.programme.categories)
        raise Rejected("unknown_category", f"{happened.category} is no category: they are {known}")
    _check_order(given.on, happened.until)


def _check_interest(happened: InterestDeclared, _state: Particulars, given: Given) -> None:
    known = [each.code for each in given.programme.interests]
    if happened.kind not in known:
        raise Rejected("unknown_interest", f"{happened.kind} is no interest: they are {', '.join(known)}")
    _check_order(happened.starts, happened.until)


def _check_availability(happened: AvailabilitySet, _state: Particulars, _given: Given) -> None:
    if not 0 <= happened.days <= MOST_DAYS:
        raise Rejected("bad_days", f"{happened.days} days a year are not from 0 to {MOST_DAYS}")
    _check_order(happened.starts, happened.until)


def _check_order(starts: dt.date | None, until: dt.date | None) -> None:
    if starts is not None and until is not None and until < starts:
        raise Rejected(
            "ends_before_it_starts",
            f"the last day, {in_words(until)}, is before the first, {in_words(starts)}",
        )


def _check_joined(happened: PersonJoined, state: Particulars, given: Given) -> None:
    _check_other(happened.other, given)
    if _is_kept_apart(happened.other, state, given):
        raise Rejected(
            "already_kept_apart",
            f"{happened.other} and {stream_id(given.stream)} were kept apart: take that back first",
        )


def _check_kept_apart(happened: PersonKeptApart, state: Particulars, given: Given) -> None:
    _check_other(happened.other, given)
    if _is_one(happened.other, state, given):
        raise Rejected(
            "already_joined",
            f"{happened.other} and {stream_id(given.stream)} were merged: take that back first",
        )


def _is_one(other: PersonId, state: Particulars, given: Given) -> bool:
    # The merging may stand in either stream, or in that of a third entry of the same person.
    own, known = PersonId(stream_id(given.stream)), given.people.get(other)
    theirs = () if known is None or own == other else (known.id, *known.particulars.joined)
    return other in state.joined or own in theirs


def _is_kept_apart(other: PersonId, state: Particulars, given: Given) -> bool:
    # It may have been said of either, and whoever is one with the other person stands in the joined state.
    own, known = PersonId(stream_id(given.stream)), given.people.get(other)
    theirs = frozenset() if known is None or own == other else known.particulars.kept_apart
    return other in state.kept_apart or own in theirs


def _check_other(other: PersonId, given: Given) -> None:
    if stream_id(given.stream) == other:
        raise Rejected("same_person", f"{other} can't be compared with themselves: name the other person")
    known = given.people.get(other)
    if (known is None or known.id is None) and not given.applications.get(other):
        raise Rejected("unknown_person", f"nothing is on record about a person {other}")


# -- evolution ----------------------------------------------------------------


def _recorded(state: Particulars, happened: PersonRecorded, _on: dt.date) -> Particulars:
    return attrs.evolve(state, recorded=happened)


def _role_taken(state: Particulars, happened: RoleTaken, on: dt.date) -> Particulars:
    role = Role(on=on, role=happened.role, area=happened.area, holds=True, until=happened.until)
    return attrs.evolve(state, roles=(*state.roles, role))


def _role_left(state: Particulars, happened: RoleLeft, on: dt.date) -> Particulars:
    role = Role(on=on, role=happened.role, area=happened.area, holds=False)
    if not any(
        each.holds and each.on <= on and (each.role, each.area) == (role.role, role.area)
        for each in state.roles
    ):
        where = f" for {happened.area}" if happened.area else ""
        raise Rejected(
            "does_not_follow",
            f"the role {happened.role}{where} was not taken by {in_words(on)}: none to leave",
        )
    return attrs.evolve(state, roles=(*state.roles, role))


def _appointed(state: Particulars, happened: PersonAppointed, on: dt.date) -> Particulars:
    appointment = Appointment(on=on, category=happened.category, by=happened.by, until=happened.until)
    return attrs.evolve(state, appointments=(*state.appointments, appointment))


def _left(state: Particulars, happened: PersonLeft, on: dt.date) -> Particulars:
    return attrs.evolve(state, leavings=(*state.leavings, Leaving(on=on, reason=happened.reason)))


def _returned(state: Particulars, _happened: PersonReturned, on: dt.date) -> Particulars:
    if not any(each.reason is not None and each.on <= on for each in state.leavings):
        raise Rejected(
            "does_not_follow", f"the person had not left the pool by {in_words(on)}: none to return"
        )
    return attrs.evolve(state, leavings=(*state.leavings, Leaving(on=on, reason=None)))


def _declared(state: Particulars, happened: InterestDeclared, on: dt.date) -> Particulars:
    tie = Interest(on=on, urn=happened.urn, kind=happened.kind, starts=happened.starts, until=happened.until)
    same = (tie.urn, tie.kind, tie.starts)
    others = tuple(each for each in state.interests if (each.urn, each.kind, each.starts) != same)
    return attrs.evolve(state, interests=(*others, tie))


def _availability(state: Particulars, happened: AvailabilitySet, on: dt.date) -> Particulars:
    said = Availability(on=on, days=happened.days, starts=happened.starts, until=happened.until)
    return attrs.evolve(state, availability=(*state.availability, said))


def _based(state: Particulars, happened: BaseSet, _on: dt.date) -> Particulars:
    return attrs.evolve(state, base=happened)


def _joined(state: Particulars, happened: PersonJoined, _on: dt.date) -> Particulars:
    return attrs.evolve(
        state,
        joined=state.joined | {happened.other},
        kept_apart=state.kept_apart - {happened.other},
    )


def _kept_apart(state: Particulars, happened: PersonKeptApart, _on: dt.date) -> Particulars:
    return attrs.evolve(state, kept_apart=state.kept_apart | {happened.other})


DECIDE: Final[Mapping[type, Callable[[Any, Any, Given], tuple[Any, ...]]]] = {
    RecordPerson: _record,
    TakeRole: _take_role,
    LeaveRole: _leave_role,
    AppointPerson: _appoint,
    LeavePool: _leave,
    ReturnToPool: _return,
    DeclareInterest: _declare,
    SetAvailability: _set_availability,
    SetBase: _set_base,
    MergePerson: _merge,
    KeepApart: _keep,
}
CHECK: Final[Mapping[type, Callable[[Any, Any, Given], None]]] = {
    RoleTaken: _check_role,
    PersonAppointed: _check_appointed,
    InterestDeclared: _check_interest,
    AvailabilitySet: _check_availability,
    PersonJoined: _check_joined,
    PersonKeptApart: _check_kept_apart,
}
EVOLVE: Final[Mapping[type, Callable[[Any, Any, dt.date], Any]]] = {
    PersonRecorded: _recorded,
    RoleTaken: _role_taken,
    RoleLeft: _role_left,
    PersonAppointed: _appointed,
    PersonLeft: _left,
    PersonReturned: _returned,
    InterestDeclared: _declared,
    AvailabilitySet: _availability,
    BaseSet: _based,
    PersonJoined: _joined,
    PersonKeptApart: _kept_apart,
}
