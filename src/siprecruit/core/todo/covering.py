"""Who could cover a school: who may be deployed on that day, is not tied to it, and has room for one more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import attrs

from siprecruit.core import gates
from siprecruit.core.ids import Code, Urn
from siprecruit.core.intervals import Interval, covers, latest, through
from siprecruit.core.particulars import days_available
from siprecruit.core.text import fold

if TYPE_CHECKING:
    from siprecruit.core.programme import Capacity, Programme
    from siprecruit.core.responses import ResponseSubmitted
    from siprecruit.core.todo.people import Candidate

ALL_DAYS: Final = 366
"""What somebody is taken to give who has not said how many days: then the category's limit alone counts."""

Ends = dt.date | None
"""The first day on which something holds no longer; None where no end is known."""


@attrs.frozen(kw_only=True)
class Available:
    """Somebody who may be deployed on some days from today on.

    ``ready`` are these days by phase, ``ties`` until when they are tied to which school. ``free`` is for how
    many more schools they have room: none, or fewer than none, where they serve more than that already.
    """

    person: str
    name: str = ""
    ready: Mapping[str, Sequence[Interval]]
    ties: Mapping[str, Ends]
    free: int


def available(who: Candidate, programme: Programme, day: dt.date) -> Available | None:
    """Somebody as far as it matters to a school without cover; None where they can't be deployed any more."""
    if not gates.appointed_intervals(who.person, who.applications, programme):
        return None
    ready = {
        phase.code: held
        for phase in programme.phases
        if (
            held := _to_come(
                gates.deployable_intervals(who.person, who.applications, programme, phase.code), day
            )
        )
    }
    if not ready:
        return None
    served = {each.urn for each in who.serving if each.until is None or each.until >= day}
    places = room(programme.capacity, _category(who), _days(who, day))
    return Available(person=who.id, ready=ready, ties=_ties(who), free=places - len(served))


def ready_for(phase: str, day: dt.date, pool: Iterable[Available]) -> tuple[Available, ...]:
    """Who may be deployed in that phase on that day, and has room for one more school.

    Those with room for the most schools come first; of as many, by name and then by id.
    """
    ready = (one for one in pool if one.free > 0 and covers(one.ready.get(phase, ()), day))
    return tuple(sorted(ready, key=lambda one: (-one.free, fold(one.name), one.person)))


def could_cover(
    urn: str, day: dt.date, ready: Iterable[Available], named: Collection[str] = ()
) -> tuple[Available, ...]:
    """Who of those that are ``ready_for`` it could cover a school, but for those ``named`` for it already.

    A tie counts where it holds on that day or any later one, as it does when somebody is named (see
    ``core.placement``).
    """
    return tuple(
        one
        for one in ready
        if one.person not in named and (urn not in one.ties or _is_over(one.ties[urn], day))
    )


def room(capacity: Capacity, category: str | None, days: int) -> int:
    """For how many schools somebody has the days who gives so many a year, as far as the programme allows."""
    for_schools = days - capacity.own_development_days
    limit = capacity.max_days.get(category or "")
    if limit is not None:
        for_schools = min(for_schools, limit)
    schools = for_schools // capacity.days_per_school
    return min(schools, capacity.max_schools.get(category or "", schools))


def _is_over(ends: Ends, day: dt.date) -> bool:
    return ends is not None and ends <= day


def _to_come(intervals: Iterable[Interval], day: dt.date) -> tuple[Interval, ...]:
    return tuple(each for each in intervals if not _is_over(each.ends, day))


def _ties(who: Candidate) -> dict[str, Ends]:
    """Until when the person is tied to which school; a tie on a form has no end (see ``core.ties``)."""
    found: dict[str, Ends] = {}
    for each in who.person.particulars.interests:
        held = through(each.starts, each.until)
        if held is None:
            continue
        before = found.get(each.urn, held.ends)
        found[each.urn] = None if before is None or held.ends is None else max(before, held.ends)
    on_forms = [
        urn for each in who.applications for urn in (each.response.employer_urn, *each.response.interests)
    ]
    return dict(sorted((found | {Urn(urn): None for urn in on_forms if urn is not None}).items()))


def _category(who: Candidate) -> Code | None:
    """As what they were appointed: without an advert, or else by what they answered last."""
    appointment = latest(who.person.particulars.appointments)
    if appointment is not None:
        return appointment.category
    return next((each.category for each in _answers(who) if each.category is not None), None)


def _days(who: Candidate, day: dt.date) -> int:
    said = days_available(who.person.particulars, day)
    if said is not None:
        return said
    answered = (each.days_available for each in _answers(who))
    return next((days for days in answered if days is not None), ALL_DAYS)


def _answers(who: Candidate) -> list[ResponseSubmitted]:
    """What the person answered to adverts, the latest first."""
    dated = [
        (each.response.submitted_on, each.response.submitted)
        for each in who.applications
        if each.response.submitted_on is not None and each.response.submitted is not None
    ]
    return [answer for _, answer in sorted(dated, key=lambda one: one[0], reverse=True)]
