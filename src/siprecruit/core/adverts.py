"""A round and its adverts, and the officer who offers to be the local authority's referee in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import attrs

from siprecruit.core.calendar import in_words
from siprecruit.core.commands import Given, Rejected, command
from siprecruit.core.decider import Stage
from siprecruit.core.events import event
from siprecruit.core.ids import Code, Kept, PersonId


@command("round.open", "round", begins=True)
@attrs.frozen(kw_only=True)
class OpenRound:
    """A round of recruitment begins. ``wave`` is the programme's code of the wave that it serves."""

    wave: Code
    title: str = ""


@command("advert.publish", "round", begins=True)
@attrs.frozen(kw_only=True)
class PublishAdvert:
    """An advert is announced.

    ``insertions`` are the days on which it stands in the paper; ``closes`` is the last day on which a
    response is in time; ``waves`` and ``phases`` say whom it seeks.
    """

    advert: Code
    title: str = ""
    insertions: tuple[dt.date, ...] = ()
    closes: dt.date | None = None
    waves: tuple[Code, ...] = ()
    phases: tuple[Code, ...] = ()


@command("la_referee.offer", "round", begins=True)
@attrs.frozen(kw_only=True)
class OfferLaReferee:
    """One officer offers to be referee for the authority's headteachers (sheet 7/07), so that none waits.

    ``officer`` is a person's id; ``scope`` is ``headteachers`` or a category's code; ``deputy`` answers
    in the officer's place between ``away_from`` and ``away_until`` (both days included).
    """

    officer: PersonId
    scope: Code
    until: dt.date | None = None
    deputy: PersonId | None = None
    away_from: dt.date | None = None
    away_until: dt.date | None = None


@command("la_referee.end", "round")
@attrs.frozen(kw_only=True)
class EndLaReferee:
    """The officer is the authority's referee no longer, from the envelope's day on."""

    officer: PersonId
    scope: Code


@event("round.opened")
@attrs.frozen(kw_only=True)
class RoundOpened:
    """A round began."""

    wave: Code
    title: Kept = None


@event("advert.published")
@attrs.frozen(kw_only=True)
class AdvertPublished:
    """An advert was announced."""

    advert: Code
    insertions: tuple[dt.date, ...] = ()
    closes: dt.date | None = None
    waves: tuple[Code, ...] = ()
    phases: tuple[Code, ...] = ()
    title: Kept = None


@event("la_referee.offered")
@attrs.frozen(kw_only=True)
class LaRefereeOffered:
    """An officer offered to be the authority's referee, or changed the offer's dates or deputy."""

    officer: PersonId
    scope: Code
    until: dt.date | None = None
    deputy: PersonId | None = None
    away_from: dt.date | None = None
    away_until: dt.date | None = None


@event("la_referee.ended")
@attrs.frozen(kw_only=True)
class LaRefereeEnded:
    """An officer is the authority's referee no longer."""

    officer: PersonId
    scope: Code


@attrs.frozen(kw_only=True)
class Offer:
    """An officer's offer as it stands: from ``starts`` to ``until``, both included."""

    offered: LaRefereeOffered
    starts: dt.date
    until: dt.date | None


@attrs.frozen(kw_only=True)
class Adverts:
    """A round: its adverts by code, and who offers to be the authority's referee."""

    opened: RoundOpened | None = None
    opened_on: dt.date | None = None
    published: Mapping[Code, AdvertPublished] = attrs.field(factory=dict)
    offers: Mapping[tuple[PersonId, Code], Offer] = attrs.field(factory=dict)


def la_referee_on(adverts: Adverts, day: dt.date, scope: Code) -> PersonId | None:
    """Who answers as the authority's referee on ``day``: the officer, or the deputy while away."""
    for offer in adverts.offers.values():
        offered = offer.offered
        if offered.scope != scope or day < offer.starts or (offer.until and day > offer.until):
            continue
        away = offered.away_from is not None and offered.away_from <= day <= (
            offered.away_until or dt.date.max
        )
        return offered.deputy if away and offered.deputy else offered.officer
    return None


def _open(what: OpenRound, state: Adverts, given: Given) -> tuple[Any, ...]:
    opened = RoundOpened(wave=what.wave, title=what.title or None)
    if state.opened is not None:
        if state.opened == opened:
            return ()
        raise Rejected("already_open", f"this round was opened on {in_words(state.opened_on or given.on)}")
    if given.programme.waves and what.wave not in given.programme.waves:
        raise Rejected("unknown_wave", f"the programme has no wave {what.wave}")
    return (opened,)


def _publish(what: PublishAdvert, state: Adverts, _given: Given) -> tuple[Any, ...]:
    published = AdvertPublished(
        advert=what.advert,
        insertions=what.insertions,
        closes=what.closes,
        waves=what.waves,
        phases=what.phases,
        title=what.title or None,
    )
    before = state.published.get(what.advert)
    if before == published:
        return ()
    if before is not None:
        raise Rejected("already_published", f"{what.advert} was published otherwise: correct it instead")
    return (published,)


def _judge_published(happened: AdvertPublished, _state: Adverts, _given: Given) -> None:
    if happened.closes and happened.insertions and happened.closes < min(happened.insertions):
        raise Rejected("closes_early", f"{happened.advert} would close before it stands in the paper")


def _offer(what: OfferLaReferee, state: Adverts, given: Given) -> tuple[Any, ...]:
    offered = LaRefereeOffered(**attrs.asdict(what))
    before = state.offers.get((what.officer, what.scope))
    return () if before and before.offered == offered and before.starts <= given.on else (offered,)


def _judge_offered(happened: LaRefereeOffered, _state: Adverts, given: Given) -> None:
    if happened.deputy is not None and happened.deputy == happened.officer:
        raise Rejected("own_deputy", "an officer can't be their own deputy")
    if happened.until is not None and happened.until < given.on:
        raise Rejected("ends_early", "the offer would end before it begins")
    if happened.away_from and happened.deputy is None:
        raise Rejected("no_deputy", "somebody has to answer while the officer is away: name a deputy")


def _end_offer(what: EndLaReferee, state: Adverts, given: Given) -> tuple[Any, ...]:
    offer = state.offers.get((what.officer, what.scope))
    if offer is None:
        raise Rejected("no_offer", f"{what.officer} has made no offer for {what.scope}")
    if offer.until is not None and offer.until < given.on:
        return ()
    return (LaRefereeEnded(officer=what.officer, scope=what.scope),)


def _opened(state: Adverts, happened: RoundOpened, on: dt.date) -> Adverts:
    return attrs.evolve(state, opened=happened, opened_on=on)


def _published(state: Adverts, happened: AdvertPublished, _on: dt.date) -> Adverts:
    return attrs.evolve(state, published={**state.published, happened.advert: happened})


def _offered(state: Adverts, happened: LaRefereeOffered, on: dt.date) -> Adverts:
    key = (happened.officer, happened.scope)
    starts = min(on, state.offers[key].starts) if key in state.offers else on
    offer = Offer(offered=happened, starts=starts, until=happened.until)
    return attrs.evolve(state, offers={**state.offers, key: offer})


def _ended(state: Adverts, happened: LaRefereeEnded, on: dt.date) -> Adverts:
    key = (happened.officer, happened.scope)
    if key not in state.offers:
        raise Rejected("does_not_follow", f"{happened.officer} had made no offer")
    ended = attrs.evolve(state.offers[key], until=on - dt.timedelta(days=1))
    return attrs.evolve(state, offers={**state.offers, key: ended})


STAGE = Stage(
    name="adverts",
    initial=Adverts(),
    decide={OpenRound: _open, PublishAdvert: _publish, OfferLaReferee: _offer, EndLaReferee: _end_offer},
    evolve={
        RoundOpened: _opened,
        AdvertPublished: _published,
        LaRefereeOffered: _offered,
        LaRefereeEnded: _ended,
    },
    check={AdvertPublished: _judge_published, LaRefereeOffered: _judge_offered},
)
