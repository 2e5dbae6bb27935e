"""The references: who is asked, by us or by the college, and what comes of it, soon, late or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from random import Random
from typing import Any, Final, Literal

import attrs

from siprecruit.core.ids import ApplicationCode, Code, PersonId
from siprecruit.core.references import (
    AgreeReferee,
    AskReference,
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
from siprecruit.core.responses import NamedReferee
from siprecruit.demo.answers import HALF_TERM, as_named
from siprecruit.demo.authority import Officer, Setting
from siprecruit.demo.cast import Applicant
from siprecruit.demo.diary import DAY, Diary, days_after
from siprecruit.demo.names import address
from siprecruit.demo.outside import COLLEGE, FOLDER, CollegeAsked, Replied
from siprecruit.plugins.builtin.college_tasks import item

Turn = Literal["comes", "in_parts", "late", "declined", "bounced", "elsewhere", "expires"]
_TURNS: Final[tuple[Turn, ...]] = ("comes", "in_parts", "late", "declined", "bounced", "elsewhere")
_HOW_OFTEN: Final = (75, 12, 4, 4, 3, 2)
#: Days until a reference comes: most within a week, some in a fortnight, six in the mean (domain: stage 3).
_SOON, _LATER, _SHARE_LATER = 3.0, 12.0, 0.1
DUE_IN: Final = 28
_ANSWERS: Final = (
    {
        "capacity": "Line manager for six years",
        "strengths": "Plain words, kindly said",
        "recommendation": "yes",
    },
    {
        "capacity": "Chair of governors",
        "strengths": "Knows what a number means",
        "recommendation": "yes",
    },
    {
        "capacity": "Colleague in another school",
        "strengths": "Listens before judging",
        "recommendation": "yes",
    },
)
ROLE: Final = "Head of Primary School Development"


@attrs.frozen(kw_only=True)
class Begun:
    """A reference that was asked for, by its code: through ``channel``; None: by the college itself."""

    reference: Code
    channel: Code | None


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
            last = max(last, _Asking(setting, one, random).ask(referee, turn, next(people)))
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
    referee, command = as_officer(Code("2"), officer)
    setting.diary.enter(one.stream, command, days_after(one.received_on, 1))
    return (referee,)


def as_officer(code: Code, officer: Officer) -> tuple[Asked, NameReferee]:
    """An officer of ours as a referee, and the command that names them."""
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

    def __init__(self, setting: Setting, one: Applicant, random: Random) -> None:
        self.diary, self.college, self.one, self.random = setting.diary, setting.college, one, random

    def ask(self, referee: Asked, turn: Turn, another: tuple[str, str]) -> dt.date:
        """Ask, and tell what comes of it; the day on which it is settled."""
        asked = days_after(self.one.received_on, 2)
        begun = self._begin(referee, asked)
        if self.one.fate == "withdraws":
            return self._until_withdrawn(begun, asked)
        comes = asked + DAY * self._delay()
        match turn:
            case "declined" | "bounced":
                return self._replaced(referee, begun, turn, asked, another)
            case "elsewhere":
                self._tell(GiveReferenceElsewhere(reference=begun.reference, where=COLLEGE), comes)
                return comes
            case "expires":
                self._tell(ExpireReference(reference=begun.reference), days_after(asked, 45))
                return days_after(asked, 45)
            case "late":
                return self._late(begun, asked)
            case "in_parts":
                self._tell(OpenReference(reference=begun.reference), asked + DAY)
                part = SaveReference(reference=begun.reference, answers={"capacity": "Colleague"})
                self._tell(part, asked + DAY)
                comes = max(comes, asked + DAY * 4)
        self._receive(begun, comes)
        return comes

    def _begin(self, referee: Asked, asked: dt.date) -> Begun:
        if self.random.random() < 0.55:  # noqa: PLR2004 - a little more than half are the college's
            return self._begin_at_college(referee, asked)
        if self.random.random() < 0.3:  # noqa: PLR2004 - some tell us that the referee has agreed
            self._tell(AgreeReferee(referee=referee.code, agreement="given"), asked)
        return self._ask(referee.code, FOLDER, asked)

    def _begin_at_college(self, referee: Asked, asked: dt.date) -> Begun:
        if self.college is not None:
            return self._ask(referee.code, self.college, asked)
        line = {
            "application": self.one.code,
            "referee": referee.code,
            "asked_on": asked.isoformat(),
            "due": days_after(asked, DUE_IN).isoformat(),
        }
        return Begun(reference=college_asks(self.diary, line, asked)[1], channel=None)

    def _ask(self, referee: Code, channel: Code, on: dt.date) -> Begun:
        self._tell(AskReference(reference=referee, referee=referee, channel=channel), on)
        return Begun(reference=referee, channel=channel)

    def _late(self, begun: Begun, asked: dt.date) -> dt.date:
        comes = days_after(asked, self.random.randint(32, 48))
        if self.random.random() < 0.5:  # noqa: PLR2004 - every other one says so
            later = ExtendReference(reference=begun.reference, due=days_after(asked, 40))
            self._tell(later, days_after(asked, 21))
        self._receive(begun, comes)
        return comes

    def _replaced(
        self, referee: Asked, begun: Begun, turn: Turn, asked: dt.date, another: tuple[str, str]
    ) -> dt.date:
        settled = days_after(asked, self.random.randint(1, 9) if turn == "declined" else 1)
        self._refuse(begun, turn, settled)
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
        comes = again + DAY * self._delay()
        self._receive(self._ask(code, FOLDER, again), comes)
        return comes

    def _refuse(self, begun: Begun, turn: Turn, on: dt.date) -> None:
        """The referee won't, or isn't to be reached; who was asked by the college tells the office so."""
        reason = "Has known the applicant for a term only." if turn == "declined" else ""
        if begun.channel is not None:
            self._replies(begun, on, declined=reason, bounced=not reason)
        elif reason:
            self._tell(DeclineReference(reference=begun.reference, reason=reason), on)
        else:
            self._tell(BounceReference(reference=begun.reference), on)

    def _until_withdrawn(self, begun: Begun, asked: dt.date) -> dt.date:
        # The withdrawal itself comes a fortnight after the answer: what is open then is wanted no longer.
        withdrawn = days_after(days_after(self.one.received_on, 2), 12)
        self._tell(WithdrawReference(reference=begun.reference), withdrawn)
        return max(asked, withdrawn)

    def _receive(self, begun: Begun, on: dt.date) -> None:
        """The answers come in; of what the college asked itself it sends the office a copy."""
        answers = dict(self.random.choice(_ANSWERS))
        in_confidence = self.random.choices((True, None), (85, 15))[0]
        if begun.channel is not None:
            self._replies(begun, on, answers=answers, in_confidence=in_confidence)
            return
        received = ReceiveReference(
            reference=begun.reference,
            answers=answers,
            in_confidence=in_confidence,
            notice=Code("form-2007"),
        )
        self._tell(received, on)

    def _replies(self, begun: Begun, on: dt.date, **told: Any) -> None:
        assert begun.channel is not None
        task = f"{self.one.code}/{begun.reference}"
        self.diary.happens(Replied(channel=begun.channel, task=task, on=on, **told), on)

    def _delay(self) -> int:
        mean = _LATER if self.random.random() < _SHARE_LATER else _SOON
        return min(1 + round(self.random.expovariate(1 / mean)), DUE_IN - 2)

    def _tell(self, what: object, on: dt.date) -> None:
        self.diary.enter(self.one.stream, what, on)


def college_asks(diary: Diary, line: Mapping[str, str], on: dt.date) -> tuple[str, Code]:
    """The college asks a referee itself: the receipt of its line, and the code that the reference gets."""
    diary.happens(CollegeAsked(told=line), on)
    brought = item(line, COLLEGE)
    told: Any = brought.commands[-1]["data"]
    return brought.receipt, Code(told["reference"])
