"""The adverts and what came in: responses, duplicates, who is eligible, who withdraws."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from random import Random
from typing import Final

from siprecruit.core.adverts import OfferLaReferee, OpenRound
from siprecruit.core.application import CarryOver
from siprecruit.core.commands import AddNote, Correct
from siprecruit.core.ids import Code, RoundId
from siprecruit.core.panel import CallReserve
from siprecruit.core.particulars import KeepApart, MergePerson
from siprecruit.core.responses import (
    DecideEligibility,
    NamedReferee,
    RevisePenPortrait,
    SubmitResponse,
    WithdrawResponse,
)
from siprecruit.demo.authority import Authority, Setting
from siprecruit.demo.cast import MAY, POSTS, Applicant
from siprecruit.demo.diary import Diary, days_after
from siprecruit.demo.names import address
from siprecruit.installation.making import opening_commands

_STRENGTHS: Final = (
    "reading a school's figures with its head and finding the two or three that matter",
    "sitting in on lessons and talking about them afterwards so that people want to hear more",
    "helping a small school to see itself through the eyes of its parents",
    "bringing a school out of special measures within four terms, and keeping it out",
    "working with governors who were told too little for too long",
)
_WISHES: Final = (
    "I should like to do for other schools what a good colleague once did for mine.",
    "I have the days, and my governors support me in giving them.",
    "A school runs itself; what it needs is a friend who says what others don't.",
)
HALF_TERM: Final = (dt.date(2007, 2, 12), dt.date(2007, 2, 16))


def tell_adverts(setting: Setting) -> None:
    """Each round is opened two weeks before its first advert; an officer offers to be the heads' referee."""
    diary, programme = setting.diary, setting.programme
    published = {advert.code: advert.published for advert in programme.adverts}
    first = {each.id: min(advert.published for advert in each.adverts) for each in programme.rounds}
    for command in opening_commands(programme, min(first.values())):
        round_id = command.stream.removeprefix("round/")
        if isinstance(command.what, OpenRound):
            opens = days_after(first[round_id], -14)
            diary.enter(command.stream, command.what, opens)
            diary.enter(command.stream, _offer(setting.authority, RoundId(round_id)), days_after(opens, 3))
        else:
            diary.enter(command.stream, command.what, published[command.what.advert])


def _offer(authority: Authority, round_id: RoundId) -> OfferLaReferee:
    away = HALF_TERM if round_id == "2007-01" else (None, None)
    return OfferLaReferee(
        officer=authority.la_referee.id,
        scope=Code("headteachers"),
        deputy=authority.deputy.id,
        away_from=away[0],
        away_until=away[1],
    )


def tell_responses(
    diary: Diary, cast: Iterable[Applicant], referees: dict[str, tuple[NamedReferee, ...]], random: Random
) -> None:
    """What comes in for each advert, and what the office sees to at once. ``referees`` are by application."""
    for one in cast:
        if one.carried_from is not None:
            _carry_over(diary, one)
            continue
        diary.enter(one.stream, _response(one, referees.get(one.code, ()), random), one.received_on)
        _look_through(diary, one)


def _carry_over(diary: Diary, one: Applicant) -> None:
    before = f"application/{one.carried_from}"
    diary.enter(before, CallReserve(round=RoundId("2007-05")), days_after(one.received_on, -3))
    assert one.carried_from is not None
    diary.enter(one.stream, CarryOver(application=one.carried_from, advert=one.advert), one.received_on)


def _look_through(diary: Diary, one: Applicant) -> None:
    soon = days_after(one.received_on, 2)
    if one.same_as is not None:
        diary.enter(f"person/{one.person}", MergePerson(other=one.same_as), soon)
    if one.namesake_of is not None:
        diary.enter(f"person/{one.person}", KeepApart(other=one.namesake_of), soon)
        diary.enter(one.stream, AddNote(text="Father and daughter: they share a telephone."), soon)
    if one.fate == "ineligible":
        reason = "Has led no school and advised none."
        diary.enter(one.stream, DecideEligibility(eligible=False, reason=reason), soon)
    if one.fate == "withdraws":
        diary.enter(one.stream, WithdrawResponse(reason="Has taken another post."), days_after(soon, 12))
    if one.fate == "answers_again":
        wanted = WithdrawResponse(reason="Answers the advert for Wave 4 instead.")
        diary.enter(one.stream, wanted, dt.date(2007, 5, 11))


def tell_afterthoughts(diary: Diary, cast: Iterable[Applicant]) -> None:
    """A pen portrait is written anew, and a number of days was typed wrongly: both are put right."""
    seen = [one for one in cast if one.fate == "not_appointed" and one.advert == MAY and one.same_as is None]
    revised, mistyped = seen[:2]
    text = "I have led two village schools into a federation. What I learnt there is worth passing on."
    diary.enter(revised.stream, RevisePenPortrait(pen_portrait=text), days_after(revised.received_on, 5))
    correction = Correct(event=1, set={"days_available": 14}, reason="The form says 14; typed wrongly.")
    diary.enter(mistyped.stream, correction, days_after(mistyped.received_on, 4))


def _response(one: Applicant, referees: tuple[NamedReferee, ...], random: Random) -> SubmitResponse:
    post = POSTS[one.category]
    in_a_school = one.category in ("headteacher", None)
    phases = ("primary", "special") if random.random() < 0.1 else ("primary",)  # noqa: PLR2004 - one in ten
    return SubmitResponse(
        advert=one.advert,
        first_name=one.first_name,
        last_name=one.last_name,
        email=one.email,
        phone=one.phone,
        category=Code(one.category) if one.category else None,
        current_post=post,
        employer="" if in_a_school or one.category == "former_headteacher" else _employer(one),
        employer_urn=one.employer,
        home_authority=Code(one.home),
        phases=tuple(map(Code, phases)),
        days_available=one.days,
        interests=tuple(urn for urn, kind in one.ties if kind != "employer"),
        pen_portrait=f"My strength is {random.choice(_STRENGTHS)}. {random.choice(_WISHES)}",
        as_written={} if one.category else {"category": post},
        referees=referees,
    )


def _employer(one: Applicant) -> str:
    return f"{one.home.title()} County Council" if one.category == "la_adviser" else "Own practice"


def as_named(name: tuple[str, str], role: str, *, from_la: bool = False) -> NamedReferee:
    """A referee as a form names them."""
    return NamedReferee(name=" ".join(name), email=address(*name), role=role, from_la=from_la)
