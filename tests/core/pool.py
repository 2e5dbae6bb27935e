"""Schools and people of a pool, for tests: each as their own story tells it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from core.harness import Story
from siprecruit.core import person, placement
from siprecruit.core.accreditation import RecordAccreditation
from siprecruit.core.ids import Code, PersonId, Urn
from siprecruit.core.induction import AttendInduction, ClearRequirement, GiveBriefing
from siprecruit.core.particulars import AppointPerson
from siprecruit.core.person import Person
from siprecruit.core.school_record import RecordSchool

URN = Urn("120777")
OTHER_URN = Urn("120781")
ANN, BEN, CAT = PersonId("ann"), PersonId("ben"), PersonId("cat")


def day(text: str) -> dt.date:
    """A date from its ISO form."""
    return dt.date.fromisoformat(text)


STATUTORY = day("2008-04-01")


def told(who: PersonId, *facts: tuple[str, Any]) -> Story:
    """A person's story of these facts, each with its day."""
    story = Story(decider=person.DECIDER, stream=f"person/{who}")
    for on, what in facts:
        story.tell(day(on), what)
    return story


def appointed(on: str = "2007-11-01") -> tuple[str, Any]:
    """In the pool from that day."""
    return on, AppointPerson(category=Code("consultant"))


def accredited(on: str = "2007-12-01", phase: str = "primary", until: str | None = None) -> tuple[str, Any]:
    """Accredited by the college from that day."""
    last = day(until) if until else None
    return on, RecordAccreditation(phase=Code(phase), source=Code("ncsl"), until=last)


def inducted(on: str = "2008-01-10") -> tuple[str, Any]:
    """Attended the induction that day."""
    return on, AttendInduction()


def disclosed(on: str = "2008-01-05") -> tuple[str, Any]:
    """The disclosure came back clear that day."""
    return on, ClearRequirement(requirement=Code("enhanced_disclosure"), outcome="clear")


def briefed(on: str = "2008-02-01", urn: Urn = URN) -> tuple[str, Any]:
    """Briefed about the school that day."""
    return on, GiveBriefing(urn=urn)


def ready(who: PersonId, *more: tuple[str, Any]) -> Person:
    """Somebody who may start at the school on the statutory date."""
    state: Person = told(who, appointed(), accredited(), disclosed(), inducted(), briefed(), *more).state
    return state


def awaiting(who: PersonId, *more: tuple[str, Any]) -> Person:
    """Somebody appointed, inducted and briefed whose accreditation is awaited."""
    state: Person = told(who, appointed(), disclosed(), inducted(), briefed(), *more).state
    return state


def recorded(**other: Any) -> RecordSchool:
    """A maintained primary school."""
    values: dict[str, Any] = {
        "name": "Aldborough Primary School",
        "la_code": "926",
        "phase": "primary",
        "type": "community",
        "type_group": "maintained",
    }
    return RecordSchool(**{**values, **other})


def school(
    *people: Person, applications: dict[PersonId, tuple[Any, ...]] | None = None, **other: Any
) -> Story:
    """A recorded school's story, whose decisions are given these people."""
    story = Story(decider=placement.DECIDER, stream=f"placement/{other.pop('urn', URN)}")
    give(story, people, applications)
    story.tell(day("2007-09-01"), recorded(**other))
    return story


def give(
    story: Story, people: Iterable[Person], applications: dict[PersonId, tuple[Any, ...]] | None = None
) -> None:
    """Let the story's next decisions be given these people."""
    known = {each.id: each for each in people}
    story.given = {"people": known, "applications": applications or {}}
