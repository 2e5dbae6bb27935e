"""From the allocation to the schools: partners named, briefed, introduced; temporary cover and hand-over."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, Final

import attrs

from siprecruit.core.allocation import (
    AllocateAdviser,
    ChangePermanent,
    CompleteHandover,
    CoverTemporarily,
    HearSchool,
    NamePermanent,
    RecordIntroduction,
)
from siprecruit.core.allocation.commands import Teller
from siprecruit.core.calendar import next_working_day
from siprecruit.core.commands import AddNote
from siprecruit.core.ids import ApplicationCode, Code, PersonId, Urn
from siprecruit.core.induction import GiveBriefing
from siprecruit.core.programme import Programme
from siprecruit.core.todo import room
from siprecruit.demo.authority import ADVISERS_AN_AREA, Authority, SchoolSketch, Setting
from siprecruit.demo.cast import Applicant
from siprecruit.demo.college import LATE_SESSION
from siprecruit.demo.diary import DAY, FROM_A_SHEET, Diary, days_after
from siprecruit.demo.greedy import Partner, allocate, relieve
from siprecruit.demo.lists import Track

PLAN: Final = Code("plan-2008")
#: On which day each area's partners are named and briefed, in the order of the areas.
NAMED: Final = tuple(dt.date(2008, 2, day) for day in (18, 19, 20, 21, 22))
BRIEFED: Final = tuple(
    dt.date.fromisoformat(day)
    for day in ("2008-02-27", "2008-03-04", "2008-03-06", "2008-03-11", "2008-03-13")
)
ADVISED: Final = dt.date(2008, 3, 10)
COVERED: Final = dt.date(2008, 3, 18)
CHANGED: Final = dt.date(2008, 3, 25)
#: Between these days partners introduce themselves: in the summer term.
FIRST_VISIT: Final = dt.date(2008, 4, 8)
LAST_VISIT: Final = dt.date(2008, 7, 10)
BACK: Final = dt.date(2008, 6, 9)
STORY_ENDS: Final = dt.date(2008, 7, 15)
#: For how many schools somebody who isn't ready is named: the fewer, the fewer need cover.
MOST_BEFORE_READY: Final = {"late": 8, "inducted_late": 10, "awaiting": 4}
AWAY_FROM: Final = 3
NEVER_HEARD: Final = 5
RANG: Final = 2
NOT_YET: Final = dt.date.min


@attrs.frozen(kw_only=True)
class Plan:
    """Who was named for each school, who covers which, why, and whose readiness is awaited until when."""

    permanent: Mapping[Urn, PersonId]
    temporary: Mapping[Urn, PersonId]
    reasons: Mapping[Urn, Code]
    moved: tuple[Urn, PersonId]
    #: the first day on which a partner who wasn't ready in time may serve; None where it is still awaited
    ready_on: Mapping[PersonId, dt.date | None]
    absent: PersonId


def tell(setting: Setting, told: Mapping[ApplicationCode, Track], random: Random) -> None:
    """Name, brief, cover and hand over; some schools never hear."""
    diary, programme, authority = setting.diary, setting.programme, setting.authority
    starts = programme.statutory_date
    assert starts is not None
    plan = _plan(programme, authority, told)
    places = {school.urn: place for school, place in _areas(programme, authority)}
    for school in authority.schools:
        _tell_named(diary, school, places[school.urn], plan, starts)
    _tell_advisers(diary, authority, starts)
    for urn, person in plan.temporary.items():
        cover = CoverTemporarily(person=person, starts=starts, reason=plan.reasons[urn])
        diary.enter(f"placement/{urn}", cover, COVERED)
    _tell_change(diary, plan, starts)
    _Meeting(setting, plan, random).tell()


def _areas(programme: Programme, authority: Authority) -> list[tuple[SchoolSketch, int]]:
    codes = [each.code for each in programme.areas]
    return [(school, codes.index(school.area)) for school in authority.schools]


def _plan(programme: Programme, authority: Authority, told: Mapping[ApplicationCode, Track]) -> Plan:
    serving = [track for track in told.values() if track.one.fate not in ("leaves", "not_accredited")]
    partners = [_partner(programme, track) for track in serving]
    permanent = allocate(authority.schools, partners)
    ready = [each for each in partners if each.ready]
    late = {each.person: track for each, track in zip(partners, serving, strict=True) if not each.ready}
    reasons = {urn: _reason(late[person].one) for urn, person in permanent.items() if person in late}
    absent = _absent(permanent, serving)
    away = [urn for urn, person in permanent.items() if person == absent][:AWAY_FROM]
    reasons |= dict.fromkeys(away, Code("absence"))
    used = Counter(permanent.values())
    uncovered = [school for school in authority.schools if school.urn in reasons]
    temporary = relieve(uncovered, ready, used, permanent)
    used.update(temporary.values())
    moved = _to_move(authority, permanent, temporary, ready)
    other = relieve([moved], ready, used, permanent)
    return Plan(
        permanent=permanent,
        temporary=temporary,
        reasons=reasons,
        moved=(moved.urn, other[moved.urn]),
        ready_on={person: _ready_on(track) for person, track in late.items()},
        absent=absent,
    )


def _partner(programme: Programme, track: Track) -> Partner:
    one = track.one
    assert one.category is not None
    assert one.days is not None
    places = room(programme.capacity, one.category, one.days)
    return Partner(
        person=one.person,
        easting=one.easting,
        northing=one.northing,
        room=min(places, MOST_BEFORE_READY.get(one.fate, places)),
        never=frozenset(urn for urn, _ in one.ties),
        ready=one.fate not in MOST_BEFORE_READY,
    )


def _ready_on(track: Track) -> dt.date | None:
    return track.inducted if track.inducted == LATE_SESSION else track.accredited


def _reason(one: Applicant) -> Code:
    return Code("awaiting_induction" if one.fate == "inducted_late" else "awaiting_accreditation")


def _absent(permanent: Mapping[Urn, PersonId], serving: Sequence[Track]) -> PersonId:
    """An adviser with enough schools, who is away in the spring."""
    schools = Counter(permanent.values())
    return next(
        track.one.person
        for track in serving
        if track.one.category == "la_adviser"
        and track.one.fate == "appointed"
        and schools[track.one.person] > AWAY_FROM
    )


def _to_move(
    authority: Authority,
    permanent: Mapping[Urn, PersonId],
    temporary: Mapping[Urn, PersonId],
    ready: Sequence[Partner],
) -> SchoolSketch:
    """A school that asks for another partner, for a reason."""
    able = {each.person for each in ready}
    return next(
        school
        for school in authority.schools
        if school.urn not in temporary and permanent[school.urn] in able
    )


def _tell_named(diary: Diary, school: SchoolSketch, place: int, plan: Plan, starts: dt.date) -> None:
    """The plan, area by area, out of the sheet on which it was made."""
    person, stream = plan.permanent[school.urn], f"placement/{school.urn}"
    named = NamePermanent(person=person, starts=starts, reason=Code("nearest"), plan=PLAN)
    diary.enter(stream, named, NAMED[place], by=FROM_A_SHEET)
    diary.enter(f"person/{person}", GiveBriefing(urn=school.urn), BRIEFED[place], by=FROM_A_SHEET)


def _tell_advisers(diary: Diary, authority: Authority, starts: dt.date) -> None:
    """Each area's schools are shared out among its advisers."""
    for number, school in enumerate(authority.schools):
        own = [each for each in authority.advisers if each.area == school.area]
        adviser = own[number % ADVISERS_AN_AREA]
        allocated = AllocateAdviser(person=adviser.id, starts=starts)
        diary.enter(f"placement/{school.urn}", allocated, ADVISED, by=FROM_A_SHEET)


def _tell_change(diary: Diary, plan: Plan, starts: dt.date) -> None:
    urn, person = plan.moved
    words = "The chair of governors and the partner have worked together before."
    change = ChangePermanent(person=person, starts=starts, reason=Code("school_asks"), remark=words)
    diary.enter(f"placement/{urn}", change, CHANGED)
    diary.enter(f"person/{person}", GiveBriefing(urn=urn), days_after(CHANGED, 1))


class _Meeting:
    """How partners and schools meet, from the first day to the middle of July."""

    def __init__(self, setting: Setting, plan: Plan, random: Random) -> None:
        self.diary, self.programme = setting.diary, setting.programme
        self.plan, self.random = plan, random
        self.schools = [school.urn for school in setting.authority.schools]
        self.partners = dict(plan.permanent) | dict([plan.moved])
        settled = [urn for urn in self.schools if urn not in plan.temporary]
        self.silent = random.sample(settled, NEVER_HEARD)
        others = [urn for urn in settled if urn not in self.silent]
        self.heard_only, self.rang_before = random.sample(others, 2)
        self.met_early = max(
            plan.temporary, key=lambda urn: (plan.ready_on.get(plan.permanent[urn]) or BACK, urn)
        )

    def _ready_on(self, urn: Urn) -> dt.date:
        """When a school's own partner may take over; ``NOT_YET`` where that is still awaited."""
        person = self.partners[urn]
        if person == self.plan.absent:
            return BACK
        return self.plan.ready_on[person] or NOT_YET

    def tell(self) -> None:
        """Each school's summer term."""
        for urn in self.schools:
            if urn in self.plan.temporary:
                self._relieved(urn)
            elif urn == self.heard_only:
                self._enter(urn, HearSchool(heard=True), dt.date(2008, 6, 20))
            elif urn not in self.silent:
                self._introduced(urn, self._visit())
        self._enter(self.rang_before, HearSchool(heard=False), FIRST_VISIT)
        for urn in self.silent[:RANG]:
            self._enter(urn, HearSchool(heard=False), STORY_ENDS)
            said = "The head rang: nobody has been in touch. The partner will ring back this week."
            self._enter(urn, AddNote(text=said), STORY_ENDS)

    def _relieved(self, urn: Urn) -> None:
        """The permanent partner takes over from the temporary one, as soon as they may."""
        ready_on = self._ready_on(urn)
        if ready_on == NOT_YET:
            return
        if urn == self.met_early:
            # Met the school before the college's letter came: the cover is handed over afterwards.
            self._introduced(urn, days_after(ready_on, -self.random.randint(4, 8)))
            self._enter(urn, CompleteHandover(person=self.partners[urn]), days_after(ready_on, 7))
            return
        self._introduced(urn, days_after(ready_on, self.random.randint(8, 20)))

    def _introduced(self, urn: Urn, on: dt.date) -> None:
        tellers: tuple[Teller, ...] = ("sip", "school", "office")
        (told_by,) = self.random.choices(tellers, (70, 20, 10))
        introduced = RecordIntroduction(person=self.partners[urn], told_by=told_by)
        day = next_working_day(on, self.programme)
        learnt = min(days_after(day, self.random.choice((0, 0, 1, 2))), STORY_ENDS)
        self.diary.enter(f"placement/{urn}", introduced, day, learnt=learnt)

    def _visit(self) -> dt.date:
        """Most in the first weeks of term."""
        length = (LAST_VISIT - FIRST_VISIT).days
        return FIRST_VISIT + DAY * int(self.random.triangular(0, length, 14))

    def _enter(self, urn: Urn, what: Any, on: dt.date) -> None:
        self.diary.enter(f"placement/{urn}", what, on)
