"""The references: who is asked, by us or by the college, and what comes of it, soon, late or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from random import Random
from typing import Final, Literal

import attrs

from siprecruit.core.ids import ApplicationCode, Code, PersonId
from siprecruit.core.references import (
    AgreeReferee,
    AskReference,
    BeginReferenceOutside,
    BounceReference,
    DeclineReference,
    ExpireReference,
    ExtendReference,
    GiveReferenceElsewhere,
    NameReferee,
    OpenReference,
    ReceiveReference,
    ReplaceReferee,
    SaveReference,
    WithdrawReference,
)
from siprecruit.core.responses import ApplyElsewhere, NamedReferee
from siprecruit.demo.answers import HALF_TERM, as_named
from siprecruit.demo.authority import Officer, Setting
from siprecruit.demo.cast import Applicant
from siprecruit.demo.diary import DAY, Diary, days_after
from siprecruit.demo.names import address

Turn = Literal["comes", "in_parts", "late", "declined", "bounced", "elsewhere", "expires"]
_TURNS: Final[tuple[Turn, ...]] = ("comes", "in_parts", "late", "declined", "bounced", "elsewhere")
_HOW_OFTEN: Final = (75, 12, 4, 4, 3, 2)
#: Days until a reference comes: most within a week, some in a fortnight, six in the mean (domain: stage 3).
_SOON, _LATER, _SHARE_LATER, _DUE_IN = 3.0, 12.0, 0.1, 28
_ANSWERS: Final = (
    {"relationship": "Line manager for six years", "strength": "Plain words, kindly said", "again": "Yes"},
    {"relationship": "Chair of governors", "strength": "Knows what a number means", "again": "Gladly"},
    {"relationship": "Colleague in another school", "strength": "Listens before judging", "again": "Yes"},
)
ROLE: Final = "Head of Primary School Development"
NCSL: Final = Code("ncsl")
APPLY_ELSEWHERE: Final = 8
ASK_LAST: Final = (dt.date(2008, 6, 11), dt.date(2008, 6, 30), dt.date(2008, 7, 9))
_ELSEWHERE: Final = ("suffolk", "lincolnshire", "cambridgeshire")


@attrs.frozen(kw_only=True)
class Asked:
    """A referee as known by their code in the application; ``person`` where they are one of our officers."""

    code: Code
    name: str
    email: str
    from_la: bool
    person: PersonId | None = None


def forms(
    random: Random, cast: Iterable[Applicant], people: Iterator[tuple[str, str]]
) -> dict[str, tuple[NamedReferee, ...]]:
    """Whom each applicant names on the form; our own headteachers and advisers leave the LA's to us."""
    named = {}
    for one in cast:
        if one.carried_from is not None:
            continue
        # Also where nobody is named, so that one applicant's form doesn't change the next one's.
        own, other = next(people), next(people)
        referees = [as_named(own, "Chair of governors" if one.category == "headteacher" else "Headteacher")]
        if not _has_our_referee(one):
            referees.append(as_named(other, "Senior adviser", from_la=True))
        named[str(one.code)] = tuple(referees) if one.category or random.random() < 0.5 else ()  # noqa: PLR2004
    return named


def _has_our_referee(one: Applicant) -> bool:
    return one.home == "norfolk" and one.category in ("headteacher", "la_adviser")


def tell(
    setting: Setting,
    cast: Iterable[Applicant],
    named: dict[str, tuple[NamedReferee, ...]],
    random: Random,
    people: Iterator[tuple[str, str]],
) -> dict[ApplicationCode, dt.date]:
    """Ask for every reference that is wanted; the day on which the last one is in, by application."""
    ready = {}
    for one in cast:
        if one.fate in ("ineligible", "after_closing") or one.carried_from is not None:
            continue
        last = one.received_on
        for referee in [*_on_form(named[one.code]), *_ours(setting, one)]:
            turn = _turn(one, referee, random)
            last = max(last, _Asking(setting.diary, one, random).ask(referee, turn, next(people)))
        ready[one.code] = last
    return ready


def _on_form(named: Iterable[NamedReferee]) -> Iterator[Asked]:
    for number, one in enumerate(named, start=1):
        yield Asked(code=Code(str(number)), name=one.name, email=one.email, from_la=one.from_la)


def _ours(setting: Setting, one: Applicant) -> tuple[Asked, ...]:
    """The authority's own referee: the officer who offered it, or the deputy; for an adviser, their head."""
    if not _has_our_referee(one):
        return ()
    authority = setting.authority
    away = HALF_TERM[0] <= one.received_on <= HALF_TERM[1]
    officer = authority.deputy if away else authority.la_referee
    if one.category == "la_adviser":
        officer = authority.panel_officers[0]
    referee, command = _officer(Code("2"), officer)
    setting.diary.enter(one.stream, command, days_after(one.received_on, 1))
    return (referee,)


def _officer(code: Code, officer: Officer) -> tuple[Asked, NameReferee]:
    named = NameReferee(
        referee=code,
        name=f"{officer.first_name} {officer.last_name}",
        email=address(officer.first_name, officer.last_name),
        role=ROLE,
        from_la=True,
        person=officer.id,
    )
    asked = Asked(code=code, name=named.name, email=named.email, from_la=True, person=officer.id)
    return asked, named


def _turn(one: Applicant, referee: Asked, random: Random) -> Turn:
    (turn,) = random.choices(_TURNS, _HOW_OFTEN)
    if one.fate == "no_references" and not referee.from_la:
        return "expires"
    if one.fate == "withdraws":
        return "comes"
    # Our own officers answer all that they are asked, some of it late.
    return turn if referee.person is None or turn in ("comes", "in_parts", "late") else "comes"


class _Asking:
    """One applicant's reference from asking to its end."""

    def __init__(self, diary: Diary, one: Applicant, random: Random) -> None:
        self.diary, self.one, self.random = diary, one, random

    def ask(self, referee: Asked, turn: Turn, another: tuple[str, str]) -> dt.date:
        """Ask, and tell what comes of it; the day on which it is settled."""
        asked = days_after(self.one.received_on, 2)
        self._begin(referee, asked)
        if self.one.fate == "withdraws":
            return self._until_withdrawn(referee, asked)
        comes = asked + DAY * self._delay()
        match turn:
            case "declined" | "bounced":
                return self._replaced(referee, turn, asked, another)
            case "elsewhere":
                self._tell(GiveReferenceElsewhere(reference=referee.code, where=NCSL), comes)
                return comes
            case "expires":
                self._tell(ExpireReference(reference=referee.code), days_after(asked, 45))
                return days_after(asked, 45)
            case "late":
                return self._late(referee, asked)
            case "in_parts":
                self._tell(OpenReference(reference=referee.code), asked + DAY)
                part = SaveReference(reference=referee.code, answers={"relationship": "Colleague"})
                self._tell(part, asked + DAY)
                comes = max(comes, asked + DAY * 4)
        self._receive(referee.code, comes)
        return comes

    def _begin(self, referee: Asked, asked: dt.date) -> None:
        if self.random.random() < 0.55:  # noqa: PLR2004 - a little more than half are the college's
            due = days_after(asked, _DUE_IN)
            outside = BeginReferenceOutside(
                reference=referee.code, referee=referee.code, asked_by=NCSL, due=due
            )
            self._tell(outside, asked)
            return
        if self.random.random() < 0.3:  # noqa: PLR2004 - some tell us that the referee has agreed
            self._tell(AgreeReferee(referee=referee.code, agreement="given"), asked)
        self._tell(AskReference(reference=referee.code, referee=referee.code), asked)

    def _late(self, referee: Asked, asked: dt.date) -> dt.date:
        comes = days_after(asked, self.random.randint(32, 48))
        if self.random.random() < 0.5:  # noqa: PLR2004 - every other one says so
            self._tell(
                ExtendReference(reference=referee.code, due=days_after(asked, 40)), days_after(asked, 21)
            )
        self._receive(referee.code, comes)
        return comes

    def _replaced(self, referee: Asked, turn: Turn, asked: dt.date, another: tuple[str, str]) -> dt.date:
        if turn == "declined":
            settled = days_after(asked, self.random.randint(1, 9))
            reason = "Has known the applicant for a term only."
            self._tell(DeclineReference(reference=referee.code, reason=reason), settled)
        else:
            settled = days_after(asked, 1)
            self._tell(BounceReference(reference=referee.code), settled)
        again, code = days_after(settled, 3), Code(str(int(referee.code) + 2))
        replacement = ReplaceReferee(
            referee=referee.code,
            by=code,
            name=" ".join(another),
            email=address(*another),
            role="Senior adviser" if referee.from_la else "Headteacher",
            from_la=referee.from_la,
        )
        self._tell(replacement, again)
        self._tell(AskReference(reference=code, referee=code), again)
        comes = again + DAY * self._delay()
        self._receive(code, comes)
        return comes

    def _until_withdrawn(self, referee: Asked, asked: dt.date) -> dt.date:
        # The withdrawal itself comes a fortnight after the answer: what is open then is wanted no longer.
        withdrawn = days_after(days_after(self.one.received_on, 2), 12)
        self._tell(WithdrawReference(reference=referee.code), withdrawn)
        return max(asked, withdrawn)

    def _receive(self, reference: Code, on: dt.date) -> None:
        self._tell(
            ReceiveReference(
                reference=reference,
                answers=dict(self.random.choice(_ANSWERS)),
                in_confidence=self.random.choices((True, None), (85, 15))[0],
                notice=Code("form-2007"),
            ),
            on,
        )

    def _delay(self) -> int:
        mean = _LATER if self.random.random() < _SHARE_LATER else _SOON
        return min(1 + round(self.random.expovariate(1 / mean)), _DUE_IN - 2)

    def _tell(self, what: object, on: dt.date) -> None:
        self.diary.enter(self.one.stream, what, on)


def tell_elsewhere(
    setting: Setting, random: Random, ids: Iterator[ApplicationCode], people: Iterator[tuple[str, str]]
) -> None:
    """Our headteachers who apply to other authorities: the college asks our officer, in the same queue.

    The last three ask in the summer of 2008: their references are still awaited when the story ends.
    """
    asked = [days_after(dt.date(2007, 2, 1), random.randint(0, 120)) for _ in range(APPLY_ELSEWHERE)]
    for number, began in enumerate([*asked, *ASK_LAST]):
        stream, (first_name, last_name) = f"application/{next(ids)}", next(people)
        there = Code(random.choice(_ELSEWHERE))
        made = ApplyElsewhere(first_name=first_name, last_name=last_name, authority=there)
        setting.diary.enter(stream, made, began)
        _, named = _officer(Code("1"), setting.authority.la_referee)
        setting.diary.enter(stream, named, began)
        due = days_after(began, _DUE_IN)
        task = BeginReferenceOutside(reference=Code("1"), referee=Code("1"), asked_by=NCSL, due=due)
        setting.diary.enter(stream, task, began)
        if number < APPLY_ELSEWHERE:
            given = GiveReferenceElsewhere(reference=Code("1"), where=NCSL)
            setting.diary.enter(stream, given, days_after(began, 3 + 2 * number))
