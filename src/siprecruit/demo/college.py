"""The college's track and the authority's, side by side: accreditation, checks, induction, who leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from random import Random
from typing import Any, Final

import attrs

from siprecruit.core.accreditation import (
    ExpectAccreditation,
    RecordAccreditation,
    TellOutcome,
)
from siprecruit.core.ids import ApplicationCode, Code
from siprecruit.core.induction import AttendInduction, ClearRequirement, PlanInduction
from siprecruit.core.panel import CallReserve, ConveyDecision, RecordDecision
from siprecruit.core.particulars import DeclareInterest, LeavePool, SetAvailability, SetBase
from siprecruit.demo.authority import Setting
from siprecruit.demo.cast import Applicant
from siprecruit.demo.diary import DAY, Diary, days_after, office_day
from siprecruit.demo.lists import PRIMARY, SPECIAL, SPECIAL_UNTIL, Track, lists
from siprecruit.demo.outside import COLLEGE
from siprecruit.demo.parts import CHOSEN

#: The residential assessments of the winter; the college's letter comes a fortnight later.
RESIDENTIALS: Final = tuple(
    dt.date.fromisoformat(day)
    for day in ("2007-10-11", "2007-11-08", "2007-11-29", "2007-12-06", "2008-01-17", "2008-01-24")
)
SESSIONS: Final = (
    dt.date(2007, 11, 14),
    dt.date(2008, 1, 16),
    dt.date(2008, 2, 6),
)
CHECKS_BEGIN: Final = dt.date(2007, 9, 10)
LATE_SESSION: Final = dt.date(2008, 4, 23)
LATE: Final = (dt.date(2008, 4, 18), dt.date(2008, 5, 9), dt.date(2008, 6, 13))
LEAVES: Final = dt.date(2008, 1, 21)
CALLED: Final = dt.date(2008, 1, 25)
AWAITED_UNTIL: Final = dt.date(2008, 9, 30)
SHARE_EARLY: Final = 0.3
"""How many came accredited already, from the authorities of Waves 1 to 3."""

SHARE_UNCLEAR: Final = 0.06
"""Of how many a paper was missing at first."""


def tracks(cast: Iterable[Applicant], random: Random) -> dict[ApplicationCode, Track]:
    """How it goes for each of those who are appointed, by application."""
    late = iter(LATE)
    return {
        one.code: _track(one, random, next(late) if one.fate == "late" else None)
        for one in cast
        if one.fate in CHOSEN
    }


def _track(one: Applicant, random: Random, late: dt.date | None) -> Track:
    long_ago = dt.date(2005, 11, 1) + DAY * random.randrange(400)
    residential, session = random.choice(RESIDENTIALS), random.choice(SESSIONS)
    new = Track(one=one, accredited=residential + DAY * 14, inducted=session, residential=residential)
    known = Track(one=one, accredited=long_ago, inducted=session)
    usual = known if random.random() < SHARE_EARLY else new
    match one.fate:
        case "late":
            assert late is not None
            return attrs.evolve(new, accredited=late, residential=late - DAY * 14)
        case "awaiting" | "not_accredited":
            return attrs.evolve(new, accredited=None, residential=RESIDENTIALS[-1])
        case "inducted_late":
            return attrs.evolve(known, inducted=LATE_SESSION)
        case "leaves":
            return attrs.evolve(known, inducted=SESSIONS[0])
        case "called":
            return attrs.evolve(known, inducted=SESSIONS[-1])
    return usual


def tell(
    setting: Setting,
    told: Mapping[ApplicationCode, Track],
    seen_on: Mapping[ApplicationCode, dt.date],
    random: Random,
) -> None:
    """What the college says of each, what they attend, and the checks that the programme requires."""
    known = _at_the_college(told, random)
    for code, track in known.items():
        _tell_college(setting.diary, track, random)
        _tell_authority(setting, track, seen_on[code], random)
    for out in lists(known.values()):
        setting.diary.happens(out, out.on)
    for track in told.values():
        if track.one.fate in _TURNS_OF_FATE:
            _TURNS_OF_FATE[track.one.fate](setting.diary, track.one)


def _at_the_college(told: Mapping[ApplicationCode, Track], random: Random) -> dict[ApplicationCode, Track]:
    """What the college has of each: a number, and for one a suspension that is lifted after some weeks."""
    in_time = [code for code, track in told.items() if track.one.fate == "appointed"]
    special = set(random.sample(in_time, 4))
    found = {}
    for code, track in told.items():
        began = dt.date(2007, 9, 24) + DAY * random.randrange(8) if track.residential else None
        number = f"SIP-{random.randrange(10_000, 100_000)}"
        found[code] = attrs.evolve(track, number=number, special=code in special, began=began)
    first = found[in_time[0]]
    assert first.accredited is not None
    begins = days_after(max(first.accredited, dt.date(2007, 11, 26)), 5)
    found[in_time[0]] = attrs.evolve(first, suspended=(begins, days_after(begins, 8)))
    return found


def _tell_college(diary: Diary, track: Track, random: Random) -> None:
    """What the office is told by letter, or shown; the rest is learnt from the college's list."""
    stream = f"person/{track.one.person}"
    if track.residential is not None:
        _tell_stages(diary, stream, track, track.residential)
    if track.accredited is None:
        return
    # Who came accredited shows it with the form; what the list doesn't say comes by letter.
    learnt = days_after(max(track.accredited, track.one.received_on), random.randint(1, 5))
    recorded = RecordAccreditation(
        phase=PRIMARY,
        source=COLLEGE,
        number=track.number,
        evidence="The college's certificate, seen by the office.",
    )
    if track.residential is None:
        diary.enter(stream, recorded, track.accredited, learnt=learnt)
    if track.special:
        assessed = TellOutcome(phase=SPECIAL, stage=Code("self_assessment"), result="self_assessed")
        diary.enter(stream, assessed, track.accredited, learnt=learnt)
        also = attrs.evolve(recorded, phase=SPECIAL, until=SPECIAL_UNTIL)
        diary.enter(stream, also, track.accredited, learnt=learnt)


def _tell_stages(diary: Diary, stream: str, track: Track, residential: dt.date) -> None:
    assert track.began is not None
    began, fate = track.began, track.one.fate
    for stage, day in (("application", began), ("online_assessment", days_after(began, 9))):
        _tell_passed(diary, stream, stage, day)
    expects = LATE[-1] if fate == "late" else days_after(residential, 14)
    if fate == "awaiting":
        expects = AWAITED_UNTIL
    expected = ExpectAccreditation(phase=PRIMARY, expected_by=expects)
    diary.enter(stream, expected, days_after(began, 10))
    if track.accredited is not None:
        _tell_passed(diary, stream, "residential", residential)


def _tell_passed(diary: Diary, stream: str, stage: str, on: dt.date) -> None:
    diary.enter(stream, TellOutcome(phase=PRIMARY, stage=Code(stage), result="passed"), on)


def _tell_authority(setting: Setting, track: Track, seen_on: dt.date, random: Random) -> None:
    soon = days_after(seen_on, 20)
    _tell_particulars(setting.diary, track.one, soon)
    _check(setting, track, days_after(max(soon, CHECKS_BEGIN), 7), random)
    if track.one.fate != "not_accredited":
        _induct(setting.diary, track)


def _induct(diary: Diary, track: Track) -> None:
    stream = f"person/{track.one.person}"
    if track.one.fate == "inducted_late":
        _plan_session(diary, stream, SESSIONS[-1])
    _plan_session(diary, stream, track.inducted)
    diary.enter(stream, AttendInduction(session=_session(track.inducted)), track.inducted)


def _plan_session(diary: Diary, stream: str, sits_on: dt.date) -> None:
    diary.enter(stream, PlanInduction(session=_session(sits_on), sits_on=sits_on), days_after(sits_on, -12))


def _session(day: dt.date) -> Code:
    return Code(f"induction-{day.isoformat()}")


def _tell_particulars(diary: Diary, one: Applicant, on: dt.date) -> None:
    stream = f"person/{one.person}"
    diary.enter(stream, SetBase(easting=one.easting, northing=one.northing), on)
    assert one.days is not None
    diary.enter(stream, SetAvailability(days=one.days, starts=dt.date(2008, 4, 1)), on)
    for urn, kind in one.ties:
        diary.enter(stream, DeclareInterest(urn=urn, kind=kind), on)


def _check(setting: Setting, track: Track, on: dt.date, random: Random) -> None:
    stream, checker = f"person/{track.one.person}", setting.authority.administrator.id
    for requirement in setting.programme.requirements:
        clear = ClearRequirement(requirement=Code(requirement.code), outcome="clear", checker=checker)
        if random.random() < SHARE_UNCLEAR:
            setting.diary.enter(stream, attrs.evolve(clear, outcome="not_clear"), on)
        setting.diary.enter(stream, clear, days_after(on, 21))


def _leave(diary: Diary, one: Applicant) -> None:
    diary.enter(f"person/{one.person}", LeavePool(reason=Code("another_post")), LEAVES)


def _call(diary: Diary, one: Applicant) -> None:
    diary.enter(one.stream, CallReserve(), days_after(LEAVES, 1))
    _decide_anew(diary, one, "appointed")


def _refuse(diary: Diary, one: Applicant) -> None:
    _decide_anew(diary, one, "not_appointed")


def _decide_anew(diary: Diary, one: Applicant, outcome: str) -> None:
    def tell_it(what: Any, days: int) -> None:
        diary.enter(one.stream, what, office_day(CALLED + DAY * days))

    tell_it(RecordDecision(outcome=Code(outcome)), 0)
    tell_it(ConveyDecision(how=Code("letter")), 3)


_TURNS_OF_FATE: Final = {"leaves": _leave, "called": _call, "not_accredited": _refuse}
