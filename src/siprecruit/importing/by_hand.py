"""References that were asked for and came in by hand: which task each cell of a sheet is about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from siprecruit.core.ids import Code
from siprecruit.core.references import (
    AskReference,
    BeginReferenceOutside,
    DeclineReference,
    GiveReferenceElsewhere,
    NameReferee,
    ReceiveReference,
    RefereeNamed,
    ReferenceAsked,
    ReferenceBegunOutside,
    ReferenceDeclined,
    ReferenceGivenElsewhere,
    ReferenceReceived,
    References,
)
from siprecruit.core.text import fold
from siprecruit.importing.planning import ON, Plan
from siprecruit.intake.progress import ToldReference

UNKNOWN: Final = Code("unknown")
"""The body that asked, or that a reference was given to, where the sheet doesn't say which it was."""


def tell_references(told: Plan, references: Sequence[ToldReference], application: str, state: Any) -> None:
    """The references of an application, each of one referee."""
    taken: set[Code] = set()
    for each in references:
        referee = _referee(each, state.references, taken, told, application)
        if referee is not None:
            taken.add(referee)
            task = _task(state.references, referee, each.place)
            _tell(told, each, (application,), referee, task, state.references)


def _says_nothing(each: ToldReference) -> bool:
    return not (each.asked_on or each.received_on or each.elsewhere_on or each.declined_on)


def _referee(
    each: ToldReference, known: References, taken: set[Code], told: Plan, application: str
) -> Code | None:
    """Whose reference it is: of the referee of that name, or else of the one in that place."""
    place = Code(str(each.place))
    if each.referee:
        wanted = fold(each.referee)
        for code, one in known.referees.items():
            if code not in taken and one.named.name and fold(one.named.name) == wanted:
                return code
    if place in known.referees and place not in taken:
        if each.referee and known.referees[place].named.name:
            told.flags.append(f"referee{each.place}_other_name")
        return place
    if each.referee:
        named = NameReferee(referee=place, name=each.referee)
        day = next(filter(None, (each.asked_on, each.received_on, each.elsewhere_on, each.declined_on)), None)
        field = f"reference{each.place}_referee"
        told.tell(
            (application,),
            (RefereeNamed,),
            named if day else None,
            day,
            {"name": field},
            key={"referee": place},
        )
        return place if day else None
    if not _says_nothing(each):
        told.leave(
            "no_such_referee",
            f"reference{each.place}_received" if each.received_on else f"reference{each.place}_asked",
            f"No referee {each.place} was named: give the name in the column Referee {each.place}.",
        )
    return None


def _task(known: References, referee: Code, place: int) -> Code:
    """The reference's code: of the task that there is, or a free one."""
    there = [task for task in known.tasks.values() if task.referee == referee]
    came = [task for task in there if task.received_on or task.given_elsewhere_on]
    if there:
        return max(came or there, key=lambda task: task.asked_on).reference
    code = Code(f"r{place}")
    return code if code not in known.tasks else Code(f"r{referee}-by-hand")


def _tell(
    told: Plan,
    each: ToldReference,
    streams: tuple[str, ...],
    referee: Code,
    task: Code,
    known: References,
) -> None:
    before, key = f"reference{each.place}_", {"reference": task}
    _tell_asked(told, each, streams, referee, task, known)
    elsewhere = GiveReferenceElsewhere(reference=task, where=Code(each.elsewhere or UNKNOWN))
    where = {"where": f"{before}given_to"} if each.elsewhere else {}
    told.tell(
        streams,
        (ReferenceGivenElsewhere,),
        elsewhere if each.elsewhere_on else None,
        each.elsewhere_on,
        {ON: f"{before}given_elsewhere", **where},
        key=key,
    )
    told.tell(
        streams,
        (ReferenceDeclined,),
        DeclineReference(reference=task) if each.declined_on else None,
        each.declined_on,
        {ON: f"{before}declined"},
        key=key,
    )
    # Last, since nothing else can become of a reference that was received.
    told.tell(
        streams,
        (ReferenceReceived,),
        ReceiveReference(reference=task) if each.received_on else None,
        each.received_on,
        {ON: f"{before}received"},
        key=key,
    )


def _tell_asked(
    told: Plan,
    each: ToldReference,
    streams: tuple[str, ...],
    referee: Code,
    task: Code,
    known: References,
) -> None:
    """What came was asked for by somebody: where nobody says by whom and when, that much is recorded.

    An answer without a request is begun outside, by ``unknown``, on the day of the answer: the latest on
    which it can have been asked for. Saying that we had asked on that day would be untrue.
    """
    begun = (ReferenceAsked, ReferenceBegunOutside)
    before, key = f"reference{each.place}_", {"reference": task}
    if each.asked_on is not None:
        what: Any = AskReference(reference=task, referee=referee)
        cells = {ON: f"{before}asked"}
        if each.asked_by:
            what = BeginReferenceOutside(reference=task, referee=referee, asked_by=Code(each.asked_by))
            cells["asked_by"] = f"{before}asked_by"
        told.tell(streams, begun, what, each.asked_on, cells, key=key)
        return
    came = [day for day in (each.received_on, each.elsewhere_on, each.declined_on) if day is not None]
    if not came:
        told.tell(streams, begun, None, None, {ON: f"{before}asked"}, key=key)
        return
    there = known.tasks.get(task)
    if there is not None and there.asked_by != UNKNOWN:
        return
    told.flags.append(f"reference{each.place}_not_said_when_asked")
    what = BeginReferenceOutside(reference=task, referee=referee, asked_by=UNKNOWN)
    told.tell(streams, begun, what, min(came), _of_answer(each, min(came), before), key=key)


def _of_answer(each: ToldReference, day: dt.date, before: str) -> dict[str, str]:
    """The column whose day stands for that of the request."""
    days = {"received": each.received_on, "given_elsewhere": each.elsewhere_on, "declined": each.declined_on}
    return {ON: next(f"{before}{name}" for name, one in days.items() if one == day)}
