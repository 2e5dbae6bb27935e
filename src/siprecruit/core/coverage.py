"""Who is responsible for a school on a day, which schools nobody covers and why, and who was not heard of.

All of it is derived: the meeting of a person's time at a school with the days on which they may serve.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import attrs

from siprecruit.core import gates
from siprecruit.core.allocation import Allocation, Tenure, introduced_on, serves, serving, span
from siprecruit.core.gates import phase_of
from siprecruit.core.ids import Code, PersonId, Urn
from siprecruit.core.intervals import DAY, Interval, covers, meet_all
from siprecruit.core.school_record import school_on

if TYPE_CHECKING:
    from siprecruit.core.person import Person
    from siprecruit.core.placement import Placement
    from siprecruit.core.programme import Programme
    from siprecruit.core.schools import School

TEMPORARY: Final = Code("temporary")
PERMANENT: Final = Code("permanent")


@attrs.frozen(kw_only=True)
class Pool:
    """Everybody who may serve: people (after merging) and their applications by id, and the programme."""

    people: Mapping[PersonId, Person]
    applications: Mapping[PersonId, tuple[Any, ...]]
    programme: Programme


@attrs.frozen(kw_only=True)
class Responsible:
    """The one accredited person responsible for a school on a day; ``kind`` is permanent or temporary."""

    kind: Code
    person: PersonId


@attrs.frozen(kw_only=True)
class Reason:
    """Why a school isn't covered: ``nobody_named``, or what keeps the person named from serving.

    ``code`` is then ``not_begun`` (named from a later day), ``unknown_person``, or a blocker of the gates.
    """

    code: str
    kind: Code | None = None
    person: PersonId | None = None


@attrs.frozen(kw_only=True)
class Uncovered:
    """A school in scope that nobody is responsible for, and why, the temporary partner first."""

    urn: Urn
    reasons: tuple[Reason, ...]


@attrs.frozen(kw_only=True)
class Report:
    """How many schools in scope are covered on a day; ``permanent`` and ``temporary`` make ``covered``."""

    as_at: dt.date
    in_scope: int
    covered: int
    permanent: int
    temporary: int
    uncovered: tuple[Uncovered, ...]


@attrs.frozen(kw_only=True)
class Cover:
    """Some days in a row on which a school is in scope with the same person responsible, or nobody."""

    days: Interval
    responsible: Responsible | None


@attrs.frozen(kw_only=True)
class NotHeard:
    """A school that has not heard from its permanent partner; ``said`` where the school itself told us so."""

    urn: Urn
    person: PersonId
    said: bool


@attrs.frozen(kw_only=True)
class _Able:
    """The days on which somebody named for a school may serve it, as long as it is of that phase."""

    who: Responsible
    phase: Code
    days: tuple[Interval, ...]


def responsible(placement: Placement, pool: Pool, day: dt.date) -> Responsible | None:
    """Who is responsible for the school on a day: temporary cover where it may serve, else the permanent one.

    An introduction isn't needed where no temporary partner serves.
    """
    school = school_on(placement.school, day)
    if school is None:
        return None
    for kind, tenure in _named(placement.allocation, day):
        if _may_serve(kind, tenure.person, school, pool, day):
            return Responsible(kind=kind, person=tenure.person)
    return None


def why_uncovered(placement: Placement, pool: Pool, day: dt.date) -> tuple[Reason, ...]:
    """Why nobody is responsible for the school on a day; empty where somebody is."""
    school = school_on(placement.school, day)
    if school is None or responsible(placement, pool, day) is not None:
        return ()
    reasons = [
        reason
        for kind, tenure in _named(placement.allocation, day)
        for reason in _blockers(kind, tenure.person, school, pool, day)
    ]
    coming = [
        Reason(code="not_begun", kind=kind, person=tenure.person)
        for kind, tenures in _kinds(placement.allocation)
        for tenure in tenures
        if tenure.starts > day and span(tenure) is not None
    ]
    return (*reasons, *coming) or (Reason(code="nobody_named"),)


def coverage(placements: Mapping[Urn, Placement], pool: Pool, as_at: dt.date) -> Report:
    """How the schools in scope are covered on a day; ``uncovered`` is in the order of the URNs."""
    counted = {PERMANENT: 0, TEMPORARY: 0}
    uncovered = []
    for urn, placement in sorted(in_scope(placements, pool.programme, as_at)):
        found = responsible(placement, pool, as_at)
        if found is None:
            uncovered.append(Uncovered(urn=urn, reasons=why_uncovered(placement, pool, as_at)))
        else:
            counted[found.kind] += 1
    covered = sum(counted.values())
    return Report(
        as_at=as_at,
        in_scope=covered + len(uncovered),
        covered=covered,
        permanent=counted[PERMANENT],
        temporary=counted[TEMPORARY],
        uncovered=tuple(uncovered),
    )


def in_scope(
    placements: Mapping[Urn, Placement], programme: Programme, day: dt.date
) -> Iterator[tuple[Urn, Placement]]:
    """The schools that the programme serves on a day."""
    for urn, placement in placements.items():
        school = school_on(placement.school, day)
        if school is not None and programme.in_scope(school, day):
            yield urn, placement


def cover_intervals(placement: Placement, pool: Pool, starts: dt.date, until: dt.date) -> tuple[Cover, ...]:
    """Who is responsible for a school from ``starts`` through ``until``, on its days in scope."""
    able = tuple(_able(placement, pool))
    edges = {starts, until + DAY, *_edges(placement, able)}
    days = sorted(each for each in edges if starts <= each <= until + DAY)
    result: list[Cover] = []
    for first, ends in pairwise(days):
        school = school_on(placement.school, first)
        if school is None or not pool.programme.in_scope(school, first):
            continue
        phase = phase_of(school)
        found = next((each.who for each in able if each.phase == phase and covers(each.days, first)), None)
        last = result[-1] if result else None
        if last is not None and last.responsible == found and last.days.ends == first:
            result[-1] = attrs.evolve(last, days=Interval(starts=last.days.starts, ends=ends))
        else:
            result.append(Cover(days=Interval(starts=first, ends=ends), responsible=found))
    return tuple(result)


def introduced(placements: Mapping[Urn, Placement], as_at: dt.date) -> tuple[Urn, ...]:
    """The schools whose permanent partner of that day has introduced themselves by then."""
    return tuple(
        urn
        for urn, placement in sorted(placements.items())
        if (tenure := serving(placement.allocation.permanents, as_at)) is not None
        and (told := introduced_on(placement.allocation, tenure.person)) is not None
        and told <= as_at
    )


def not_heard(placements: Mapping[Urn, Placement], pool: Pool, as_at: dt.date) -> tuple[NotHeard, ...]:
    """The schools in scope that have not heard from their permanent partner, who could serve them that day.

    A school says so at any time; silence counts from the programme's introduction date on (sheet 102/08: a
    school that has not heard by then is to ring), or from the partner's first day where that is later.
    """
    found = []
    for urn, placement in sorted(in_scope(placements, pool.programme, as_at)):
        tenure = serving(placement.allocation.permanents, as_at)
        school = school_on(placement.school, as_at)
        if tenure is None or school is None or not _may_serve(PERMANENT, tenure.person, school, pool, as_at):
            continue
        word = heard(placement.allocation, tenure, as_at)
        overdue = as_at >= max(pool.programme.introduction_date, tenure.starts)
        if word is False or (word is None and overdue):
            found.append(NotHeard(urn=urn, person=tenure.person, said=word is False))
    return tuple(found)


def heard(allocation: Allocation, tenure: Tenure, day: dt.date) -> bool | None:
    """Whether the school has heard from that permanent partner by a day, as told last; None without any word.

    What the school said while an earlier partner served is about that one.
    """
    before = [each.until for each in allocation.permanents if each.until and each.until < tenure.starts]
    since = max((tenure.named_on, *(until + DAY for until in before)))
    words = [word for word in allocation.words if since <= word[0] <= day]
    told = introduced_on(allocation, tenure.person)
    if told is not None and told <= day:
        words.append((told, True))
    # Of one day the introduction counts: the school may have rung in the morning.
    return max(words, key=lambda word: (word[0], word == (told, True)))[1] if words else None


def _kinds(allocation: Allocation) -> tuple[tuple[Code, tuple[Tenure, ...]], ...]:
    return (TEMPORARY, allocation.temporaries), (PERMANENT, allocation.permanents)


def _named(allocation: Allocation, day: dt.date) -> Iterator[tuple[Code, Tenure]]:
    """Who is named for the day, in the order in which they would be responsible."""
    for kind, tenures in _kinds(allocation):
        for tenure in tenures:
            if serves(tenure, day):
                yield kind, tenure


def _may_serve(kind: Code, who: PersonId, school: School, pool: Pool, day: dt.date) -> bool:
    person, applications = pool.people.get(who), pool.applications.get(who, ())
    if person is None:
        return False
    may = gates.may_cover if kind == TEMPORARY else gates.may_start_at
    return may(Urn(school.urn), person, applications, pool.programme, phase_of(school), day)


def _blockers(kind: Code, who: PersonId, school: School, pool: Pool, day: dt.date) -> Iterator[Reason]:
    person, applications = pool.people.get(who), pool.applications.get(who, ())
    if person is None:
        yield Reason(code="unknown_person", kind=kind, person=who)
        return
    why_not = gates.why_not_cover if kind == TEMPORARY else gates.why_not_start
    for each in why_not(Urn(school.urn), person, applications, pool.programme, phase_of(school), day):
        yield Reason(code=each.code, kind=kind, person=who)


def _able(placement: Placement, pool: Pool) -> Iterator[_Able]:
    """Everybody named, by phase, in the order in which they would be responsible."""
    schools = {phase_of(entry.school): entry.school for entry in placement.school.entries}
    for kind, tenures in _kinds(placement.allocation):
        for tenure in tenures:
            held, person = span(tenure), pool.people.get(tenure.person)
            if held is None or person is None:
                continue
            who, applications = (
                Responsible(kind=kind, person=tenure.person),
                pool.applications.get(tenure.person, ()),
            )
            when = gates.covering_intervals if kind == TEMPORARY else gates.start_intervals
            for phase, school in schools.items():
                days = when(Urn(school.urn), person, applications, pool.programme, phase)
                yield _Able(who=who, phase=phase, days=meet_all((held,), days))


def _edges(placement: Placement, able: Iterable[_Able]) -> Iterator[dt.date]:
    """The days on which the answer may change."""
    for one in able:
        for each in one.days:
            yield each.starts
            if each.ends is not None:
                yield each.ends
    for entry in placement.school.entries:
        yield entry.on
        if entry.school.opened is not None:
            yield entry.school.opened
        if entry.school.closed is not None and entry.school.closed < dt.date.max:
            yield entry.school.closed + DAY
