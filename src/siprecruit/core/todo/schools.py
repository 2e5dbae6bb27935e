"""What needs doing about one school: cover, a successor, briefing, introduction, hand-over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import attrs

from siprecruit.core import gates
from siprecruit.core.allocation import Tenure, introduced_on, serving, span
from siprecruit.core.coverage import Cover, Pool, cover_intervals, heard, not_heard, why_uncovered
from siprecruit.core.gates import phase_of
from siprecruit.core.ids import Code, Urn
from siprecruit.core.induction import briefed, clear_intervals
from siprecruit.core.intervals import DAY
from siprecruit.core.school_record import school_on
from siprecruit.core.ties import untied_intervals
from siprecruit.core.todo.kinds import Task, next_change, standing

if TYPE_CHECKING:
    from siprecruit.core.placement import Placement

INTRODUCTION: Final = Code("introduction_to_make")
"""The kind of task that a partner has who has not introduced themselves to a school."""

_A_WEEK: Final = dt.timedelta(days=7)
_FAR = dt.date.max - DAY


@attrs.frozen(kw_only=True)
class _School:
    urn: Urn
    placement: Placement
    pool: Pool
    day: dt.date
    phase: Code


def tasks_of_school(
    urn: Urn, placement: Placement, pool: Pool, day: dt.date
) -> tuple[tuple[Task, ...], dt.date | None]:
    """Everything that somebody has to do about a school on a day, and when time alone may change that.

    ``pool`` holds everybody who is or was named for the school.
    """
    if not placement.school.entries:
        return (), None
    gap = _gap(placement, pool, day)
    found = [] if gap is None else list(_cover(placement, pool, gap, day))
    at = _in_scope(urn, placement, pool, day)
    if at is not None:
        found += (*_temporary(at), *_permanent(at), *_silence(at))
    tasks = tuple(attrs.evolve(each, hangs=1) for each in found)
    return tasks, next_change(list(_days(placement, pool, gap)), day)


def introductions_overdue(urn: Urn, placement: Placement, pool: Pool, day: dt.date) -> tuple[Task, ...]:
    """The tasks to introduce oneself to a school of which a partner is late on a day, due by when they were.

    Only a permanent partner owes one who may serve the school and has started (sheet 102/08). ``pool`` holds
    who may owe them.
    """
    at = _in_scope(urn, placement, pool, day)
    tasks = [each for each in (() if at is None else _permanent(at)) if each.kind == INTRODUCTION]
    days = [late_after(each.since, each.due) for each in tasks]
    return tuple(attrs.evolve(each, due=last) for each, last in zip(tasks, days, strict=True) if last < day)


def late_after(since: dt.date, due: dt.date | None) -> dt.date:
    """The last day on which a partner who could begin ``since`` then isn't late to introduce themselves.

    Whoever could begin just before the day for all, or after it, has a week: that is an assumption, as the
    sheet names that one day alone.
    """
    return max(due or since, since + _A_WEEK)


def _in_scope(urn: Urn, placement: Placement, pool: Pool, day: dt.date) -> _School | None:
    school = school_on(placement.school, day)
    if school is None or not pool.programme.in_scope(school, day):
        return None
    return _School(urn=urn, placement=placement, pool=pool, day=day, phase=phase_of(school))


# -- cover --------------------------------------------------------------------


def _gap(placement: Placement, pool: Pool, day: dt.date) -> Cover | None:
    """The first days on which the law wants somebody, from today on, and nobody is responsible.

    They are told from their own first day, which may be past. Where the law names no day, a school wants
    somebody since it has been in the record.
    """
    wanted = pool.programme.statutory_date or min(each.on for each in placement.school.entries)
    days = cover_intervals(placement, pool, wanted, _FAR)
    return next(
        (
            each
            for each in days
            if each.responsible is None and (each.days.ends is None or each.days.ends > day)
        ),
        None,
    )


def _cover(placement: Placement, pool: Pool, gap: Cover, day: dt.date) -> Iterator[Task]:
    first = gap.days.starts
    shown = dt.date.fromordinal(max(1, first.toordinal() - pool.programme.tasks.look_ahead_days))
    if shown > day:
        return
    reasons = why_uncovered(placement, pool, max(first, day))
    codes = tuple(dict.fromkeys(each.code for each in reasons))
    nobody = not any(each.person for each in reasons)
    by_law = pool.programme.statutory_date is not None
    yield standing(
        "school_to_allocate" if nobody else "cover_missing",
        min(shown, first),
        pool.programme,
        latest=first if by_law else None,
        codes=codes,
        other=next((each.person for each in reasons if each.person), None),
        at_once=by_law and first <= day,
    )


def _temporary(at: _School) -> Iterator[Task]:
    """Whether temporary cover has to be followed, or can be ended (sheet 102/08)."""
    held = at.placement.allocation
    cover = serving(held.temporaries, at.day)
    if cover is None:
        return
    if not any(_to_come(each, at.day) for each in held.permanents):
        yield standing(
            "successor_to_name",
            cover.starts,
            at.pool.programme,
            latest=cover.until,
            codes=(cover.reason,) if cover.reason else (),
            other=cover.person,
        )
    permanent = serving(held.permanents, at.day)
    ready = permanent and _ready_since(at, permanent)
    told = permanent and introduced_on(held, permanent.person)
    if permanent and ready and told and told <= at.day:
        yield standing("handover_to_complete", max(ready, told), at.pool.programme, other=permanent.person)


# -- the permanent partner ----------------------------------------------------


def _permanent(at: _School) -> Iterator[Task]:
    for tenure in at.placement.allocation.permanents:
        person = at.pool.people.get(tenure.person)
        if person is None or not _to_come(tenure, at.day):
            continue
        if not briefed(person.induction, at.urn, at.day):
            since = min(tenure.named_on, tenure.starts)
            yield standing(
                "briefing_to_give",
                since,
                at.pool.programme,
                latest=tenure.starts,
                detail=tenure.person,
                other=tenure.person,
                codes=(at.urn,),
            )
        elif tenure.starts <= at.day:
            yield from _introduction(at, tenure)


def _introduction(at: _School, tenure: Tenure) -> Iterator[Task]:
    """The partner introduces themselves; a school that says it has heard is enough where nobody covers."""
    held = at.placement.allocation
    told = introduced_on(held, tenure.person)
    ready = _ready_since(at, tenure)
    known = heard(held, tenure, at.day) is True and serving(held.temporaries, at.day) is None
    if ready is None or known or (told is not None and told <= at.day):
        return
    programme = at.pool.programme
    yield standing(
        INTRODUCTION,
        max(ready, tenure.starts),
        programme,
        latest=max(programme.introduction_date, tenure.starts),
        person=tenure.person,
    )


def _silence(at: _School) -> Iterator[Task]:
    programme = at.pool.programme
    for each in not_heard({at.urn: at.placement}, at.pool, at.day):
        tenure = serving(at.placement.allocation.permanents, at.day)
        assert tenure is not None
        rang = [on for on, word in at.placement.allocation.words if not word and on <= at.day]
        since = max(rang) if each.said else max(programme.introduction_date, tenure.starts)
        code = "school_rang" if each.said else "no_word"
        yield standing("not_heard", since, programme, latest=since, codes=(code,), other=each.person)


def _ready_since(at: _School, tenure: Tenure) -> dt.date | None:
    """Since when the person may start at the school without a break; None where they may not."""
    person, applications = at.pool.people.get(tenure.person), at.pool.applications.get(tenure.person, ())
    if person is None:
        return None
    days = gates.start_intervals(at.urn, person, applications, at.pool.programme, at.phase)
    return next((each.starts for each in days if at.day in each), None)


def _to_come(tenure: Tenure, day: dt.date) -> bool:
    """Whether any day of the tenure is today or later."""
    held = span(tenure)
    return held is not None and (held.ends is None or held.ends > day)


# -- time ---------------------------------------------------------------------


def _days(placement: Placement, pool: Pool, gap: Cover | None) -> Iterator[dt.date | None]:
    """Every day on which time alone may change a task."""
    programme = pool.programme
    if gap is not None:
        yield gap.days.starts
        yield gap.days.ends
        yield dt.date.fromordinal(max(1, gap.days.starts.toordinal() - programme.tasks.look_ahead_days))
    yield programme.introduction_date
    held = placement.allocation
    for tenure in (*held.permanents, *held.temporaries):
        yield tenure.starts
        yield tenure.until and tenure.until + DAY
        yield from _edges_of(tenure, placement, pool)
    for entry in placement.school.entries:
        yield entry.on
        yield entry.school.opened
        yield entry.school.closed and min(entry.school.closed, _FAR) + DAY


def _edges_of(tenure: Tenure, placement: Placement, pool: Pool) -> Iterator[dt.date | None]:
    """When what keeps the person from serving may change."""
    person, applications = pool.people.get(tenure.person), pool.applications.get(tenure.person, ())
    if person is None:
        return
    stretches = list(gates.appointed_intervals(person, applications, pool.programme))
    for phase in {phase_of(entry.school) for entry in placement.school.entries}:
        stretches += gates.accredited_intervals(person, pool.programme, phase)
    for requirement in pool.programme.requirements:
        stretches += clear_intervals(person.induction, requirement.code)
    for urn in {Urn(entry.school.urn) for entry in placement.school.entries}:
        stretches += untied_intervals(urn, person, applications)
    for each in stretches:
        yield each.starts
        yield each.ends
