"""To which schools a partner should have introduced themselves by now, by the rule of the to-do list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from zoneinfo import ZoneInfo

import attrs
import sqlalchemy as sa

from siprecruit.core.allocation import PermanentNamed
from siprecruit.core.corrections import place
from siprecruit.core.coverage import Pool
from siprecruit.core.events import Recorded, standing
from siprecruit.core.ids import PersonId, Urn
from siprecruit.core.todo import introductions_overdue
from siprecruit.record.desk import Desk
from siprecruit.record.views import placements


@attrs.frozen(kw_only=True)
class Unintroduced:
    """A school that has not met its permanent partner, who is late since the day after ``due``.

    ``named`` is the version of the event by which they were named for it.
    """

    urn: Urn
    due: dt.date
    named: int


def unintroduced(desk: Desk, person: str, urns: Collection[str]) -> tuple[Unintroduced, ...]:
    """Those of the schools of these URNs to which a person owes an introduction that is overdue, by URN.

    What was overdue already when the naming came to the record isn't among them: a sheet that is taken over
    tells of the past, and nobody is written to out of the blue. It stands on the to-do list.
    """
    group = [PersonId(each) for each in desk.group(person)]
    pool = Pool(
        people={each: desk.person(each) for each in group},
        applications={each: desk.applications(each) for each in group},
        programme=desk.programme,
    )
    found = []
    for urn in sorted(urns):
        placement = desk.state(f"placement/{urn}")
        for task in introductions_overdue(Urn(urn), placement, pool, desk.today):
            named = _naming(desk, urn, str(task.person))
            if task.due is not None and named is not None and _day(named, desk) <= task.due:
                found.append(Unintroduced(urn=Urn(urn), due=task.due, named=named.version))
    return tuple(found)


def schools_of(desk: Desk, people: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The URNs of the schools for which these people are or were the permanent partner."""
    of = {each: person for person in people for each in desk.group(person)}
    named = sa.select(placements.c.person, placements.c.urn).where(
        placements.c.kind == "permanent", placements.c.person.in_(sorted(of))
    )
    found: dict[str, list[str]] = {}
    for person, urn in desk.reader.select(named) if of else ():
        found.setdefault(of[person], []).append(urn)
    return {person: tuple(sorted(set(urns))) for person, urns in found.items()}


def _naming(desk: Desk, urn: str, person: str) -> Recorded | None:
    """The event by which they were named for the school last, as it was first recorded."""
    history = desk.histories[f"placement/{urn}"]
    places = [
        place(one)
        for one in standing(history)
        if isinstance(one.event, PermanentNamed) and one.event.person == person
    ]
    return next((one for one in history if places and one.version == max(places)), None)


def _day(recorded: Recorded, desk: Desk) -> dt.date:
    return recorded.recorded_at.astimezone(ZoneInfo(desk.programme.timezone)).date()
