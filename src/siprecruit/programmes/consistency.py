"""What a schema can't say about a programme: that its parts fit each other."""

from __future__ import annotations

import zoneinfo
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import get_type_hints

import siprecruit.core.streams  # noqa: F401 - it brings the events of all stages with it
from siprecruit.core.commands import is_kept
from siprecruit.core.events import EVENTS
from siprecruit.core.programme import Holiday, Named, Programme, Term
from siprecruit.core.text import fold
from siprecruit.core.todo import KINDS


def faults(programme: Programme) -> Iterator[str]:
    """A sentence for each thing that doesn't fit."""
    yield from _codes(programme)
    yield from _spellings(programme)
    yield from _references_between(programme)
    yield from _adverts(programme)
    yield from _spans("terms", programme.terms)
    yield from _spans("holidays", programme.holidays, overlap=True)
    yield from _decisions(programme)
    yield from _numbers(programme)
    yield from _tasks(programme)
    yield from _messages(programme)


def without_text(programme: Programme, folders: Iterable[Path]) -> Iterator[str]:
    """A sentence for each message that is on and has no template in any of these folders."""
    known = {file.name for folder in folders if folder.is_dir() for file in folder.glob("*.txt")}
    for each in programme.messages:
        if each.on and f"{each.name}.txt" not in known:
            yield f"In messages: {each.name} has no text, write messages/{each.name}.txt or switch it off."


def _codes(programme: Programme) -> Iterator[str]:
    stages = programme.accreditor.stages if programme.accreditor else ()
    lists: dict[str, list[str]] = {
        "phases": [each.code for each in programme.phases],
        "categories": [each.code for each in programme.categories],
        "authorities": [each.code for each in programme.authorities],
        "rounds": [each.id for each in programme.rounds],
        "adverts": [each.code for each in programme.adverts],
        "panel.criteria": [each.code for each in programme.panel.criteria],
        "decisions": [each.code for each in programme.decisions],
        "requirements": [each.code for each in programme.requirements],
        "areas": [each.code for each in programme.areas],
        "interests": [each.code for each in programme.interests],
        "cover_reasons": [each.code for each in programme.cover_reasons],
        "purposes": [each.code for each in programme.purposes],
        "terms": [each.code for each in programme.terms],
        "accreditor.stages": [each.code for each in stages],
        "messages": [f"{each.name} to {each.to}" for each in programme.messages],
    }
    for place, codes in lists.items():
        twice = [code for code, times in Counter(codes).items() if times > 1]
        yield from (f"In {place}: {code} stands twice." for code in twice)


def _tasks(programme: Programme) -> Iterator[str]:
    for code in programme.tasks.days:
        if code not in KINDS:
            yield f"In tasks.days: {code} is no kind of task."


def _messages(programme: Programme) -> Iterator[str]:
    purposes = {each.code for each in programme.purposes if each.of == "authority"}
    for each in programme.messages:
        if each.about is not None:
            yield from _unknown(f"messages, {each.name}: about", [each.about], purposes)
        if each.when == "overdue" and each.to != "partner":
            yield f"In messages, {each.name}: of what is overdue a partner is told, and no {each.to}."
        if each.event is None:
            continue
        known = [cls for (name, _), cls in EVENTS.items() if name == each.event]
        if not known:
            yield f"In messages, {each.name}: there is no event {each.event}."
        for field in each.where if known else ():
            if not any(_may_be_compared(cls, field) for cls in known):
                yield f"In messages, {each.name}: where names {field}, which {each.event} doesn't tell."


def _may_be_compared(event: type, field: str) -> bool:
    """Whether the event has that field, and it is no personal text, which may be erased."""
    types = get_type_hints(event, include_extras=True)
    return field in types and not is_kept(types[field])


def _spellings(programme: Programme) -> Iterator[str]:
    """Two things must not go by one name: the sheet could mean either."""
    kinds: dict[str, Sequence[Named]] = {
        "phases": programme.phases,
        "categories": programme.categories,
        "authorities": programme.authorities,
        "adverts": programme.adverts,
        "purposes": programme.purposes,
    }
    for place, things in kinds.items():
        meant: dict[str, str] = {}
        for each in things:
            for name in (each.code, each.title, *each.aliases):
                if not fold(name):
                    yield f"In {place}, {each.code}: a name must have a letter or a digit."
                other = meant.setdefault(fold(name), each.code)
                if other != each.code:
                    yield f'In {place}: "{name}" could be {other} or {each.code}.'


def _references_between(programme: Programme) -> Iterator[str]:
    categories = {each.code for each in programme.categories}
    phases = {each.code for each in programme.phases}
    for category in programme.categories:
        yield from _unknown(f"categories, {category.code}: counts_as", [category.counts_as], categories)
    yield from _unknown("capacity: max_days", programme.capacity.max_days, categories)
    yield from _unknown("capacity: max_schools", programme.capacity.max_schools, categories)
    for each in programme.rounds:
        yield from _unknown(f"rounds, {each.id}: wave", [each.wave], set(programme.waves))
    for advert in programme.adverts:
        yield from _unknown(f"adverts, {advert.code}: waves", advert.waves, set(programme.waves))
        yield from _unknown(f"adverts, {advert.code}: phases", advert.phases, phases)
    for stage in programme.accreditor.stages if programme.accreditor else ():
        yield from _unknown(f"accreditor.stages, {stage.code}: phases", stage.phases, phases)


def _unknown(place: str, codes: Iterable[str], known: set[str]) -> Iterator[str]:
    strange = [code for code in codes if code not in known]
    yield from (f"In {place} names {code}, which the programme doesn't have." for code in strange)


def _adverts(programme: Programme) -> Iterator[str]:
    for advert in programme.adverts:
        if any(day < advert.published for day in advert.insertions):
            yield f"In adverts, {advert.code}: an insertion lies before published."
        if advert.closes is not None and advert.closes < advert.published:
            yield f"In adverts, {advert.code}: closes lies before published."


def _spans(place: str, spans: Sequence[Term | Holiday], *, overlap: bool = False) -> Iterator[str]:
    backward = [each for each in spans if each.ends < each.starts]
    yield from (f"In {place}, {each.title}: ends lies before starts." for each in backward)
    for before, after in pairwise(spans):
        if after.starts < before.starts:
            yield f"In {place}, {after.title}: it begins before {before.title}, which stands above it."
        elif not overlap and after.starts <= before.ends:
            yield f"In {place}, {after.title}: it begins before {before.title} has ended."


def _decisions(programme: Programme) -> Iterator[str]:
    outright = [each for each in programme.decisions if each.appoints and not each.subject_to_accreditation]
    if not outright:
        yield "In decisions: none appoints outright."
    for each in programme.decisions:
        if each.appoints and each.reserve:
            yield f"In decisions, {each.code}: nobody is appointed and held in reserve at once."
        if each.subject_to_accreditation and not each.appoints:
            yield f"In decisions, {each.code}: only an appointment can be subject to accreditation."
        if each.subject_to_accreditation and programme.accreditor is None:
            yield f"In decisions, {each.code}: without an accreditor nothing is subject to accreditation."


def _numbers(programme: Programme) -> Iterator[str]:
    rules, panel = programme.references, programme.panel
    for place, steps in (
        ("chase_referee_days", rules.chase_referee_days),
        ("chase_applicant_days", rules.chase_applicant_days),
    ):
        if list(steps) != sorted(steps):
            yield f"In references: {place} must go up."
    if rules.la_referee_required and rules.minimum < 1:
        yield "In references: minimum must be at least 1 where an LA referee is required."
    if panel.scale_max <= panel.scale_min:
        yield "In panel: scale_max must be more than scale_min."
    if not _is_zone(programme.timezone):
        yield "timezone must be a zone that is known, such as Europe/London."


def _is_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    # A folder of zones ("Europe") is an OSError, a path that leads elsewhere a ValueError.
    except (zoneinfo.ZoneInfoNotFoundError, OSError, ValueError):
        return False
    return True
