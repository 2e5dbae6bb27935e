"""What needs doing about one person: accreditation, checks, induction, and a school to serve."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import attrs

from siprecruit.core import gates
from siprecruit.core.accreditation import awaiting, expected_by, to_settle
from siprecruit.core.induction import clear_intervals, inducted
from siprecruit.core.intervals import DAY, Interval
from siprecruit.core.todo.kinds import Task, next_change, standing

if TYPE_CHECKING:
    from siprecruit.core.application import Application
    from siprecruit.core.person import Person
    from siprecruit.core.position import Serving
    from siprecruit.core.programme import Programme


@attrs.frozen(kw_only=True)
class Candidate:
    """A person, joined with whom they were merged with, with their applications and schools."""

    id: str
    person: Person
    applications: Sequence[Application]
    serving: Sequence[Serving]


def tasks_of_person(
    who: Candidate, programme: Programme, day: dt.date
) -> tuple[tuple[Task, ...], dt.date | None]:
    """Everything that somebody has to do about a person on a day, and when time alone may change that.

    Of somebody who isn't appointed only the accreditor's answer is awaited, where one is.
    """
    chosen = gates.appointed_intervals(who.person, who.applications, programme)
    if not chosen and not who.person.accreditation.said and not who.person.accreditation.seen:
        return (), None
    appointed = _around(chosen, day)
    found = list(_accreditation(who, programme, appointed, day))
    if appointed is not None:
        found += _checks(who, programme, appointed, day)
        found += _induction(who, programme, appointed, day)
        found += _allocation(who, programme, day)
    hangs = len(_schools(who, day))
    tasks = tuple(attrs.evolve(each, hangs=hangs) for each in found)
    return tasks, next_change(list(_days(who, programme, chosen)), day)


def _schools(who: Candidate, day: dt.date) -> set[str]:
    """The schools for which the person is named, from that day on."""
    return {each.urn for each in who.serving if each.until is None or each.until >= day}


def _phases(who: Candidate, programme: Programme) -> tuple[str, ...]:
    """The phases that the person answered for; the programme's first where no response says any."""
    asked = [
        phase
        for each in who.applications
        if each.response.submitted
        for phase in each.response.submitted.phases
    ]
    return tuple(dict.fromkeys(asked)) or (programme.phases[0].code,)


def _accreditation(
    who: Candidate, programme: Programme, appointed: Interval | None, day: dt.date
) -> Iterator[Task]:
    if programme.accreditor is None:
        return
    state = who.person.accreditation
    for one in {each.found.phase: each for each in to_settle(state, day)}.values():
        codes, phase_asked = (one.found.verdict, one.found.source), one.found.phase
        yield standing("accreditation_to_check", one.on, programme, detail=phase_asked, codes=codes)
    open_phases = awaiting(state, day)
    wanted = _phases(who, programme) if appointed else ()
    for phase in dict.fromkeys((*wanted, *open_phases)):
        held = _around(gates.accredited_intervals(who.person, programme, phase), day)
        if held is None:
            told = [each.on for each in state.said if each.word.phase == phase and each.on <= day]
            since = max(told) if told else appointed.starts if appointed else day
            expected = expected_by(state, phase, day)
            yield standing("accreditation_awaited", since, programme, latest=expected, detail=phase)
        elif appointed is not None:
            yield from _ending("accreditation_ends", phase, held, programme, day)


def _checks(who: Candidate, programme: Programme, appointed: Interval, day: dt.date) -> Iterator[Task]:
    for requirement in programme.requirements:
        held = _around(clear_intervals(who.person.induction, requirement.code), day)
        if held is not None:
            yield from _ending("check_ends", requirement.code, held, programme, day)
            continue
        made = [each for each in who.person.induction.checks if each.requirement == requirement.code]
        ran_out = [each.expires + DAY for each in made if each.expires is not None and each.expires < day]
        since = max([appointed.starts, *ran_out])
        yield standing("check_missing", since, programme, detail=requirement.code)


def _ending(kind: str, detail: str, held: Interval, programme: Programme, day: dt.date) -> Iterator[Task]:
    """A task as soon as the end is near enough to be shown."""
    last = held.until
    if last is not None and (shown := _ahead(last, programme)) <= day:
        yield standing(kind, max(shown, held.starts), programme, latest=last, detail=detail)


def _induction(who: Candidate, programme: Programme, appointed: Interval, day: dt.date) -> Iterator[Task]:
    state = who.person.induction
    if inducted(state, day):
        return
    plan = state.planned[-1] if state.planned else None
    if plan is None:
        yield standing("induction_to_plan", appointed.starts, programme)
    elif plan.sits_on < day:
        yield standing("induction_to_record", plan.on, programme, latest=plan.sits_on, detail=plan.session)


def _allocation(who: Candidate, programme: Programme, day: dt.date) -> Iterator[Task]:
    if _schools(who, day):
        return
    ready = [
        held
        for phase in _phases(who, programme)
        if (held := _around(gates.deployable_intervals(who.person, who.applications, programme, phase), day))
    ]
    if ready:
        gone = [each.until + DAY for each in who.serving if each.until is not None and each.until < day]
        since = max([min(held.starts for held in ready), *gone])
        yield standing("person_to_allocate", since, programme, other=who.id)


def _around(intervals: Sequence[Interval], day: dt.date) -> Interval | None:
    return next((each for each in intervals if day in each), None)


def _ahead(last: dt.date, programme: Programme) -> dt.date:
    """The day from which an end is shown."""
    return dt.date.fromordinal(max(1, last.toordinal() - programme.tasks.look_ahead_days))


def _days(who: Candidate, programme: Programme, chosen: Sequence[Interval]) -> Iterator[dt.date | None]:
    """Every day on which time alone may change a task: edges of intervals, and when an end comes near."""
    phases = {*_phases(who, programme), *(each.word.phase for each in who.person.accreditation.said)}
    held = [each for phase in phases for each in gates.accredited_intervals(who.person, programme, phase)]
    for requirement in programme.requirements:
        held += clear_intervals(who.person.induction, requirement.code)
    for each in (*chosen, *held):
        yield each.starts
        yield each.ends
        yield each.until and _ahead(each.until, programme)
    for plan in who.person.induction.planned:
        yield plan.sits_on + DAY
    for one in who.serving:
        yield one.until and one.until + DAY
    for told in who.person.particulars.availability:
        yield told.starts
        yield told.until and min(told.until, dt.date.max - DAY) + DAY
    yield from (said.on for said in who.person.accreditation.said)
    yield from (one.on for one in who.person.accreditation.seen)
