"""Everything about one round: its adverts, who offers to be the authority's referee in it, its panels."""

from __future__ import annotations

import datetime as dt

import attrs

from siprecruit.core.adverts import AdvertPublished, Offer
from siprecruit.core.panel.planned import PlannedPanel
from siprecruit.core.round import Round
from siprecruit.reports.history import Entry, entries
from siprecruit.reports.scene import Scene


@attrs.frozen(kw_only=True)
class PublishedAdvert:
    """An advert as it was published; ``closes`` is the last day on which a response is in time."""

    advert: str
    title: str
    insertions: tuple[dt.date, ...]
    closes: dt.date | None
    waves: tuple[str, ...]
    phases: tuple[str, ...]


@attrs.frozen(kw_only=True)
class OfferedReferee:
    """An officer who answers for the authority's headteachers, and who stands in while they are away."""

    officer: str
    scope: str
    starts: dt.date
    until: dt.date | None
    deputy: str | None


@attrs.frozen(kw_only=True)
class PlannedSitting:
    """A panel: when it sits, who sits on it, how many applications it sees."""

    panel: str
    sits_on: dt.date
    members: tuple[str, ...]
    applications: tuple[str, ...]
    cancelled_on: dt.date | None


@attrs.frozen(kw_only=True)
class RoundDossier:
    """A round on a day."""

    stream: str
    as_at: dt.date
    wave: str | None
    title: str
    opened_on: dt.date | None
    adverts: tuple[PublishedAdvert, ...]
    la_referees: tuple[OfferedReferee, ...]
    panels: tuple[PlannedSitting, ...]
    history: tuple[Entry, ...]


def round_dossier(scene: Scene, stream: str) -> RoundDossier:
    """What the record says of a round on the scene's day."""
    state: Round = scene.state(stream)
    opened = state.adverts.opened
    return RoundDossier(
        stream=stream,
        as_at=scene.today,
        wave=opened.wave if opened else None,
        title=(opened.title if opened else None) or "",
        opened_on=state.adverts.opened_on,
        adverts=tuple(_advert(each) for each in state.adverts.published.values()),
        la_referees=tuple(_offer(each) for each in state.adverts.offers.values()),
        panels=tuple(_sitting(code, each) for code, each in state.panels.planned.items()),
        history=entries(stream, scene.histories[stream], scene.today),
    )


def _advert(published: AdvertPublished) -> PublishedAdvert:
    return PublishedAdvert(
        advert=published.advert,
        title=published.title or "",
        insertions=published.insertions,
        closes=published.closes,
        waves=published.waves,
        phases=published.phases,
    )


def _offer(offer: Offer) -> OfferedReferee:
    return OfferedReferee(
        officer=offer.offered.officer,
        scope=offer.offered.scope,
        starts=offer.starts,
        until=offer.until,
        deputy=offer.offered.deputy,
    )


def _sitting(code: str, panel: PlannedPanel) -> PlannedSitting:
    return PlannedSitting(
        panel=code,
        sits_on=panel.planned.sits_on,
        members=tuple(member.person for member in panel.members),
        applications=panel.applications,
        cancelled_on=panel.cancelled_on,
    )
