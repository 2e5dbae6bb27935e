"""A school's life: what the register says of it, who serves it, and the rules of allocation.

The rules that look at the person as well as at the school are judged here, for new facts and corrected ones.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import attrs

from siprecruit.core import allocation, contacts, gates, school_record
from siprecruit.core.allocation import (
    AdviserAllocated,
    Allocation,
    CompleteHandover,
    PermanentNamed,
    RecordIntroduction,
    TemporaryEnded,
    TemporaryNamed,
    introduced_on,
    serving,
    shares_days,
)
from siprecruit.core.calendar import in_words
from siprecruit.core.commands import Given, Rejected
from siprecruit.core.contacts import Contacts
from siprecruit.core.decider import Decider, joined
from siprecruit.core.events import Recorded
from siprecruit.core.ids import Code, PersonId, Urn, stream_id
from siprecruit.core.intervals import meet, through
from siprecruit.core.particulars import has_left
from siprecruit.core.person import Person
from siprecruit.core.school_record import SchoolRecord, school_on
from siprecruit.core.ties import code_of, ties

Partner = PermanentNamed | TemporaryNamed


@attrs.frozen(kw_only=True)
class Placement:
    """A school as the register describes it, who is allocated to it, and whom to ring there."""

    school: SchoolRecord = school_record.STAGE.initial
    allocation: Allocation = allocation.STAGE.initial
    contacts: Contacts = contacts.STAGE.initial


@attrs.frozen(kw_only=True)
class Candidate:
    """Somebody who is to serve a school from a first day, and all that their readiness is derived from."""

    id: PersonId
    person: Person
    applications: tuple[Any, ...]
    urn: Urn
    phase: Code
    starts: dt.date
    until: dt.date | None


STAGES = (school_record.STAGE, allocation.STAGE, contacts.STAGE)
_decide, _evolve, _check = joined(STAGES)
_OF_ALLOCATION: Final = frozenset(allocation.STAGE.evolve)


def decide(what: Any, state: Placement, given: Given) -> tuple[Any, ...]:
    """What follows from a command on a school. Raises Rejected."""
    if isinstance(what, CompleteHandover):
        return tuple(_hand_over(what.person, state, given))
    decided = _decide(what, state, given)
    if decided and isinstance(what, RecordIntroduction) and _blockers_of(what.person, state, given) == ():
        decided += tuple(_hand_over(what.person, state, given))
    return decided


def evolve(state: Placement, recorded: Recorded) -> Placement:
    """The placement after an event. Raises Rejected where a school is served that is not in the record."""
    if not state.school.entries and type(recorded.event) in _OF_ALLOCATION:
        urn = stream_id(recorded.stream)
        raise Rejected("does_not_follow", f"the school {urn} had not been recorded")
    after: Placement = _evolve(state, recorded)
    return after


def check(happened: Any, state: Placement, given: Given) -> None:
    """Raises Rejected where a rule of allocation forbids the fact."""
    _check(happened, state, given)
    if type(happened) in RULES:
        RULES[type(happened)](happened, state, given)


def _hand_over(successor: PersonId, state: Placement, given: Given) -> Iterator[TemporaryEnded]:
    cover = serving(state.allocation.temporaries, given.on)
    if cover is not None:
        yield TemporaryEnded(person=cover.person, successor=successor)


def _blockers_of(successor: PersonId, state: Placement, given: Given) -> tuple[str, ...] | None:
    """What keeps the permanent partner from starting on the day; None where that is somebody else."""
    tenure = serving(state.allocation.permanents, given.on)
    if tenure is None or tenure.person != successor:
        return None
    return start_blockers(_candidate(successor, given.on, None, state, given), given)


def start_blockers(candidate: Candidate, given: Given) -> tuple[str, ...]:
    """The codes of what keeps a permanent partner from starting at the school on the first day, in order."""
    blockers = gates.why_not_start(
        candidate.urn,
        candidate.person,
        candidate.applications,
        given.programme,
        candidate.phase,
        candidate.starts,
    )
    return tuple(each.code for each in blockers)


def _judge_permanent(happened: PermanentNamed, state: Placement, given: Given) -> None:
    candidate = _judge_partner(happened, state, given)
    day = max(candidate.starts, given.on)
    if not gates.appointed(candidate.person, candidate.applications, given.programme, day):
        raise Rejected("not_appointed", f"{candidate.id} is not appointed on {in_words(day)}")


def _judge_temporary(happened: TemporaryNamed, state: Placement, given: Given) -> None:
    candidate = _judge_partner(happened, state, given)
    blockers = gates.why_not_deployable(
        candidate.person, candidate.applications, given.programme, candidate.phase, candidate.starts
    )
    if blockers:
        raise Rejected(
            "not_deployable",
            f"{candidate.id} can't cover {candidate.urn}: {'; '.join(each.message for each in blockers)}",
        )


def _judge_partner(happened: Partner, state: Placement, given: Given) -> Candidate:
    candidate = _candidate(happened.person, happened.starts, happened.until, state, given)
    _judge_same_person(happened, candidate, state)
    _judge_ties(candidate)
    _judge_apart(happened, state, given)
    if has_left(candidate.person.particulars, max(candidate.starts, given.on)):
        raise Rejected("has_left", f"{candidate.id} has left the pool by {in_words(candidate.starts)}")
    return candidate


def _candidate(
    person: PersonId, starts: dt.date, until: dt.date | None, state: Placement, given: Given
) -> Candidate:
    urn = Urn(stream_id(given.stream))
    school = school_on(state.school, starts)
    if school is None:
        raise Rejected("unknown_school", f"the school {urn} is not in the record")
    if not given.programme.in_scope(school, starts):
        raise Rejected("out_of_scope", f"the programme doesn't serve the school {urn} on {in_words(starts)}")
    if person not in given.people:
        raise Rejected("unknown_person", f"{person} is not in the record")
    return Candidate(
        id=person,
        person=given.people[person],
        applications=tuple(given.applications.get(person, ())),
        urn=urn,
        phase=gates.phase_of(school),
        starts=starts,
        until=until,
    )


def _judge_same_person(happened: Partner, candidate: Candidate, state: Placement) -> None:
    others = state.allocation
    tenures = others.temporaries if isinstance(happened, PermanentNamed) else others.permanents
    if shares_days(happened, tenures, ids_of(candidate.person)):
        raise Rejected("same_person", f"{candidate.id} would be permanent and temporary partner at once")


def ids_of(person: Person) -> frozenset[PersonId]:
    """Every id under which the record knows that person."""
    return person.particulars.joined | ({person.id} if person.id is not None else frozenset())


def _judge_ties(candidate: Candidate) -> None:
    """A tie counts where it holds on any day on which the person would serve, be it told before or after."""
    days = through(candidate.starts, candidate.until)
    kinds = {
        each.kind
        for each in ties(candidate.urn, candidate.person, candidate.applications)
        if days and meet(each.days, days)
    }
    code = code_of(kinds)
    if code == "own_school":
        raise Rejected(code, f"{candidate.urn} is {candidate.id}'s own school")
    if code is not None:
        named = ", ".join(sorted(kinds))
        raise Rejected(code, f"{candidate.id} has an interest in {candidate.urn}: {named}")


def _judge_apart(happened: Partner | AdviserAllocated, state: Placement, given: Given) -> None:
    """Support is kept apart from challenge, unless the programme lets the adviser be the partner too."""
    if given.programme.cda_may_be_sip:
        return
    others = state.allocation
    adviser = isinstance(happened, AdviserAllocated)
    tenures = (*others.permanents, *others.temporaries) if adviser else others.advisers
    person = given.people.get(happened.person)
    if shares_days(happened, tenures, ids_of(person) if person else ()):
        raise Rejected(
            "support_and_challenge_apart",
            f"{happened.person} can't be partner and development adviser of one school at once",
        )


def _judge_handed_over(happened: TemporaryEnded, state: Placement, given: Given) -> None:
    successor = happened.successor
    if successor is None:
        return
    blockers = _blockers_of(successor, state, given)
    day = in_words(given.on)
    if blockers is None:
        raise Rejected("not_permanent", f"{successor} is not the permanent partner on {day}")
    told = introduced_on(state.allocation, successor)
    if told is None or told > given.on:
        raise Rejected("not_introduced", f"{successor} has not introduced themselves to the school by {day}")
    if blockers:
        raise Rejected("not_ready", f"{successor} can't start on {day}: {', '.join(blockers)}")


RULES: Final[Mapping[type, Callable[[Any, Placement, Given], None]]] = {
    PermanentNamed: _judge_permanent,
    TemporaryNamed: _judge_temporary,
    TemporaryEnded: _judge_handed_over,
    AdviserAllocated: _judge_apart,
}

DECIDER = Decider(
    kind="placement",
    initial=Placement(),
    decide=decide,
    evolve=evolve,
    check=check,
    owner=lambda stream, _state: f"school/{stream_id(stream)}",
)
