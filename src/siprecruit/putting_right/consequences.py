"""What hangs on a fact that somebody is about to put right: what has followed, here and in other streams."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import attrs
import sqlalchemy as sa

from siprecruit.core.allocation import PermanentNamed, serving
from siprecruit.core.calendar import in_words
from siprecruit.core.commands import Command, Correct, Given, Rejected, Undo
from siprecruit.core.corrections import Decided, as_recorded, place
from siprecruit.core.events import KINDS, Recorded, Reversed, Voided, standing, taken_out
from siprecruit.core.gates import why_not_deployable
from siprecruit.core.ids import stream_id, stream_kind
from siprecruit.core.programme import Programme
from siprecruit.core.school_record import school_on
from siprecruit.core.streams import DECIDERS
from siprecruit.record.codec import restate
from siprecruit.record.desk import Desk
from siprecruit.record.projection import groups_around
from siprecruit.record.reading import Reader
from siprecruit.record.tables import streams
from siprecruit.record.views import placements


@attrs.frozen(kw_only=True)
class Follower:
    """A fact that would stand without its ground; ``why`` is the sentence of the rule that forbids it."""

    stream: str
    version: int
    event: str
    on: dt.date
    command: str
    why: str | None = None


@attrs.frozen(kw_only=True)
class Consequences:
    """``followed`` is in the same stream and can't stand alone; ``rests_on_it`` is told in other streams.

    What rests on it stays told, and merely counts no longer (who is not accredited covers no school).
    """

    followed: tuple[Follower, ...] = ()
    rests_on_it: tuple[Follower, ...] = ()


NOTHING = Consequences()


def consequences(reader: Reader, programme: Programme, today: dt.date, command: Command) -> Consequences:
    """What hangs on the fact that ``command`` (an undo, a correction, a reversal) puts right.

    Raises Rejected where the command would be refused anyway.
    """
    before = Desk(reader, programme, today)
    history = before.histories.get(command.stream) or _fetched(before, command.stream)
    whole = attrs.evolve(command, what=attrs.evolve(command.what, cascade=True))
    decider = DECIDERS[stream_kind(command.stream)]
    given = before.given(whole, before.owner(command.stream))
    decided = decider.judge(whole, before.state(command.stream), history, given, restate)
    if not decided:
        return NOTHING
    after = _afterwards(reader, programme, today, command, history, decided)
    return Consequences(
        followed=tuple(_followed(command, history, decided)),
        rests_on_it=tuple(_resting(before, after, command.stream)),
    )


def _fetched(desk: Desk, stream: str) -> list[Recorded]:
    desk.fetch((stream,))
    history = desk.histories[stream]
    if not history:
        raise Rejected("not_in_record", f"{stream} is not in the record")
    return history


def _followed(
    command: Command, history: Sequence[Recorded], decided: Sequence[Decided]
) -> Iterator[Follower]:
    """What goes too, besides what the command names."""
    named = _named(command, history)
    taken = {one.event.event for one in decided if isinstance(one.event, (Voided, Reversed))}
    for recorded in standing(history):
        if place(recorded) in taken - named:
            yield follower(recorded)


def _named(command: Command, history: Sequence[Recorded]) -> set[int]:
    what = command.what
    if isinstance(what, Undo):
        its = [past for past in history if past.command == what.command]
        return {version for past in its for version in (past.version, place(past))}
    return {
        version for past in history if past.version == what.event for version in (what.event, place(past))
    }


def follower(recorded: Recorded, why: str | None = None) -> Follower:
    """An event as something that hangs on another one."""
    return Follower(
        stream=recorded.stream,
        version=recorded.version,
        event=KINDS[type(recorded.event)].name,
        on=recorded.on,
        command=recorded.command,
        why=why,
    )


def _afterwards(
    reader: Reader,
    programme: Programme,
    today: dt.date,
    command: Command,
    history: Sequence[Recorded],
    decided: Sequence[Decided],
) -> Desk:
    """What would lie open once the command was done: nothing of it is written."""
    desk = Desk(reader, programme, today)
    desk.fetch((command.stream,))
    instant = dt.datetime.combine(command.on, dt.time(), dt.UTC)
    desk.add(as_recorded(command, decided, len(history), instant))
    if stream_kind(command.stream) == "person":
        # Two who were merged may be two again, and each with their own facts.
        desk.regard_as_one(groups_around(desk, stream_id(command.stream)))
    return desk


# -- other streams --------------------------------------------------------------


def _resting(before: Desk, after: Desk, stream: str) -> Iterator[Follower]:
    """The facts of other streams that a rule allows now, and would forbid afterwards."""
    others = sorted(_others(before, stream))
    before.fetch(others)
    after.fetch(others)
    for other in others:
        history = before.histories[other]
        gone = taken_out(history)
        for recorded in standing(history):
            if recorded.version in gone or not KINDS[type(recorded.event)].reads:
                continue
            why = _forbidden(after, recorded) or _keeps_from_serving(after, recorded)
            if why and not (_forbidden(before, recorded) or _keeps_from_serving(before, recorded)):
                yield follower(recorded, why)


def _others(desk: Desk, stream: str) -> set[str]:
    """The streams whose facts may be judged by this one: schools, panels, the same person's other streams."""
    name, kind = stream_id(stream), stream_kind(stream)
    persons: set[str] = set()
    found: set[str] = set()
    if kind == "person":
        persons = set(desk.group(name))
    elif kind == "application":
        person = desk.state(stream).person
        persons = set(desk.group(person)) if person else set()
        found = _rounds(desk.reader)
    for person in persons:
        found.update(desk.streams_of(person))
    served = sa.select(placements.c.urn).where(placements.c.person.in_(sorted(persons))).distinct()
    found |= {f"placement/{urn}" for (urn,) in desk.reader.select(served)} if persons else set()
    return found - {stream}


def _rounds(reader: Reader) -> set[str]:
    rounds = sa.select(streams.c.stream).where(streams.c.stream >= "round/", streams.c.stream < "round0")
    return {stream for (stream,) in reader.select(rounds)}


def _forbidden(desk: Desk, recorded: Recorded) -> str | None:
    """The sentence of the rule that forbids the event, by what lies open; None where none does."""
    decider = DECIDERS[stream_kind(recorded.stream)]
    history = desk.histories[recorded.stream]
    try:
        decider.check(recorded.event, decider.before(history, place(recorded)), _given_for(desk, recorded))
    except Rejected as refusal:
        return refusal.message
    return None


def _keeps_from_serving(desk: Desk, recorded: Recorded) -> str | None:
    """Why the permanent partner of a school can't serve it today; None where it is somebody else, or nothing.

    No rule forbids naming somebody who is accredited later: but who is serving rests on the accreditation.
    """
    named, day = recorded.event, desk.today
    if not isinstance(named, PermanentNamed):
        return None
    placement = desk.state(recorded.stream)
    tenure, school = serving(placement.allocation.permanents, day), school_on(placement.school, day)
    if tenure is None or tenure.person != named.person or school is None:
        return None
    person, applications = desk.person(named.person), desk.applications(named.person)
    blocks = why_not_deployable(person, applications, desk.programme, school.phase, day)
    codes = ", ".join(each.code for each in blocks)
    return (
        f"{named.person} can't serve {stream_id(recorded.stream)} on {in_words(day)}: {codes}"
        if codes
        else None
    )


def _given_for(desk: Desk, recorded: Recorded) -> Given:
    """What the event would be judged with if it were corrected: the same streams are read."""
    correction = Correct(event=recorded.version, reason="")
    asked = Command(id="asked", stream=recorded.stream, on=recorded.on, what=correction)
    return desk.given(asked, desk.owner(recorded.stream))
