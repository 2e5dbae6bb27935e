"""The story's figures, asked of the record: nothing here knows what the story meant to happen."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs
import sqlalchemy as sa

from siprecruit.core import coverage as core
from siprecruit.core import gates, panel
from siprecruit.core.application import Application
from siprecruit.core.ids import ApplicationCode
from siprecruit.core.programme import Programme
from siprecruit.record.reading import Reader
from siprecruit.record.views import applicants
from siprecruit.reports.coverage import coverage
from siprecruit.reports.scene import Scene, named_for


@attrs.frozen(kw_only=True)
class Figures:
    """What the record says of the round: as at its last day, the cover as at the statutory date.

    ``appointed`` are appointed and accredited; ``awaiting_accreditation`` are appointed subject to it, beyond
    those. ``home_authorities`` counts the appointed by category and by the authority's name.
    """

    schools: int
    responses: int
    appointed: int
    by_category: Mapping[str, int]
    home_authorities: Mapping[str, Mapping[str, int]]
    awaiting_accreditation: int
    covered: int
    temporary: int
    introduced: int
    not_heard: int
    events: int

    def as_document(self) -> dict[str, Any]:
        """The figures as JSON."""
        return attrs.asdict(self)


@attrs.frozen(kw_only=True)
class _Standing:
    """An appointed person, by the application that the panel decided on."""

    application: Application
    accredited: bool
    subject_to_accreditation: bool


def figures(reader: Reader, programme: Programme, day: dt.date) -> Figures:
    """The figures as at ``day``, by all that the record holds."""
    histories = dict(reader.replay())
    scene = Scene(programme=programme, today=day, as_at=day, histories=histories)
    standing = list(_standing(scene, programme, day))
    accredited = [one.application for one in standing if one.accredited]
    placements = scene.placements()
    served = coverage(reader, programme, programme.statutory_date or day)
    pool = scene.pool(named_for(placements))
    homes = _homes(accredited, programme)
    return Figures(
        schools=sum(1 for _ in core.in_scope(placements, programme, day)),
        responses=sum(1 for _ in _responses(scene)),
        appointed=len(accredited),
        by_category={category: sum(of.values()) for category, of in homes.items()},
        home_authorities=homes,
        awaiting_accreditation=sum(one.subject_to_accreditation and not one.accredited for one in standing),
        covered=served.covered,
        temporary=served.temporary,
        introduced=len(core.introduced(placements, day)),
        not_heard=len(core.not_heard(placements, pool, day)),
        events=sum(map(len, histories.values())),
    )


def example(reader: Reader) -> ApplicationCode | None:
    """An application that has come far and still waits, or else any."""
    waiting = applicants.c.stage == "accreditation"
    codes = sa.select(applicants.c.application).order_by(waiting.desc(), applicants.c.application).limit(1)
    found = reader.select(codes)
    return ApplicationCode(found[0][0]) if found else None


def _applications(scene: Scene) -> Iterator[Application]:
    for stream in scene.of_kind("application"):
        yield scene.state(stream)


def _responses(scene: Scene) -> Iterator[Application]:
    """What came in for an advert; an application that was carried over came in once."""
    for application in _applications(scene):
        submitted = application.response.submitted
        if submitted is not None and submitted.carried_from is None:
            yield application


def _standing(scene: Scene, programme: Programme, day: dt.date) -> Iterator[_Standing]:
    """Everybody who stands appointed on the day, once, whatever number of times they have applied."""
    seen = set()
    for application in _applications(scene):
        who = application.person
        if who is None or not panel.appointed_on(application.panel, programme, day):
            continue
        group = scene.group(who)
        person = scene.person(who)
        if group in seen or not gates.appointed(person, scene.applications(who), programme, day):
            continue
        seen.add(group)
        yield _Standing(
            application=application,
            accredited=any(gates.accredited(person, programme, each.code, day) for each in programme.phases),
            subject_to_accreditation=panel.subject_to_accreditation_on(application.panel, programme, day),
        )


def _homes(applications: Iterable[Application], programme: Programme) -> dict[str, dict[str, int]]:
    """How many there are by category, as reports count it, and within it by home authority."""
    titles = {each.code: each.title for each in programme.authorities}
    counted: dict[str, Counter[str]] = {
        programme.counts_as(each.code): Counter() for each in programme.categories
    }
    for application in applications:
        submitted = application.response.submitted
        assert submitted is not None
        home, category = submitted.home_authority or "", submitted.category or ""
        counted[programme.counts_as(category)][titles.get(home, home)] += 1
    return {category: dict(sorted(homes.items())) for category, homes in sorted(counted.items())}
