"""The panels: shortlists, who sits, interviews, conflicts, scores, and what was decided of whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, Final

import attrs

from siprecruit.core.commands import Undo
from siprecruit.core.ids import ApplicationCode, Code, PersonId
from siprecruit.core.panel import (
    AnswerInvitation,
    AssignApplications,
    CancelInterview,
    ConveyDecision,
    DecideShortlist,
    DeclareConflict,
    GiveScore,
    HoldInterview,
    InviteToInterview,
    Member,
    PlanPanel,
    RecordDecision,
    Recusal,
    Score,
)
from siprecruit.core.responses import WithdrawResponse
from siprecruit.demo.authority import Authority, Officer, Setting
from siprecruit.demo.cast import JANUARY, MAY, Applicant
from siprecruit.demo.diary import Diary, days_after
from siprecruit.demo.parts import CHOSEN, SEEN

MINUTES: Final = 40
_FIRST_SLOT: Final = dt.time(9, 0)
#: The points that somebody of a fate is likely to get, with the better ones first.
_POINTS: Final = {True: ((5, 4, 3), (35, 50, 15)), False: ((4, 3, 2), (20, 50, 30))}


@attrs.frozen(kw_only=True)
class Sitting:
    """A sitting of a round: when the shortlist was made, and on which days panels sat."""

    round: str
    advert: Code
    shortlist: dt.date
    days: tuple[dt.date, ...]


#: Of each round a main sitting, and one for those whose references came late.
SITTINGS: Final = (
    Sitting(
        round="2007-01",
        advert=JANUARY,
        shortlist=dt.date(2007, 3, 8),
        days=(dt.date(2007, 3, 20), dt.date(2007, 3, 21)),
    ),
    Sitting(
        round="2007-01",
        advert=JANUARY,
        shortlist=dt.date(2007, 4, 24),
        days=(dt.date(2007, 5, 3),),
    ),
    Sitting(
        round="2007-05",
        advert=MAY,
        shortlist=dt.date(2007, 6, 28),
        days=tuple(dt.date(2007, 7, day) for day in (9, 10, 11, 12, 16, 17, 18, 19)),
    ),
    Sitting(
        round="2007-05",
        advert=MAY,
        shortlist=dt.date(2007, 9, 7),
        days=(dt.date(2007, 9, 19), dt.date(2007, 9, 20)),
    ),
)


@attrs.frozen(kw_only=True)
class Panel:
    """One panel: who sits, the chair last, and whom it sees."""

    code: Code
    round: str
    sits_on: dt.date
    members: tuple[Member, ...]
    seen: tuple[Applicant, ...]
    recused: tuple[Recusal, ...]

    @property
    def chair(self) -> PersonId:
        """Who answers for its decisions."""
        return self.members[-1].person


def tell(
    setting: Setting,
    cast: Sequence[Applicant],
    ready: Mapping[ApplicationCode, dt.date],
    accredited: Mapping[ApplicationCode, dt.date],
    random: Random,
) -> dict[ApplicationCode, dt.date]:
    """Play all sittings; the day on which a panel sat, by application.

    ``ready`` are the days on which references were in, ``accredited`` since when somebody is accredited.
    """
    seen_on: dict[ApplicationCode, dt.date] = {}
    number = 0
    for sitting in SITTINGS:
        due = [one for one in cast if _is_due(one, sitting, ready)]
        _shortlist(setting.diary, due, sitting)
        invited = [one for one in due if one.fate in SEEN | {"withdraws_late"}]
        for day, group in zip(sitting.days, _dealt(invited, len(sitting.days)), strict=True):
            if group:
                panel = _panel(sitting, day, group, setting.authority, number)
                number += 1
                _Playing(setting, panel, random).play(accredited, first=number == 1)
                seen_on |= dict.fromkeys((one.code for one in group if one.fate in SEEN), day)
    return seen_on


def _is_due(one: Applicant, sitting: Sitting, ready: Mapping[ApplicationCode, dt.date]) -> bool:
    """Whether this sitting's shortlist is the first one after the applicant's references came in."""
    if one.advert != sitting.advert or one.fate in ("withdraws", "ineligible", "answers_again"):
        return False
    settled = ready.get(one.code, one.received_on)
    earlier = [each.shortlist for each in SITTINGS if each.advert == one.advert]
    return next((day for day in earlier if settled <= day), earlier[-1]) == sitting.shortlist


def _shortlist(diary: Diary, due: Iterable[Applicant], sitting: Sitting) -> None:
    reasons = {
        "no_references": "A reference never came.",
        "after_closing": "Came after the closing date.",
        "not_shortlisted": "Others fit this round better.",
    }
    for one in due:
        why = reasons.get(one.fate, "")
        diary.enter(one.stream, DecideShortlist(shortlisted=not why, why=why), sitting.shortlist)


def _dealt(seen: Sequence[Applicant], days: int) -> list[tuple[Applicant, ...]]:
    return [tuple(seen[day::days]) for day in range(days)]


def _panel(
    sitting: Sitting, day: dt.date, group: tuple[Applicant, ...], authority: Authority, number: int
) -> Panel:
    head = authority.heads[number % len(authority.heads)]
    governor = authority.governors[number % len(authority.governors)]
    officer = authority.panel_officers[number % len(authority.panel_officers)]
    members = (
        Member(person=head.id, capacity=Code("headteacher")),
        Member(person=governor.id, capacity=Code("governor")),
        Member(person=officer.id, capacity=Code("officer"), trained=True, chair=True),
    )
    return Panel(
        code=Code(f"panel-{day.isoformat()}"),
        round=sitting.round,
        sits_on=day,
        members=members,
        seen=group,
        recused=tuple(_stepping_aside(group, officer, authority)),
    )


def _stepping_aside(group: Iterable[Applicant], officer: Officer, authority: Authority) -> Iterator[Recusal]:
    """The officer who gave our advisers their reference doesn't score them."""
    if officer == authority.panel_officers[0]:
        for one in group:
            if one.category == "la_adviser":
                yield Recusal(member=officer.id, application=one.code)


class _Playing:
    """One panel from its planning to its letters."""

    def __init__(self, setting: Setting, panel: Panel, random: Random) -> None:
        self.diary, self.programme = setting.diary, setting.programme
        self.panel, self.random = panel, random

    def play(self, accredited: Mapping[ApplicationCode, dt.date], *, first: bool) -> None:
        """Plan it, invite, interview, score, decide and tell; ``first`` is the round's very first panel."""
        self._plan()
        aside = self._conflicts() if first else frozenset()
        for place, one in enumerate(self.panel.seen):
            self._invite(one, place)
            if one.fate == "withdraws_late":
                self._withdraws(one)
                continue
            self._tell_held(one, HoldInterview(panel=self.panel.code), "office")
            self._score(one, aside)
            self._decide(one, accredited)

    def _plan(self) -> None:
        plan = PlanPanel(
            panel=self.panel.code,
            sits_on=self.panel.sits_on,
            members=self.panel.members,
            applications=tuple(one.code for one in self.panel.seen[:-1]),
            recused=self.panel.recused,
            room="Committee room 2",
        )
        planned = days_after(self.panel.sits_on, -9)
        stream = f"round/{self.panel.round}"
        diary = self.diary
        diary.enter(stream, attrs.evolve(plan, recused=self._recused(self.panel.seen[:-1])), planned)
        last = self.panel.seen[-1:]
        more = AssignApplications(
            panel=self.panel.code,
            applications=tuple(one.code for one in last),
            recused=self._recused(last),
        )
        diary.enter(stream, more, planned)

    def _recused(self, among: Iterable[Applicant]) -> tuple[Recusal, ...]:
        codes = {one.code for one in among}
        return tuple(each for each in self.panel.recused if each.application in codes)

    def _conflicts(self) -> frozenset[tuple[PersonId, ApplicationCode]]:
        """A headteacher knows one applicant; that another one was meant too is a mistake, and taken back."""
        member = self.panel.members[0].person
        known, mistaken = self.panel.seen[0], self.panel.seen[1]
        day = days_after(self.panel.sits_on, -4)
        conflict = DeclareConflict(member=member, kind=Code("colleague"), text="We taught side by side.")
        self.diary.enter(known.stream, conflict, day)
        wrong = self.diary.enter(mistaken.stream, conflict, day)
        undo = Undo(command=wrong, reason="Entered beside the wrong applicant.")
        self.diary.enter(mistaken.stream, undo, days_after(day, 1))
        return frozenset({(member, known.code)})

    def _invite(self, one: Applicant, place: int) -> None:
        sits_on = self.panel.sits_on
        first = self.diary.instant(sits_on, _FIRST_SLOT)
        invitation = InviteToInterview(
            panel=self.panel.code,
            starts=first + dt.timedelta(minutes=MINUTES * place),
            minutes=MINUTES,
            room="Committee room 2",
        )
        self.diary.enter(one.stream, invitation, days_after(sits_on, -8))
        comes = AnswerInvitation(panel=self.panel.code, accepted=one.fate != "withdraws_late")
        self.diary.enter(one.stream, comes, days_after(sits_on, -6))

    def _withdraws(self, one: Applicant) -> None:
        day = days_after(self.panel.sits_on, -5)
        self.diary.enter(one.stream, CancelInterview(panel=self.panel.code, why="Won't come."), day)
        self.diary.enter(one.stream, WithdrawResponse(reason="Has too little time after all."), day)

    def _score(self, one: Applicant, aside: frozenset[tuple[PersonId, ApplicationCode]]) -> None:
        points, often = _POINTS[one.fate not in ("not_appointed", "reserve", "carried")]
        for member in self.panel.members:
            recused = Recusal(member=member.person, application=one.code) in self.panel.recused
            if recused or (member.person, one.code) in aside:
                continue
            scores = tuple(
                Score(criterion=Code(each.code), points=self.random.choices(points, often)[0])
                for each in self.programme.panel.criteria
            )
            given = GiveScore(panel=self.panel.code, member=member.person, scores=scores)
            self._tell_held(one, given, member.person)

    def _decide(self, one: Applicant, accredited: Mapping[ApplicationCode, dt.date]) -> None:
        outcome = outcome_of(one, accredited.get(one.code), days_after(self.panel.sits_on, 1))
        self._tell(one, RecordDecision(outcome=outcome, decided_by=self.panel.chair), 1)
        self._tell(one, ConveyDecision(how=Code("letter")), 4)

    def _tell_held(self, one: Applicant, what: Any, by: str) -> None:
        # The papers come back to the office on the day after.
        day = self.panel.sits_on
        self.diary.enter(one.stream, what, day, learnt=days_after(day, 1), by=by)

    def _tell(self, one: Applicant, what: Any, days: int) -> None:
        self.diary.enter(one.stream, what, days_after(self.panel.sits_on, days))


def outcome_of(one: Applicant, accredited: dt.date | None, on: dt.date) -> Code:
    """What the panel decides: whoever isn't accredited yet is appointed subject to it."""
    if one.fate in ("reserve", "carried", "called"):
        return Code("reserve")
    if one.fate not in CHOSEN:
        return Code("not_appointed")
    known = accredited is not None and accredited <= on
    return Code("appointed" if known else "appointed_subject_to_accreditation")
